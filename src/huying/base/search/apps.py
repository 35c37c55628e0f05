from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "huying.base.search"
    label = "search"
    verbose_name = "全文检索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.base.search.following").join_the_worker()
