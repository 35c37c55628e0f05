"""Free text from people: identifiers become tokens before the text is stored, indexed, learned from or exported."""

import json

from huying.base import vault
from huying.engines.text import identifiers

CONTEXT = "text.identifiers"


def tokenise(text: str) -> tuple[str, str]:
    """``(text with tokens such as ‹电话1›, the originals sealed)``; the second is empty where nothing was found."""
    tokenised = identifiers.tokenise(text)
    if not tokenised.values:
        return tokenised.text, ""
    return tokenised.text, vault.seal(json.dumps(tokenised.values, ensure_ascii=False), CONTEXT)


def restore(text: str, identifiers_sealed: str) -> str:
    """The text as it was written. Whoever shows it to a person writes the access audit."""
    if not identifiers_sealed:
        return text
    return identifiers.restore(text, json.loads(vault.unseal(identifiers_sealed, CONTEXT)))
