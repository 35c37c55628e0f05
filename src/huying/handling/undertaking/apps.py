from importlib import import_module

from django.apps import AppConfig


class UndertakingConfig(AppConfig):
    name = "huying.handling.undertaking"
    label = "undertaking"
    verbose_name = "承办"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.handling.undertaking.joining").join()
