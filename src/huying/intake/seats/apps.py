from importlib import import_module

from django.apps import AppConfig


class SeatsConfig(AppConfig):
    name = "huying.intake.seats"
    label = "seats"
    verbose_name = "坐席"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.intake.seats.live")
        import_module("huying.intake.seats.purging")
