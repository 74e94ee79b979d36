"""What the pages share beside the session: settings, the engine, and how to name an address without saying it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import sqlalchemy as sa
from flask import Flask, current_app

from registry import accounts
from registry.config import Settings

_KEY = "registry.access"


@dataclass(frozen=True, slots=True)
class Access:
    """The settings and the engine of an application."""

    settings: Settings
    engine: sa.Engine

    @property
    def idle(self) -> timedelta:
        """How long a session may rest."""
        return timedelta(minutes=self.settings.session_idle_minutes)

    @property
    def longest(self) -> timedelta:
        """How long a session may last."""
        return timedelta(hours=self.settings.session_hours)

    def subject(self, email: str) -> str:
        """The keyed hash of an address."""
        return accounts.subject(self.settings, email)


def add_access(app: Flask, access: Access) -> None:
    """Keep it for the requests of this application."""
    app.extensions[_KEY] = access


def access() -> Access:
    """That of the application at work."""
    return cast(Access, current_app.extensions[_KEY])
