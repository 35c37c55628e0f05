from importlib import import_module

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "huying.handling.visits"
    label = "visits"
    verbose_name = "回访"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.handling.visits.tasks")
