"""From a plain clone to a working command, with Python's standard library alone.

1. `environment` makes .venv, fetches the locked uv, installs the locked packages and the project itself.
2. `frontend` installs the locked npm packages and builds the style sheet and the script of the pages.
3. `entry` then hands over to the command line, or `suite` to pytest with PostgreSQL and Chromium at hand.

Each step leaves a stamp when it is whole; a step whose stamp still fits is skipped, a step that was cut short is
done again. Nothing in this package may import anything from outside it and the standard library.
"""
