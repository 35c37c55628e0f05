"""What can be read of a text at all: its beginning, and whether it says anything."""

import re

LONGEST = 4000  # of a longer text the rest is not read: directions, places and matter stand at the beginning
LEAST_WORDS = 6
_SURROGATE = re.compile("[\ud800-\udfff]")
_MEANT = re.compile(r"[一-鿿A-Za-z]")
_TOKEN = re.compile(r"‹[^‹›]*›")


def readable(text: str) -> str:
    """The beginning of ``text``, every position kept; halves of characters, which nothing can encode, replaced."""
    return _SURROGATE.sub("�", text[:LONGEST])


def says_something(words: str) -> bool:
    """At least six letters or characters beside tokens, numbers and signs; less is never dispatched by itself."""
    return len(_MEANT.findall(_TOKEN.sub("", words))) >= LEAST_WORDS
