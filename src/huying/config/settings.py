"""Django settings, derived from the typed options; nothing else reads the environment."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

from huying.base import vault
from huying.config.options import options

OPTIONS = options()
PACKAGE = Path(__file__).resolve().parent.parent
DATA = OPTIONS.data.resolve()
DATA.mkdir(parents=True, exist_ok=True)
vault.configure(OPTIONS.keyring_path)

SECRET_KEY = vault.keyring().django_secret
DEBUG = OPTIONS.debug
ALLOWED_HOSTS = OPTIONS.allowed_hosts
CSRF_TRUSTED_ORIGINS = OPTIONS.trusted_origins

INSTALLED_APPS = [
    "huying.config.admin.HuyingAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "ninja",
    "treebeard",
    "axes",
    "django_otp",
    # Emptied by org 0002, which reads their tables; org.devices keeps the second factor since.
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_prometheus",
    "django_structlog",
    "huying.base.calendars",
    "huying.base.audit",
    "huying.base.events",
    "huying.base.org",
    "huying.base.places",
    "huying.base.taxonomy",
    "huying.base.parties",
    "huying.base.files",
    "huying.base.notices",
    "huying.base.search",
    "huying.base.presence",
    "huying.handling.orders",
    "huying.handling.dispatch",
    "huying.handling.linkage",
    "huying.handling.undertaking",
    "huying.handling.visits",
    "huying.intake.contacts",
    "huying.intake.seats",
    "huying.intake.knowledge",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "huying.config.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huying.config.middleware.RequestGuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "huying.config.middleware.IdleSessionMiddleware",
    "huying.config.middleware.AdminMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "huying.config.urls"
ASGI_APPLICATION = "huying.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database(url: str) -> dict:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DATA / "huying.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
            },
        }
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        chosen = _database("")
        chosen["NAME"] = unquote(parts.path[1:] if parts.path.startswith("//") else parts.path)
        return chosen
    host = unquote(parts.hostname or "")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", host)),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(OPTIONS.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "huying.base.org.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "huying.base.org.passwords.MixedCharactersValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_CALLABLE = "huying.config.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "huying.config.middleware.client_address"
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Huying"

if OPTIONS.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPTIONS.https
CSRF_FAILURE_VIEW = "huying.config.views.csrf_failure"
SECURE_HSTS_SECONDS = 31536000 if OPTIONS.https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WEBAPP = PACKAGE / "webapp"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
if WEBAPP.exists():
    WHITENOISE_ROOT = WEBAPP
    WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+-[\w-]{8}\.\w+$"  # Vite puts the content's hash into the name
DATA_UPLOAD_MAX_MEMORY_SIZE = OPTIONS.max_body_mb * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # counts of requests by address; fewer would push each other out
    }
}
CHANNEL_LAYERS: dict = {}
NINJA_PAGINATION_MAX_LIMIT = 200
NINJA_NUM_PROXIES = None
PROMETHEUS_METRICS_EXPORT_PORT = None
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

from huying.config.logs import LOGGING  # noqa: E402,F401  (reads OPTIONS)
