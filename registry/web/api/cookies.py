"""Cookies mean nothing under /api/: no session is read from them there, and none is written."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from registry.web.api.paths import is_for_programs


class PageCookies(SecureCookieSessionInterface):
    """Sessions for pages. For programs there is an empty one, which is thrown away."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page, or an empty one."""
        return self.session_class() if is_for_programs(request.path) else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep the session of a page in its cookie."""
        if not isinstance(session, SecureCookieSession) or not _is_of_program():
            super().save_session(app, session, response)


def _is_of_program() -> bool:
    from flask import request

    return is_for_programs(request.path)
