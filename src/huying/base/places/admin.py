"""The Django admin of this room's reference tables."""

from django.contrib import admin

from huying.base.org.admin import ReadOnlyAdmin, ReferenceAdmin
from huying.base.places.models import Division, Place


@admin.register(Division)
class DivisionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "population")
    search_fields = ("code", "name", "pinyin")


@admin.register(Place)
class PlaceAdmin(ReferenceAdmin):
    list_display = ("name", "kind", "division")
    list_select_related = ("division",)
    search_fields = ("name",)
    raw_id_fields = ("division",)
