"""A study of incentives goes with the documents of its round, in the packages of the register as it stands."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from registry.domain.decisions import Proposal
from registry.domain.runs import Run
from registry.exports.contents import gather
from registry.exports.package import _write_round
from registry.services import leases, runs
from tests import factories as make

STUDY = {"format": "lunar-allocation-incentives/1", "summary": {"all": {"gains": 3}}}


def test_the_newest_study_is_a_document_of_the_round(session: Session, tmp_path: Path) -> None:
    make.proposed_round(session)
    _write_round(tmp_path / "before", session, gather(session, make.ROUND))
    assert not (tmp_path / "before" / "incentives.json").exists()
    for gains in (1, 3):
        runs.ask(session, make.ROUND, "incentives", make.PLANNER, make.DECIDED, time_limit_s=60)
        lease = leases.take(session, "w", make.DECIDED, 20)
        assert lease is not None
        leases.keep_answer(session, lease, {**STUDY, "summary": {"all": {"gains": gains}}}, make.DECIDED)
    [proposal] = session.query(Proposal)
    assert {run.explained_id for run in session.query(Run)} == {proposal.id}
    _write_round(tmp_path / "after", session, gather(session, make.ROUND))
    assert json.loads((tmp_path / "after" / "incentives.json").read_bytes()) == STUDY
