"""The name under which a file is shown and offered for download. Pure."""

import re
import unicodedata

MAX = 200
# Control and formatting characters: the latter can turn "gpj.exe" round so that it reads "exe.jpg".
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
SAME = {"jpeg": "jpg", "tiff": "tif", "htm": "html", "mpeg": "mpg", "csv": "txt", "md": "txt", "log": "txt", "wps": "doc",
        "et": "xls", "dps": "ppt", "m4v": "mp4"}  # fmt: skip


def clean_name(name: str, extension: str) -> str:
    """The last part of the name without hidden characters, ending as the content says (``照片.exe`` → ``照片.exe.jpg``)."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char for char in base if unicodedata.category(char) not in _HIDDEN)
    tidy = _FORBIDDEN.sub("_", visible).strip(" .")
    stem, dot, written = tidy.rpartition(".")
    written = written.lower()
    if not dot or SAME.get(written, written) != extension:
        stem, written = tidy, extension
    return f"{(stem or '附件')[: MAX - len(written) - 1]}.{written}"
