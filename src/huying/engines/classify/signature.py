"""Who made a model: an Ed25519 signature (RFC 8032) over its header, which holds the digests of all its files.

`signature.json` beside `bundle.json` holds the public key, so that anyone can see that the folder is whole and which key
made it; whether that key is one's own, only its owner can say.
"""

import base64
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from huying.engines.classify.store import BrokenModel

FILE, SIGNED = "signature.json", "bundle.json"
SHOWN = 16


def sign(folder: Path, seed: bytes) -> str:
    """Sign the model in `folder` with the key made of `seed` (32 secret bytes); the name of the public key."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = _raw(key.public_key())
    body = {
        "algorithm": "Ed25519",
        "file": SIGNED,
        "public_key": public.hex(),
        "signature": base64.b64encode(key.sign((folder / SIGNED).read_bytes())).decode(),
    }
    (folder / FILE).write_text(json.dumps(body, indent=1), encoding="utf-8")
    return public.hex()[:SHOWN]


def signer(folder: Path) -> str:
    """Public key (hex) of who signed the model in `folder`; "" where it is unsigned. A wrong one is a BrokenModel."""
    path = folder / FILE
    if not path.is_file():
        return ""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["public_key"]))
        public.verify(base64.b64decode(body["signature"]), (folder / SIGNED).read_bytes())
    except (InvalidSignature, ValueError, KeyError, TypeError, OSError) as error:
        raise BrokenModel(f"{path}: the signature does not fit the model") from error
    return _raw(public).hex()


def public_key(seed: bytes) -> str:
    """Public key (hex) that belongs to `seed`."""
    return _raw(Ed25519PrivateKey.from_private_bytes(seed).public_key()).hex()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
