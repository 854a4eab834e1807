"""For trying Causeway on one machine: plain http on localhost, invented people, mail that goes nowhere.

`config.supervisor` starts it with everything it needs. `manage.py check --deploy` fails under it, so that
nobody serves real people with it.
"""

from config import logs

from .base import *
from .env import Environment

env = Environment()

DEMO = True
ROOT_URLCONF = "config.demo.urls"
TEMPLATES[0]["OPTIONS"]["context_processors"].append("config.demo.views.looking")
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}  # as in production
LOGIN_URL = "demo"  # a newcomer first sees whom they can look as
CLOCK_CAN_BE_HELD = True  # the stories of the demo happened before today
# For pictures: a moment at which this demo's clock stands still, so that every run says the same times.
DEMO_NOW = env.value("CAUSEWAY_DEMO_NOW")
if DEMO_NOW:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c causeway.now={DEMO_NOW}"
SECRET_KEY = env.required(
    "CAUSEWAY_SECRET_KEY", "`make demo` makes one; this is not the way to start it by hand."
)
CAUSEWAY_RECEIPT_KEY = f"receipts-{SECRET_KEY}"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = []
CAUSEWAY_SITE_URL = env.value("CAUSEWAY_SITE_URL", "http://localhost:8000")
CAUSEWAY_MAIL_PAGE = env.value("CAUSEWAY_MAIL_PAGE")

# Without TLS a browser takes no `__Host-` cookie.
SESSION_COOKIE_NAME = "causeway-demo-session"
CSRF_COOKIE_NAME = "causeway-demo-csrf"
CAUSEWAY_KEY_COOKIE_NAME = "causeway-demo-key"
LANGUAGE_COOKIE_NAME = "causeway-demo-language"

LOGGING = logs.settings("WARNING", json=False)

env.refuse()
