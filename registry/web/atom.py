"""Atom feeds (RFC 4287), written with the standard library.

Ids are UUIDs made from the log's first record and the entry's own name: they stay the same whatever host the feed is read
from, and no other register has them. Links are relative to the feed for the same reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from registry.domain.instants import utc_text

ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry; `name` is its own for ever, `updated` the instant of its record."""

    name: str
    title: str
    text: str
    updated: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; `log` is the hash of the log's first record, empty while there is none."""

    log: str
    title: str
    author: str
    self_href: str
    page_href: str
    entries: Sequence[FeedEntry]


def written(feed: Feed) -> bytes:
    """The feed as XML; the same feed gives the same bytes."""
    ET.register_namespace("", ATOM)
    root = ET.Element(_tag("feed"))
    newest = max((entry.updated for entry in feed.entries), default=_NOTHING_YET)
    _head(root, identity(feed.log, feed.self_href), feed.title, newest)
    ET.SubElement(root, _tag("link"), rel="self", type=TYPE, href=feed.self_href)
    ET.SubElement(root, _tag("link"), rel="alternate", type="text/html", href=feed.page_href)
    author = ET.SubElement(root, _tag("author"))
    ET.SubElement(author, _tag("name")).text = _printable(feed.author)
    for entry in feed.entries:
        _entry(ET.SubElement(root, _tag("entry")), feed.log, entry)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def identity(log: str, name: str) -> str:
    """The id of what has this name in the log whose first record has this hash."""
    return uuid5(UUID(log[:32] or "0" * 32), name).urn


def _entry(element: ET.Element, log: str, entry: FeedEntry) -> None:
    _head(element, identity(log, entry.name), entry.title, entry.updated)
    ET.SubElement(element, _tag("link"), rel="alternate", type="text/html", href=entry.href)
    ET.SubElement(element, _tag("content"), type="text").text = _printable(entry.text)


def _head(element: ET.Element, id_: str, title: str, updated: datetime) -> None:
    ET.SubElement(element, _tag("id")).text = id_
    ET.SubElement(element, _tag("title"), type="text").text = _printable(title)
    ET.SubElement(element, _tag("updated")).text = utc_text(updated)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(
        character for character in text if character in "\t\n" or (character >= " " and character not in "\ufffe\uffff")
    )
