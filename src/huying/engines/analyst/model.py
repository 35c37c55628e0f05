"""A model folder as file work uses it: the dispatch model, the places its texts taught, and its card.

model/  bundle.json unit/ category/   the dispatch model (engines/classify), readable by the product too
        places.json                   place names learned from the texts, for a city without a gazetteer
        card.json card.html           what it was trained on, how good it was on later orders, its limits
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from huying.engines.analyst.card import CARD, PAGE, card_of
from huying.engines.analyst.card_page import card_page
from huying.engines.analyst.orders import FileOrder, teaching
from huying.engines.classify import store
from huying.engines.classify.bundle import Bundle, BundleConfig, train_bundle
from huying.engines.classify.signature import signer
from huying.engines.text.lexicon import PlaceLexicon

PLACES = "places.json"
READING, LEARNING = 0.02, 0.9


@dataclass(frozen=True)
class FileModel:
    """`card` is what `card.json` holds; `lexicon` knows the places that the training texts name."""

    bundle: Bundle
    lexicon: PlaceLexicon
    card: dict[str, Any]

    def save(self, folder: Path) -> "FileModel":
        """Write into `folder`, replacing a model that lies there; the model as kept, with the digest in its card."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CARD).unlink(missing_ok=True)
        self.bundle.save(folder)
        self.lexicon.save(folder / PLACES)
        sums = {name: store.sha256(folder / name) for name in ("bundle.json", PLACES)}
        kept = replace(self, card={**self.card, "sha256": sums})
        (folder / PAGE).write_text(card_page(kept.card), encoding="utf-8")
        (folder / CARD).write_text(json.dumps(kept.card, ensure_ascii=False, indent=1), encoding="utf-8")
        return kept

    @classmethod
    def load(cls, folder: Path) -> "FileModel":
        """Also a model that a centre trained and signed. `store.BrokenModel` where anything is missing or was altered."""
        bundle = Bundle.load(folder)
        path = folder / CARD
        if not path.is_file():
            raise store.BrokenModel(f"{path}: missing")
        try:
            card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            sums: dict[str, str] = card["sha256"]
        except (ValueError, KeyError) as error:
            raise store.BrokenModel(f"{path}: unreadable") from error
        for name, expected in {"bundle.json": "", **sums}.items():
            if not (folder / name).is_file() or expected != store.sha256(folder / name):
                raise store.BrokenModel(f"{folder / name}: missing or altered")
        signer(folder)
        lexicon = PlaceLexicon.load(folder / PLACES) if PLACES in sums else PlaceLexicon.learn([])
        return cls(bundle, lexicon, card)


def train_model(
    orders: Sequence[FileOrder],
    *,
    limit: float = 0.02,
    source: dict[str, Any] | None = None,
    progress: Callable[[float, str], None] = lambda share, words: None,
) -> FileModel:
    """Train on `orders` (any order of rows). `source` goes onto the card as it is: file, mapping, rows, day.

    Raises :class:`TooLittle` where there is not enough to learn from.
    """
    progress(0.0, "挑出可学习的工单")
    usable = teaching(orders)
    names = tuple(sorted({one.unit for one in usable}))
    config = BundleConfig(limit=limit, unit_names=names)
    bundle = train_bundle(usable, config, lambda share, words: progress(READING + (LEARNING - READING) * share, words))
    progress(LEARNING, "学习地名")
    lexicon = PlaceLexicon.learn([one.text for one in usable])
    progress(1.0, "完成")
    return FileModel(bundle, lexicon, card_of(bundle, given=len(orders), source=source or {}))
