"""The arithmetic of the audit chain: what is hashed and how. Pure."""

import json
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash

GENESIS = "0" * 64
SEALED_FIELDS = (
    "position",
    "at",
    "actor_id",
    "token_id",
    "verb",
    "subject_type",
    "subject_id",
    "succeeded",
    "changes",
    "reason",
    "request_id",
    "address",
)


def canonical(row: dict[str, Any]) -> bytes:
    """The one byte string of a row: sorted keys, UTC time to the microsecond, no blanks."""
    body = {name: row[name] for name in SEALED_FIELDS}
    body["at"] = body["at"].isoformat(timespec="microseconds")
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal(previous: str, row: dict[str, Any]) -> str:
    """Digest of ``row`` given the digest before it: SM3 (GB/T 32905-2016), 64 hex digits."""
    digest = Hash(SM3())
    digest.update(previous.encode())
    digest.update(canonical(row))
    return digest.finalize().hex()
