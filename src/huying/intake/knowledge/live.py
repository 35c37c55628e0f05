"""Who hears at once of 统一口径: the centre."""

from collections.abc import Mapping

from huying.base.events.live import register_scope
from huying.base.org.models import Person
from huying.base.org.roles import Reach
from huying.intake.knowledge.models import Bulletin


def bulletins(reader: Person, keys: set[int]) -> Mapping[int, str]:
    rows = Bulletin.objects.filter(pk__in=keys).values_list("pk", "public_id")
    return dict(rows) if reader.reach is Reach.CENTRE else {}


register_scope("knowledge.bulletin", bulletins)
