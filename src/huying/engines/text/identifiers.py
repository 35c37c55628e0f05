"""Numbers and names that identify a person in free text, and their exchange for tokens.

Before a text is indexed, learned from or exported, everything that identifies a person is replaced by a token such as
‹电话1›; the originals are kept apart (sealed) and `restore` puts them back exactly. Telephone numbers of services
(110, 12345, 400 and 95 numbers) and order numbers identify nobody and stay.

Checks used: mobile numbering plan 1[3-9]x; resident id GB 11643 (ISO 7064 MOD 11-2); bank cards ISO/IEC 7812 (Luhn);
number plates GA 36.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from huying.engines.text.normalise import half_width

PERSONAL = ("email", "id_card", "bank_card", "phone", "plate", "wechat", "qq", "literal")
TOKEN_NAMES = {
    "phone": "电话",
    "id_card": "身份证",
    "bank_card": "银行卡",
    "email": "邮箱",
    "plate": "车牌",
    "wechat": "微信",
    "qq": "QQ",
    "literal": "原文",
}
TOKEN = re.compile(r"‹(?:" + "|".join(TOKEN_NAMES.values()) + r")\d+›")
_LITERAL = re.compile(r"‹[^‹›\n]{1,40}›")

_SEP = r"[ \-·.]?"
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", re.ASCII)
_ID_CARD = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_OLD_ID_CARD = re.compile(r"(?:身份证[^0-9\n]{0,8})(?<!\d)([1-9]\d{14})(?!\d)", re.ASCII)
_CARD = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){2}(?:[ -]?\d{1,4}){1,2}(?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}(?!\d)", re.ASCII)
_MOBILE_334 = re.compile(rf"(?<!\d)1[3-9]\d{_SEP}\d{{3}}{_SEP}\d{{3}}{_SEP}\d{{2}}(?!\d)", re.ASCII)
_SERVICE = re.compile(
    r"(?<![0-9A-Za-z-])(?:[48]00[ -]?\d{3,4}[ -]?\d{3,4}|95\d{3,6}|96\d{3,4}|1[012]\d{1,3})(?![0-9A-Za-z-])", re.ASCII
)
_LANDLINE = re.compile(
    r"(?<!\d)[（(]?0(?:10|2\d|[3-9]\d{2})[)） -]?[ ]?[2-9]\d{2,3}[ -]?\d{4}(?:(?:-|转)\d{1,6})?(?!\d)", re.ASCII
)
_BARE_LANDLINE = re.compile(
    r"(?:电话|座机|来电|致电|拨打|联系|号码|固话)(?:号码)?[^0-9\n。；]{0,8}(?<!\d)([2-9]\d{2,3}-?\d{4})(?!\d)", re.ASCII
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Za-hj-np-z][·• ]?(?=[A-Za-z0-9*]*[0-9*])[A-HJ-NP-Za-hj-np-z0-9*]{4,6}[挂学警港澳领]?(?![A-Za-z0-9*])",
    re.ASCII,
)
_WECHAT = re.compile(
    r"(?:微信|(?<![A-Za-z])(?:wx|vx|WX|VX|wechat|WeChat))(?:号|号码|账号|id|ID)?[^\w\n]{0,3}(?:是|为)?[^\w\n]{0,2}"
    r"([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_-])",
    re.ASCII,
)
_QQ = re.compile(
    r"(?:(?<![A-Za-z])[Qq]{2}|扣扣)(?:号|号码|群)?[^\w\n]{0,3}(?:是|为)?[^\w\n]{0,2}([1-9]\d{4,10})(?!\d)", re.ASCII
)
_ORDER_CUED = re.compile(
    r"(?:工单|办件|受理|诉求|政府|热线|单)(?:编号|号码|号|单号)[^0-9A-Za-z\n]{0,4}([A-Za-z]{0,4}\d{8,24}(?:-\d{1,3})?)(?!\d)",
    re.ASCII,
)
_ORDER_BARE = re.compile(r"(?<![0-9A-Za-z])20[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{5,8}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier: its kind, its place in the text and the characters as written.

    `valid` is False where the shape fits but a check digit does not: hidden all the same, people mistype.
    """

    kind: str
    start: int
    end: int
    value: str
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Tokenised:
    """`text` with tokens in place of personal identifiers; `values` maps each token to the characters it replaced."""

    text: str
    values: dict[str, str] = field(default_factory=dict)


