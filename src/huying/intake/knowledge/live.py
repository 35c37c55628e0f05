"""Who hears at once of 统一口径: every desk of the centre of what it says, nobody of who has read it.

Every agent confirms every bulletin: told to all desks, a floor of n would send n × n messages for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from huying.base.events.live import register_scope, to_the_centre
from huying.intake.knowledge.models import Bulletin


def to_nobody(people: Sequence[Any], keys: set[int]) -> list[Mapping[int, str]]:
    return [{} for _ in people]


register_scope("knowledge.bulletin", to_the_centre(Bulletin))
register_scope("knowledge.bulletinreceipt", to_nobody)
