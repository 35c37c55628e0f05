"""What this room wants done once an order was filed."""

from huying.base.events.obligations import Due
from huying.handling.dispatch import selectors
from huying.handling.orders import timers
from huying.handling.orders.models import WorkOrder


def after_submit(order: WorkOrder) -> list[Due]:
    """Automatic dispatch, due now, where the order waits for dispatch and the gate lets it go without a person.

    No query right after filing: the analysis made there is still at hand. The key is that of the try which the order's
    own actions ask for, so that there is one, whoever asks first.
    """
    if order.state != "to_dispatch":
        return []
    analysis = selectors.latest_analysis(order)
    return [timers.auto_dispatch(order)] if analysis is not None and analysis.automatic else []
