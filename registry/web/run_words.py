"""Words about runs: states, kinds, steps, and what an explanation says, in sentences for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from registry.web import words
from registry.web.formats import grouped, length_words

STATES = {
    "queued": (lazy_gettext("Waiting"), "waiting"),
    "running": (lazy_gettext("Running"), "open"),
    "done": (lazy_gettext("Done"), "good"),
    "failed": (lazy_gettext("Failed"), "bad"),
    "cancelled": (lazy_gettext("Cancelled"), ""),
}
KINDS = {
    "trial": lazy_gettext("Trial"),
    "proposal": lazy_gettext("Official proposal"),
    "why-not": lazy_gettext("Why not"),
    "incentives": lazy_gettext("Incentives"),
}
DOING = {
    "solving": lazy_gettext("Solving: looking for better allocations, and for the bound that nobody can pass"),
    "verifying": lazy_gettext("Verifying: another program checks the answer without any constraint solver"),
    "confirming": lazy_gettext("Confirming: a second engine proves every stage again"),
    "explaining": lazy_gettext("Explaining: what stands in the way, and what would have been granted"),
    "studying": lazy_gettext("Solving other filings: who could have gained by dropping, sharing or splitting a claim"),
}
OTHER_FILINGS = {
    "dropped": lazy_gettext("A claim dropped"),
    "truncated": lazy_gettext("Only the first choices of a claim filed"),
    "twin": lazy_gettext("A claim filed twice, the second 10 m aside"),
    "split by credit": lazy_gettext("A joint claim filed as one claim for each partner"),
    "split by days": lazy_gettext("A long stay filed as two claims"),
    "lent": lazy_gettext("Credit lent to an ally"),
    "partner": lazy_gettext("A partner taken in"),
    "without agreement": lazy_gettext("An agreement refused"),
}
CHANGES = {
    "gained": (lazy_gettext("Gains"), "good"),
    "lost": (lazy_gettext("Loses"), "bad"),
    "moved": (lazy_gettext("Another placement"), "open"),
    "shifted": (lazy_gettext("Another start"), "waiting"),
}
KINDS_OF_CHANGE = {
    "wider window": lazy_gettext("A wider window of start days"),
    "shorter stay": lazy_gettext("A shorter stay"),
    "smaller keep-out": lazy_gettext("A smaller keep-out distance"),
    "move": lazy_gettext("Another position nearby"),
}


def verdict(found: Mapping[str, Any]) -> str:
    """What granting would have done to the stages of the rule."""
    outcome = found["outcome"]
    if outcome == "impossible":
        return gettext("Impossible in any allocation: entries in force, holds and caps leave no room.")
    if outcome == "undecided":
        return gettext("Not decided in the time given.")
    if outcome == "equal":
        return gettext("Every stage would have been the same; the draw decided.")
    said = {
        "stage": words.stage(found["stage"]),
        "value": grouped(found["value"]),
        "granted": grouped(found["value_if_granted"]),
    }
    if outcome == "better":
        return gettext("One stage would be better (%(stage)s): %(granted)s instead of %(value)s.", **said)
    if outcome == "worse by at least":
        return gettext("First worse at one stage (%(stage)s): %(granted)s at best, instead of %(value)s.", **said)
    return gettext("First worse at one stage (%(stage)s): %(granted)s instead of %(value)s.", **said)


def blockers(placement: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each minimal set that closes a placement: a sentence, and its members as (claim or empty, words)."""
    for conflict in placement["blocked_by"]:
        yield _rule(conflict), [(member["claim"] or "", _member(member)) for member in conflict["members"]]


def _rule(conflict: Mapping[str, Any]) -> str:
    if conflict["rule"] == "C3":
        return gettext("The cap %(cap)s is used up for %(whom)s by:", cap=conflict["cap"], whom=conflict["whom"])
    if conflict["rule"] == "C5":
        return gettext("It would close the way of an access point, at every start of its window, beside:")
    return gettext("Too near, at every start of its window, to:")


def _member(member: Mapping[str, Any]) -> str:
    said = gettext("%(id)s from day %(day)s", id=member["id"], day=grouped(member["start"]))
    if member["distance_m"] is None or member["keep_out_m"] is None:
        return said
    apart = {"distance": length_words(member["distance_m"]), "kept": length_words(member["keep_out_m"])}
    return f"{said}: {gettext('%(distance)s away where %(kept)s are kept', **apart)}"


def looked(found: Mapping[str, Any]) -> str:
    """What came of looking for the least change of one kind."""
    change = found["change"]
    if change is None:
        if found["finished"]:
            return gettext("None would have done (looked at: %(bounds)s).", bounds=found["bounds"])
        return gettext("Not decided in the time given (looked at: %(bounds)s).", bounds=found["bounds"])
    gets = change["gets"]
    return gettext(
        "%(amount)s %(unit)s at %(placement)s: it would have had %(gets)s from day %(day)s.",
        amount=grouped(change["amount"]),
        unit=change["unit"],
        placement=change["placement"],
        gets=gets["placement"],
        day=grouped(gets["start"]),
    )


def gets(row: Mapping[str, Any] | None) -> str:
    """What a claim has in an allocation."""
    if row is None:
        return gettext("nothing")
    return gettext("%(placement)s from day %(day)s", placement=row["placement"], day=grouped(row["start"]))


def got(pair: tuple[str, int] | None) -> str:
    """The same of a pair."""
    return gets(None if pair is None else {"placement": pair[0], "start": pair[1]})
