"""The tests' way of running: quick hashes, a clock that can be held, servers of `tests/conftest.py`."""

from .base import *  # noqa: F403
from .base import EMAIL_URL, MIDDLEWARE
from .env import mail_settings

SECRET_KEY = "tests-only-" + "x" * 50
CAUSEWAY_RECEIPT_KEY = "receipts-" + SECRET_KEY
DEBUG = False
DEMO = False
ALLOWED_HOSTS = ["*"]
CLOCK_CAN_BE_HELD = True
CAUSEWAY_KEY_ROUNDS = 1_000
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [m for m in MIDDLEWARE if "whitenoise" not in m]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
locals().update(mail_settings(EMAIL_URL))  # a worker of the tests sends to a real server
