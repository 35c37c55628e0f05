"""Bring a citizen's words into one form, character by character, so that every position stays the same.

The form: half-width letters, digits and brackets of numbers, simplified characters, plain spaces for every kind of
blank. One character becomes exactly one character, so a span found in the normalised text is the span in the
original; evidence shown to a person is always cut from what was really written.
"""

import re
from functools import cache

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_FULL_WIDTH = "".join(chr(code) for code in range(0xFF10, 0xFF1A)) + "".join(
    chr(code) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
)
_FULL_WIDTH_SIGNS = "＋－＊＃＠／．＿％＆"
_SPACES = re.compile(r"[ ]{2,}")
_LINES = re.compile(r"\s*\n\s*")


@cache
def _width_table() -> dict[int, str]:
    table = {ord(blank): " " for blank in _BLANKS + _INVISIBLE}
    table.update({ord(char): chr(ord(char) - 0xFEE0) for char in _FULL_WIDTH + _FULL_WIDTH_SIGNS})
    table[ord("\r")] = "\n"
    return table


@cache
def _simplified_table() -> dict[int, str]:
    """Traditional to simplified, one character for one; phrase-dependent conversions would move positions."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    table = {}
    for code in range(0x4E00, 0x9FFF):
        simplified = converter.convert(chr(code))
        if len(simplified) == 1 and ord(simplified) != code:
            table[code] = simplified
    # A few simplified forms are themselves given a simpler one (薴 → 苧 → 苎): go to the end at once.
    return {code: table.get(ord(simplified), simplified) for code, simplified in table.items()}


@cache
def _full_table() -> dict[int, str]:
    return {**_simplified_table(), **_width_table()}


def half_width(text: str) -> str:
    """Full-width letters, digits and number signs as half-width; blanks as spaces. Same length as the input."""
    return text.translate(_width_table())


def normalise(text: str) -> str:
    """Half-width, simplified, plain blanks. Same length as the input: offsets carry over unchanged."""
    return text.translate(_full_table())


def squeeze(text: str) -> str:
    """Normalised text with runs of blanks and empty lines closed up; for storing and training, not for offsets."""
    return _LINES.sub("\n", _SPACES.sub(" ", normalise(text))).strip()
