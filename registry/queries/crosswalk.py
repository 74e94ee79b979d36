"""The crosswalk of norms: what each forum asks on each topic, and where forums repeat, differ or contradict."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.instruments import Instrument
from registry.domain.norms.stated import CrosswalkRow


@dataclass(frozen=True, slots=True)
class Asked:
    """What one forum asks. `is_repeated` where another forum of the topic asks the same; `against` names the forums whose
    demand cannot be met in full beside it, with the reason.
    """

    forum: str
    forum_name: str
    provision: str | None
    asks: str
    statement: str
    is_repeated: bool
    against: tuple[str, ...]
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic with what is asked of it; `silent` are forums of the crosswalk that say nothing."""

    name: str
    rows: tuple[Asked, ...]
    silent: tuple[str, ...]

    @property
    def repeated(self) -> tuple[str, ...]:
        """Demands that more than one forum makes in the same words."""
        return tuple(sorted({row.asks for row in self.rows if row.is_repeated}))

    @property
    def contradictions(self) -> tuple[Asked, ...]:
        """The rows that stand against others."""
        return tuple(row for row in self.rows if row.against)


def topics(session: Session) -> tuple[Topic, ...]:
    """Every topic by name; forums by id."""
    stored = session.scalars(select(CrosswalkRow)).all()
    rows = sorted(stored, key=lambda row: (row.topic, row.forum_id))
    by_id = {row.id: row for row in rows}
    names = {row.id: row.name for row in session.scalars(select(Instrument))}
    forums = sorted({row.forum_id for row in rows})
    found = []
    for topic in dict.fromkeys(row.topic for row in rows):
        here = [row for row in rows if row.topic == topic]
        count = Counter(row.asks for row in here)
        there = {row.forum_id for row in here}
        asked = tuple(_asked(row, by_id, names, is_repeated=count[row.asks] > 1) for row in here)
        found.append(Topic(topic, asked, tuple(name for name in forums if name not in there)))
    return tuple(found)


def _asked(row: CrosswalkRow, by_id: dict[str, CrosswalkRow], names: dict[str, str], *, is_repeated: bool) -> Asked:
    against = tuple(by_id[other].forum_id for other in row.against if other in by_id)
    return Asked(
        row.forum_id, names[row.forum_id], row.provision_id, row.asks, row.statement, is_repeated, against, row.because,
        row.source,
    )  # fmt: skip
