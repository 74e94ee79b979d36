"""What is stated once and cited by everything else: controllers, missions, norms in other words, grounds, templates; and how
concentrated it all is.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from registry.domain.extensions import ExtensionGround
from registry.domain.missions import Mission as MissionRow
from registry.domain.norms.stated import CrosswalkRow, NormChange
from registry.domain.notices import NoticeTemplate
from registry.domain.parties import Controller
from registry.queries import equity
from registry.queries.stated import rows
from registry.web.api.blueprint import listing, single
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.keeping import kept, state_of
from registry.web.sessions import named_round, session
from registry.web.viewing import viewer


class ControllerOfOperators(Model):
    """Who ultimately controls operators. Never a party."""

    id: str = says("Its id")
    name: str = says("Its name")
    kind: str = says("What it is")
    source: str = says("Where this is known from")


class Mission(Model):
    """A planned or flown mission near the pole, as public sources tell of it. Nothing is filed by it."""

    id: str = says("Its id")
    name: str = says("Its name")
    operator: str = says("Who flies it")
    party_id: str | None = says("Party behind it")
    partner: str = says("Who else takes part")
    lat_deg: float | None = says("Latitude on the Moon, degrees; null where no site is known")
    lon_deg: float | None = says("Longitude on the Moon, degrees, east-positive")
    year: str = says("When, as the source has it")
    landed_mass_kg: float | None = says("Mass on landing, kilograms")
    remark: str = says("What else is to be known")
    source: str = says("Where this is known from")


class ExtensionGroundRow(Model):
    """A ground of the closed list on which deadlines move."""

    id: str = says("Its id")
    in_words: str = says("The ground in words", alias="says")
    duties: tuple[str, ...] = says("Kinds of duties that it extends")
    most_months: int = says("How many months at most in all")
    times: int = says("How often for one entry")
    source: str = says("Where it was learnt")


class NoticeTemplateRow(Model):
    """The words of one kind of notice."""

    id: str = says("Kind of notice")
    addressees: str = says("To whom it goes, separated by spaces")
    heading: str = says("Its heading")
    text: str = says("Its words, with names of fields in braces")
    source: str = says("Where they were learnt")


class NormChangeRow(Model):
    """A stated change that a provision would make to an allocation."""

    id: str = says("Its id")
    provision_id: str = says("The provision")
    kind: str = says("What is changed")
    parameters: Json = says("How")
    statement: str = says("The same in words")
    source: str = says("Where it comes from")


class CrosswalkItem(Model):
    """What one forum asks on one topic."""

    id: str = says("Its id")
    topic: str = says("The topic")
    forum_id: str = says("Instrument of the forum")
    provision_id: str | None = says("Provision that it is in, if it is one of the register's")
    asks: str = says("A word that equal demands share")
    statement: str = says("The demand in words")
    against: tuple[str, ...] = says("Ids of rows that cannot be met in full beside it")
    because: str = says("Why not")
    source: str = says("Where it comes from")


class Amount(Model):
    """Claims, entries, and what zones take up. A joint claim counts in full for each credited party."""

    claims: int = says("Published claims")
    entries: int = says("Entries that stand for them")
    km2_days: int = says("Square kilometres of safety zones times days")


class Share(Model):
    """What one holder has by the end of a round."""

    round: str = says("Id of the round")
    by: str = says("Kind of holder: party, coalition, controller, or all")
    holder: str = says("Its id")
    name: str = says("Its name")
    own: Amount = says("Of that round alone")
    so_far: Amount = says("Of that round and all before")
    percent_of_entries: float | None = says("Of all entries so far; null where there are none")
    percent_of_km2_days: float | None = says("Of all square kilometres times days so far")
    illustrative: bool = says("Whether the round, or one before it, is invented")


class ShareQuery(Paging):
    """Shares, filtered."""

    round: str | None = says("Only by the end of this round", default=None, max_length=64)
    by: Literal["party", "coalition", "controller", "all"] | None = says("Only of this kind of holder", default=None)


class MissionPath(Model):
    """One mission."""

    mission_id: str = says("Id of the mission")


class ControllerPath(Model):
    """One controller."""

    controller_id: str = says("Id of the controller")


@listing("/controllers", ControllerOfOperators, "parties")
def controllers(query: Paging) -> Sequence[Controller]:
    """Who ultimately controls the operators."""
    return rows(session(), Controller)


@single("/controllers/<controller_id>", ControllerOfOperators, "parties", "controller")
def controller(path: ControllerPath) -> Controller | None:
    """One controller."""
    return session().get(Controller, path.controller_id)


@listing("/missions", Mission, "places")
def missions(query: Paging) -> Sequence[MissionRow]:
    """Planned and flown missions near the pole; those with a site are the collection `missions` too."""
    return rows(session(), MissionRow)


@single("/missions/<mission_id>", Mission, "places", "mission")
def mission(path: MissionPath) -> MissionRow | None:
    """One mission."""
    return session().get(MissionRow, path.mission_id)


@listing("/extension-grounds", ExtensionGroundRow, "norms")
def extension_grounds(query: Paging) -> Sequence[ExtensionGround]:
    """The closed list of grounds on which deadlines move."""
    return rows(session(), ExtensionGround)


@listing("/notice-templates", NoticeTemplateRow, "notices")
def notice_templates(query: Paging) -> Sequence[NoticeTemplate]:
    """The words of every kind of notice."""
    return rows(session(), NoticeTemplate)


@listing("/norm-changes", NormChangeRow, "norms")
def norm_changes(query: Paging) -> Sequence[NormChange]:
    """What each provision would change in an allocation, as stated."""
    return rows(session(), NormChange)


@listing("/crosswalk", CrosswalkItem, "norms")
def crosswalk(query: Paging) -> Sequence[CrosswalkRow]:
    """What each forum asks on each topic, and what cannot be met in full together."""
    return rows(session(), CrosswalkRow)


@listing("/concentration", Share, "rounds", key=lambda row: f"{row['round']}/{row['by']}/{row['holder']}")
def concentration(query: ShareQuery) -> Sequence[Json]:
    """What each party, coalition and controller claimed and got, round after round; `after` takes what `next` has."""
    if query.round is not None:
        named_round(query.round)
    found: equity.Concentration = kept(
        state_of(session(), viewer(), "concentration"), lambda: equity.concentration(session())
    )
    return [row for row in _shares(found) if query.round in (None, row["round"]) and query.by in (None, row["by"])]


def _shares(found: equity.Concentration) -> Iterator[Json]:
    told = ("round", "holder", "own", "so_far", "percent_of_entries", "percent_of_km2_days")
    for row in found.shares:
        said: dict[str, Any] = {name: getattr(row, name) for name in told}
        name = found.names.get((row.by, row.holder), row.holder)
        yield said | {"by": str(row.by), "name": name, "illustrative": found.is_invented(row.round)}
