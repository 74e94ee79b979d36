"""The second factor: codes of an authenticator app, each good once, and who has to have one."""

from typing import Any

from flask_security import Totp
from markupsafe import Markup
from passlib.totp import TOTP, TotpMatch

from registry import ambient
from registry.domain.access import needs_second_factor
from registry.domain.users import User
from registry.queries import keys
from registry.services import sign_ins
from registry.web.access.context import access
from registry.web.sessions import session

METHOD = "authenticator"


class Codes(Totp):
    """Codes by the register's clock; one that was used is refused, also within its half minute."""

    def __init__(self, sealing: dict[str, str], issuer: str):
        super().__init__(sealing, issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=sealing, now=lambda: ambient.now().timestamp())

    def get_last_counter(self, user: Any) -> int | None:
        """The number of the half minute whose code was used last."""
        return sign_ins.state_of(session(), user.id).last_code

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Keep it, so that codes up to this one count no more."""
        sign_ins.state_of(session(), user.id).last_code = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> Markup:
        """A picture for the app's camera, as SVG to stand in the page: the pages load no picture from elsewhere."""
        import qrcode
        from qrcode.image.svg import SvgPathImage

        drawn = qrcode.make(self.get_totp_uri(username, totp), image_factory=SvgPathImage, border=2)
        return Markup(drawn.to_string(encoding="unicode"))  # noqa: S704  (drawn by the library from squares)


def has_second_factor(user: User) -> bool:
    """Whether the account is signed into with a code."""
    return bool(user.tf_primary_method and user.tf_totp_secret)


def is_required(user: User) -> bool:
    """Whether the person has to have one: staff and council, or whoever the settings say; nobody in an illustrative register."""
    asked, roles = access().settings.second_factor, frozenset(role.name for role in user.roles)
    return (asked == "everybody" or (asked == "staff" and needs_second_factor(roles))) and not is_relaxed()


def is_relaxed() -> bool:
    """Whether the register shows invented rounds only, as the key of its log says."""
    return keys.is_illustrative(session())
