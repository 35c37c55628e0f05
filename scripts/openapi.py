"""Print the OpenAPI document of the HTTP interface; the web application's client is generated from it."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.config.settings")
django.setup()

from huying.config.api import api  # noqa: E402  (needs the apps loaded)

json.dump(api.get_openapi_schema(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True, default=str)
sys.stdout.write("\n")
