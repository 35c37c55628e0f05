from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "huying.base.files"
    label = "files"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.files.purging")
