"""README.txt of an export: what the files are, for a reader who knows nothing of the program."""

import textwrap

from registry.exports.contents import Contents

WIDTH = 90
_FILES = """
claims.csv            what was asked for, one row a claim, with its state
particulars.csv       what else each claim states, one row a field: contacts, object, disposal, access and more
credits.csv           the shares in which parties answer for a claim
contributions.csv     what each credited party brings, with its share or amount and the evidence
placements.csv        the ranked ways to meet each claim; days count from the policy's epoch
phases.csv            the phases of each placement, with keep-out distance and the method that gave it,
                      for normal operation and for a plausible anomaly
findings.csv          the examination: one row for each claim and provision, with what was found, what
                      would mend it, and what follows (returns, noted, or a duty with its deadline)
entries.csv           the priorities recorded: valid from the first day, until the day they have ended
zones.csv             the safety zone of each phase of an entry
unserved.csv          why not: for each claim without an entry, each reason with those in the way
party_points.csv      the points by which the rule compares parties
stages.csv            the objectives in their order: value reached, bound, and whether the two meet
instances.csv         every frozen instance of the round: why it was made, its hash, its draw and seed
proposals.csv         official proposals and trials, how they were checked and what became of them
votes.csv             what each decider said, and whether the decider's party is credited in a claim
offers.csv            what was offered to whom until when, and the answer
consultations.csv     cases between the parties of two claims that could conflict, and what they came to
overlaps.csv          the pairs of placements behind each case: how near, and which keep-out asks for more
comments.csv          what parties said in public on claims, and the replies
agreements.csv        terms under which a smaller distance will do, with the pairs of claims they hold for
agreement_claims.csv  the claims under each agreement, since when and until when
notes.csv             confidential notes: the salted hash; text and salt only of those disclosed
notices.csv           what the Secretary-General and the parties were told, and what came of the delivery
parties.csv, controllers.csv, operators.csv, instruments.csv, memberships.csv, provisions.csv,
norm_profiles.csv, protected_places.csv
                      reference data, each row with its source
map.gpkg              GeoPackage in IAU_2015:30135: regions, protected_places, placements, entries,
                      zones (one feature for each entry and phase)
map_lonlat.geojson    the same in lunar longitude and latitude
map_metres.geojson    the same in metres of the polar map
map.svg               the map as a picture
policy.json           the rules of the round, published before it opened
instance.json         the frozen problem; its SHA-256 is the hash that draw and solution name
draw.json             the draw file: the public value, its source, and the seed made from it
solution.json         the official solution, with the proof of every stage
verification.txt      the verdict of the independent check, and how to repeat it
instance-N.json, draw-N.json, solution-N.json, policy-N.json
                      the same of other instances of the round, and of earlier versions of its policy
manifest.json         size and SHA-256 of every other file
"""


def readme(contents: Contents) -> bytes:
    """The text of README.txt."""
    parts = [
        f"Export of round {contents.round.id}: {contents.round.name}",
        *([_paragraph(f"ILLUSTRATIVE. {contents.round.note}")] if contents.round.illustrative else []),
        _paragraph(
            "An entry is a time-limited priority of use with duties. It gives nobody sovereignty over a place or "
            "a right to keep others out: a safety zone is an area where notice and coordination apply, for the time of "
            "one phase, without veto and without exclusion of access."
        ),
        _paragraph(
            "No agreed international radius for safety zones exists. The keep-out distances here come from the methods "
            "named in phases.csv; several are placeholders fitted to few cases, and say so."
        ),
        "Files" + _FILES.rstrip(),
        _paragraph(
            "Texts are UTF-8, lines end with a line feed. Dates are ISO 8601, instants are UTC. An empty cell means "
            "that nothing was given. A text that a spreadsheet would take for a formula has an apostrophe before it. "
            "Metres are those of the map IAU_2015:30135 (Moon, south polar stereographic, sphere of radius 1737400 m); "
            "keep-outs are metres on the ground."
        ),
        _paragraph(
            "The same record gives the same bytes: export it again and compare manifest.json. To check the allocation, "
            "see verification.txt."
        ),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _paragraph(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
