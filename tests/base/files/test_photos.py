"""A photo is kept the right way up, with its time and place beside it and nothing of the telephone inside it."""

import contextlib
import io
import random
from datetime import UTC, datetime

import pytest
from PIL import ExifTags, Image

from huying.base.errors import Invalid, TooLarge
from huying.base.files import actions, store
from huying.base.files.photos import LONGEST_EDGE, Facts, cleaned
from huying.base.files.types import judge
from tests import factories

LEFT_UP = 6  # held upright: the camera wrote the picture lying on its side


def photo(
    size: tuple[int, int] = (40, 20), *, turned: int = 1, taken: str = "", place: bool = False, form: str = "JPEG"
) -> io.BytesIO:
    """Red at the left, blue at the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.Make] = "某牌手机"
    exif[ExifTags.Base.Artist] = "secret-owner"
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (30.0, 15.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (120.0, 9.0, 0.0),
            }
        )
    content = io.BytesIO()
    picture.save(content, form, exif=exif)
    content.seek(0)
    return content


def test_a_photo_taken_upright_stands_upright():
    content, _ = cleaned(photo(turned=LEFT_UP))
    with Image.open(content) as seen:
        assert seen.size == (20, 40)
        top, bottom = seen.getpixel((10, 3)), seen.getpixel((10, 36))
        assert seen.getexif() == {}
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_time_and_place_are_read_and_then_nothing_is_left_in_the_bytes(tmp_path):
    taken = photo(taken="2025:06:16 10:30:00", place=True)
    assert b"secret-owner" in taken.getvalue()
    content, facts = cleaned(taken)
    assert facts == Facts(datetime(2025, 6, 16, 2, 30, tzinfo=UTC), 120.15, 30.26)
    kept = content.read()
    assert b"secret-owner" not in kept
    assert b"Exif" not in kept
    (tmp_path / "x").write_bytes(kept)
    assert judge(tmp_path / "x").media_type == "image/jpeg"


def test_a_large_photo_becomes_as_large_as_a_screen_needs():
    content, facts = cleaned(photo((4000, 100)))
    with Image.open(content) as seen:
        assert max(seen.size) == LONGEST_EDGE
    assert facts == Facts()


@pytest.mark.parametrize("taken", ["", "0000:00:00 00:00:00", "yesterday"])
def test_a_photo_that_does_not_say_when_has_no_time(taken):
    assert cleaned(photo(taken=taken))[1].taken_at is None


def test_what_shines_through_is_white():
    content = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(content, "PNG")
    content.seek(0)
    with Image.open(cleaned(content)[0]) as seen:
        assert seen.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 not a picture", b"GIF89a" + b"\x00" * 20])
def test_what_is_no_photo_is_refused_in_words(content):
    with pytest.raises(Invalid, match="这张照片不能上传"):
        cleaned(io.BytesIO(content))


@pytest.mark.django_db
def test_the_camera_goes_before_what_the_page_tells_and_a_huge_file_is_told_its_size(tmp_path, settings, monkeypatch):
    settings.DATA = tmp_path
    agent = factories.person("agent")
    order = factories.order(agent)
    told = Facts(datetime(2025, 6, 16, 3, tzinfo=UTC), 100.0, 20.0)
    said = {"actor": agent, "subject": order, "name": "照片.jpg", "kind": "before", "told": told}
    plain = actions.store_photo(stream=photo(), **said)
    assert (plain.taken_at, plain.longitude, plain.latitude, plain.kind) == (told.taken_at, 100.0, 20.0, "before")
    own = actions.store_photo(stream=photo(taken="2025:06:16 10:30:00", place=True), **said)
    assert (own.taken_at, own.longitude) == (datetime(2025, 6, 16, 2, 30, tzinfo=UTC), 120.15)
    monkeypatch.setattr(store, "limit_mb", lambda kind: 1)
    with pytest.raises(TooLarge, match=r"这个文件有 2 MB，单个文件最大 1 MB"):
        actions.store_photo(stream=io.BytesIO(b"\xff" * 2 * 1024 * 1024), **said)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow tells of each damaged block
def test_a_photo_damaged_anywhere_is_kept_or_refused_and_nothing_else():
    whole, luck = photo(taken="2026:01:02 03:04:05", place=True, turned=LEFT_UP).getvalue(), random.Random(7)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(luck.randint(1, 6)):
            damaged[luck.randrange(min(len(damaged), 500))] = luck.choice((0, 255, luck.randrange(256)))
        with contextlib.suppress(Invalid):
            cleaned(io.BytesIO(bytes(damaged)))
