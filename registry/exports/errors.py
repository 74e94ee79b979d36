"""What can go wrong with an export, in one sentence for the person who asked for it."""


class ExportError(Exception):
    """The export could not be made; the text names the place and the mend, and nothing was left behind."""
