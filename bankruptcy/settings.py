"""Django's settings, the same for demonstration, tests and production.

What differs stands in the environment (docs/operations.md); each process is given only what it
needs, so that the web cannot write the log and the sequencer cannot read a session.

    CONCURSUS_DATA          the data folder, `.demo` if not given
    DATABASE_URL            PostgreSQL as concursus_app        -> DATABASES["default"]
    LEDGER_DATABASE_URL     PostgreSQL as concursus_sequencer  -> DATABASES["ledger"]
    OWNER_DATABASE_URL      PostgreSQL as concursus_owner      -> DATABASES["owner"], migrations
    DATABASE_POOL           connections kept by this process, 0 for one a thread
    REDIS_URL               Valkey or Redis, redis:// or unix:///path
    CONCURSUS_HOSTS         host names answered to, by comma
    CONCURSUS_HTTPS         1 where a proxy in front speaks TLS
    CONCURSUS_STATIC_ROOT   where collectstatic puts hashed files; not given: served from source
    CONCURSUS_DEBUG         1 shows tracebacks in the browser; for developers only
"""

from __future__ import annotations

import os
from typing import Any

from csp.constants import NONE, SELF

from bankruptcy.platform.addresses import celery_broker, django_database
from bankruptcy.platform.folder import PROJECT, DataFolder

DATA = DataFolder.from_environment()
HTTPS = os.environ.get("CONCURSUS_HTTPS") == "1"

SECRET_KEY = DATA.secret("django")
DEBUG = os.environ.get("CONCURSUS_DEBUG") == "1"
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("CONCURSUS_HOSTS", "").split(",")),
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "csp",
    "bankruptcy.platform",
    "bankruptcy.delivery",
    "bankruptcy.people",
    "bankruptcy.cases",
    "bankruptcy.claims",
    "bankruptcy.meetings",
    "ledger",
    "voting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bankruptcy.delivery.problems.RefusalMiddleware",
]

ROOT_URLCONF = "bankruptcy.urls"
ASGI_APPLICATION = "bankruptcy.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Databases: one alias a role, present only in the processes that are given its address


def _databases() -> dict[str, dict[str, Any]]:
    pool = int(os.environ.get("DATABASE_POOL", "0"))
    given = {
        alias: django_database(url, pool=pool if alias == "default" else 0)
        for alias, variable in (
            ("default", "DATABASE_URL"),
            ("ledger", "LEDGER_DATABASE_URL"),
            ("owner", "OWNER_DATABASE_URL"),
        )
        if (url := os.environ.get(variable))
    }
    # Django wants a default; without an address it is one that refuses every query.
    return {"default": {}, **given}


DATABASES = _databases()
DATABASE_ROUTERS = ["bankruptcy.platform.router.RoleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

# --- People

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# --- Languages and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "concursus_language"
LOCALE_PATHS = [PROJECT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Static files: hashed and compressed once collected, else straight from the source folders

STATIC_URL = "/static/"
STATICFILES_DIRS = [PROJECT / "static"]
STATIC_ROOT = os.environ.get("CONCURSUS_STATIC_ROOT")
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- What a browser may do with our pages

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        # Browsers of today count the page's own WebSocket as 'self'; `ws:` would allow any host's.
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "concursus_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "concursus_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bankruptcy.delivery.problems.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

# A statement is at most 35,000 bytes, a ballot's boxes some hundred kilobytes; files come in
# pieces. What is larger than the second Django writes to disk in the clear before a view sees it:
# it is not let in (bankruptcy.delivery.bodies).
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- API

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    # It demands the CSRF token of whoever is logged in.
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "bankruptcy.delivery.problems.handler",
    "UNICODE_JSON": True,
}

# --- Messages between processes

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # redis-py 8 gives up reading after 5 s by default and consumers die of it
            # (channels_redis issue 422); its pool runs out when a thousand sockets close at once.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 5000}]
        },
    }
}

CELERY_BROKER_URL = celery_broker(REDIS_URL)
# A task whose worker was killed is given out again after `visibility_timeout` seconds, which must
# exceed the longest task; the sweep for such tasks is every 5 s instead of kombu's 100 s.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that waited for a worker is worth nothing: the next one does it all.
    "clerk": {
        "task": "bankruptcy.meetings.sweep",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    "directory": {
        "task": "ledger.directory",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "arriving": {
        "task": "ledger.arriving",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA.root / "run" / "beat")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Logs: what happened, never what was said. No bodies, no query strings, no values

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"events": {"()": "bankruptcy.platform.logs.EventsOnly"}},
    "formatters": {
        "line": {
            "()": "bankruptcy.platform.logs.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["events"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Its lines carry the statements with their values.
        "django.db.backends": {"level": "WARNING"},
        # 4xx are answers, not events; the line would carry the path only, but each is noise.
        "django.request": {"level": "ERROR"},
        "celery.beat": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
