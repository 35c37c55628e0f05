from importlib import import_module

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "huying.handling.dispatch"
    label = "dispatch"
    verbose_name = "派单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.handling.dispatch.tasks")
        import_module("huying.handling.dispatch.knowledge").watch()
        import_module("huying.handling.dispatch.joining").join()
