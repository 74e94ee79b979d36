"""The second factor: codes of an authenticator app, each good once, and who has to have one."""

from typing import Any

from cryptography.fernet import InvalidToken
from flask_security import Totp
from markupsafe import Markup
from passlib.totp import TOTP, TotpMatch

from registry import ambient
from registry.domain.access import needs_second_factor
from registry.domain.users import User
from registry.kept_keys import KeptKeys, is_without_mac
from registry.queries import keys
from registry.services import sign_ins
from registry.web.access.context import access
from registry.web.sessions import session

METHOD = "authenticator"


class Codes(Totp):
    """Codes by the register's clock; one that was used is refused, also within its half minute.

    Keys are kept encrypted and authenticated: one that was changed in the database opens nothing. Those that were kept before,
    without a MAC, count until their next use, which has them kept anew. `sealing` has the secrets by number, the newest last.
    """

    def __init__(self, sealing: dict[str, str], issuer: str):
        super().__init__(sealing, issuer)
        self._totp = TOTP.using(issuer=issuer, secrets=sealing, now=lambda: ambient.now().timestamp())
        self._keys = KeptKeys([sealing[number] for number in sorted(sealing, reverse=True)])

    def generate_totp_secret(self) -> str:
        """A new key, encrypted."""
        return self._keys.closed(self._totp.new().to_json(encrypt=False))

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether a code is right and new; none is for a key that is not the one that was kept."""
        try:
            key = self._keys.opened(totp_secret)
        except InvalidToken:
            return False
        return bool(super().verify_totp(token, key, user, window))

    def kept(self, totp_secret: str | None) -> str | None:
        """A key as it is to be kept: encrypted and authenticated."""
        if totp_secret is None or not is_without_mac(totp_secret):
            return totp_secret
        return self._keys.closed(self._totp.from_source(totp_secret).to_json(encrypt=False))

    def get_totp_uri(self, username: str, totp_secret: str) -> str:
        """What the picture for the app says."""
        return str(super().get_totp_uri(username, self._keys.opened(totp_secret)))

    def get_totp_pretty_key(self, totp_secret: str) -> str:
        """The key as somebody types it."""
        return str(super().get_totp_pretty_key(self._keys.opened(totp_secret)))

    def get_totp_b32_key(self, totp_secret: str) -> str:
        """The key as an address of an app has it."""
        return str(super().get_totp_b32_key(self._keys.opened(totp_secret)))

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
