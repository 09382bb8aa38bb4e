"""Django's settings, all derived from `env`."""

from __future__ import annotations

import secrets
from pathlib import Path

from cong.config.database import database
from cong.config.env import ENV
from cong.config.mail import mail
from cong.config.search import search_url

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = ENV.data_dir.resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    if ENV.secret_key:
        return ENV.secret_key
    kept = DATA_DIR / "secret-key"
    if not kept.exists():
        fresh = DATA_DIR / f".secret-key-{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        fresh.replace(kept)
    return kept.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
ROOT_URLCONF = "cong.config.urls"
WSGI_APPLICATION = "cong.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cong.agencies.backend.MembershipBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": database(ENV.database_url, DATA_DIR)}
TASKS = {"default": {"BACKEND": "cong.jobs.backend.LeasedBackend"}}

# Our rooms come first, so that their templates stand before Wagtail's.
INSTALLED_APPS = [
    "cong.design",
    "cong.jobs",
    "cong.accounts",
    "cong.journal",
    "cong.agencies",
    "cong.media",
    "cong.entries",
    "cong.publishing",
    "cong.search",
    "cong.readership",
    "cong.newsroom",
    "cong.frontpage",
    "cong.desk",
    "cong.harvest",
    "cong.syndication",
    "cong.delivery",
    "cong.portal",
    "cong.config",
    "cong.demo",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "django_tasks",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
# Reader pages hold no session and no form: what `desk.frame` brings acts below the staff's address alone.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cong.config.headers.SecurityHeaders",
    "cong.delivery.views.ReadOnly",
    "cong.desk.frame.StaffHeaders",
    "cong.desk.frame.Past",
    "cong.desk.frame.Session",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cong.desk.frame.Csrf",
    "cong.desk.frame.SignIn",
    "cong.accounts.idle.IdleEnd",
    "cong.desk.frame.Messages",
    "cong.desk.closed.ClosedByDefault",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "cong.design.jinja.environment"},
    },
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
    },
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
ASSETS_DIR = DATA_DIR / "assets"
ASSETS_DIR.mkdir(exist_ok=True)
STATICFILES_DIRS = [ASSETS_DIR]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = DATA_DIR / "media"
# Never below MEDIA_ROOT: what lies here is not released.
PRIVATE_ROOT = DATA_DIR / "private"
SEARCH_DIR = DATA_DIR / "search"
SEARCH_URL = search_url(ENV.search_url)
SEARCH_RANKING = Path(ENV.search_ranking) if ENV.search_ranking else None
HARVEST_DIR = DATA_DIR / "harvest"
# Kept pages may be deleted at any moment; the mirror is what is shown when the database is gone.
DELIVERY_DIR = DATA_DIR / "delivery"
MIRROR_DIR = DATA_DIR / "mirror"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_SECURE = ENV.site_url.startswith("https://")
SECURE_SSL_REDIRECT = _SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/ban-lam-viec/"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "cong.desk.refusals.csrf_failed"
# The deploy check looks for middleware by name. W002: SecurityHeaders sends X-Frame-Options and frame-ancestors.
# W003: desk.frame.Csrf is that middleware, below the staff's address; reader pages with forms carry their own.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W003"]

globals().update(mail(ENV.mail_url, DATA_DIR))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from

# The desk. Wagtail writes and never publishes: no workflow, no public API, no call to a foreign host.
WAGTAIL_SITE_NAME = ENV.site_name
WAGTAILADMIN_BASE_URL = ENV.site_url.rstrip("/")
# "vi" is not among the languages that Wagtail calls complete: without this nobody could choose it.
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_USER_LOGIN_FORM = "cong.agencies.forms.SignInForm"
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILADMIN_GLOBAL_EDIT_LOCK = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"cong": {"level": "INFO"}},
}

SITE_NAME = ENV.site_name
SITE_URL = ENV.site_url.rstrip("/")
CONTACT_MAIL = ENV.contact_mail
PAGE_CACHE = ENV.page_cache
PAGE_MEMORY_MB = ENV.page_memory_mb
PAGE_STORE_MB = ENV.page_store_mb
# `?tai=` leads staff from any page to its past.
PAGE_CACHE_STRAIGHT = ("tai",)
OUTER_CACHE_SECONDS = ENV.outer_cache_seconds
MIRROR_FREE_GB = ENV.mirror_free_gb
READ_ONLY = ENV.read_only
# What hears of every change of the shelf in the process that made it, right after its commit.
SHELF_TOLD = ["cong.delivery.purging.after"]
HARVEST_LOOPBACK = ENV.harvest_loopback
HARVEST_PICTURES = ENV.harvest_pictures
HARVEST_CONNECTIONS = ENV.harvest_connections
HARVEST_HOST_GAP = ENV.harvest_host_gap
HARVEST_GONE_AFTER = ENV.harvest_gone_after
HARVEST_EVERY = ENV.harvest_every
UPLOAD_PICTURE_MB = ENV.upload_picture_mb
UPLOAD_MEGAPIXELS = ENV.upload_megapixels
UPLOAD_DOCUMENT_MB = ENV.upload_document_mb
UPLOAD_RECORDING_MB = ENV.upload_recording_mb
CLAMD_URL = ENV.clamd_url
DEMO = ENV.demo
