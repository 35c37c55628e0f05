from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "huying.base.taxonomy"
    label = "taxonomy"
    verbose_name = "事项分类"
    default_auto_field = "django.db.models.BigAutoField"
