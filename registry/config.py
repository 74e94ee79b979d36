"""Settings from the environment (`REGISTRY_...`), read here and nowhere else; the table is in
registry/README.md.
"""

import json
import os
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry import ambient

SECRETS_FILE = "secrets.json"
DATABASE_FILE = "registry.sqlite"


class Settings(BaseSettings):
    """What a running registry needs to know about its machine."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", extra="ignore")

    data: Path = Field(default=Path("data"), description="Folder for the database, secrets, runs and exports")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy address of the database; a file in the data folder if unset"
    )
    secret_key: str | None = Field(
        default=None, description="Signs sessions; made once and kept in the data folder if unset"
    )
    password_salt: str | None = Field(
        default=None, description="Salts password digests; made once and kept like the secret key"
    )
    totp_secret: str | None = Field(
        default=None, description="Encrypts second-factor secrets; made once and kept like the secret key"
    )
    totp_issuer: str = Field(default="Lunar Site Registry", description="Name that authenticator apps show")
    host: str = Field(default="127.0.0.1", description="Address that the pages are served on")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that the pages are served on; 0 takes a free one")
    secure_cookies: bool = Field(
        default=False, description="Cookies over https only; set it wherever https is in front"
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=720, description="A sign-in ends after this many minutes without a request"
    )
    session_hours: int = Field(default=12, ge=1, le=24, description="A sign-in ends after this many hours")
    sign_ins_per_minute: int = Field(
        default=10, ge=1, description="Attempts at passwords and codes that one network address may make in a minute"
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Reverse proxies in front, each of which adds the address it was asked from to X-Forwarded-For; "
        "with 0 that header is not believed",
    )
    second_factor: Literal["staff", "optional"] = Field(
        default="staff",
        description="Who must set up an authenticator app: staff and council, or nobody; a register whose log is "
        "signed as illustrative never asks for it",
    )
    solver_time_limit_s: int = Field(
        default=600, ge=1, description="Wall-clock limit of one official solver run, seconds"
    )
    dask_scheduler: str | None = Field(
        default=None, description="Address of a Dask scheduler for solver runs, such as tcp://host:8786; here if unset"
    )
    rehearsal: bool = Field(
        default=False, description="Commands may name the instant of a step (--at); never for a real round"
    )

    @property
    def url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.data / DATABASE_FILE).resolve()}"

    def with_secrets(self) -> "Settings":
        """These settings with every unset secret filled from the data folder, where it is made once, readable
        to its owner only.
        """
        names = ("secret_key", "password_salt", "totp_secret")
        if all(getattr(self, name) for name in names):
            return self
        kept = _kept_secrets(self.data / SECRETS_FILE, names)
        return self.model_copy(update={name: getattr(self, name) or kept[name] for name in names})


def load(data: Path | None = None) -> Settings:
    """The settings of this process; `data`, from a command line, goes before the environment."""
    return Settings() if data is None else Settings(data=data)


def _kept_secrets(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The secrets kept in `path`; makes the file on the first call, and never changes one that exists."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = json.dumps({name: ambient.token() for name in names})
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
    except FileExistsError:
        pass
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
