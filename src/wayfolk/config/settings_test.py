"""Settings of the test suite: the same product, with what would slow or leak switched off."""

import os

os.environ.setdefault("WAYFOLK_SECRET_KEY", "only-for-tests")
os.environ.setdefault("WAYFOLK_FIELD_KEYS", "only-for-tests")

from wayfolk.config.settings import *  # noqa: F403
from wayfolk.config.settings import DATABASES, STORAGES

# A pool would keep connections to databases that the tests drop.
DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Files are served where they lie: the tests collect nothing.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None  # type: ignore[assignment]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
AXES_FAILURE_LIMIT = 5
DEMO = True
