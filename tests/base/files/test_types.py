"""A file is what its bytes say; the name decides nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.base.errors import Invalid
from huying.base.files.names import MAX, clean_name
from huying.base.files.types import judge
from tests.base.files import samples

GOOD = {
    "png": (samples.png(), "image/png"),
    "jpg": (samples.jpeg(), "image/jpeg"),
    "pdf": (samples.PDF, "application/pdf"),
    "docx": (samples.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "ods": (
        samples.archive("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "ofd": (samples.archive("OFD.xml"), "application/ofd"),
    "doc": (samples.ole("WordDocument"), "application/msword"),
    "wav": (samples.WAV, "audio/x-wav"),
    "mp4": (samples.MP4, "video/mp4"),
    "txt": ("小区三号楼 < 5 层，电话 0999-2234567。\n".encode(), "text/plain"),
}
BAD = {
    "page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "page after a text": "您好\n  <ScRiPt>alert(1)</script>".encode(),
    "vector picture": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "batch file": b"@echo off\r\ndel *.*\r\n",
    "php": b"<?php system($_GET['c']);",
    "mail page": b"From: a\nMIME-Version: 1.0\n\nhi",
    "program": samples.EXE,
    "linux program": samples.ELF,
    "archive": samples.archive("photo.jpg"),
    "document with macros": samples.archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "installer": samples.ole("Property"),
    "old document with macros": samples.ole("WordDocument_VBA_PROJECT"),
    "picture with a page": samples.jpeg(b"<html><body>"),
    "cut picture": samples.png()[:40],
    "noise": bytes(range(256)),
    "nothing": b"",
}


@pytest.mark.parametrize("kind", GOOD)
def test_what_a_hotline_takes_is_recognised(tmp_path: Path, kind: str):
    content, media_type = GOOD[kind]
    (tmp_path / "x").write_bytes(content)
    found = judge(tmp_path / "x")
    assert (found.media_type, found.extension) == (media_type, kind)


@pytest.mark.parametrize("kind", BAD)
def test_what_could_run_or_hide_something_is_refused(tmp_path: Path, kind: str):
    (tmp_path / "photo.jpg").write_bytes(BAD[kind])
    with pytest.raises(Invalid) as refused:
        judge(tmp_path / "photo.jpg")
    assert refused.value.code == "file_type"


def test_text_in_gb18030_is_text(tmp_path: Path):
    (tmp_path / "x").write_bytes("路灯不亮，请处理。".encode("gb18030"))
    assert judge(tmp_path / "x").media_type == "text/plain"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("照片.JPG", "照片.jpg"),
        ("照片.jpeg", "照片.jpeg"),
        ("照片.exe", "照片.exe.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\temp\\a.jpg", "a.jpg"),
        ("evil\u202egpj.exe", "evilgpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("", "附件.jpg"),
        (".jpg", "jpg.jpg"),
    ],
)
def test_a_name_is_tidied_and_ends_as_the_content_says(given_name: str, kept: str):
    assert clean_name(given_name, "jpg") == kept


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder_or_breaks_a_header(name: str):
    kept = clean_name(name, "pdf")
    assert kept.endswith(".pdf")
    assert 4 < len(kept) <= MAX
    assert not set(kept) & set('/\\:*?"<>|\r\n\x00\u202e')
