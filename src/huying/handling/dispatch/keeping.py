"""A model in the store: signed with the centre's own key when it is made, checked whenever it is read."""

import json
from pathlib import Path
from typing import Any

from huying.base import vault
from huying.engines.analyst.card import CARD, PAGE, card_of
from huying.engines.analyst.card_page import card_page
from huying.engines.classify import signature, store
from huying.engines.classify.bundle import Bundle

PURPOSE = "model-signature.ed25519"


def seed() -> bytes:
    """The secret of this centre's signing key; made of its key ring, so that it is backed up with it and nowhere else."""
    return bytes.fromhex(vault.fingerprint("signing key", PURPOSE))


def keep(bundle: Bundle, folder: Path, *, source: dict[str, Any]) -> None:
    """Write the model into ``folder`` with signature and card; ``source`` goes onto the card."""
    bundle.save(folder)
    named = signature.sign(folder, seed())
    card = {
        **card_of(bundle, given=bundle.card["orders"], source=source),
        "sha256": {"bundle.json": store.sha256(folder / "bundle.json")},
        "signed_by": named,
    }
    (folder / PAGE).write_text(card_page(card), encoding="utf-8")
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")


def read(folder: Path, registered: str) -> Bundle:
    """The model, if it is to the last byte what was ``registered`` (SHA-256 of its header), and signed by this centre where it bears a signature.

    Raises :class:`store.BrokenModel`. Models of the first release bear none; their digest in the database stands for it.
    """
    path = folder / "bundle.json"
    if not path.is_file() or store.sha256(path) != registered:
        raise store.BrokenModel(f"{path}: not what was registered")
    signed = signature.signer(folder)
    if signed and signed != signature.public_key(seed()):
        raise store.BrokenModel(f"{folder}: signed by another key")
    return Bundle.load(folder)


def card(folder: Path) -> dict[str, Any]:
    """The card beside the model; empty for one of the first release, which had none."""
    path = folder / CARD
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
