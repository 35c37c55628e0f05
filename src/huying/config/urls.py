"""Addresses: the API under /api/v1, health and metrics, the Django admin, and the web app for everything else."""

from django.contrib import admin
from django.urls import path, re_path

from huying.config import metrics, views
from huying.config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("metrics", metrics.metrics),
    path("admin/", admin.site.urls),
    re_path(r"^(?!api/|admin/|static/|assets/|metrics|ws/).*$", views.web_app),
]
handler400 = "huying.config.views.bad_request"
handler403 = "huying.config.views.forbidden"
handler404 = "huying.config.views.not_found"
handler500 = "huying.config.views.server_error"
