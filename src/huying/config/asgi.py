"""One process serves everything: requests by a pool of threads that keep their database connection, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huying.config.settings")

from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import SessionMiddlewareStack  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

wsgi_application = get_wsgi_application()

from huying.config.sockets import routes  # noqa: E402  (needs the apps loaded)

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(wsgi_application, workers=settings.OPTIONS.http_threads),
        "websocket": SessionMiddlewareStack(URLRouter(routes)),
    }
)
