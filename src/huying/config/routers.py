"""Which room answers under which address."""

from importlib import import_module

from ninja import NinjaAPI

from huying.config.repeating import make_repeatable

ROUTERS = {
    "": "huying.base.org.api_session",
    "/org": "huying.base.org.api",
    "/places": "huying.base.places.api",
    "/taxonomy": "huying.base.taxonomy.api",
    "/parties": "huying.base.parties.api",
    "/calendar": "huying.base.calendars.api",
    "/files": "huying.base.files.api",
    "/notices": "huying.base.notices.api",
    "/audit": "huying.base.audit.api",
    "/webhooks": "huying.base.events.api",
    "/orders": "huying.handling.orders.api",
    "/search": "huying.handling.orders.api_search",
    "/assignments": "huying.handling.orders.api_assignments",
    "/terms": "huying.handling.orders.api_terms",
    "/dispatch": "huying.handling.dispatch.api",
    "/linkage": "huying.handling.linkage.api",
    "/undertaking": "huying.handling.undertaking.api",
    "/visits": "huying.handling.visits.api",
    "/contacts": "huying.intake.contacts.api",
    "/seats": "huying.intake.seats.api",
    "/knowledge": "huying.intake.knowledge.api",
    "/public": "huying.intake.contacts.api_public",
}


def mount(api: NinjaAPI) -> None:
    """Hang every room's router into the API."""
    for prefix, module in ROUTERS.items():
        router = import_module(module).router
        make_repeatable(router)
        api.add_router(prefix, router)
