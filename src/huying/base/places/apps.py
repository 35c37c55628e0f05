from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "huying.base.places"
    label = "places"
    verbose_name = "区划与点位"
    default_auto_field = "django.db.models.BigAutoField"
