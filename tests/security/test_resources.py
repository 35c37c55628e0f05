"""API4 Unrestricted resource consumption: nothing that somebody sends makes the server work or keep without bound."""

import io
import time
import zipfile

import pytest

from huying.base import tables
from huying.base.errors import Invalid
from huying.base.paging import LIMIT
from huying.base.tables import Column, read_table
from huying.engines.text import (
    addresses,
    directions,
    emergencies,
    facets,
    identifiers,
    normalise,
    readable,
    structure,
    title,
)
from huying.engines.text.segment import default_segmenter
from tests.api_client import ApiClient
from tests.security.surface import Stage, document_parts, operations

LONG = 20_000
SECONDS = 2.0  # of processor time for one text of that length; a backtracking pattern takes minutes
# Each is repeated up to the full length: what an engine's patterns look for, over and over, never quite complete.
HOSTILE = [
    "1", "路1号", "幢1单元", "（", "[转", "请转", "请转办给住建局", "市民来电", "来电反映：", " ", "\n", "a.b@", "http://", "1-",
    "省市区街道路号", "公安局", "没有着火", "1、", "‹电话1›", "京A", "微信", "叫王", "小区", "、", "的", "😀", "\u202e", "龘",
]  # fmt: skip
ENGINES = {
    "identifiers": identifiers.tokenise,
    "addresses": addresses.ranked_addresses,
    "directions": lambda text: directions.remove_directions(text, ("住建局", "公安局")),
    "emergencies": emergencies.read_emergency,
    "facets": facets.read_facets,
    "title": title.make_title,
    "structure": structure.read_structure,
    "readable": readable.readable,
    "normalise": normalise.normalise,
    "segment": lambda text: list(default_segmenter().words(text)),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_no_text_holds_an_engine_up(engine):
    ENGINES[engine]("我要投诉东风路1号")  # dictionaries are loaded once
    slow = {}
    for piece in HOSTILE:
        began = time.process_time()
        ENGINES[engine]((piece * LONG)[:LONG])
        if (taken := time.process_time() - began) > SECONDS:
            slow[piece] = round(taken, 1)
    assert not slow


@pytest.mark.django_db
def test_a_page_is_never_longer_than_allowed(client_for, stage: Stage):
    client = client_for(stage.town.people["duty_leader"])
    for operation in operations():
        limits = [p["schema"] for p in operation.described.get("parameters", []) if _counts(p)]
        if limits:
            assert limits[0].get("maximum", LIMIT + 1) <= LIMIT, operation.name
    for limit in (LIMIT + 1, 10**9, -1):
        assert client.get(f"/orders?limit={limit}").status_code == 422


def _counts(parameter: dict) -> bool:
    return parameter["name"] == "limit" and parameter["schema"].get("type") == "integer"


def _open_ended(name: str, schema: dict, path: str = "") -> list[str]:
    """Where a body may hold a text or a list of any length."""
    if "$ref" in schema:
        return _open_ended(name, document_parts()[schema["$ref"].rsplit("/", 1)[-1]], path)
    found = []
    for key in ("anyOf", "allOf", "oneOf"):
        for each in schema.get(key, []):
            found += _open_ended(name, each, path)
    free = schema.get("type") == "string" and not {"enum", "const", "format", "maxLength", "pattern"} & schema.keys()
    if free or (schema.get("type") == "array" and "maxItems" not in schema):
        found.append(f"{name} {path}")
    for part, inner in schema.get("properties", {}).items():
        found += _open_ended(name, inner, f"{path}.{part}")
    if "items" in schema:
        found += _open_ended(name, schema["items"], f"{path}[]")
    return found


def test_every_text_that_is_sent_has_a_bound():
    found = set()
    for operation in operations():
        for kind, content in operation.described.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                found |= set(_open_ended(operation.name, content["schema"]))
    assert found == set()


@pytest.mark.django_db
@pytest.mark.parametrize("depth", [200, 2_000, 100_000])
def test_json_as_deep_as_a_well_is_refused(client_for, stage: Stage, depth):
    client = client_for(stage.town.people["agent"])
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        raw = opening * depth + ("1" if opening != "[" else "") + closing * depth
        assert client.post("/contacts/orders", raw).status_code in (400, 422)
        body = '{"values": {"words": ' + raw + "}}"
        answer = client.post(f"/orders/{stage.order.public_id}/actions/urge", body)
        assert answer.status_code in (400, 422)


@pytest.mark.django_db
def test_a_number_beyond_all_bounds_is_refused(client_for, stage: Stage):
    client = client_for(stage.town.people["agent"])
    for number in ("9" * 400, "1e400", "-" + "9" * 30):
        body = '{"version": ' + number + ', "values": {}}'
        assert client.post(f"/orders/{stage.order.public_id}/actions/urge", body).status_code in (400, 422)


def workbook(rows: bytes) -> bytes:
    """The least xlsx that opens, with this sheet."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        )
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relation}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr("xl/worksheets/sheet1.xml", rows)
    return content.getvalue()


COLUMNS = (Column("name", "名称", required=True),)
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_workbook_that_unpacks_to_a_mountain_is_refused_unread(monkeypatch):
    monkeypatch.setattr(tables, "MAX_UNPACKED", 20 * 1024 * 1024)
    bomb = workbook(b"<worksheet " + MAIN + b"><sheetData>" + b" " * (21 * 1024 * 1024) + b"</sheetData></worksheet>")
    assert len(bomb) < 100 * 1024
    began = time.process_time()
    with pytest.raises(Invalid) as refused:
        read_table(bomb, COLUMNS)
    assert refused.value.code == "table_too_large"
    assert time.process_time() - began < 1


def test_entities_that_multiply_are_refused():
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    sheet = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]><worksheet " + MAIN + b"><sheetData>"
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    )
    began = time.process_time()
    with pytest.raises(Invalid):
        read_table(workbook(sheet), COLUMNS)
    assert time.process_time() - began < 2


def test_a_sheet_cannot_read_the_servers_files():
    sheet = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><worksheet '
        + MAIN
        + '><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>'.encode()
        + b'<row r="2"><c r="A2" t="inlineStr"><is><t>&f;</t></is></c></row></sheetData></worksheet>'
    )
    try:
        read = read_table(workbook(sheet), COLUMNS)
    except Invalid:
        return
    assert [row.values["name"] for row in read.rows] in ([], [""])


def test_a_row_far_down_does_not_make_a_million_rows():
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row>'.encode()
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = b"<worksheet " + MAIN + b"><sheetData>" + head + far + b"</sheetData></worksheet>"
    began = time.process_time()
    with pytest.raises(Invalid) as refused:
        read_table(workbook(sheet), COLUMNS)
    assert refused.value.code == "table_too_long"
    assert time.process_time() - began < 3


@pytest.mark.django_db
def test_an_archive_is_no_attachment(client_for, stage: Stage):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client: ApiClient = client_for(stage.town.people["unit_clerk"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"0" * 5_000_000)
    sent = {"file": SimpleUploadedFile("照片.docx", content.getvalue())}
    refused = client.upload(f"/orders/{stage.order.public_id}/attachments", sent)
    assert (refused.status_code, refused.json()["code"]) == (422, "file_type")
