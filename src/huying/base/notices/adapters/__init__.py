"""Ways to reach a citizen's telephone. Which one is used follows from the options of the installation."""

from typing import Protocol

from django.conf import settings

from huying.base.notices.adapters.log import LogAdapter
from huying.base.notices.adapters.sms_http import HttpSmsAdapter


class Adapter(Protocol):
    """``send`` returns when the other side has taken the message over.

    Raises :class:`~huying.base.notices.delivery.Refused` where trying again can't help, and
    :class:`~huying.base.events.obligations.TryAgain` where it may.
    """

    name: str

    def send(self, *, phone: str, text: str, message_id: str) -> None: ...


def chosen() -> Adapter:
    """The SMS gateway where one is configured, otherwise the log."""
    options = settings.OPTIONS
    if options.sms_gateway_url:
        return HttpSmsAdapter(options.sms_gateway_url, options.sms_gateway_token)
    return LogAdapter()


__all__ = ["Adapter", "HttpSmsAdapter", "LogAdapter", "chosen"]
