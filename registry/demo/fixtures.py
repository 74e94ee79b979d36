"""The round that the main job plays, read from its folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.domain.actors import Actor
from registry.domain.instants import parse_utc
from solver.fields import InputError, load_json
from solver.io import read_bytes

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ROUND_ID = "2027-1"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the staff; `party` is None for those who speak for none."""

    name: str
    email: str
    role: str
    party: str | None = None

    @property
    def actor(self) -> Actor:
        """The person as the register knows who acts."""
        return Actor(self.email, self.role, self.party)


@dataclass(frozen=True, slots=True)
class RoundFixture:
    """A round to play: its heading, policy and filings, in order of receipt."""

    folder: Path
    id: str
    heading: Mapping[str, Any]
    policy: Mapping[str, Any]
    filings: Sequence[Mapping[str, Any]]
    registrar: Person
    deciders: Sequence[Person]

    def at(self, step: str) -> datetime:
        """The instant that the schedule gives for a step."""
        return parse_utc(self.heading["schedule"][step])

    @property
    def staff(self) -> Sequence[Person]:
        """Everybody who gets an account."""
        return (self.registrar, *self.deciders)


def read_round(fixtures: Path, round_id: str = ROUND_ID) -> RoundFixture:
    """Read a round's folder.

    Raises
    ------
    InputError
        For a file that is missing or is not JSON.
    KeyError, ValueError
        For a file without one of its fields.
    """
    folder = fixtures / "rounds" / round_id
    heading, policy, claims = (_json(folder / name) for name in ("round.json", "policy.json", "claims.json"))
    filings = sorted(claims["claims"], key=lambda row: (parse_utc(row["received_at"]), row["key"]))
    registrar = heading["registrar"]
    return RoundFixture(
        folder=folder,
        id=heading["id"],
        heading=heading,
        policy=policy,
        filings=filings,
        registrar=Person(registrar["name"], registrar["email"], "registrar"),
        deciders=[Person(row["name"], row["email"], "council", row["party"]) for row in heading["deciders"]],
    )


def _json(path: Path) -> Any:
    try:
        return load_json(read_bytes(path))
    except InputError as error:
        raise ValueError(f"{path}: {error.faults[0]}") from error
