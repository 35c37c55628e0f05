"""The Django admin: reference tables only, nothing of citizens. What is written there is recorded like any action."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from huying.base.events.recorder import record
from huying.base.org.models import Unit, UnitChange


class ReferenceAdmin(admin.ModelAdmin):
    """A reference table that staff may edit: each change leaves one event and one audit row."""

    actions = None

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            verb = "reference.change" if change else "reference.add"
            record(actor=request.user, verb=verb, subject=obj, changes={"fields": form.changed_data})

    def delete_model(self, request: Any, obj: Any) -> None:
        with transaction.atomic():
            record(actor=request.user, verb="reference.remove", subject=obj)
            super().delete_model(request, obj)


class ReadOnlyAdmin(admin.ModelAdmin):
    """A table that has actions of its own: looked at here, changed there."""

    actions = None

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "depth", "active_from", "active_until", "provisional")
    list_filter = ("kind", "provisional")
    search_fields = ("name", "short_name", "pinyin")
    ordering = ("path",)


@admin.register(UnitChange)
class UnitChangeAdmin(ReadOnlyAdmin):
    list_display = ("effective", "kind", "unit", "successor", "old_name", "basis")


# Secrets of the second factor and Django's own groups are nobody's to look at or to use here.
for model in (Group, TOTPDevice, StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
