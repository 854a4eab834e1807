"""What all ways of running Causeway share. `production`, `demo` and `test` say the rest."""

import os
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from config import logs

from .env import mail_settings

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
DEMO = False
DEMO_NOW = ""  # a moment at which the clock of a demo stands still
ALLOWED_HOSTS = []
SECRET_KEY = os.environ.get("CAUSEWAY_SECRET_KEY", "")

INSTALLED_APPS = [
    "config",
    "referrals",
    "cases",
    "orgs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "config.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "orgs.middleware.RequestReference",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "orgs.middleware.Tenancy",
    "config.tongues.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "orgs.middleware.SignedIn",
    "orgs.middleware.NoStore",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "config.forms.CausewayRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.navigation",
                "orgs.typed.context",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# The application's own role, which owns nothing and cannot bypass row-level security.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgresql:///causeway"), engine="config.postgres", conn_max_age=0
    )
}
CAUSEWAY_APP_ROLE = os.environ.get("CAUSEWAY_APP_ROLE", "causeway_app")
CLOCK_CAN_BE_HELD = False

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "config.cache.ForgetfulCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = (
    "django.contrib.sessions.backends.db"  # Valkey may be lost at any moment; people stay signed in
)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Who may come in (C2-C8, C21).
AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = [
    "orgs.sign_in.Backend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "orgs.passphrases.LongEnough"},
    {"NAME": "orgs.passphrases.NotKnown"},
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_RAISE_403 = True

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "orgs.sign_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "orgs.forms.account.SignInForm",
    "reauthenticate": "orgs.forms.account.ConfirmPassphraseForm",
    "change_password": "orgs.forms.account.ChangePassphraseForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}  # beside the lockout in the database
MFA_ADAPTER = "orgs.factors.MFAAdapter"
MFA_FORMS = {
    "authenticate": "orgs.factors.CodeForm",
    "authenticate_webauthn": "orgs.factors.KeyForm",
    "reauthenticate": "orgs.factors.ConfirmCodeForm",
    "reauthenticate_webauthn": "orgs.factors.ConfirmKeyForm",
    "activate_totp": "orgs.factors.SetUpAppForm",
    "add_webauthn": "orgs.factors.AddKeyForm",
    "edit_webauthn": "orgs.factors.RenameKeyForm",
}
MFA_TOTP_TOLERANCE = 1  # one step of 30 s to either side: phones are not all on time
MFA_RECOVERY_CODES_SHOW_ONCE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Causeway"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
IDLE_MINUTES = 15
SIGNED_IN_HOURS = 12
SESSION_COOKIE_AGE = SIGNED_IN_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Nothing inline, nothing from elsewhere.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 2
FILE_UPLOAD_HANDLERS = ["orgs.uploads.SmallInMemory"]  # nothing that is sent touches a disk

# Members hold the keys: rounds of PBKDF2-HMAC-SHA-256 that make a passphrase into the key of their key, and
# the cookie that opens what a session holds. Before members had keys they lay in files of this folder.
CAUSEWAY_KEY_ROUNDS = 600_000
CAUSEWAY_KEY_COOKIE_NAME = "causeway-key"
CAUSEWAY_KEYS_DIR = os.environ.get("CAUSEWAY_KEYS_DIR", "")
CAUSEWAY_RECEIPT_KEY = ""  # what makes the sixteen digits of a letter from the public page; never changed

# The audit: a key outside the database signs its heads; lines are kept for a year at least (C14, C15).
CAUSEWAY_AUDIT_KEY_FILE = os.environ.get("CAUSEWAY_AUDIT_KEY_FILE", "")
CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE = os.environ.get("CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE", "")
CAUSEWAY_AUDIT_DAYS = 365

# Clocks and mail.
CELERY_BROKER_URL = REDIS_URL
EMAIL_URL = os.environ.get("EMAIL_URL", "")
locals().update(mail_settings(EMAIL_URL))  # EMAIL_HOST and the rest
DEFAULT_FROM_EMAIL = os.environ.get("CAUSEWAY_FROM", "Causeway <notices@localhost>")
CAUSEWAY_BOUNCES = os.environ.get("CAUSEWAY_BOUNCES", "")  # where mail comes back that was taken and failed
CAUSEWAY_SITE_URL = os.environ.get("CAUSEWAY_SITE_URL", "http://localhost:8000")

# Push, beside mail: there is none without the public half of a key. Workers have the private one. Devices
# name the address to push to, so only those of known push services are taken: `host`, or `*.domain` for all
# below it.
CAUSEWAY_PUSH_KEY_FILE = os.environ.get("CAUSEWAY_PUSH_KEY_FILE", "")
CAUSEWAY_PUSH_PUBLIC_KEY_FILE = os.environ.get("CAUSEWAY_PUSH_PUBLIC_KEY_FILE", "")
CAUSEWAY_PUSH_HOSTS = os.environ.get(
    "CAUSEWAY_PUSH_HOSTS",
    "fcm.googleapis.com, updates.push.services.mozilla.com, *.push.apple.com, *.notify.windows.com",
).replace(",", " ").split()  # fmt: skip
CAUSEWAY_PUSH_INSIDE = False  # only tests push to an address that is not public
REFERRAL_CLOSES_AFTER_DAYS = 30  # R5: one setting for the installation

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ht", _("Haitian Creole"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "America/St_Thomas"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("CAUSEWAY_STATIC_ROOT", str(BASE_DIR / ".causeway" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = logs.settings(os.environ.get("CAUSEWAY_LOG_LEVEL", "INFO"))
