"""All settings, from the environment alone. A missing one stops the start and says what to do."""

from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, what: str) -> str:
    """Return the variable `name`, or stop with a sentence that says what it is and what to do."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set ({what}). Run 'python3 manage.py start' or 'python3 manage.py demo', which bring "
            f"their own services and settings, or set {name}; .env.example lists every setting."
        )
    return value


# --- where things live
STATE_DIR = Path(env.str("CXHUB_STATE_DIR", default=str(BASE_DIR / ".local"))).resolve()
MART_URL = env.str("CXHUB_MART_URL", default=str(STATE_DIR / "mart"))
ANALYTICS_THREADS = env.int("CXHUB_ANALYTICS_THREADS", default=2)
ANALYTICS_MEMORY = env.str("CXHUB_ANALYTICS_MEMORY", default="512MB")  # of each process that answers questions
RAW_DIR = Path(env.str("CXHUB_RAW_DIR", default=str(STATE_DIR / "raw")))
MODEL_DIR = Path(env.str("CXHUB_MODEL_DIR", default=str(STATE_DIR / "models")))

# --- safety
SECRET_KEY = required("CXHUB_SECRET_KEY", "signs sessions and tokens; 50 random characters")
RAW_KEY = required(
    "CXHUB_RAW_KEY", "encrypts raw deliveries and keys the digests of identifiers; 64 hexadecimal digits"
)
DEBUG = env.bool("CXHUB_DEBUG", default=False)
ALLOWED_HOSTS = env.list("CXHUB_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CXHUB_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("CXHUB_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("CXHUB_BEHIND_PROXY", default=False) else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
_PLOTLY_EMPTY_STYLE = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # Plotly's style element is empty at first
)
_PLOTLY_BASE_STYLE = "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"  # and the full bundle brings one more
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-elem": [SELF, _PLOTLY_EMPTY_STYLE, _PLOTLY_BASE_STYLE],
        "style-src-attr": ["'unsafe-inline'"],  # Plotly positions its layers with style attributes
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- the applications
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "insights",
    "surveys",
    "contactcenter",
    "cxhub",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "compression_middleware.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "cxhub.urls"
WSGI_APPLICATION = "cxhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "insights.dashboards.frame.frame",
            ]
        },
    }
]

# --- PostgreSQL
_DATABASE_URL = required("DATABASE_URL", "PostgreSQL 18, as postgresql://user:password@host:port/name")
_database = urlsplit(_DATABASE_URL)
if _database.scheme not in {"postgres", "postgresql"}:
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with '{_database.scheme}://'. Only PostgreSQL works: postgresql://user:password@host:port/name"
    )
DATABASES = {"default": env.db_url_config(_DATABASE_URL)}
DATABASES["default"]["OPTIONS"] = {
    "pool": {"min_size": 1, "max_size": env.int("CXHUB_DATABASE_POOL", default=8), "timeout": 10}
}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool keeps the connections
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker, results and the cache of answers
CELERY_BROKER_URL = required("CELERY_BROKER_URL", "Redis or Valkey, as redis://:password@host:port/0")
CELERY_RESULT_BACKEND = env.str("CELERY_RESULT_BACKEND", default=CELERY_BROKER_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = env.int("CXHUB_TASK_TIME_LIMIT", default=600)
CELERY_BROKER_TRANSPORT_OPTIONS = {  # redelivery after a kill: kombu's defaults take an hour (one try per ten scans)
    "socket_connect_timeout": 2,  # a webhook's vendor waits for the answer; the clock sends what could not be sent
    "visibility_timeout": env.int("CXHUB_VISIBILITY_TIMEOUT", default=CELERY_TASK_TIME_LIMIT + 120),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "queue_order_strategy": "priority",  # a worker takes from the first of its queues that has work
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "intake"
CELERY_TASK_ROUTES = {
    "insights.tasks.intake.*": {"queue": "intake"},
    "insights.tasks.pulls.*": {"queue": "pulls"},  # wait for other systems for minutes: a worker of their own serves it
    "insights.tasks.enrichment.*": {"queue": "enrich"},
    "insights.tasks.taxonomy.*": {"queue": "enrich"},
    "insights.tasks.opinions.*": {"queue": "notify"},
    "insights.tasks.search.*": {"queue": "notify"},
    "insights.tasks.mart.*": {"queue": "mart"},
    "insights.tasks.notify.*": {"queue": "notify"},
}
CELERY_TIMEZONE = "UTC"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CXHUB_CACHE_URL", default=CELERY_BROKER_URL),
        "KEY_PREFIX": "cxhub",
        "TIMEOUT": 3600,
    }
}

# --- time and language
TIME_ZONE = "UTC"
USE_TZ = True
REPORTING_TIME_ZONE = env.str("CXHUB_REPORTING_TIME_ZONE", default="Europe/Berlin")
try:
    ZoneInfo(REPORTING_TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError) as unknown:
    raise ImproperlyConfigured(
        f"CXHUB_REPORTING_TIME_ZONE is '{REPORTING_TIME_ZONE}', which is no IANA time zone. "
        "Use a name such as Europe/Berlin."
    ) from unknown
LANGUAGE_CODE = "en"
USE_I18N = True
CURRENCY = env.str("CXHUB_CURRENCY", default="EUR")  # of what contacts cost
COMPANY_NAME = env.str("CXHUB_COMPANY", default="")
DEFAULT_PHONE_REGION = env.str("CXHUB_PHONE_REGION", default="DE")
DEMO_SIGN_IN = env.bool("CXHUB_DEMO", default=False)

# --- an optional language model at an OpenAI-compatible address; off unless an address is set
LLM_URL = env.str("CXHUB_LLM_URL", default="")
LLM_MODEL = env.str("CXHUB_LLM_MODEL", default="")
LLM_KEY = env.str("CXHUB_LLM_KEY", default="")
LLM_SECONDS = env.int("CXHUB_LLM_SECONDS", default=60)
LLM_TOKENS_A_DAY = env.int("CXHUB_LLM_TOKENS_A_DAY", default=200_000)
if LLM_URL and not (LLM_MODEL and LLM_URL.startswith(("http://", "https://"))):
    raise ImproperlyConfigured(
        "CXHUB_LLM_URL must begin with http:// or https://, and CXHUB_LLM_MODEL must name the model to ask."
    )

# --- people
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("CXHUB_STATIC_ROOT", default=str(STATE_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "insights.dashboards.assets.PlotlyFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cxhub.static_files.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]  # those are for developer tools
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = env.str("CXHUB_UPLOAD_DIR", default="") or None
MAX_IMPORT_BYTES = env.int("CXHUB_MAX_IMPORT_BYTES", default=5 * 1024**3)

# --- the API
API_REQUESTS_PER_MINUTE = env.int("CXHUB_API_REQUESTS_PER_MINUTE", default=600)  # a token, or a person; 0: no limit
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "insights.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["insights.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["insights.api.throttling.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["insights.api.parsers.JsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "insights.api.negotiation.OneFormat",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "insights.api.problems.problem_details",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxhub API",
    "DESCRIPTION": (
        "What customers say in surveys and in contacts: every number with its interval, its base and its records."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["insights.api.schema.complete"],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# --- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("CXHUB_LOG_LEVEL", default="INFO")},
}
