"""Provisions from the Registration Convention."""

from registry.domain.provisions.finding import Case, Finding, favourable, unfavourable


def one_state_of_registry(case: Case) -> Finding:
    """REG-II-1: exactly one State of registry, and it MUST be one of the launching parties."""
    state, launching = case.filing.state_of_registry, list(case.filing.launching_parties)
    if state not in launching:
        named = ", ".join(launching) or "none"
        return unfavourable(
            "REG-II-1",
            f"The State of registry {state} is not among the launching parties ({named}). "
            "Please name one of them, or complete the launching parties.",
            state_of_registry=state,
            launching_parties=launching,
        )
    return favourable(
        "REG-II-1", f"{state} is the one State of registry.", state_of_registry=state, launching_parties=launching
    )
