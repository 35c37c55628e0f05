"""The index follows the events: nothing is missed, nothing stale is kept, whatever happened to either side."""

import shutil

import pytest

from huying.base.events.models import Event, Sequence
from huying.base.events.sequencer import sequence_pending
from huying.base.search import building, checks, following, selectors, store
from huying.base.search.selectors import State
from huying.engines.search.index import Wanted, Writer
from huying.handling.orders import actions
from tests.handling.orders import town as towns


@pytest.fixture
def town(db, frozen_now):
    yield towns.build()
    shutil.rmtree(store.root(), ignore_errors=True)


def catch_up() -> int:
    sequence_pending()
    return following.catch_up()


def found(question: str) -> list[int]:
    return selectors.find(Wanted(question, tags=[["kind=order"]])).keys


def test_without_an_index_nothing_is_found_and_it_is_told(town):
    town.file()
    assert found("施工") == []
    assert selectors.standing().state is State.ABSENT
    assert selectors.standing().told
    assert checks.keeps_up().mend


def test_a_filed_order_is_found_and_a_change_of_its_words_too(town):
    catch_up()
    order = town.file(title="小区停水", text="翡翠园从昨晚起停水")
    assert found("停水") == []
    catch_up()
    assert found("停水") == [order.pk]
    actions.add_words(actor=town.people["agent"], order=order, words="水管在北门爆裂")
    catch_up()
    assert found("北门") == [order.pk]
    actions.supervise(actor=town.people["supervisor"], order=order, level="2", note="约谈主要负责人")
    catch_up()
    assert found("约谈") == [order.pk]
    assert selectors.standing().state is State.READY


def test_what_existed_before_the_index_is_taken_in_by_steps(town, monkeypatch):
    monkeypatch.setattr(following, "ROWS", 2)
    made = [town.file().pk for _ in range(5)]
    sequence_pending()
    follower = following.Follower()
    follower.step()
    assert selectors.standing().state is State.BUILDING
    assert selectors.standing().share == pytest.approx(0.4)
    follower.close()  # as after a crash: the next one goes on where the last commit stands
    catch_up()
    assert sorted(found("施工")) == made
    assert selectors.documents() == 5
    assert selectors.standing().state is State.READY


def test_what_changes_while_the_index_is_built_is_not_missed(town, monkeypatch):
    monkeypatch.setattr(following, "ROWS", 1)
    first, second = town.file(), town.file()
    sequence_pending()
    follower = following.Follower()
    follower.step()
    actions.add_words(actor=town.people["agent"], order=first, words="水管在北门爆裂")
    follower.close()
    catch_up()
    assert found("北门") == [first.pk]
    assert sorted(found("施工")) == [first.pk, second.pk]


def test_a_failure_in_the_middle_leaves_the_last_commit_and_is_made_good(town, monkeypatch):
    catch_up()
    order = town.file(text="翡翠园从昨晚起停水")
    sequence_pending()
    follower = following.Follower()
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "commit", lambda *_: (_ for _ in ()).throw(OSError("no space left on device")))
        with pytest.raises(OSError, match="no space"):
            follower.step()
    assert found("停水") == []
    catch_up()
    assert found("停水") == [order.pk]


def test_a_row_that_is_gone_is_taken_out(town):
    order = town.file(text="翡翠园从昨晚起停水")
    catch_up()
    actions.urge(actor=town.people["agent"], order=order, words="请尽快")
    order.delete()
    catch_up()
    assert found("停水") == []


def test_an_index_of_another_database_or_behind_a_purge_is_built_anew(town):
    order = town.file()
    catch_up()
    before = store.current()
    Event.objects.all().delete()
    Sequence.objects.filter(stream="events").update(position=0)
    assert selectors.standing().state is State.BEHIND
    catch_up()
    assert store.current() != before
    assert found("施工") == [order.pk]
    actions.urge(actor=town.people["agent"], order=order, words="请尽快")
    actions.urge(actor=town.people["agent"], order=order, words="又漏水了")
    sequence_pending()
    Event.objects.filter(position=1).delete()
    catch_up()
    assert found("漏水") == [order.pk]


def test_a_rebuild_goes_on_beside_the_owner_and_is_then_taken_up(town):
    order = town.file()
    sequence_pending()
    owner = following.Follower()
    while owner.step():
        pass
    assert following.rebuild() == 1
    actions.add_words(actor=town.people["agent"], order=order, words="水管在北门爆裂")
    sequence_pending()
    while owner.step():
        pass
    owner.close()
    assert found("北门") == [order.pk]
    assert [folder.name for folder in store.root().glob("v*")] == [store.current().name]


def test_only_one_of_two_workers_writes_and_the_other_takes_over(town):
    town.file()
    sequence_pending()
    owner, other = following.Follower(), following.Follower()
    assert owner.step()
    assert other.step() == 0
    owner.close()
    order = town.file(text="翡翠园从昨晚起停水")
    sequence_pending()
    assert other.step()
    other.close()
    assert found("停水") == [order.pk]


def test_every_kind_of_a_new_version_is_taken_in(town):
    order = town.file()
    catch_up()
    folder = store.current()
    writer = Writer(folder)
    note = {"position": 0, "event": "", "kinds": [], "building": {}, "done": 0}
    writer.commit(note)
    writer.close()
    assert building.with_new_kinds(note)["building"] == {"order": 0}
    catch_up()
    assert order.pk in found("施工")
