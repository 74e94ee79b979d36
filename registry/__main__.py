"""`python3 -m registry ...` from a plain clone.

This one file is read by whatever Python a person happens to have, so it keeps to syntax that Python 2.7 can
parse; everything else may use Python 3.11. A test holds it to that.
"""

import sys

OLDEST = (3, 11)


def main():  # type: ignore[no-untyped-def]  # annotations are not Python 2
    if sys.version_info[:2] < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(
            "registry: Python %d.%d or newer is needed, this is Python %s (%s); "
            "run the same command with a newer one, for example python3.11 -m registry ...\n"
            % (OLDEST[0], OLDEST[1], found, sys.executable)
        )
        return 2
    try:
        from registry.bootstrap.entry import start

        return start(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("\nregistry: stopped; the same command takes up where this one left off\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
