"""The crosswalk of norms: what forums ask alike is asked twice, and what stands against another is told with its reason."""

from sqlalchemy.orm import Session

from registry.domain.norms.stated import CrosswalkRow
from registry.queries.crosswalk import topics
from tests import factories as make


def row(row_id: str, topic: str, forum: str, asks: str, **changes: object) -> CrosswalkRow:
    said = {"statement": f"{forum} asks.", "against": [], "because": "", "source": "test", "provision_id": None}
    return CrosswalkRow(id=row_id, topic=topic, forum_id=forum, asks=asks, **(said | changes))


def stated(session: Session) -> None:
    make.world(session)
    session.add_all([
        row("b", "Zones", "ilrs", "no zones", against=["a"], because="One has them, the other does not."),
        row("a", "Zones", "artemis-accords", "zones", provision_id="AA-11-SZ1"),
        row("c", "Objects", "ilrs", "register"),
        row("d", "Objects", "artemis-accords", "register"),
        row("e", "Data", "artemis-accords", "register"),
    ])  # fmt: skip
    session.flush()


def test_topics_come_by_name_with_their_forums_by_id(register: Session) -> None:
    stated(register)
    assert [(topic.name, [one.forum for one in topic.rows]) for topic in topics(register)] == [
        ("Data", ["artemis-accords"]),
        ("Objects", ["artemis-accords", "ilrs"]),
        ("Zones", ["artemis-accords", "ilrs"]),
    ]


def test_what_two_forums_ask_of_one_topic_in_the_same_words_is_asked_twice(register: Session) -> None:
    stated(register)
    assert [(topic.name, topic.repeated) for topic in topics(register)] == [
        ("Data", ()), ("Objects", ("register",)), ("Zones", ()),
    ]  # fmt: skip


def test_a_contradiction_names_the_other_forum_and_the_reason(register: Session) -> None:
    stated(register)
    data, objects, zones = topics(register)
    assert (data.contradictions, objects.contradictions) == ((), ())
    [against] = zones.contradictions
    assert (against.forum, against.forum_name, against.against) == ("ilrs", "Ilrs", ("artemis-accords",))
    assert against.because == "One has them, the other does not."


def test_forums_without_a_row_are_silent(register: Session) -> None:
    stated(register)
    assert [topic.silent for topic in topics(register)] == [("ilrs",), (), ()]
