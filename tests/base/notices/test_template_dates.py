"""Templates follow each other without gap or overlap; a past day keeps its text."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from huying.base.audit.models import AuditEntry
from huying.base.errors import Conflict, Invalid
from huying.base.notices import actions, selectors
from huying.base.notices.models import NoticeTemplate
from huying.base.notices.templates import DEFAULTS
from tests import factories

JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)


@pytest.mark.django_db
def test_a_new_text_ends_the_one_before():
    admin = factories.person("system_admin")
    first = actions.set_template(actor=admin, code="accepted", body="旧{order_no}", effective_from=JULY)
    actions.set_template(actor=admin, code="accepted", body="新{order_no}", effective_from=AUGUST)
    first.refresh_from_db()
    assert first.effective_until == date(2025, 7, 31)
    assert selectors.body_in_force("accepted", "sms", date(2025, 6, 30)) == DEFAULTS["accepted"]
    assert selectors.body_in_force("accepted", "phone", date(2025, 7, 31)) == "旧{order_no}"
    assert selectors.body_in_force("accepted", "sms", AUGUST) == "新{order_no}"
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db
def test_a_channel_may_have_words_of_its_own():
    admin = factories.person("system_admin")
    actions.set_template(actor=admin, code="accepted", body="短信", effective_from=JULY)
    actions.set_template(actor=admin, code="accepted", channel="wechat", body="微信", effective_from=JULY)
    assert selectors.body_in_force("accepted", "wechat", AUGUST) == "微信"
    assert selectors.body_in_force("accepted", "web", AUGUST) == "短信"


@pytest.mark.django_db
def test_a_day_holds_one_text_and_stale_corrections_are_refused():
    admin = factories.person("system_admin")
    template = actions.set_template(actor=admin, code="visit", body="请评价{link}", effective_from=JULY)
    with pytest.raises(Conflict):
        actions.set_template(actor=admin, code="visit", body="又一个", effective_from=JULY)
    actions.correct_template(actor=admin, template=template, body="请您评价{link}", expected_version=1)
    with pytest.raises(Conflict):
        actions.correct_template(actor=admin, template=template, body="旧", expected_version=1)
    with pytest.raises(Invalid):
        actions.end_template(actor=admin, template=template, effective_until=date(2025, 6, 1))


class Overlap(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.dates(date(2025, 1, 1), date(2025, 3, 1)), min_size=1, max_size=8, unique=True))
    def test_texts_never_overlap_in_whatever_order_they_are_set(self, days: list[date]):
        admin = factories.person("system_admin")
        for day in days:
            actions.set_template(actor=admin, code="closed", body=f"自{day}", effective_from=day)
        for day in days:
            assert selectors.body_in_force("closed", "sms", day) == f"自{day}"
        rows = list(NoticeTemplate.objects.order_by("effective_from"))
        for earlier, later in pairwise(rows):
            assert earlier.effective_until < later.effective_from
        assert rows[-1].effective_until is None
