"""Telephone numbers: one form for everything people write. Pure.

Kept as E.164 with an RFC 3966 extension (``+8613800001234``, ``+8689812345678;ext=12``). Sources: the numbering plan of
公用电信网 (mobile 1[3-9]x; landline with trunk 0 and area code of two or three digits; 400/800, 95 and 96 numbers).
"""

import re

from huying.base.errors import Invalid
from huying.engines.text.normalise import half_width

_NOISE = re.compile(r"[\s()（）·.\-—–_]")
_EXTENSION = re.compile(r"(?:转|分机|;ext=|ext\.?|#)\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"(?<=\d{7})-(\d{1,5})$")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_BARE_COUNTRY = re.compile(r"^86(?=1[3-9]\d{9}$)")

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0?((?:10|2\d)[2-9]\d{7}|[3-9]\d{2}[2-9]\d{6,7})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}|95\d{3,6}|96\d{3,4}")
_ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})")
_AREA = re.compile(r"10|2\d|[3-9]\d{2}")

HINT = "请填写 11 位手机号，或带区号的座机（如 0000-1234567 的形式），或 400、95 开头的号码。"


def normalise_phone(raw: str, *, area_code: str = "") -> str:
    """The number in E.164. ``area_code`` (such as 0898) goes before a local number written without one.

    Raises :class:`Invalid` where it can't be a telephone number; an empty string stays empty.
    """
    text = half_width(raw).strip()
    if not text:
        return ""
    text, extension = _split_extension(text)
    digits = _NOISE.sub("", text)
    number = _national(
        _BARE_COUNTRY.sub("", _COUNTRY.sub("", digits)), area_code, had_country=bool(_COUNTRY.match(digits))
    )
    if number is not None:
        return f"+86{number}{extension}"
    if (abroad := _ABROAD.fullmatch(digits)) and not _COUNTRY.match(digits):
        return f"+{abroad[1]}{extension}"
    raise Invalid(f"这不是能拨打的电话号码。{HINT}", code="bad_phone", errors=[{"field": "phone", "message": HINT}])


def _split_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text) or (_DASHED_EXTENSION.search(text) if text.startswith(("0", "(0", "（0")) else None)
    return (text[: found.start()], f";ext={found[1]}") if found else (text, "")


def _national(digits: str, area_code: str, *, had_country: bool) -> str | None:
    """The national significant number, or None. A landline needs its trunk 0 unless the country code was written."""
    if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
        return digits
    if (had_country or digits.startswith("0")) and (landline := _LANDLINE.fullmatch(digits)):
        return landline[1]
    area = area_code.lstrip("0")
    if area and _LOCAL.fullmatch(digits):
        return area + digits
    return None


def is_mobile(e164: str) -> bool:
    """Whether an SMS can reach the number."""
    return e164.startswith("+86") and bool(_MOBILE.fullmatch(e164[3:]))


def dialled(e164: str) -> str:
    """How people here write and dial the number: ``13800001234``, ``0898-12345678转12``, ``4000001234``, ``+852…``."""
    number, _, extension = e164.partition(";ext=")
    suffix = f"转{extension}" if extension else ""
    if not number.startswith("+86"):
        return number + suffix
    national = number[3:]
    if _MOBILE.fullmatch(national) or _SERVICE.fullmatch(national):
        return national + suffix
    area = _AREA.match(national)
    return f"0{area[0]}-{national[area.end() :]}{suffix}" if area else national + suffix


def tail(e164: str) -> str:
    """The last four digits of the number, without its extension: what a citizen gives to be found again."""
    return e164.partition(";ext=")[0][-4:]
