from importlib import import_module

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "huying.intake.knowledge"
    label = "knowledge"
    verbose_name = "知识"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("huying.intake.knowledge.live")
