"""The organisation over HTTP: units, people with their roles, tokens."""

from ninja import Router

from huying.base.org import api_people, api_tokens, api_units

router = Router(tags=["org"])
router.add_router("", api_units.router)
router.add_router("", api_people.router)
router.add_router("", api_tokens.router)
