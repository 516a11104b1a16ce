"""Django's settings of one installation. What an operator may set is read in `installation.py`."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yige.config.installation import ROOT, home, is_on, said, secret

YIGE_HOME = home()
YIGE_DEMO = is_on("demo")
YIGE_TLS = is_on("tls")
YIGE_CITY = str(said("city", ""))
YIGE_RUN_BY = str(said("run_by", ""))
YIGE_EXERCISE = is_on("exercise")
YIGE_HASH = str(said("hash", "sha256"))
YIGE_CIPHER = str(said("cipher", "aes-gcm"))
YIGE_MEMORY_MB = int(said("import_memory_mb", 1024))
YIGE_PROXIES = int(said("proxies", 0))
YIGE_LIMITS = {door: tuple(limit) for door, limit in dict(said("limits", {})).items()}

SECRET_KEY = secret("django")
DEBUG = is_on("debug")
ALLOWED_HOSTS = str(said("hosts", "127.0.0.1,localhost,[::1]")).split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if YIGE_TLS else []


def _database(url: str) -> dict[str, Any]:
    """Turn YIGE_DATABASE into Django's form: `sqlite` or `postgresql://user:password@host/name`."""
    if url.startswith("sqlite"):
        name = url.partition("///")[2] or str(YIGE_HOME / "yige.sqlite3")
        return {
            "ENGINE": "yige.base.sqlite",
            "NAME": name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "PRAGMA foreign_keys=ON; PRAGMA mmap_size=268435456;"
                    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY"
                ),
            },
            "TEST": {"NAME": f"{name}.test"},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or dict(parse_qsl(parts.query)).get("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(str(said("database", "sqlite")))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "yige.base",
    "yige.territory",
    "yige.people",
    "yige.channels",
    "yige.surveying",
    "yige.nets",
    "yige.places",
    "yige.homes",
    "yige.cases",
    "yige.insight",
    "yige.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yige.edge.safety.SafetyHeaders",
    "yige.edge.etag.NothingNew",
    "yige.edge.reading.OneLook",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yige.edge.actors.ActorOfRequest",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yige.edge.passwords.PasswordDue",
    "yige.edge.refusals.RefusalsAsPages",
]

ROOT_URLCONF = "yige.config.urls"
WSGI_APPLICATION = "yige.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            ROOT / "yige" / "web" / "templates",
            *sorted((ROOT / "yige" / "web").glob("*/templates")),
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "yige.web.shell.context.shell",
            ],
            "libraries": {"yige": "yige.web.shell.tags"},
            "builtins": ["yige.web.shell.tags", "django.templatetags.i18n"],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = sorted((ROOT / "yige" / "locale").glob("*/"))
LANGUAGE_COOKIE_NAME = "yige_language"
TIME_ZONE = str(said("time_zone", "Asia/Shanghai"))
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "yige" / "web" / "static"
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/built/assets/.+-[\w-]{8}\.\w+$"

AUTH_USER_MODEL = "base.Account"
AUTHENTICATION_BACKENDS = ["yige.edge.actors.SeatedAccounts"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "yige.base.passwords.ThreeKinds"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "yige.base.passwords.GivenPasswordHasher",
]
LOGIN_REDIRECT_URL = "/home/"
LOGIN_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "yige.web.shell.accounts.AccountsByInvitation"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_DISPLAY = "yige.base.accounts.name_of"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/30m/key,30/30m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Yige"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-yige" if YIGE_TLS else "yige"
CSRF_COOKIE_NAME = "__Host-yige-csrf" if YIGE_TLS else "yige_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = YIGE_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if YIGE_TLS else 0
SECURE_SSL_REDIRECT = YIGE_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if YIGE_TLS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "base_cache"}
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = str(said("mail_host", ""))
EMAIL_PORT = int(said("mail_port", 25))
EMAIL_HOST_USER = str(said("mail_user", ""))
EMAIL_HOST_PASSWORD = str(said("mail_password", ""))
EMAIL_USE_TLS = is_on("mail_tls")
DEFAULT_FROM_EMAIL = str(said("mail_from", "yige@localhost"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": str(said("log_level", "WARNING"))},
}
