"""`python3 -m registry test` and `drill`: what these need beside the locked packages."""

import os
from collections.abc import Sequence

from registry.bootstrap import chromium
from registry.bootstrap.faults import SetupFault
from registry.bootstrap.places import Places

PARTS = ("postgresql", "chromium")

HELP = f"""\
Usage: python3 -m registry test [--all] [--without PART]... [PYTEST ARGUMENTS]

Sets up what is missing, then runs the tests.

  --all             run the slow tests too
  --without PART    leave out the tests that need PART ({" or ".join(PARTS)}); their number is shown
  PYTEST ARGUMENTS  anything else goes to pytest: a file, -k WORD, -x, --lf ...

Exit code: 0 all passed, 1 a test failed or a part cannot be had, 2 unusable arguments, 130 stopped.
"""

DRILL_HELP = """\
Usage: python3 -m registry drill NAME...|all|list [--out FILE] [--key FILE] [--smoke] [--set COUNT=N]...
                                                  [--without postgresql]
       python3 -m registry drill --check REPORT [--vkey VKEY]

Sets up what is missing, holds the drills one after the other, the short ones first, and writes a signed report.

  --out FILE        the report (default: drills.json); FILE.note beside it has its hash, signed
  --key FILE        the private key that signs the report (default: a fresh one, named in it)
  --smoke           the small size that the tests use
  --set COUNT=N     another size, for example cycles=50; `list` shows the counts of each drill
  --without PART    leave out the drills that need PART; their names are in the report
  --check REPORT    check a report and its note; --vkey VKEY is the key that you trust

Exit code: 0 every promise held, 1 one did not or a part cannot be had, 2 unusable arguments, 130 stopped.
"""


def wants_help(arguments: Sequence[str]) -> bool:
    """Whether the person asks for this command's own help."""
    return any(argument in ("-h", "--help") for argument in arguments)


def left_out(arguments: Sequence[str]) -> list[str]:
    """The parts named by `--without`, in either spelling; pytest gets the same arguments and deselects by them."""
    named = []
    for place, argument in enumerate(arguments):
        if argument == "--without":
            named.append(arguments[place + 1] if place + 1 < len(arguments) else "")
        elif argument.startswith("--without="):
            named.append(argument.partition("=")[2])
    return named


def check_parts(arguments: Sequence[str]) -> None:
    """Raise a SetupFault if `--without` names something that is no part, before anything is installed."""
    for part in left_out(arguments):
        if part not in PARTS:
            said = f"not {part!r}" if part else "which is missing"
            raise SetupFault(f"--without: name one of {', '.join(PARTS)}, {said}", exit_code=2)


def provide(places: Places, arguments: Sequence[str]) -> dict[str, str]:
    """Return the environment for pytest, with Chromium at hand; PostgreSQL comes with the locked packages.

    Compiled files are kept beside the sources of the clone, where git does not see them, also for a person who asks
    Python not to: else each of the some hundred processes that the tests start compiles the whole program anew.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if "chromium" not in left_out(arguments):
        env[chromium.VARIABLE] = str(chromium.provide(places))
    return env
