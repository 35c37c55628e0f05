"""Identity documents as citizens give them: the resident number is checked, others are kept as written. Pure."""

import re

from huying.base.errors import Invalid
from huying.engines.text.identifiers import id_card_valid
from huying.engines.text.normalise import half_width

_DOCUMENT = re.compile(r"[A-Z0-9]{5,18}")


def normalise_identity(raw: str) -> str:
    """Upper case without blanks. 18 digits must pass GB 11643; passports and permits (5–18 signs) are kept.

    Raises :class:`Invalid` where it is neither; an empty string stays empty.
    """
    number = "".join(half_width(raw).split()).upper()
    if not number:
        return ""
    resident = len(number) == 18
    if not _DOCUMENT.fullmatch(number) or (resident and not id_card_valid(number)):
        raise Invalid(
            "证件号码不对，请核对：身份证为 18 位且末位校验相符。",
            code="bad_identity",
            errors=[{"field": "identity", "message": "与校验位不符或含有不能识别的字符"}],
        )
    return number
