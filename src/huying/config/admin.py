"""The Django admin: for reference tables only, for staff who passed the second factor."""

from django.contrib.admin.apps import AdminConfig


class HuyingAdmin(AdminConfig):
    default_site = "django_otp.admin.OTPAdminSite"
