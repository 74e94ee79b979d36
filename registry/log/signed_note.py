"""Signed notes: a text with the signatures of named Ed25519 keys (C2SP signed-note, tlog-cosignature).

A note is the body, an empty line and one line for each signature: an em dash, the key's name, and base64 of the key's
id and signature. `sign` signs the body itself (type 0x01); `cosign` adds the dated signature of a witness over a
checkpoint (type 0x04). `open_note` never raises: what is wrong with a note is the `fault` of what it returns. Lines of
unknown keys are passed over, as the specification asks; a known key that signed badly, or twice, spoils the note.
Everything here is pure; keys are handed in.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 0x01, 0x04
KINDS = {ED25519: "Ed25519", COSIGNATURE: "cosignature/v1"}
DASH = "\N{EM DASH} "
PRIVATE = "PRIVATE+KEY+"
NAME_LIMIT = 120  # characters
NOTE_LIMIT = 1 << 20  # bytes
SIGNATURES_LIMIT = 100
_TIME_BYTES, _ID_BYTES, _KEY_BYTES = 8, 4, 32
_LAST_TIME = 2**63 - 1  # tlog-cosignature, "Format"


class KeyTextError(ValueError):
    """A text that is no verifier key, no private key, or no name of a key."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a key: its name, the kind of its signatures, and its 32 bytes."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The verifier key as text: name, id in hex, base64 of kind and public key."""
        return _key_text(self.name, self.key_id, self.kind, self.public)

    def verifies(self, body: str, signature: bytes) -> bool:
        """Whether these bytes, without the key's id, are a signature of this key over the body."""
        message = body.encode()
        if self.kind == COSIGNATURE:
            time = signed_time(signature)
            if time > _LAST_TIME:
                return False
            message, signature = _dated(body, time), signature[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key; its seed is shown by nothing but `private_text`."""

    verifier: Verifier
    private: Ed25519PrivateKey

    @property
    def private_text(self) -> str:
        """The private key as text, in the form of the Go module sumdb/note. It belongs in a file of mode 0600."""
        name, kind = self.verifier.name, self.verifier.kind
        return PRIVATE + _key_text(name, self.verifier.key_id, kind, self.private.private_bytes_raw())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the name, the key's id and the bytes after it."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A known key whose signature is good; `time` is the POSIX second that a witness stated."""

    verifier: Verifier
    signature: Signature
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of opening a note: good if and only if `fault` is None. The body of a bad note is not to be used."""

    body: str = ""
    signatures: tuple[Signature, ...] = ()
    signed: tuple[Signed, ...] = ()
    fault: str | None = None

    def __bool__(self) -> bool:
        return self.fault is None


def signer(name: str, seed: bytes, kind: int = ED25519) -> Signer:
    """The key made from 32 secret random bytes."""
    _check_name(name)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(Verifier(name, private.public_key().public_bytes_raw(), kind), private)


def parse_signer(text: str) -> Signer:
    """The key in a private key text; KeyTextError, which never quotes it, otherwise."""
    if not text.startswith(PRIVATE):
        raise KeyTextError(f"this is no private key; it begins with {PRIVATE}")
    name, key_id, kind, seed = _parsed_key(text.removeprefix(PRIVATE))
    found = signer(name, seed, kind)
    if found.verifier.key_id != key_id:
        raise KeyTextError("the id in this private key is not that of its name and bytes; take the file as it was made")
    return found


def parse_verifier(text: str) -> Verifier:
    """The key in a verifier key text; KeyTextError otherwise."""
    if text.startswith(PRIVATE):
        raise KeyTextError("this is a private key; keep it secret and give the verifier key")
    name, key_id, kind, public = _parsed_key(text)
    _check_name(name)
    found = Verifier(name, public, kind)
    if found.key_id != key_id:
        raise KeyTextError("the id in this verifier key is not that of its name and bytes; copy it whole")
    return found


def sign(body: str, key: Signer) -> str:
    """The note of this body with the key's signature."""
    if key.verifier.kind != ED25519:
        raise KeyTextError(f"{key.verifier.name} is a witness's key; it co-signs checkpoints and signs nothing else")
    return f"{_checked_body(body)}\n{_signature(key, key.private.sign(body.encode())).line}"


def cosign(note: str, key: Signer, time: int) -> str:
    """The same note with the witness's signature over its body at this POSIX second, in place of an earlier one."""
    if key.verifier.kind != COSIGNATURE:
        raise KeyTextError(f"{key.verifier.name} is no witness's key; make one with: registry witness new")
    opened = _split(note)
    if opened.fault is not None:
        raise KeyTextError(opened.fault)
    stamped = time.to_bytes(_TIME_BYTES, "big") + key.private.sign(_dated(opened.body, time))
    new = _signature(key, stamped)
    others = [row.line for row in opened.signatures if (row.name, row.key_id) != (new.name, new.key_id)]
    return f"{opened.body}\n{''.join(others)}{new.line}"


def signed_time(signature: bytes) -> int:
    """The POSIX second in a witness's signature."""
    return int.from_bytes(signature[:_TIME_BYTES], "big")


def open_note(note: str | bytes, verifiers: Iterable[Verifier]) -> Opened:
    """Open a note with the keys that are trusted: its body, and who of them signed it.

    The fault, if there is one, says in a sentence why the note must not be believed.
    """
    opened = _split(note)
    known = {(key.name, key.key_id): key for key in verifiers}
    signed: list[Signed] = []
    for signature in opened.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if any(row.verifier == key for row in signed):
            return Opened(fault=f"{key.name} signed twice in one note; take the note as it was published")
        if not key.verifies(opened.body, signature.signature):
            return Opened(fault=f"the signature of {key.name} is not one of this text")
        signed.append(Signed(key, signature, signed_time(signature.signature) if key.kind == COSIGNATURE else None))
    if opened.fault is None and not signed:
        return Opened(fault=f"no trusted key signed this note; it names {_names(opened.signatures)}")
    return Opened(opened.body, opened.signatures, tuple(signed), opened.fault)


def signatures_of(note: str | bytes) -> Opened:
    """The note taken apart without a look at any signature: for showing, never for believing."""
    return _split(note)


def _split(note: str | bytes) -> Opened:
    """Body and signature lines of a note, or the fault in its form."""
    try:
        text = note.decode() if isinstance(note, bytes) else note
        size = len(text.encode())
    except UnicodeError:
        return Opened(fault="the note is not UTF-8 text")
    if size > NOTE_LIMIT:
        return Opened(fault=f"the note has {size} bytes, more than {NOTE_LIMIT}")
    if any(character < " " and character != "\n" for character in text):
        return Opened(fault="the note has a control character other than a newline")
    body, separator, lines = text.rpartition("\n\n")
    if not separator or not body or not lines.endswith("\n"):
        return Opened(fault="the note has no signatures after an empty line; it may have been cut short")
    return _with_signatures(f"{body}\n", lines.split("\n")[:-1])


def _with_signatures(body: str, lines: list[str]) -> Opened:
    if len(lines) > SIGNATURES_LIMIT:
        return Opened(fault=f"the note has {len(lines)} signatures, more than {SIGNATURES_LIMIT}")
    found = [_parsed_line(line) for line in lines]
    if not all(found):
        number = found.index(None) + 1
        return Opened(fault=f"signature line {number} is not: em dash, key name, base64 of key id and signature")
    return Opened(body, tuple(row for row in found if row is not None))


def _parsed_line(line: str) -> Signature | None:
    parts = line.removeprefix(DASH).split(" ")
    if not line.startswith(DASH) or len(parts) != 2 or not _is_name(parts[0]):
        return None
    decoded = strict_base64(parts[1])
    if decoded is None or len(decoded) <= _ID_BYTES:
        return None
    return Signature(parts[0], decoded[:_ID_BYTES], decoded[_ID_BYTES:])


def strict_base64(text: str) -> bytes | None:
    """The bytes of a standard base64 text in its one canonical spelling; None for any other text."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def _signature(key: Signer, signature: bytes) -> Signature:
    return Signature(key.verifier.name, key.verifier.key_id, signature)


def _dated(body: str, time: int) -> bytes:
    """What a witness signs: a fixed line, the second, and the body of the checkpoint."""
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def _checked_body(body: str) -> str:
    if not body.endswith("\n") or any(character < " " and character != "\n" for character in body):
        raise ValueError("the body of a note ends in a newline and has no other control character")
    return body


def _key_text(name: str, key_id: bytes, kind: int, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(bytes([kind]) + key).decode()}"


def _parsed_key(text: str) -> tuple[str, bytes, int, bytes]:
    """Name, id, kind and bytes of a key's text; the base64 part may have a plus itself."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = strict_base64(encoded)
    if len(key_id) != 2 * _ID_BYTES or set(key_id) - set("0123456789abcdef") or not key:
        raise KeyTextError("this is no key; one reads name+8 hex digits+base64, without a break")
    if key[0] not in KINDS or len(key) != 1 + _KEY_BYTES:
        raise KeyTextError("this key is of no kind used here; give an Ed25519 key (0x01) or a witness's key (0x04)")
    return name, bytes.fromhex(key_id), key[0], key[1:]


def _check_name(name: str) -> None:
    if not _is_name(name):
        raise KeyTextError(
            f"a key's name has 1 to {NAME_LIMIT} visible characters, no space and no plus, for example "
            "registry.example.org/log"
        )


def _is_name(name: str) -> bool:
    return 0 < len(name) <= NAME_LIMIT and name.isprintable() and not any(c.isspace() or c == "+" for c in name)


def _names(signatures: Iterable[Signature]) -> str:
    return ", ".join(sorted({row.name for row in signatures})[:5]) or "nobody"
