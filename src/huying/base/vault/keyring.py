"""Keys that guard citizens' data: sealing (AES-256-GCM) and keyed look-up hashes (HMAC-SHA-256).

A sealed value is ``key_id.base64(nonce ‖ ciphertext ‖ tag)``; the context (for example ``citizen.phone``) is
authenticated with it, so that a value cannot be moved into another column. Look-up hashes use keys of their own,
one per purpose, so that the hash of a phone and the hash of its last four digits can't be compared.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class VaultError(Exception):
    """A sealed value can't be opened: unknown key, or the value was altered."""


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    """The cipher of a key; a list opens two values a line, and setting a key up costs as much as opening one."""
    return AESGCM(key)


@dataclass(frozen=True)
class Keyring:
    """Named data keys, which of them seals new values, and the secret of the look-up hashes."""

    active: str
    keys: dict[str, bytes]
    index_secret: bytes
    django_secret: str

    @classmethod
    def fresh(cls) -> "Keyring":
        return cls("k1", {"k1": secrets.token_bytes(32)}, secrets.token_bytes(32), secrets.token_urlsafe(48))

    @classmethod
    def load(cls, path: Path) -> "Keyring":
        raw = json.loads(path.read_text("utf-8"))
        return cls(
            raw["active"],
            {name: base64.b64decode(key) for name, key in raw["keys"].items()},
            base64.b64decode(raw["index_secret"]),
            raw["django_secret"],
        )

    def save(self, path: Path) -> None:
        """Write the ring so that only its owner can read it, replacing the file in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        body = {
            "active": self.active,
            "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
            "index_secret": base64.b64encode(self.index_secret).decode(),
            "django_secret": self.django_secret,
        }
        temporary = path.with_suffix(".new")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(body, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def with_new_key(self) -> "Keyring":
        """A ring whose newest key seals from now on; older keys still open what they sealed."""
        numbers = [int(known[1:]) for known in self.keys if known[1:].isdigit()]
        name = f"k{max(numbers, default=0) + 1}"
        return Keyring(name, {**self.keys, name: secrets.token_bytes(32)}, self.index_secret, self.django_secret)

    def seal(self, value: str, context: str) -> str:
        if not value:
            return ""
        nonce = secrets.token_bytes(12)
        body = _cipher(self.keys[self.active]).encrypt(nonce, value.encode(), context.encode())
        return f"{self.active}.{base64.b64encode(nonce + body).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """The value behind ``sealed``. Raises :class:`VaultError` where key or content don't fit."""
        if not sealed:
            return ""
        key_id, _, body = sealed.partition(".")
        if key_id not in self.keys:
            raise VaultError(f"unknown key {key_id}")
        try:
            raw = base64.b64decode(body, validate=True)
            return _cipher(self.keys[key_id]).decrypt(raw[:12], raw[12:], context.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise VaultError("the sealed value was altered") from error

    def fingerprint(self, value: str, purpose: str) -> str:
        """Keyed hash for look-ups (64 hex digits); empty for an empty value."""
        if not value:
            return ""
        key = hmac.new(self.index_secret, purpose.encode(), hashlib.sha256).digest()
        return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


_path: Path | None = None
_loaded: tuple[int, Keyring] | None = None


def configure(path: Path | None) -> Path | None:
    """Tell this process where its key ring lies (called once by the settings); where it lay before."""
    global _path, _loaded
    before, _path, _loaded = _path, path, None
    return before


def keyring() -> Keyring:
    """The ring of this installation; made on first use where none exists, never overwritten.

    A ring that ``huying rekey`` renewed is read anew, so that a running server seals with the newest key at once.
    """
    global _loaded
    assert _path is not None, "vault.configure() has not been called"
    try:
        changed = os.stat(_path).st_mtime_ns
    except FileNotFoundError:
        if _loaded is not None:  # the file was moved away under a running server: go on with what is known
            return _loaded[1]
        Keyring.fresh().save(_path)
        changed = os.stat(_path).st_mtime_ns
    known = _loaded
    if known is None or known[0] != changed:
        known = _loaded = (changed, Keyring.load(_path))
    return known[1]


def renew() -> Keyring:
    """Add a key to the ring of this installation; it seals from now on, older keys still open what they sealed."""
    assert _path is not None, "vault.configure() has not been called"
    ring = keyring().with_new_key()
    ring.save(_path)
    return keyring()


def seal(value: str, context: str) -> str:
    return keyring().seal(value, context)


def unseal(sealed: str, context: str) -> str:
    return keyring().open(sealed, context)


def fingerprint(value: str, purpose: str) -> str:
    return keyring().fingerprint(value, purpose)
