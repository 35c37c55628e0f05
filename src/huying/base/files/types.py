"""What a file is, judged by its bytes. The name it came under decides nothing.

Allowed: pictures, PDF, office documents (also OFD, GB/T 33190-2016), sound, film and plain text. Everything else is
refused: pages and scripts, programs, archives, documents with macros, and pictures that are also something else.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import filetype

from huying.base.errors import Invalid

HEAD = 8192
TEXT_MAX = 5 * 1024 * 1024

_IMAGES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/heic"}
_SOUND = {"audio/aac", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/x-flac", "audio/x-wav", "audio/amr"}
_FILM = {
    "video/3gpp", "video/mp4", "video/x-m4v", "video/x-matroska", "video/quicktime", "video/x-msvideo",
    "video/x-ms-wmv", "video/mpeg", "video/webm", "video/x-flv",
}  # fmt: skip
_SHOWN_IN_PLACE = (_IMAGES - {"image/tiff", "image/heic"}) | _SOUND | {"application/pdf", "video/mp4", "video/webm"}

_OPEN_XML = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "WordDocument": ("application/msword", "doc"),
    "Workbook": ("application/vnd.ms-excel", "xls"),
    "PowerPoint Document": ("application/vnd.ms-powerpoint", "ppt"),
}
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php|meta|link|style|form|img|a\s)"
    rb"|javascript:|\A#!|^mime-version:|<%",
    re.IGNORECASE | re.MULTILINE,
)
_IN_PICTURE = re.compile(rb"<\?php|<\s*(?:script|html|svg|iframe|body)[\s>/]", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_BATCH = re.compile(rb"\A(?:\s*@echo\s|\s*(?:rem|set|cmd|powershell)\s)", re.IGNORECASE)


@dataclass(frozen=True)
class FileType:
    """``inline``: a browser may show it in its own window; everything else is only ever downloaded."""

    media_type: str
    extension: str

    @property
    def inline(self) -> bool:
        return self.media_type in _SHOWN_IN_PLACE


def shown_in_place(media_type: str) -> bool:
    return media_type in _SHOWN_IN_PLACE


def judge(path: Path) -> FileType:
    """The type of the file at ``path``. :class:`Invalid` where it isn't one that a hotline takes."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise _refused("文件是空的")
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    if head.startswith(_OLE):
        return _compound(path)
    guess = filetype.guess(head)
    if guess is None:
        return _text(path)
    kind = FileType("image/png", "png") if guess.mime == "image/apng" else FileType(guess.mime, guess.extension)
    if kind.media_type in _IMAGES:
        return _picture(path, kind)
    if kind.media_type == "application/pdf" and head.startswith(b"%PDF-"):
        return kind
    if kind.media_type in _SOUND | _FILM:
        return kind
    raise _refused(f"是 .{kind.extension} 文件")


def _picture(path: Path, kind: FileType) -> FileType:
    """A picture must be whole and nothing besides: some files are a picture to one program and a page to another."""
    content = path.read_bytes()
    whole = {
        "image/jpeg": b"\xff\xd9" in content[-64 * 1024 :],
        "image/png": content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR" and b"IEND" in content[-1024:],
        "image/gif": content.rstrip(b"\x00").endswith(b"\x3b"),
        "image/webp": int.from_bytes(content[4:8], "little") + 8 <= len(content) + 1,
        "image/bmp": int.from_bytes(content[2:6], "little") <= len(content),
    }
    if not whole.get(kind.media_type, True):
        raise _refused("图片不完整")
    if _IN_PICTURE.search(content):
        raise _refused("图片里夹带了网页或脚本")
    return kind


def _packed(path: Path) -> FileType:
    """Office documents are archives; an archive that is none of them, or carries macros, is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            declared = _declared(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _refused("压缩结构损坏") from error
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise _refused("含有宏或程序")
    if "[Content_Types].xml" in names:
        for folder, (media_type, extension) in _OPEN_XML.items():
            if any(name.startswith(folder) for name in names):
                return FileType(media_type, extension)
    if declared in _OPEN_DOCUMENT:
        return FileType(declared, _OPEN_DOCUMENT[declared])
    if "OFD.xml" in names:
        return FileType("application/ofd", "ofd")
    raise _refused("是压缩包，请解压后逐个上传")


def _declared(archive: zipfile.ZipFile) -> str:
    if archive.getinfo("mimetype").file_size > 200:
        return ""
    return archive.read("mimetype").decode("ascii", "replace").strip()


def _compound(path: Path) -> FileType:
    """Word, Excel and PowerPoint of before 2007 (also WPS): known by the name of their main stream."""
    content = path.read_bytes()
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise _refused("含有宏")
    for stream, (media_type, extension) in _OLE_STREAMS.items():
        if stream.encode("utf-16-le") in content:
            return FileType(media_type, extension)
    raise _refused("不是能识别的文档")


def _text(path: Path) -> FileType:
    """Plain text in utf-8 or gb18030, without control characters and without anything a program would run."""
    if path.stat().st_size > TEXT_MAX:
        raise _refused("不是能识别的文件")
    content = path.read_bytes()
    if _CONTROL.search(content) or not (_decodes(content, "utf-8-sig") or _decodes(content, "gb18030")):
        raise _refused("不是能识别的文件")
    if _MARKUP.search(content) or _BATCH.match(content):
        raise _refused("是网页或脚本")
    return FileType("text/plain", "txt")


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _refused(why: str) -> Invalid:
    return Invalid(
        f"这个文件不能上传：{why}。可上传图片、PDF、办公文档、录音、视频和纯文本。",
        code="file_type",
        errors=[{"field": "file", "message": why}],
    )
