"""统一社会信用代码 (GB 32100-2015): 17 signs and a check sign, MOD 31. Pure."""

from huying.base.errors import Invalid

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {sign: value for value, sign in enumerate(_SIGNS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def check_sign(body: str) -> str:
    """The eighteenth sign of the first seventeen. KeyError where a sign does not belong to the alphabet."""
    total = sum(_VALUE[sign] * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return _SIGNS[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    return len(code) == 18 and all(sign in _VALUE for sign in code) and check_sign(code[:17]) == code[17]


def normalise_credit_code(raw: str) -> str:
    """Upper case without blanks; empty stays empty. Raises :class:`Invalid` where the check sign is wrong."""
    code = "".join(raw.split()).upper()
    if code and not is_credit_code(code):
        raise Invalid(
            "统一社会信用代码不对：应为 18 位，末位是校验位，请核对。",
            code="bad_credit_code",
            errors=[{"field": "credit_code", "message": "应为 18 位且校验位相符"}],
        )
    return code
