from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "huying.handling.orders"
    label = "orders"
    verbose_name = "工单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for name in ("tasks", "purging", "attaching", "live"):
            import_module(f"huying.handling.orders.{name}")
