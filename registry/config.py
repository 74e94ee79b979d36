"""Settings from the environment (`REGISTRY_...`), read here and nowhere else; the table is in
registry/README.md, and a test holds the two together.
"""

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry import ambient

SECRETS_FILE = "secrets.json"
DATABASE_FILE = "registry.sqlite"
PREFIX = "REGISTRY_"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgres", "postgresql+psycopg")
_OF_TESTS = "REGISTRY_TEST_"
_KEY = ".key"  # private keys of the log may lie among credentials, too
_SCANNER = re.compile(r"unix:/[^\0]{1,100}|tcp://([\w.-]{1,250}|\[[0-9A-Fa-f:.]{2,45}\]):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535
SECRETS = ("secret_key", "password_salt", "totp_secret")
FORMER_SECRET = "former_totp_secret"


class Settings(BaseSettings):
    """What a running registry needs to know about its machine."""

    # An empty value is none: files of settings keep a line for what is not set.
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", env_ignore_empty=True)

    data: Path = Field(default=Path("data"), description="Folder for the database, secrets, runs and exports")
    database_url: str | None = Field(
        default=None, description="SQLAlchemy address of the database; a file in the data folder if unset"
    )
    database_connections: int = Field(
        default=20,
        ge=2,
        le=500,
        description="Connections to the database that one process keeps open at most; a thread of the pages needs two",
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
    former_totp_secret: str | None = Field(
        default=None,
        description="Opens second-factor secrets that were encrypted with it, until `registry user reseal` encrypted them anew",
    )
    totp_issuer: str = Field(default="Lunar Site Registry", description="Name that authenticator apps show")
    host: str = Field(default="127.0.0.1", description="Address that the pages are served on")
    port: int = Field(
        default=8000, ge=0, le=_LAST_PORT, description="Port that the pages are served on; 0 takes a free one"
    )
    threads: int = Field(
        default=8, ge=1, le=200, description="Requests that one process of the pages answers at the same time"
    )
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
    api_writes_per_minute: int = Field(
        default=60, ge=1, description="Filings and other changes that one token of a program may send in a minute"
    )
    api_token_days: int = Field(
        default=365, ge=1, le=366, description="For how many days at most a token of a program may count"
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Reverse proxies in front, each of which adds the address it was asked from to X-Forwarded-For; "
        "with 0 that header is not believed",
    )
    trusted_hosts: str | None = Field(
        default=None,
        description="Names by which the register may be asked for, separated by commas (`.example.org` with all below); "
        "any name if unset, and addresses that the API gives repeat it",
    )
    second_factor: Literal["everybody", "staff", "optional"] = Field(
        default="staff",
        description="Who must set up an authenticator app: everybody, staff and council, or nobody; a register whose log is "
        "signed as illustrative never asks for it",
    )
    solver_time_limit_s: int = Field(
        default=600, ge=1, description="Wall-clock limit of one official solver run, seconds"
    )
    dask_scheduler: str | None = Field(
        default=None, description="Address of a Dask scheduler for solver runs, such as tcp://host:8786; here if unset"
    )
    dask_certificates: Path | None = Field(
        default=None,
        description="Folder with ca.pem, certificate.pem and key.pem, by which a scheduler at tls:// and workers know each other",
    )
    file_scanner: str | None = Field(
        default=None,
        description="ClamAV's daemon, which looks into every file that is handed in: unix:/run/clamav/clamd.ctl or "
        "tcp://HOST:PORT; nobody looks if unset",
    )
    private_network: bool = Field(
        default=False,
        description="The way to a database, scheduler or scanner on another host is encrypted by other means, and may be plain",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged: requests and runs (info), or only what goes wrong (warning, error)"
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="How a line of the log is written: for programs, or for people"
    )
    log_file: Path | None = Field(default=None, description="File that the log is added to; standard error if unset")
    least_free_mb: int = Field(
        default=500, ge=0, description="Below so many free megabytes beside the data the register is not ready"
    )
    dependencies_days: int = Field(
        default=14,
        ge=1,
        le=90,
        description="After so many days it has to be asked again what is known against the packages",
    )
    rehearsal: bool = Field(
        default=False, description="Commands may name the instant of a step (--at); never for a real round"
    )

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str | None) -> str | None:
        if value is not None:
            _check_address(value)
        return value

    @field_validator("dask_scheduler")
    @classmethod
    def _check_scheduler(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("tcp://", "tls://")):
            raise ValueError("it is no address of a scheduler; write tcp://HOST:PORT or tls://HOST:PORT")
        return value

    @field_validator("file_scanner")
    @classmethod
    def _check_scanner(cls, value: str | None) -> str | None:
        found = _SCANNER.fullmatch(value or "")
        if value is not None and (found is None or int(found["port"] or 0) > _LAST_PORT):
            raise ValueError("it is no address of a scanner; write unix:/PATH of its socket or tcp://HOST:PORT")
        return value

    @property
    def url(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.data / DATABASE_FILE).resolve()}"

    @property
    def totp_secrets(self) -> tuple[str, ...]:
        """What encrypts second-factor secrets, and what did before it."""
        return tuple(filter(None, (self.totp_secret, self.former_totp_secret)))

    def with_secrets(self) -> "Settings":
        """These settings with every unset secret filled from the data folder, where it is made once, readable
        to its owner only.
        """
        if all(getattr(self, name) for name in SECRETS):
            return self
        kept = _kept_secrets(self.data / SECRETS_FILE, SECRETS)
        found = {name: getattr(self, name) or kept[name] for name in SECRETS}
        return self.model_copy(update=found | {FORMER_SECRET: self.former_totp_secret or kept.get(FORMER_SECRET)})


