"""Numbers as people write them: "12,000", "1.5", "三万五", "两百", "十二"."""

import re

NUMERAL = "(?:[0-9]{1,12}(?:\\.[0-9]{1,4})?|[零〇一二两三四五六七八九十百千万亿几]{1,12})"
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_WHOLE = {"万": 10_000, "亿": 100_000_000}
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def number_of(written: str) -> float | None:
    """What it says; None where it says no certain number ("几", "万万"). "三万五" is 35,000, "二〇一八" is 2018."""
    if _PLAIN.fullmatch(written):
        return float(written)
    if not written or any(char not in _DIGITS and char not in _STEPS and char not in _WHOLE for char in written):
        return None
    if all(char in _DIGITS for char in written):
        return float("".join(str(_DIGITS[char]) for char in written))
    total, section, digit, last = 0, 0, 0, 1
    for char in written:
        if char in _DIGITS:
            digit = _DIGITS[char]
            if digit == 0:
                last = 10  # "一百零五": what follows stands in its own place
            continue
        if char in _STEPS:
            section += (digit or 1) * _STEPS[char]
            last = _STEPS[char]
        else:
            total = (total + section + digit) * _WHOLE[char] if _WHOLE[char] > total else total + section * _WHOLE[char]
            section, last = 0, _WHOLE[char]
        digit = 0
    return float(total + section + digit * (last // 10 or 1))
