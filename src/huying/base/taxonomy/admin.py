"""The Django admin of this room's reference tables."""

from django.contrib import admin

from huying.base.org.admin import ReadOnlyAdmin, ReferenceAdmin
from huying.base.taxonomy.models import Category, CategoryTree, Crosswalk, Responsibility


@admin.register(CategoryTree)
class CategoryTreeAdmin(ReadOnlyAdmin):
    list_display = ("name", "edition", "effective_from", "effective_until")


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    list_display = ("code", "full_name", "tree", "retired_on", "provisional")
    list_select_related = ("tree",)
    search_fields = ("code", "full_name", "pinyin")


@admin.register(Crosswalk)
class CrosswalkAdmin(ReferenceAdmin):
    list_display = ("source", "target", "share")
    list_select_related = ("source", "target")
    raw_id_fields = ("source", "target")


@admin.register(Responsibility)
class ResponsibilityAdmin(ReferenceAdmin):
    list_display = ("unit", "matter", "basis", "effective_from", "effective_until")
    list_select_related = ("unit",)
    search_fields = ("matter", "basis")
    raw_id_fields = ("unit", "category")
