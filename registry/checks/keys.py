"""Secrets and keys in the data folder: there, readable to their owner only, and those that the register knows."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.checks.report import Line, fault, ok, warning
from registry.config import SECRETS, SECRETS_FILE, Settings, credentials
from registry.domain.keys import SigningKey
from registry.domain.users import User
from registry.kept_keys import KeptKeys
from registry.log import keys
from registry.log.signed_note import parse_verifier

_OTHERS = 0o077


def secrets(settings: Settings, session: Session | None) -> Line:
    """Whether those who have a password can still sign in with it."""
    unset = [name for name in SECRETS if not getattr(settings, name)]
    path = settings.data / SECRETS_FILE
    if not unset:
        return ok("secrets", "from the settings")
    if not path.is_file():
        users = session.scalar(select(func.count()).select_from(User)) if session is not None else 0
        if not users:
            return ok("secrets", f"made in {path} at the first start")
        said = f"{path} is not there, and {users} people have accounts that need it"
        return fault("secrets", said, "restore it; a new one makes everybody's password and code worthless")
    return _secrets_file(path, unset)


def _secrets_file(path: Path, unset: Sequence[str]) -> Line:
    if path.stat().st_mode & _OTHERS:
        return fault("secrets", f"others may read {path}", f"chmod 600 {path}")
    try:
        kept = json.loads(path.read_text("utf-8"))
        lacking = [name for name in unset if not isinstance(kept[name], str) or not kept[name]]
    except (OSError, ValueError, KeyError, TypeError):
        lacking = list(unset)
    if lacking:
        return fault("secrets", f"{path} is damaged or cannot be read", "restore it")
    return ok("secrets", f"in {path}, readable to its owner only")


def former_secret(settings: Settings, session: Session) -> Iterator[Line]:
    """Whether a former secret of second factors can be thrown away."""
    if not all(getattr(settings, name) for name in SECRETS) and not (settings.data / SECRETS_FILE).is_file():
        return  # looking makes none
    try:
        known = settings.with_secrets().totp_secrets
    except (OSError, ValueError, KeyError, TypeError):  # `secrets` tells of it
        return
    if len(known) < 2:
        return
    kept = KeptKeys(known)
    stored = session.scalars(select(User.tf_totp_secret).where(User.tf_totp_secret.is_not(None)))
    needed = sum(not kept.is_newest(key or "") for key in stored)
    name = "REGISTRY_FORMER_TOTP_SECRET"
    if needed:
        yield warning(name, f"{needed} second factors are encrypted with it", "encrypt them anew: registry user reseal")
    else:
        yield warning(name, "nothing is encrypted with it any more", "unset it, and forget it")


def lines(settings: Settings, session: Session) -> Iterator[Line]:
    """Whether the register can sign."""
    rows = list(session.scalars(select(SigningKey)))
    found = [row for row in rows if row.retired_at is None]
    if not found:
        said = "none is in force: no filing gets a receipt, and no checkpoint is signed"
        yield fault("keys", said, "make one: registry keys new NAME")
        return
    yield _in_force(settings.data / keys.FOLDER, found[0])
    yield from _folder(settings.data / keys.FOLDER, rows)


def _in_force(folder: Path, key: SigningKey) -> Line:
    try:
        keys.read(folder, parse_verifier(key.vkey), credentials())
    except keys.KeyFileError as error:
        said, _, mend = str(error).partition("; ")
        return fault("keys", f"{key.id}: {said}", mend or "take the rights of others away (chmod 600)")
    return ok("keys", f"{key.id} signs the log as {key.origin}{' (illustrative)' if key.illustrative else ''}")


def _folder(folder: Path, rows: Sequence[SigningKey]) -> Iterator[Line]:
    if folder.stat().st_mode & _OTHERS if folder.is_dir() else False:
        yield warning("keys", f"others may look into {folder}", f"chmod 700 {folder}")
    known = {keys.path_of(folder, parse_verifier(row.vkey)).name for row in rows}
    for path in sorted(folder.glob("*.key")):
        if path.stat().st_mode & _OTHERS:
            yield fault("keys", f"others may read the private key {path}", f"chmod 600 {path}")
        if path.name not in known:
            yield warning("keys", f"{path} belongs to no key of this register", "keep it elsewhere, or destroy it")
