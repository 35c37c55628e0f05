"""The index in a folder: what finds what, in which sequence, and what a crash leaves."""

import pytest

from huying.engines.search.index import Busy, Document, Reader, Sort, Unreadable, Wanted, Writer

SITE = "滨江路翡翠园18号楼的工地夜里还在施工，噪声很大"
LAMP = "城南新村路灯坏了三盏，联系电话‹电话1›或１３９００００１２３４"


def document(key: int, text: str, *tags: str, at: int | None = None, due: int | None = None) -> Document:
    return Document(f"order:{key}", key, [text], ["kind=order", *tags], 1000 + key if at is None else at, due)


@pytest.fixture
def folder(tmp_path):
    writer = Writer(tmp_path / "index")
    writer.put(document(1, SITE, "unit=7", due=500))
    writer.put(document(2, LAMP, "unit=8", due=400))
    writer.put(document(3, "施工占道，滨江路堵车", "unit=8"))
    writer.commit({"position": 3})
    writer.close()
    return tmp_path / "index"


def keys(folder, question: str, *tags: list[str], **more) -> list[int]:
    return Reader(folder).search(Wanted(question, tags=[["kind=order"], *tags], **more)).keys


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("施工", [3, 1]),
        ("滨江", [3, 1]),
        ("翡翠园", [1]),
        ("翠园", [1]),
        ("18号楼", [1]),
        ("１８号楼", [1]),
        ("夜里施工噪声", [1]),
        ("滨江路 堵车", [3]),
        ("濱江路", [3, 1]),
        ("路灯坏了吗", [2]),
        ("电话", [2]),
        ("电话1", []),
        ("13900001234", []),
        ("路夜里", []),
        ("，。", []),
        ("", [3, 2, 1]),
    ],
)
def test_words_in_any_order_and_pieces_as_written(folder, question, found):
    assert keys(folder, question) == found


def test_tags_narrow_each_group_by_any_of_its_tags(folder):
    assert keys(folder, "施工", ["unit=8", "unit=9"]) == [3]
    assert keys(folder, "施工", ["unit=9"]) == []


def test_newest_first_or_by_due_time_and_on_from_any_place(folder):
    reader = Reader(folder)
    first = reader.search(Wanted("", limit=2, tags=[["kind=order"]]))
    assert (first.keys, first.total) == ([3, 2], 3)
    assert reader.search(Wanted("", tags=[["kind=order"]], after=first.places[-1])).keys == [1]
    due = reader.search(Wanted("", sort=Sort.DUE, limit=1, tags=[["kind=order"]]))
    assert (due.keys, due.total) == ([2], 2)
    assert reader.search(Wanted("", sort=Sort.DUE, tags=[["kind=order"]], after=due.places[-1])).keys == [1]
    assert keys(folder, "", since=1002, before=1003) == [2]


def test_what_was_not_committed_is_gone_with_its_note(folder):
    reader, writer = Reader(folder), Writer(folder)
    writer.put(document(1, "改为路灯"))
    writer.close()
    reader.refresh()
    assert reader.note == {"position": 3}
    assert reader.search(Wanted("翡翠园")).keys == [1]


def test_an_open_reader_sees_the_next_commit_and_only_the_newer_text(folder):
    reader, writer = Reader(folder), Writer(folder)
    writer.put(document(1, "改为路灯"))
    writer.remove("order:2")
    writer.commit({"position": 4})
    reader.refresh()
    assert reader.note == {"position": 4}
    assert reader.search(Wanted("翡翠园")).keys == []
    assert reader.search(Wanted("路灯")).keys == [1]
    assert reader.documents == 2
    writer.close()


def test_one_writes_at_a_time(folder):
    writer = Writer(folder)
    with pytest.raises(Busy):
        Writer(folder)
    writer.close()
    Writer(folder).close()


def test_a_folder_without_an_index_is_told(tmp_path):
    with pytest.raises(Unreadable):
        Reader(tmp_path / "nothing")