def load(data: Path | None = None) -> Settings:
    """The settings of this process; `data`, from a command line, goes before the environment, and that before credentials.

    Raises
    ------
    pydantic.ValidationError
        If a setting cannot be used.
    NotADirectoryError
        If there is no folder of credentials where the environment names one.
    """
    given: dict[str, Any] = {} if data is None else {"data": data}
    laid = credentials()
    if laid is not None and not laid.is_dir():
        raise NotADirectoryError(laid)
    return Settings(_secrets_dir=laid, **given)


def credentials() -> Path | None:
    """The folder in which a service manager lays secrets for this process alone, or None.

    Any setting may be a file there, named like its variable in small letters (`registry_totp_secret`). Source: systemd.exec(5),
    LoadCredential and LoadCredentialEncrypted.
    """
    named = os.environ.get(CREDENTIALS)
    return Path(named) if named else None


def unknown() -> dict[str, str]:
    """Names in the environment and of credentials that look like settings and are none, each with the setting that it
    resembles, or "".
    """
    known = [name.upper() for name in Settings.model_fields]
    laid = credentials()
    files = [path.name.upper() for path in laid.iterdir() if path.suffix != _KEY] if laid else []
    named = (name for name in [*os.environ, *files] if name.startswith(PREFIX) and not name.startswith(_OF_TESTS))
    odd = sorted(name for name in named if name.removeprefix(PREFIX) not in known)
    alike = {name: difflib.get_close_matches(name.removeprefix(PREFIX), known, 1) for name in odd}
    return {name: f"{PREFIX}{found[0]}" if found else "" for name, found in alike.items()}


def faults(errors: list[Any]) -> list[str]:
    """What pydantic found, a line for each setting: its name, what is wrong, and what it is for; never its value."""
    told = []
    for error in errors:
        name = str(error["loc"][0])
        said = str(error["msg"]).removeprefix("Value error, ")
        meaning = Settings.model_fields[name].description
        told.append(f"{PREFIX}{name.upper()} in the environment cannot be used: {said}; correct it (it is: {meaning})")
    return told


def _check_address(text: str) -> None:
    """Refuse what is no address of a database that the register runs on; a password in it is not repeated."""
    import sqlalchemy as sa

    try:
        address = sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise ValueError("it is no address of a database; write postgresql://HOST/NAME or sqlite:////PATH") from error
    if address.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(
            f"{address.get_backend_name()} is no database that the register runs on; name postgresql or sqlite"
        )
    if address.drivername not in DRIVERS:
        raise ValueError(f"{address.drivername} is not among its drivers; leave the driver out")


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
