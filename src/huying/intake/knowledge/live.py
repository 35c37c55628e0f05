"""Who hears at once of 统一口径: the centre."""

from huying.base.events.live import register_scope, to_the_centre
from huying.intake.knowledge.models import Bulletin

register_scope("knowledge.bulletin", to_the_centre(Bulletin))
