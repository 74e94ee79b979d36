"""Which addresses are for programs."""

PREFIX = "/api/v1"


def is_for_programs(path: str) -> bool:
    """Whether what is asked for under this path is answered for programs; /api itself is a page for their makers."""
    return path.startswith("/api/")


def is_refused_for_programs(path: str) -> bool:
    """Whether a refusal under this path is told as a problem document."""
    return path == "/api" or is_for_programs(path)
