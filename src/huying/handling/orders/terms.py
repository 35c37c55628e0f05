"""Due times for very many orders: the limits of :mod:`limits`, each looked up once for a day and kind of order."""

from datetime import date, datetime

from huying.base.calendars import arithmetic
from huying.base.calendars.arithmetic import Counting, Limit
from huying.base.calendars.clock import local
from huying.base.calendars.selectors import current_calendar
from huying.handling.orders import limits, rules
from huying.handling.orders.limits import Filed
from huying.handling.orders.models import WorkOrder


class Terms:
    """Limits and due times, kept for one batch. What counts from the next day is due at the same moment for a whole
    day's orders; what counts at once is worked out for each."""

    def __init__(self) -> None:
        self.calendar = current_calendar()
        self._book = limits.book()
        self._limits: dict[tuple, Limit] = {}
        self._dues: dict[tuple[Limit, date], datetime] = {}

    def limit(self, order: Filed, purpose: str) -> Limit:
        """The limit in force on the day an order was filed."""
        category = order.category.code if self._book.by_category(purpose) and order.category is not None else ""
        key = (purpose, local(order.filed_at).date(), order.request_type, order.urgency, category)
        found = self._limits.get(key)
        if found is None:
            found = self._limits[key] = limits.limit_for(order, purpose)
        return found

    def due(self, order: Filed, purpose: str, start: datetime) -> datetime:
        """When what begins at ``start`` is due for ``purpose``."""
        limit = self.limit(order, purpose)
        if limit.counting is not Counting.FROM_NEXT_DAY:
            return arithmetic.due(start, limit, self.calendar).at
        key = (limit, local(start).date())
        found = self._dues.get(key)
        if found is None:
            found = self._dues[key] = arithmetic.due(start, limit, self.calendar).at
        return found

    def inner(self, order: WorkOrder, level: str, above: datetime, start: datetime) -> datetime:
        """Due time of an inner level (``assist``, ``child``, ``sub_centre``), which leaves its margin to the one above."""
        days = self._book.policy(f"margin.{level}_days", local(order.filed_at).date())
        margin = rules.margin(days, order.clock_kind, self.limit(order, "handle"))
        return rules.inner_due(above, margin, start, self.calendar)
