from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "huying.base.events"
    label = "events"
    verbose_name = "事件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.events.tasks")
        import_module("huying.base.events.figures").expose()
