"""Reading what an operator set in the environment, and saying everything that is wrong with it at once."""

import math
import os
import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

WEAK_WORDS = re.compile(r"change.?me|password|secret.?key|causeway|postgres|example|insecure|^demo-", re.I)
HOW_TO_MAKE = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
TRUE, FALSE = {"1", "yes", "true", "on"}, {"", "0", "no", "false", "off"}


def mail_settings(url):
    """Django's EMAIL_* settings from one URL.

    `smtp://user:password@host:port` in clear text, `smtp+tls://…` with STARTTLS, `smtps://…` with TLS from
    the first byte; parts percent-encoded. Raises `ImproperlyConfigured` for anything else.
    """
    if not url:
        return {}
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587 or smtps://…")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


class Environment:
    """The environment of a process, and the problems that were found while reading it."""

    def __init__(self, variables=None):
        self.variables = os.environ if variables is None else variables
        self.problems = []

    def problem(self, text):
        """Remember something wrong; `refuse` says it."""
        self.problems.append(text)

    def value(self, name, default=""):
        """The variable NAME, or the content of the file that NAME_FILE names; without outer blanks."""
        path = self.variables.get(f"{name}_FILE", "")
        if not path:
            return self.variables.get(name, default).strip()
        if self.variables.get(name):
            self.problem(f"{name} and {name}_FILE are both set: keep one.")
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(f"{name}_FILE names a file that cannot be read: {type(error).__name__}.")
            return default

    def required(self, name, how):
        """As `value`; missing is a problem, and `how` says what belongs there."""
        before = len(self.problems)
        value = self.value(name)
        if not value and len(self.problems) == before:
            self.problem(f"{name} (or {name}_FILE) is missing: {how}")
        return value

    def flag(self, name, default=False):
        """A yes or no."""
        value = self.value(name, "yes" if default else "no").lower()
        if value not in TRUE | FALSE:
            self.problem(f"{name} must be yes or no.")
        return value in TRUE

    def number(self, name, default):
        """A whole number, zero or more."""
        value = self.value(name, str(default))
        if not value.isdecimal():
            self.problem(f"{name} must be a whole number.")
            return default
        return int(value)

    def words(self, name, how):
        """A list separated by commas; empty is a problem."""
        return [word.strip() for word in self.required(name, how).split(",") if word.strip()]

    def signing_key(self, name):
        """A key that nobody can guess: long, varied, and not one of a demo."""
        key = self.required(name, HOW_TO_MAKE)
        if key and (len(key) < 50 or entropy(key) < 200 or WEAK_WORDS.search(key)):
            self.problem(f"{name} is weak (too short, too regular, or from an example). {HOW_TO_MAKE}")
        return key

    def url_with_password(self, name, schemes, how):
        """A URL of a server; over a network it needs a password of 16 signs that is not from an example."""
        url = self.required(name, how)
        if not url:
            return url
        try:
            parts = urlsplit(url)
            password = unquote(parts.password or "")
        except ValueError:
            parts, password = None, ""
        if parts is None or parts.scheme not in schemes:
            self.problem(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
        elif parts.hostname and not parts.hostname.startswith("%2f"):
            if len(password) < 16 or WEAK_WORDS.search(password):
                self.problem(f"{name} has no password, or a weak one (16 signs or more). {HOW_TO_MAKE}")
        return url

    def address(self, name, how):
        """A sender such as `Causeway <notices@example.org>`."""
        value = self.required(name, how)
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", parseaddr(value)[1]):
            self.problem(f"{name} must hold an e-mail address: {how}")
        return value

    def private_folder(self, name, how):
        """A folder that exists and that others on the machine cannot enter."""
        value = self.required(name, how)
        if not value:
            return value
        folder = Path(value)
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
            self.problem(f"{name} is not a folder that can be read: {how}")
        elif folder.stat().st_mode & 0o007:
            self.problem(f"{name} is open to every account of the machine. Close it with: chmod 0700 {value}")
        return value

    def audit_key(self, name, command="make_audit_key"):
        """Path of a file with a private key on the curve P-256, in PEM."""
        from orgs.audit_key import read_private  # loads no model

        path = self.required(name, f"make one with: python manage.py {command} /path/of/the/file")
        if path:
            try:
                read_private(Path(path).read_bytes())
            except OSError as error:
                self.problem(f"{name} names a file that cannot be read: {type(error).__name__}.")
            except ValueError:
                self.problem(f"{name} names a file that holds no private key on the curve P-256.")
        return path

    def public_key(self, name):
        """The public key in PEM of the file that NAME says, or None where it says none."""
        from orgs.audit_key import read_public

        path = self.value(name)
        try:
            return read_public(Path(path).read_bytes()) if path else None
        except OSError as error:
            self.problem(f"{name} names a file that cannot be read: {type(error).__name__}.")
        except ValueError:
            self.problem(f"{name} names a file that holds no public key on the curve P-256.")
        return None

    def refuse(self):
        """Raise `ImproperlyConfigured` with every problem found; no value of a secret is in it."""
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ImproperlyConfigured(f"Causeway does not start. Please set right:\n{lines}")


def is_pair(path, public):
    """Whether a file holds the private half of a public key."""
    from orgs.audit_key import read_private

    return read_private(Path(path).read_bytes()).public_key() == public


def entropy(text):
    """Shannon's estimate in bits of a whole text, from how often its signs occur."""
    counts = [text.count(sign) for sign in set(text)]
    return -sum(count * math.log2(count / len(text)) for count in counts)
