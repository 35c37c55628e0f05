from importlib import import_module

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "huying.handling.linkage"
    label = "linkage"
    verbose_name = "联动"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.handling.linkage.tasks")
        import_module("huying.handling.linkage.joining").join()
