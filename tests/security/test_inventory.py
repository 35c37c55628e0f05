"""API9 Improper inventory management: every address is described in OpenAPI or listed here, and nothing old is left."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.surface import operations

# Addresses outside the interface, and why each is there.
BESIDE = {
    "healthz": "the process lives; says nothing else",
    "readyz": "the database answers and is up to date",
    "metrics": "Prometheus; by address or token (tests/config/test_metrics.py)",
    "admin/": "Django's admin: reference tables, staff with a second factor (tests/config/test_admin.py)",
    "^(?!api/|admin/|static/|assets/|metrics|ws/).*$": "the web application",
    "api/v1/docs": "the interface described, after login",
    "api/v1/openapi.json": "the same for machines, after login",
    "api/v1/": "the root of the interface; answers 404",
}


def addresses(patterns=None, before: str = "") -> set[str]:
    found: set[str] = set()
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            found.add(here)
        elif isinstance(entry, URLResolver):
            found |= {here} if here == "admin/" else addresses(entry.url_patterns, here)
    return found


def shape(address: str) -> str:
    """``<str:order_id>`` and ``{order_id}`` alike."""
    for opening, closing in (("<", ">"), ("{", "}")):
        while opening in address and closing in address:
            start, end = address.index(opening), address.index(closing)
            address = f"{address[:start]}*{address[end + 1 :]}"
    return address


def test_every_address_is_described_or_listed():
    described = {shape(f"api/v1{operation.path}") for operation in operations()}
    assert {a for a in addresses() if shape(a) not in described and a not in BESIDE} == set()
    assert set(BESIDE) - addresses() == set()


def test_every_operation_says_who_may_call_it():
    """By session or token, or openly; never by leaving it out."""
    open_to_all = {operation.name for operation in operations() if not operation.described.get("security")}
    assert open_to_all == {"GET /session"} | {o.name for o in operations() if o.path.startswith("/public")} | {
        "POST /session",
        "DELETE /session",
    }


def test_the_program_says_nothing_of_versions_that_are_gone():
    assert {address.split("/")[1] for address in addresses() if address.startswith("api/")} == {"v1"}


@pytest.mark.django_db
def test_nobody_comes_in_with_a_password_that_came_with_the_program(django_user_model):
    """A new installation has one account, Huying's own, that nobody can log in with."""
    ready = [person.username for person in django_user_model.objects.all() if person.has_usable_password()]
    assert ready == []
