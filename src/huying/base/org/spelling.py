"""How a unit's name is spelt, for typing and for Chinese sort order."""

from pypinyin import Style, lazy_pinyin

MAX = 240


def spell(name: str) -> str:
    """Whole pinyin without blanks, then the initials: 住建局 → ``zhujianju zjj``. Sorting by it is Chinese order."""
    whole = "".join(lazy_pinyin(name)).lower()
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    return f"{whole} {initials}"[:MAX]
