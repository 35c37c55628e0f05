"""What of a personal value may be shown without opening it. Pure.

The defaults follow GB/T 37964-2019 (去标识化) as hotlines use it: each function states what it lets through and shows
nothing beyond that, also for values that are malformed.
"""

import re

from huying.base.parties.phones import dialled, is_mobile

_ENDS_IN_TITLE = re.compile(
    r"(?:[^\W\d_]|欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|夏侯|令狐)(?:先生|女士|小姐|同志|老师|师傅|大爷|大妈|阿姨)"
)
# A house number: digits, or Chinese numerals and letters before a counter of houses. All behind it is hidden.
_HOUSE = re.compile(
    r"[0-9０-９]"
    r"|[零〇一二三四五六七八九十百千两A-Za-z甲乙丙丁东西南北]+[号弄栋幢座楼室层户单#＃]"
    r"|[A-Za-z]"
)
_ROAD_OR_ESTATE = re.compile(
    r"大道|街道|小区|花园|花苑|家园|公寓|广场|市场|社区|新村|大厦|中心|公园|学校|医院|工业园|园区|高速|国道|省道|县道"
    r"|[路街巷道苑村庄屯组镇乡区县市省州盟旗院城湾里坊府]"
)


def mask_phone(e164: str) -> str:
    """First three and last four digits of a mobile number (138****5678); of any other, area code and last two."""
    if not e164:
        return ""
    number = e164.partition(";ext=")[0]
    if is_mobile(number):
        return f"{number[3:6]}****{number[-4:]}"
    area, dash, local = dialled(number).rpartition("-")
    digits = re.sub(r"\D", "", local)
    return f"{area}{dash}****{digits[-2:]}" if len(digits) > 4 else "****"


def mask_name(name: str) -> str:
    """The first character (张**), or a surname with its title (张女士). The length of the name is not shown."""
    name = name.strip()
    if not name:
        return ""
    if _ENDS_IN_TITLE.fullmatch(name):
        return name
    return f"{name[0]}**"


def mask_identity(number: str) -> str:
    """First six and last four of an 18- or 15-digit number; nothing of a shorter document number."""
    number = number.strip()
    if len(number) not in (15, 18):
        return "*" * min(len(number), 8)
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def mask_address(address: str) -> str:
    """Down to the road or estate; house, building, floor and room are hidden. Never shows an Arabic digit."""
    address = address.strip()
    house = _HOUSE.search(address)
    if house is None:
        return address
    kept = address[: house.start()]
    marks = list(_ROAD_OR_ESTATE.finditer(kept))
    return f"{kept[: marks[-1].end()] if marks else ''}***"
