from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "huying.base.calendars"
    label = "calendars"
    verbose_name = "日历"
    default_auto_field = "django.db.models.BigAutoField"
