"""Settings. Importing this starts nothing and connects to nothing: the `upheld` command and the test session do.

Everything that differs between two installations is read from the environment, once, here. In production a missing
or unsafe value stops the start with a sentence that says what to set.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from upheld.config import places

HOUSE = Path(__file__).resolve().parents[1]
VAR = places.var()
PRODUCTION = os.environ.get("UPHELD_MODE", "development") == "production"
DEMO = os.environ.get("UPHELD_DEMO", "") == "1"
DEBUG = False


def _required_in_production(name: str, otherwise: str) -> str:
    value = os.environ.get(name, "")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"Set {name}: Upheld does not run in production without it.")
    return value or otherwise


# The `upheld` command hands over the installation's own. Loaded in another way, one that nobody else ever knows.
SECRET_KEY = _required_in_production("UPHELD_SECRET_KEY", secrets.token_urlsafe(60))
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("UPHELD_OLD_SECRET_KEYS", "").split() if key]
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("UPHELD_SECRET_KEY must have 50 characters or more.")

PUBLIC_URL = _required_in_production("UPHELD_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
if PRODUCTION and not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("UPHELD_PUBLIC_URL must begin with https:// in production.")
LIVE_URL = os.environ.get("UPHELD_LIVE_URL", "http://127.0.0.1:8001").rstrip("/")
LIVE_TICKET_SECONDS = 60
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", "testserver"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_prose_editor",
    "procrastinate.contrib.django",
    "upheld.journal",
    "upheld.people",
    "upheld.customers",
    "upheld.promises",
    "upheld.channels",
    "upheld.cases",
    "upheld.surveys",
    "upheld.findings",
    "upheld.notices",
    "upheld.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "upheld.config.urls"
WSGI_APPLICATION = "upheld.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HOUSE / "web" / "templates"],
        "OPTIONS": {"environment": "upheld.web.environment.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HOUSE / "web" / "signing_in" / "templates"],
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


def _database(url: str) -> dict[str, Any]:
    """A PostgreSQL URL as Django's settings. The host may be a socket's folder, encoded, or in the query."""
    parts = urlsplit(url)
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    # Not `parts.hostname`: it is in lower case, and a socket's folder may not be.
    host, _colon, port = parts.netloc.rpartition("@")[2].partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "upheld",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.get("host", "") or host),
        "PORT": options.get("port", "") or port,
        "OPTIONS": {
            **{name: unquote(value) for name, value in options.items() if name not in ("host", "port")},
            # A page asks the same few questions again and again: the server plans each of them once a connection.
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"TEMPLATE": "template0"},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///upheld"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "upheld.web.signing_in.adapter.ClosedDoor"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "upheld.web.signing_in.visiting.address_of"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("UPHELD_BEHIND_PROXY") else 0

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [HOUSE / "web" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [HOUSE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
BLOBS: str | Path = VAR / "blobs" if DEMO else places.blobs(os.environ.get("UPHELD_BLOBS", ""), VAR)
S3 = {
    "endpoint": os.environ.get("UPHELD_S3_ENDPOINT", ""),
    "region": os.environ.get("UPHELD_S3_REGION", ""),
    "key_id": os.environ.get("UPHELD_S3_KEY_ID", ""),
    "secret_key": os.environ.get("UPHELD_S3_SECRET_KEY", ""),
}
"""Of the object store that `s3://` means; what is empty is found as boto3 finds it (`AWS_*`, a profile, a role)."""

# A form may bring photographs; a letter of any size comes by mail and never passes here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("UPHELD_BEHIND_PROXY") else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", LIVE_URL],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

SEND_DELAY_SECONDS = int(os.environ.get("UPHELD_UNDO_SECONDS", "15"))
"""How long an answer waits before it leaves, so that it can be taken back."""
CA_FILE = os.environ.get("UPHELD_CA_FILE") or None
"""Certificates of a company's own authority, for its mail servers; else those that the machine trusts."""
OUTGOING = os.environ.get("UPHELD_OUTGOING", "outbox" if DEMO else "smtp")
"""`smtp`: letters leave by each mailbox's own server; `outbox`: they stay on a page and leave for nowhere."""

LISTEN_LARGEST = int(os.environ.get("UPHELD_LISTEN_LARGEST", "400"))
"""Megabytes of the largest letter that the listener takes."""
LISTEN_CERTIFICATE = os.environ.get("UPHELD_LISTEN_CERTIFICATE", "")
LISTEN_KEY = os.environ.get("UPHELD_LISTEN_KEY", "")
"""Files for STARTTLS by SMTP; the key may stand in the certificate's file."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("UPHELD_LOG", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "flufl.bounce": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "mail.log": {"level": "ERROR"},  # the listener's protocol: it would write down who writes to whom
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
