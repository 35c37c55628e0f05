"""The address that a citizen opens to answer."""

from django.conf import settings


def address(secret: str) -> str:
    return f"{settings.OPTIONS.public_url.rstrip('/')}/v/{secret}"
