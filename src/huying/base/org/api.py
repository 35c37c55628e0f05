"""The organisation over HTTP: units, people with their roles, tokens, what each likes."""

from ninja import Router

from huying.base.org import api_people, api_preferences, api_tokens, api_units

router = Router(tags=["org"])
router.add_router("", api_units.router)
router.add_router("", api_people.router)
router.add_router("", api_tokens.router)
router.add_router("", api_preferences.router)
