from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "huying.handling.orders"
    label = "orders"
    verbose_name = "工单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for name in ("tasks", "purging", "attaching", "live", "indexing"):
            import_module(f"huying.handling.orders.{name}")
        from huying.base.org.signals import unit_moved
        from huying.handling.orders.reach import follow_unit

        unit_moved.connect(lambda unit, **_: follow_unit(unit), weak=False, dispatch_uid="orders.follow_unit")
