"""Whether a register can run, and what to mend: the checks of `registry check`, and the few of them behind `/ready`.

Nothing here changes anything.
"""
