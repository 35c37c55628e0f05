"""Photos as evidence: turned the way they were taken, made as small as a screen needs, freed of what they tell besides.

A camera writes into its picture (EXIF) when and where it was taken, and also which telephone, whose name, a second small
picture. Time and place are read and kept as facts of the attachment; then everything is left out of the bytes.
"""

import io
import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from huying.base.calendars.clock import SHANGHAI
from huying.base.errors import Invalid

LONGEST_EDGE = 2560  # enough to read a licence plate in a street scene
MOST_PIXELS = 100_000_000  # what takes 300 MB of memory to open is no photo of a telephone
QUALITY = 85
# What Pillow lets through from a damaged file: of its blocks, of what the camera wrote into it.
_DAMAGED = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    struct.error,
    Image.DecompressionBombError,
)
CLEANED = frozenset({"JPEG", "MPO", "PNG", "WEBP"})  # what the page may hand over; MPO is a telephone's JPEG


@dataclass(frozen=True)
class Facts:
    """When (UTC) and where (degrees, WGS-84) a photo says it was taken; ``None`` where it does not say."""

    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None


def cleaned(stream: IO[bytes]) -> tuple[IO[bytes], Facts]:
    """The photo anew as JPEG without anything but its picture, and what it told. :class:`Invalid` for no photo."""
    try:
        with Image.open(stream) as opened:
            if opened.format not in CLEANED:
                raise _refused(f"是 {opened.format} 格式")
            if opened.width * opened.height > MOST_PIXELS:
                raise _refused("像素过大")
            facts = _facts(opened.getexif())
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            picture = _opaque(turned)
    except _DAMAGED as error:
        raise _refused("图片打不开") from error
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=QUALITY, optimize=True)
    content.seek(0)
    return content, facts


def _opaque(picture: Image.Image) -> Image.Image:
    """On white where the picture lets something shine through: JPEG knows no transparency."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground


def _facts(exif: Image.Exif) -> Facts:
    details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, 180)
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, 90)
    if longitude is None or latitude is None:
        longitude = latitude = None
    said = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    return Facts(_moment(said, details.get(ExifTags.Base.OffsetTimeOriginal)), longitude, latitude)


def _moment(said: Any, offset: Any) -> datetime | None:
    """A camera writes its wall clock; without an offset it is that of the centre."""
    text = str(said or "").strip("\x00 ")
    try:
        if offset:
            return datetime.strptime(f"{text}{str(offset).strip()}", "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _degrees(place: dict[int, Any], value: int, side: int, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[value])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found) or found > most:
        return None
    return round(-found if str(place.get(side, "")).upper() in ("W", "S") else found, 6)


def _refused(why: str) -> Invalid:
    return Invalid(
        f"这张照片不能上传：{why}。请用 JPG 或 PNG；苹果手机请在“设置—相机—格式”里选“兼容性最佳”后再拍。",
        code="file_type",
        errors=[{"field": "file", "message": why}],
    )
