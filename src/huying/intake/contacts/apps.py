from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "huying.intake.contacts"
    label = "contacts"
    verbose_name = "来话来件"
    default_auto_field = "django.db.models.BigAutoField"
