"""How long each kind of row is kept. Every table names its class as ``retention``; ``huying purge`` obeys it."""

from enum import StrEnum


class Retention(StrEnum):
    """Classes of retention; the number of days of each is a setting of the centre (``HUYING_RETENTION_…``)."""

    REFERENCE = "reference"  # the centre's own data: units, categories, limits; kept
    CASE = "case"  # orders and what belongs to them: personal parts erased after the period, figures kept
    CONTACT = "contact"  # contacts without an order
    AUDIT = "audit"  # never under six months (网络安全法 第二十一条)
    EVENT = "event"  # domain events and deliveries
    TECHNICAL = "technical"  # idempotency keys, finished obligations, sessions


DAYS: dict[Retention, int | None] = {
    Retention.REFERENCE: None,
    Retention.CASE: 3650,
    Retention.CONTACT: 1095,
    Retention.AUDIT: 1095,
    Retention.EVENT: 365,
    Retention.TECHNICAL: 90,
}
