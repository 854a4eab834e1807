"""For real people. Refuses to start while anything that protects them is missing or weak."""

import re

import dj_database_url

from config.tongues import catalogues

from .base import *
from .env import Environment, ImproperlyConfigured, is_pair, mail_settings

env = Environment()

SECRET_KEY = env.signing_key("CAUSEWAY_SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in env.value("CAUSEWAY_OLD_SECRET_KEYS").split() if key]
CAUSEWAY_RECEIPT_KEY = env.signing_key("CAUSEWAY_RECEIPT_KEY")
# Only for coming over from key files: members take them from there at their next sign-in.
CAUSEWAY_KEYS_DIR = env.value("CAUSEWAY_KEYS_DIR") and env.private_folder(
    "CAUSEWAY_KEYS_DIR", "the folder with mode 0700 of the old key files; leave it out where there are none."
)

# Workers sign the heads of the audit; nobody else has the private key. Whoever checks has the public ones.
if env.flag("CAUSEWAY_SIGNS"):
    CAUSEWAY_AUDIT_KEY_FILE = env.audit_key("CAUSEWAY_AUDIT_KEY_FILE")
if not CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE:
    env.problem(
        "CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE is missing: the file with the public half of the audit's key, by "
        "which an organization's public key is known to be its own. make_audit_key makes both."
    )
CAUSEWAY_AUDIT_DAYS = env.number("CAUSEWAY_AUDIT_DAYS", 365)
if CAUSEWAY_AUDIT_DAYS < 365:
    env.problem("CAUSEWAY_AUDIT_DAYS must be 365 or more: lines of the audit are kept for a year at least.")

ALLOWED_HOSTS = env.words("CAUSEWAY_HOSTS", "the host names that people type, such as causeway.example.org.")
if any("*" in host or "/" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    env.problem("CAUSEWAY_HOSTS holds whole host names only: no stars, no leading dots, no addresses.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
CAUSEWAY_SITE_URL = env.value(
    "CAUSEWAY_SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "https://"
)
if not CAUSEWAY_SITE_URL.startswith("https://"):
    env.problem("CAUSEWAY_SITE_URL must begin with https://: the links in mails lead there.")

_database = env.url_with_password(
    "DATABASE_URL",
    ["postgresql", "postgres"],
    "postgresql://causeway_app:…@host/causeway, the application's role.",
)
# The one-off migration connects as the owner and says so; nothing that serves people may (config.role).
CAUSEWAY_REFUSES_STRONG_ROLES = not env.flag("CAUSEWAY_DB_OWNER")
if _database and not env.problems:
    DATABASES = {
        "default": dj_database_url.parse(
            _database, engine="config.postgres", conn_max_age=60, conn_health_checks=True
        )
    }

REDIS_URL = env.url_with_password(
    "REDIS_URL",
    ["rediss", "redis", "unix"],
    "rediss://causeway:…@host:6379/0; it holds nothing that may be lost.",
)
CACHES = {"default": {"BACKEND": "config.cache.ForgetfulCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")

EMAIL_URL = env.required("EMAIL_URL", "smtp+tls://user:password@host:587")
try:
    locals().update(mail_settings(EMAIL_URL))
except ImproperlyConfigured as problem:
    env.problem(str(problem))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.address("CAUSEWAY_FROM", "such as Causeway <notices@example.org>.")
CAUSEWAY_BOUNCES = env.value("CAUSEWAY_BOUNCES")
if CAUSEWAY_BOUNCES and not re.fullmatch(r"[a-z0-9.-]{1,11}@[^@\s+]+\.[^@\s]+", CAUSEWAY_BOUNCES):
    env.problem(
        "CAUSEWAY_BOUNCES must be an address such as bounces@example.org: what stands before the @ has 11 "
        "small letters or digits at most, because the number of each mail is written behind it."
    )

# Push is there where its key is: whoever shows pages has the public half, whoever sends both.
_public = env.public_key("CAUSEWAY_PUSH_PUBLIC_KEY_FILE")
if _public and env.flag("CAUSEWAY_SIGNS"):
    CAUSEWAY_PUSH_KEY_FILE = env.audit_key("CAUSEWAY_PUSH_KEY_FILE", "make_push_key")
    if not env.problems and not is_pair(CAUSEWAY_PUSH_KEY_FILE, _public):
        env.problem("CAUSEWAY_PUSH_KEY_FILE is not the key of which CAUSEWAY_PUSH_PUBLIC_KEY_FILE is a half.")
elif CAUSEWAY_PUSH_KEY_FILE and not CAUSEWAY_PUSH_PUBLIC_KEY_FILE:
    env.problem("CAUSEWAY_PUSH_KEY_FILE is set, and CAUSEWAY_PUSH_PUBLIC_KEY_FILE with its half is missing.")
if not all(
    re.fullmatch(r"(?![\d.]+$)(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in CAUSEWAY_PUSH_HOSTS
):
    env.problem(
        "CAUSEWAY_PUSH_HOSTS holds names of push services, such as push.example.org or *.push.example.org: "
        "no addresses, no ports, no other stars."
    )

# TLS ends at the edge. Its header is believed only where an operator says that nobody else can reach us.
SECURE_SSL_REDIRECT = True
if env.flag("CAUSEWAY_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(1, "config.edge.BehindEdge")
SECURE_HSTS_SECONDS = env.number("CAUSEWAY_HSTS_SECONDS", 31_536_000)
if SECURE_HSTS_SECONDS == 0:
    env.problem("CAUSEWAY_HSTS_SECONDS must be more than 0: a browser that came once stays with TLS (C17).")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

# `__Host-`: set by this host alone, over TLS alone, for all of its paths.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CAUSEWAY_KEY_COOKIE_NAME = "__Host-key"
LANGUAGE_COOKIE_NAME = "__Host-language"

# Somebody in danger would read English without a word of why.
if _missing := catalogues.not_made():
    env.problem(
        f"The words of {', '.join(_missing)} are not made, or are older than their text: run "
        "`python -m config.tongues compile`, as docker/Dockerfile does."
    )

env.refuse()
