"""A small reference model of the procedure, written from section 7 of the design and nothing of the program.

It knows states, who may, guards and deadlines. Asked whether a step can be taken, it answers with the reasons against
it (`role`, `state`, `content`, `missing`); told that one was taken, it moves on. It imports nothing of the registry.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OPENS, CLOSES = datetime.fromisoformat("2027-01-15T00:00Z"), datetime.fromisoformat("2027-03-31T00:00Z")
COORDINATION_MONTHS, OFFER_DAYS, FALLBACKS = 4, 60, 2
IN_PROCEDURE = ("SUBMITTED", "RETURNED", "PUBLISHED", "COORDINATION", "READY")
OUT = ("RETURNED", "WITHDRAWN", "REFUSED", "LAPSED")


@dataclass(frozen=True)
class Who:
    name: str
    role: str
    party: str | None = None


@dataclass
class ModelClaim:
    party: str
    key: str
    state: str
    since: datetime
    received: datetime
    last: datetime
    good: bool
    examined: bool | None = None
    published: bool = False


@dataclass
class Instance:
    """One frozen problem and what became of it."""

    claims: list[str]
    frozen: datetime
    seeds: int
    fallbacks: int = 0
    drawn: bool = False
    cut_short: bool = False
    proposed: list[str] | None = None
    votes: list[tuple[Who, str, str | None]] = field(default_factory=list)
    outcome: str | None = None


@dataclass
class Model:
    now: datetime
    last: datetime
    state: str = "ANNOUNCED"
    sources: list[str] = field(default_factory=list)
    claims: dict[str, ModelClaim] = field(default_factory=dict)
    instances: list[Instance] = field(default_factory=list)
    concluded: bool = False

    # What may be done

    def reasons(self, act: str, who: Who, at: datetime, **about: object) -> set[str]:
        """Everything that speaks against the step; empty if it can be taken."""
        found: set[str] = getattr(self, f"_{act}")(who, at, **about)
        return found if self._sees(who, about.get("claim")) else {*found, "missing"}

    def _publish_policy(self, who: Who, at: datetime, source: str) -> set[str]:
        fits = self.state == "ANNOUNCED" or (self.state == "REJECTED" and source not in self.sources)
        return self._needs(who, ("registrar",), fits and at >= self.last)

    def _open(self, who: Who, at: datetime) -> set[str]:
        fits = self.state == "ANNOUNCED" and bool(self.sources) and at >= OPENS
        return self._needs(who, ("registrar",), fits and at >= self.last)

    def _close(self, who: Who, at: datetime) -> set[str]:
        return self._needs(who, ("registrar",), self.state == "OPEN" and at >= max(CLOSES, self.last))

    def _freeze(self, who: Who, at: datetime) -> set[str]:
        settled = all(row.state in ("READY", "RECORDED", *OUT) for row in self.claims.values())
        return self._needs(who, ("registrar", "planner"), self.state == "CLOSED" and settled and at >= self.last)

    def _draw(self, who: Who, at: datetime, source: str, published: datetime) -> set[str]:
        fits = self.state == "FROZEN" and source == self.sources[-1] and self.instances[-1].frozen < published <= at
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _keep_trial(self, who: Who, at: datetime, **_about: object) -> set[str]:
        fits = bool(self.instances) and self.instances[-1].drawn
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _fall_back(self, who: Who, at: datetime) -> set[str]:
        fits = (
            self.state == "DRAWN" and self.instances[-1].cut_short and self.instances[-1].fallbacks < FALLBACKS
        )  # fmt: skip
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _propose(self, who: Who, at: datetime, fault: str | None, **_about: object) -> set[str]:
        fits = self.state == "DRAWN" and fault is None
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _decide(self, who: Who, at: datetime, choice: str, ground: str | None) -> set[str]:
        open_ = bool(self.instances) and self.instances[-1].proposed is not None and self.instances[-1].outcome is None
        spoken = open_ and any(voter.name == who.name for voter, _, _ in self.instances[-1].votes)
        found = self._needs(who, ("council",), open_ and not spoken and at >= self.last)
        return found | ({"content"} if (choice == "reject") != (ground is not None) else set())

    def _expire(self, who: Who, at: datetime) -> set[str]:
        return self._needs(who, ("registrar", "system"), True)

    def _resolve(self, who: Who, at: datetime) -> set[str]:
        fits = self._all_answered() and bool(self._freed()) and bool(self._of_state("READY"))
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _conclude(self, who: Who, at: datetime) -> set[str]:
        fits = self._all_answered() and not (self._freed() and self._of_state("READY"))
        return self._needs(who, ("registrar", "planner"), fits and at >= self.last)

    def _file(self, who: Who, at: datetime, party: str, key: str, good: bool) -> set[str]:
        fits = self.takes_filings(at) and at >= self.last and all(row.key != key for row in self.claims.values())
        return self._of_party(who, party) | self._needs(who, ("delegate", "registrar"), fits)

    def _amend(self, who: Who, at: datetime, claim: str, good: bool) -> set[str]:
        row = self.claims[claim]
        early = row.state == "SUBMITTED" and self.takes_filings(at)
        mended = row.state == "RETURNED" and self.state in ("ANNOUNCED", "OPEN", "CLOSED")
        fits = (early or mended) and at >= row.last
        return self._of_party(who, row.party) | self._needs(who, ("delegate", "registrar"), fits)

    def _withdraw(self, who: Who, at: datetime, claim: str) -> set[str]:
        row = self.claims[claim]
        fits = row.state in IN_PROCEDURE and at >= row.last
        return self._of_party(who, row.party) | self._needs(who, ("delegate", "registrar"), fits)

    def _examine(self, who: Who, at: datetime, claim: str) -> set[str]:
        return self._office(who, at, claim, "SUBMITTED")

    def _publish(self, who: Who, at: datetime, claim: str) -> set[str]:
        return self._office(who, at, claim, "SUBMITTED", guard=self.claims[claim].examined is True)

    def _return(self, who: Who, at: datetime, claim: str) -> set[str]:
        return self._office(who, at, claim, "SUBMITTED", guard=self.claims[claim].examined is False)

    def _refuse(self, who: Who, at: datetime, claim: str) -> set[str]:
        return self._office(who, at, claim, "RETURNED")

    def _coordinate(self, who: Who, at: datetime, claim: str) -> set[str]:
        return self._office(who, at, claim, "PUBLISHED")

    def _make_ready(self, who: Who, at: datetime, claim: str) -> set[str]:
        over = at >= months_later(self.claims[claim].since, COORDINATION_MONTHS)
        fits = self.claims[claim].state == "COORDINATION" and at >= self.claims[claim].last and over
        return self._needs(who, ("registrar", "system"), fits)

    def _accept(self, who: Who, at: datetime, claim: str) -> set[str]:
        row = self.claims[claim]
        fits = row.state == "OFFERED" and max(row.since, row.last) <= at <= row.since + timedelta(days=OFFER_DAYS)
        return self._of_party(who, row.party) | self._needs(who, ("delegate", "registrar"), fits)

    _decline = _accept

    # What follows

    def take(self, act: str, who: Who, at: datetime, **about: object) -> None:
        """Move on as if the step was taken."""
        getattr(self, f"_do_{act}")(who, at, **about)
        self.now = max(self.now, at)
        if "claim" in about:
            self.claims[str(about["claim"])].last = at
        elif act not in ("file", "expire"):
            self.last = at

    def _do_publish_policy(self, who: Who, at: datetime, source: str) -> None:
        self.sources.append(source)
        self.state = "CLOSED" if self.state == "REJECTED" else self.state

    def _do_open(self, who: Who, at: datetime) -> None:
        self.state = "OPEN"

    def _do_close(self, who: Who, at: datetime) -> None:
        self.state = "CLOSED"

    def _do_freeze(self, who: Who, at: datetime) -> None:
        self.state = "FROZEN"
        inside = [name for name, row in self.claims.items() if row.state in ("READY", "RECORDED")]
        self.instances.append(Instance(inside, at, seeds=len(self.instances)))

    def _do_draw(self, who: Who, at: datetime, source: str, published: datetime) -> None:
        self.state, self.instances[-1].drawn = "DRAWN", True

    def _do_keep_trial(self, who: Who, at: datetime, cut_short: bool) -> None:
        self.instances[-1].cut_short |= cut_short

    def _do_fall_back(self, who: Who, at: datetime) -> None:
        basis = self.instances[-1]
        made = Instance(basis.claims, at, len(self.instances), basis.fallbacks + 1, drawn=True)
        self.instances.append(made)

    def _do_propose(self, who: Who, at: datetime, allotted: list[str], fault: str | None) -> None:
        self.state, self.instances[-1].proposed = "PROPOSED", list(allotted)

    def _do_decide(self, who: Who, at: datetime, choice: str, ground: str | None) -> None:
        instance = self.instances[-1]
        partners = [
            voter
            for voter, said, why in instance.votes
            if (said, why) == (choice, ground) and voter.party != who.party
        ]  # fmt: skip
        instance.votes.append((who, choice, ground))
        if partners and choice in ("adopt", "reject"):
            instance.outcome = choice
            self.state = {"adopt": "ADOPTED", "reject": "REJECTED"}[choice]
            for name in (instance.proposed or []) if choice == "adopt" else []:
                if self.claims[name].state == "READY":
                    self._move(name, "OFFERED", at)

    def _do_expire(self, who: Who, at: datetime) -> None:
        for name in self._of_state("OFFERED"):
            if at > self.claims[name].since + timedelta(days=OFFER_DAYS):
                self._move(name, "LAPSED", at)
                self.claims[name].last = at

    def _do_resolve(self, who: Who, at: datetime) -> None:
        basis = self.instances[-1]
        inside = [name for name in basis.claims if self.claims[name].state in ("READY", "RECORDED")]
        self.instances.append(Instance(inside, at, basis.seeds, basis.fallbacks, drawn=True))
        self.state = "DRAWN"

    def _do_conclude(self, who: Who, at: datetime) -> None:
        self.concluded = True
        for name in self._of_state("READY"):
            self._move(name, "LAPSED", at)

    def _do_file(self, who: Who, at: datetime, party: str, key: str, good: bool) -> None:
        name = f"C-{len(self.claims) + 1:04d}"
        self.claims[name] = ModelClaim(party, key, "SUBMITTED", at, at, at, good)

    def _do_amend(self, who: Who, at: datetime, claim: str, good: bool) -> None:
        row = self.claims[claim]
        if row.state == "RETURNED":
            row.received = at
        row.good, row.examined = good, None
        self._move(claim, "SUBMITTED", at)

    def _do_examine(self, who: Who, at: datetime, claim: str) -> None:
        row = self.claims[claim]
        row.examined = row.good
        if not row.good:
            self._move(claim, "RETURNED", at)

    def _do_withdraw(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "WITHDRAWN", at)

    def _do_publish(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "PUBLISHED", at)
        self.claims[claim].published = True

    def _do_return(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "RETURNED", at)

    def _do_refuse(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "REFUSED", at)

    def _do_coordinate(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "COORDINATION", at)

    def _do_make_ready(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "READY", at)

    def _do_accept(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "RECORDED", at)

    def _do_decline(self, who: Who, at: datetime, claim: str) -> None:
        self._move(claim, "WITHDRAWN", at)

    # Helpers

    def takes_filings(self, at: datetime) -> bool:
        return self.state == "OPEN" and OPENS <= at <= CLOSES

    def _sees(self, who: Who, claim: object) -> bool:
        """Before its publication a claim is there for the office and for its own party only."""
        row = self.claims.get(str(claim))
        if row is None or row.published or who.role in ("registrar", "planner", "auditor", "system"):
            return True
        return who.role == "delegate" and who.party == row.party

    def _needs(self, who: Who, roles: tuple[str, ...], fits: bool) -> set[str]:
        return (set() if who.role in roles else {"role"}) | (set() if fits else {"state"})

    def _of_party(self, who: Who, party: str) -> set[str]:
        return {"role"} if who.role == "delegate" and who.party != party else set()

    def _office(self, who: Who, at: datetime, claim: str, state: str, *, guard: bool = True) -> set[str]:
        row = self.claims[claim]
        return self._needs(who, ("registrar",), row.state == state and guard and at >= row.last)

    def _all_answered(self) -> bool:
        return self.state == "ADOPTED" and not self.concluded and not self._of_state("OFFERED")

    def _freed(self) -> list[str]:
        return [name for name in self.instances[-1].proposed or [] if self.claims[name].state in OUT]

    def _of_state(self, state: str) -> list[str]:
        return [name for name, row in self.claims.items() if row.state == state]

    def _move(self, name: str, state: str, at: datetime) -> None:
        self.claims[name].state, self.claims[name].since = state, at


def months_later(start: datetime, months: int) -> datetime:
    """The same day so many calendar months later, or the last day of a shorter month."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
