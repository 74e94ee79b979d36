"""What the operators of a register read: sign-ins, refusals and waits, without an address, a name or where from.

An account is told by the first characters of the keyed hash of its address: equal ones belong together, and nobody
without the register's secret can tell whose they are.
"""

from registry import logs

LOG = logs.get("registry.access")
SHOWN = 12


def said(event: str, subject: str, **more: object) -> None:
    """One line: event, account, and what else is to be known."""
    LOG.info(event, account=subject[:SHOWN], **more)
