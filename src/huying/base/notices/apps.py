from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "huying.base.notices"
    label = "notices"
    verbose_name = "告知"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.notices.tasks")
