from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _make_system_person(**_: object) -> None:
    """Huying's own actor exists from the first migration on, so that no action has to make it on its way."""
    from huying.base.org.selectors import system_person

    system_person.cache_clear()
    system_person()


class OrgConfig(AppConfig):
    name = "huying.base.org"
    label = "org"
    verbose_name = "组织与人员"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_make_system_person, sender=self)
