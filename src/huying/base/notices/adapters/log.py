"""The default: a notice is only recorded. The log learns that it was, not to whom nor what it said."""

import structlog

log = structlog.get_logger(__name__)


class LogAdapter:
    name = "log"

    def send(self, *, phone: str, text: str, message_id: str) -> None:
        log.info("notice recorded, no gateway configured", message_id=message_id, characters=len(text))
