"""The Django admin of this room's reference tables; notices themselves are citizens' data and not shown."""

from django.contrib import admin

from huying.base.notices.models import NoticeTemplate
from huying.base.org.admin import ReferenceAdmin


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(ReferenceAdmin):
    list_display = ("code", "channel", "effective_from", "effective_until")
    list_filter = ("channel",)
