"""The Django admin: reference tables, staff, second factor; nothing of citizens."""

import pytest
from django.contrib import admin
from django.test import Client
from django_otp.admin import OTPAdminSite

from huying.base.audit.models import AuditEntry
from huying.base.parties.models import Citizen
from huying.base.retention import Retention
from tests import factories
from tests.api_client import ApiClient

pytestmark = pytest.mark.django_db


def staff(*, verified: bool, **fields) -> Client:
    person = factories.person("system_admin", is_staff=True, **fields)
    signed_in = ApiClient.for_person(person, verified=verified)
    plain = Client()
    plain.cookies = signed_in.cookies
    return plain


def test_the_site_asks_for_the_second_factor():
    assert isinstance(admin.site, OTPAdminSite)
    assert staff(verified=False, is_superuser=True).get("/admin/").status_code == 302
    assert staff(verified=True, is_superuser=True).get("/admin/").status_code == 200


def test_who_is_not_staff_stays_out():
    agent = ApiClient.for_person(factories.person("agent"))
    plain = Client()
    plain.cookies = agent.cookies
    assert plain.get("/admin/").status_code == 302


def test_only_reference_tables_are_shown():
    models = [model for model in admin.site._registry if model.__module__.startswith("huying.")]
    assert models
    assert {model.retention for model in models} == {Retention.REFERENCE}
    assert Citizen not in models
    assert set(admin.site._registry) == set(models)


def test_a_change_in_the_admin_is_recorded():
    client = staff(verified=True, is_superuser=True)
    division = factories.divisions().village
    made = client.post(
        "/admin/places/place/add/", {"name": "人民公园", "kind": "park", "division": division.pk, "aliases": "[]"}
    )
    assert made.status_code == 302, made.content
    assert AuditEntry.objects.get(verb="reference.add").subject_type == "places.place"
