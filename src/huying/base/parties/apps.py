from importlib import import_module

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "huying.base.parties"
    label = "parties"
    verbose_name = "诉求人"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.parties.purging")
