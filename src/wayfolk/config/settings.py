"""Django's settings. Everything that differs between machines comes from the environment."""

from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from wayfolk.config import environment

SECRET_KEY = environment.secret_key()
SALT_KEY = environment.field_keys()
PRIVATE_GATEWAYS = environment.may_reach_private_addresses()
DEBUG = environment.is_debug()
ALLOWED_HOSTS = environment.allowed_hosts()
ROOT_URLCONF = "wayfolk.config.urls"
WSGI_APPLICATION = "wayfolk.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
DATA_DIR = environment.data_dir()
PUBLIC_URL = environment.public_url()
MEDIA_ROOT = DATA_DIR / "files"
DEMO = environment.is_demo()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "pgtrigger",
    "wayfolk.kit",
    "wayfolk.audit",
    "wayfolk.staff",
    "wayfolk.organization",
    "wayfolk.customers",
    "wayfolk.identity",
    "wayfolk.households",
    "wayfolk.partners",
    "wayfolk.passengers",
    "wayfolk.communications",
    "wayfolk.itineraries",
    "wayfolk.stays",
    "wayfolk.bookings",
    "wayfolk.sales",
    "wayfolk.service",
    "wayfolk.loyalty",
    "wayfolk.segments",
    "wayfolk.integrations",
    "wayfolk.api",
    "wayfolk.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wayfolk.web.htmx.FragmentMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wayfolk.web.middleware.SessionActivityMiddleware",
    "wayfolk.web.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
    "wayfolk.web.errors.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the applications, so that the login pages look like ours.
        "DIRS": [environment.PROJECT_ROOT / "src" / "wayfolk" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wayfolk.web.shell.context",
                "wayfolk.demo.signing_in.demo_logins",
            ],
        },
    }
]


def _database(url: str, *server_settings: str, **options: Any) -> dict[str, Any]:
    # No connection is opened by merely importing settings (style checks, type checks).
    config: dict[str, Any] = dict(dj_database_url.parse(url or "postgresql:///wayfolk"))
    server_options = " ".join(f"-c {setting}" for setting in server_settings)
    config["CONN_HEALTH_CHECKS"] = True  # the engine may have been restarted meanwhile
    given = config.get("OPTIONS", {})
    # Search prepares its statements, unless the address says ?prepare_threshold=none: for poolers
    # that give every transaction another session, see the operations guide.
    config["PREPARES"] = str(given.pop("prepare_threshold", "")).lower() != "none"
    config["OPTIONS"] = {**given, "options": server_options, **options}
    return config


_owner_url = environment.owner_database_url()
_app_url = environment.app_database_url() or _owner_url
_app_settings = [
    "statement_timeout=60s",
    "lock_timeout=10s",
    "idle_in_transaction_session_timeout=120s",
    # Where one login serves both, the application lays its rights down at connecting. As a
    # server setting, because Django's assume_role deadlocks with its connection pool.
    *([] if environment.app_database_url() else [f"role={environment.APP_ROLE}"]),
]

DATABASES = {
    "default": _database(
        _app_url, *_app_settings, pool={"min_size": 1, "max_size": 12, "timeout": 20}
    ),
    # Long-lived listeners and streams that must not sit on a pooled connection.
    "unpooled": _database(_app_url, *_app_settings) | {"TEST": {"MIRROR": "default"}},
    # Owns the tables: migrations and maintenance only.
    "owner": _database(_owner_url, "lock_timeout=30s", "wayfolk.migrating=on")
    | {"TEST": {"MIRROR": "default"}},
}
PROCRASTINATE_DATABASE_ALIAS = "default"
PROCRASTINATE_ON_APP_READY = "wayfolk.config.jobs.configure"
PROCRASTINATE_IMPORT_PATHS = [
    "wayfolk.integrations.tasks",
    "wayfolk.api.tasks",
    "wayfolk.organization.tasks",
    "wayfolk.identity.tasks",
    "wayfolk.communications.tasks",
    "wayfolk.service.tasks",
]

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "wayfolk.web.accounts.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Wayfolk"
USERSESSIONS_TRACK_ACTIVITY = True  # shown in the list of sessions
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "wayfolk.web.accounts.attempted_email"
AXES_LOCKOUT_CALLABLE = "wayfolk.web.accounts.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.is_https()
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_SECURE = environment.is_https()
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "wayfolk.web.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_https() else None
SECURE_HSTS_SECONDS = 31536000 if environment.is_https() else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["wayfolk.web.imports.incoming.IncomingFile"]
MAX_IMPORT_BYTES = 2 * 1024**3
MAX_UPLOAD_BYTES = 10 * 1000**2  # of any other file
API_MAX_BODY_BYTES = 1024**2
API_REQUESTS_PER_MINUTE = environment.api_requests_per_minute()

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MANIFEST_STRICT = False  # a file that was not collected is no reason for a 500
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FORM_RENDERER = "wayfolk.web.form_rendering.Renderer"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = "wayfolk@localhost"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"wayfolk": {"level": "INFO"}, "django.db.backends": {"level": "WARNING"}},
}