def id_card_valid(number: str) -> bool:
    """GB 11643: 17 digits with a plausible birth date and an ISO 7064 MOD 11-2 check character."""
    if not re.fullmatch(r"[1-9]\d{16}[0-9Xx]", number, re.ASCII) or not _birth_plausible(number):
        return False
    total = sum(int(digit) * pow(2, 17 - position, 11) for position, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def luhn_valid(number: str) -> bool:
    """ISO/IEC 7812 check digit."""
    digits = [int(char) for char in reversed(number)]
    return sum(digits[0::2]) % 10 == -sum(sum(divmod(2 * d, 10)) for d in digits[1::2]) % 10


def _birth_plausible(number: str) -> bool:
    return number[6:8] in ("19", "20") and 1 <= int(number[10:12]) <= 12 and 1 <= int(number[12:14]) <= 31


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


def _is_card(value: str) -> bool:
    digits = _digits(value)
    return 16 <= len(digits) <= 19 and luhn_valid(digits)


_Finder = tuple[str, re.Pattern[str], Callable[[str], bool | None]]
# In order of precedence. The check says True (valid), False (shape fits, check digit does not) or None (not one).
_FINDERS: tuple[_Finder, ...] = (
    ("literal", _LITERAL, lambda value: True),
    ("email", _EMAIL, lambda value: True),
    ("id_card", _ID_CARD, lambda value: True if id_card_valid(value) else None),
    ("wechat", _WECHAT, lambda value: True),
    ("qq", _QQ, lambda value: True),
    ("phone", _MOBILE, lambda value: True),
    ("phone", _MOBILE_334, lambda value: True),
    ("order_no", _ORDER_CUED, lambda value: True),
    ("order_no", _ORDER_BARE, lambda value: True),
    ("id_card", _ID_CARD, lambda value: False if _birth_plausible(value) else None),
    ("id_card", _OLD_ID_CARD, lambda value: True),
    ("bank_card", _CARD, lambda value: True if _is_card(value) else None),
    ("plate", _PLATE, lambda value: True),
    ("service_phone", _SERVICE, lambda value: True),
    ("phone", _LANDLINE, lambda value: True),
    ("phone", _BARE_LANDLINE, lambda value: True),
)


# What every identifier has: a Latin letter, the bracket of a token, or three digits.
_SIGN_OF_ANY = re.compile(r"[A-Za-z‹]|[0-9][^0-9]*[0-9][^0-9]*[0-9]")


def find_identifiers(text: str) -> list[Identifier]:
    """Every identifier in reading order, never overlapping. Kinds: those of PERSONAL, order_no and service_phone."""
    flat = half_width(text)
    if _SIGN_OF_ANY.search(flat) is None:
        return []
    taken = bytearray(len(text))
    found: list[Identifier] = []
    for kind, pattern, check in _FINDERS:
        for start, end in _spans(pattern, flat):
            verdict = check(flat[start:end])
            if verdict is None or any(taken[start:end]):
                continue
            taken[start:end] = b"\x01" * (end - start)
            found.append(Identifier(kind, start, end, text[start:end], verdict))
    return sorted(found, key=lambda one: one.start)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    group = 1 if pattern.groups else 0
    for match in pattern.finditer(text):
        yield match.span(group)


def tokenise(text: str) -> Tokenised:
    """Replace what identifies a person by tokens; the same value gets the same token.

    A text that already contains something that looks like a token keeps it as a value of its own (‹原文n›), so that
    `restore(*tokenise(t)) == t` holds for every text.
    """
    values: dict[str, str] = {}
    tokens: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts, position = [], 0
    for one in find_identifiers(text):
        if one.kind not in PERSONAL:
            continue
        key = (one.kind, one.value)
        if key not in tokens:
            counts[one.kind] = counts.get(one.kind, 0) + 1
            tokens[key] = f"‹{TOKEN_NAMES[one.kind]}{counts[one.kind]}›"
            values[tokens[key]] = one.value
        parts += [text[position : one.start], tokens[key]]
        position = one.end
    parts.append(text[position:])
    return Tokenised("".join(parts), values)


def restore(text: str, values: dict[str, str]) -> str:
    """Put the originals back. Tokens without a value stay as they are."""
    return TOKEN.sub(lambda match: values.get(match.group(), match.group()), text)
