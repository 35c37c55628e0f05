from importlib import import_module

from django.apps import AppConfig


class PresenceConfig(AppConfig):
    name = "huying.base.presence"
    label = "presence"
    verbose_name = "在看"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.presence.purging")
        import_module("huying.base.presence.watching").join_live()
