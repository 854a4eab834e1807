"""Production refuses whatever would not protect people, and says all of it at once."""

import hashlib
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.datafolder import ROOT
from config.settings.env import Environment, mail_settings
from orgs import audit_key

KEY = hashlib.sha512(b"long and varied, and the same in every process of a parallel run").hexdigest()
WORD = KEY[:32]
GOOD = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "CAUSEWAY_SECRET_KEY": KEY,
    "CAUSEWAY_RECEIPT_KEY": KEY[::-1],
    "CAUSEWAY_HOSTS": "refer.islands.test",
    "CAUSEWAY_FROM": "Causeway <notices@islands.test>",
    "DATABASE_URL": f"postgresql://causeway_app:{WORD}@database.islands.test/causeway",
    "REDIS_URL": f"rediss://:{WORD}@valkey.islands.test:6379/0",
    "EMAIL_URL": "smtp+tls://notices:word@mail.islands.test",
    "CAUSEWAY_BEHIND_PROXY": "yes",
    "CAUSEWAY_AUDIT_PUBLIC_KEYS_FILE": "/run/secrets/audit_key_pub",
}


@pytest.fixture
def environment(tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    return GOOD | {"CAUSEWAY_KEYS_DIR": str(keys)}


def python(environment, *arguments):
    """Run Python in a process of its own, because settings are read once."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=60
    )


def read_production(environment):
    return python(environment, "-c", "from django.conf import settings; print(settings.SESSION_COOKIE_NAME)")


def test_production_starts_when_all_is_set(environment):
    done = read_production(environment)
    assert done.stdout == "__Host-session\n", done.stderr


def test_production_passes_djangos_deployment_check_without_a_warning(environment):
    done = python(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_every_missing_setting_is_named_at_once():
    done = read_production({"DJANGO_SETTINGS_MODULE": "config.settings.production"})
    assert done.returncode != 0
    for name in set(GOOD) - {"DJANGO_SETTINGS_MODULE", "CAUSEWAY_BEHIND_PROXY"}:
        assert f"{name} " in done.stderr, name
    assert "token_urlsafe" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAUSEWAY_SECRET_KEY", "short"),
        ("CAUSEWAY_SECRET_KEY", "a" * 80),
        ("CAUSEWAY_SECRET_KEY", "django-insecure-" + KEY),
        ("CAUSEWAY_SECRET_KEY", "demo-" + KEY),
        ("CAUSEWAY_HOSTS", "*"),
        ("CAUSEWAY_HOSTS", ".islands.test"),
        ("CAUSEWAY_FROM", "Causeway"),
        ("CAUSEWAY_BOUNCES", "all-that-comes-back@islands.test"),
        ("CAUSEWAY_PUSH_HOSTS", "push.islands.test, *.com"),
        ("CAUSEWAY_PUSH_HOSTS", "127.0.0.1"),
        ("CAUSEWAY_PUSH_HOSTS", "push.islands.test:8443"),
        ("CAUSEWAY_PUSH_PUBLIC_KEY_FILE", "/nowhere/at/all"),
        ("CAUSEWAY_PUSH_KEY_FILE", "/nowhere/at/all"),
        ("CAUSEWAY_SITE_URL", "http://refer.islands.test"),
        ("CAUSEWAY_KEYS_DIR", "/nowhere/at/all"),
        ("CAUSEWAY_BEHIND_PROXY", "perhaps"),
        ("DATABASE_URL", "postgresql://causeway_app@database.islands.test/causeway"),
        ("DATABASE_URL", "postgresql://causeway_app:changeme-changeme@database.islands.test/causeway"),
        ("DATABASE_URL", "sqlite:///data.sqlite3"),
        ("REDIS_URL", "redis://valkey.islands.test"),
        ("EMAIL_URL", "mail.islands.test"),
    ],
)
def test_a_weak_setting_is_refused_and_not_repeated(environment, name, value):
    done = read_production(environment | {name: value})
    assert done.returncode != 0
    assert name in done.stderr
    assert len(value) < 40 or value not in done.stderr


def test_a_secret_may_come_from_a_file(environment, tmp_path):
    path = tmp_path / "secret_key"
    path.write_text(environment.pop("CAUSEWAY_SECRET_KEY") + "\n")
    done = read_production(environment | {"CAUSEWAY_SECRET_KEY_FILE": str(path)})
    assert done.returncode == 0, done.stderr


def test_keys_that_others_on_the_machine_can_reach_are_refused(environment, tmp_path):
    (tmp_path / "keys").chmod(0o755)
    assert "chmod 0700" in read_production(environment).stderr


def test_nothing_starts_with_a_key_since_members_hold_them(environment):
    environment.pop("CAUSEWAY_KEYS_DIR")
    assert read_production(environment).returncode == 0


def test_whoever_pushes_has_both_halves_of_one_key(environment, tmp_path):
    """C18: web knows the public half alone; a worker without the other, or with a wrong one, stays down."""
    one, other = audit_key.write(tmp_path / "one"), audit_key.write(tmp_path / "other")
    environment["CAUSEWAY_PUSH_PUBLIC_KEY_FILE"] = str(audit_key.write_public(one))
    assert read_production(environment).returncode == 0
    environment |= {"CAUSEWAY_SIGNS": "yes", "CAUSEWAY_AUDIT_KEY_FILE": str(other)}
    assert "make_push_key" in read_production(environment).stderr
    wrong = read_production(environment | {"CAUSEWAY_PUSH_KEY_FILE": str(other)})
    assert "is not the key of which" in wrong.stderr
    assert read_production(environment | {"CAUSEWAY_PUSH_KEY_FILE": str(one)}).returncode == 0


def test_a_proxys_word_on_tls_is_believed_only_where_the_operator_says_so(environment):
    ask = ("-c", "from django.conf import settings as s; print(s.SECURE_PROXY_SSL_HEADER, *s.MIDDLEWARE)")
    assert "FORWARDED" in python(environment, *ask).stdout
    environment["CAUSEWAY_BEHIND_PROXY"] = "no"
    told = python(environment, *ask).stdout
    assert told.startswith("None") and "BehindEdge" not in told


def test_the_demo_fails_the_deployment_check():
    done = python(
        {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "CAUSEWAY_SECRET_KEY": KEY},
        *("manage.py", "check", "--deploy"),
    )
    assert done.returncode != 0
    assert "causeway.E001" in done.stderr


def test_production_holds_no_trace_of_the_demo(environment):
    done = python(
        environment,
        "-c",
        "import sys, django; django.setup(); from django.conf import settings; import config.urls\n"
        "print(settings.DEMO, settings.DEBUG, *(m for m in sys.modules if m.startswith('config.')))",
    )
    assert done.stdout.startswith("False False"), done.stderr
    loaded = done.stdout.split()
    for name in (
        "devdb",
        "devcache",
        "datafolder",
        "mailsink",
        "supervisor",
        "settings.demo",
        "settings.test",
        "demo",
        "demo.urls",
        "demo.views",
    ):
        assert f"config.{name}" not in loaded


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.test", 25, False, False),
        ("smtp+tls://a%40b:c%2Fd@mail.test", 587, True, False),
        ("smtps://a:b@mail.test:4465", 4465, False, True),
    ],
)
def test_one_url_says_how_mail_leaves(url, port, tls, ssl):
    told = mail_settings(url)
    assert (told["EMAIL_PORT"], told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert "%" not in told["EMAIL_HOST_USER"] + told["EMAIL_HOST_PASSWORD"]


@pytest.mark.parametrize("url", ["http://mail.test", "mail.test:25", "smtp://"])
def test_a_mail_url_of_another_kind_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        mail_settings(url)


def test_a_setting_given_twice_is_a_problem(tmp_path):
    path = tmp_path / "x"
    path.write_text("y")
    env = Environment({"X": "y", "X_FILE": str(path)})
    assert env.value("X") == "y"
    assert env.problems
