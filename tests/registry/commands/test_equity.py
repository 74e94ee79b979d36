"""Concentration by command."""

from tests import factories as make
from tests.registry.commands.conftest import Office


def test_shares_are_of_published_claims_and_unknown_rounds_are_named(office: Office) -> None:
    told = f"no claim of {make.ROUND} or a round before it is published\n"
    assert office.run("equity", "--by", "controller", at=None).stdout == told
    refused = office.refusal("equity", "--round", "1999-1", at=None)
    assert refused == f"there is no round 1999-1; rounds: {make.ROUND}"
