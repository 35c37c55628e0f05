"""One process serves everything: requests by a pool of threads that keep their database connection, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.config.settings")

from a2wsgi import WSGIMiddleware
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.wsgi import get_wsgi_application

wsgi_application = get_wsgi_application()

import huying.config.urls  # noqa: E402, F401  (needs the apps loaded; the first request should not wait for it)
from huying.config.sockets import routes, steady  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(wsgi_application, workers=settings.OPTIONS.http_threads),
        "websocket": steady(AuthMiddlewareStack(URLRouter(routes))),
    }
)
