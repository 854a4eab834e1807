"""What Causeway is made of, and how it is reached: pinned, looked over, and over TLS alone."""

import re

import pytest

from tests.servers import ROOT
from tests.test_machinery_settings import GOOD, python

PIN = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+(\s*;[^\\]+)?\s*\\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
REMARK = re.compile(r"^\s*#")


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_every_package_is_pinned_and_bound_to_its_hash(name):
    """C23: each line is one version, a hash of one of its files, or a remark; nothing floats."""
    packages, hashes, lines = 0, 0, (ROOT / "requirements" / name).read_text().splitlines()
    for number, line in enumerate(lines):
        if REMARK.match(line) or not line:
            continue
        if PIN.match(line):
            packages += 1
            assert HASH.match(lines[number + 1]), f"{name}:{number + 1} has no hash"
        else:
            hashes += 1
            assert HASH.match(line), f"{name}:{number + 1} is neither a version nor a hash: {line}"
    assert packages > 30 and hashes >= packages


def test_nothing_is_installed_past_its_hash():
    """C23: every command that installs what runs demands the hashes."""
    for place in ("requirements/install", "docker/Dockerfile"):
        text = (ROOT / place).read_text().replace("\\\n", " ")
        installs = [line for line in text.splitlines() if "pip install" in line and "requirement" in line]
        assert installs, place
        assert all("--require-hashes" in line for line in installs), place


def test_what_is_asked_for_is_what_was_resolved():
    """C23: no package of the hand-written lists is missing from the resolved ones."""
    for name in ("base", "dev"):
        asked = (ROOT / "requirements" / f"{name}.in").read_text()
        resolved = (ROOT / "requirements" / f"{name}.txt").read_text().lower()
        for line in asked.splitlines():
            if found := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line):
                assert re.search(rf"^{re.escape(found[0].lower())}(\[.*\])?==", resolved, re.M), line


def test_looking_dependencies_over_is_a_habit_that_is_written_down():
    """C23: when, by which command, by whom, and what happens when something is found."""
    page = (ROOT / "docs" / "operations.md").read_text()
    chapter = re.search(r"## Dependencies\n(.*?)(\n## |\Z)", page, re.S)[1]
    makefile = (ROOT / "Makefile").read_text()
    for command in re.findall(r"`make ([a-z-]+)", chapter):
        assert re.search(rf"^{command}:", makefile, re.M), command
    for word in ("`make holes`", "`make lock LOCK=--upgrade`", "week", "month"):
        assert word in chapter, word


# TLS


def test_the_edge_speaks_tls_from_1_2_on_and_nothing_in_the_clear():
    """C17: the proxy names its protocols, and no site of it is plain http."""
    lines = [line.strip() for line in (ROOT / "docker" / "Caddyfile").read_text().splitlines()]
    assert [line for line in lines if line.startswith("protocols")] == ["protocols tls1.2 tls1.3"]
    assert "ciphers" not in " ".join(lines)  # Caddy's own choice: forward secrecy and AEAD alone
    for word in ("http://", "auto_https", ":80", "tls internal", "insecure"):
        assert not any(word in line for line in lines if not line.startswith(("#", "reverse_proxy"))), word
    compose = (ROOT / "docker" / "compose.yaml").read_text()
    published = re.findall(r"^    ports: (.+)$", compose, re.M)
    assert published == ['["80:80", "443:443", "443:443/udp"]'], "only the edge is reached from outside"


ASK = """
import django; django.setup()
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import Client, RequestFactory
plain = Client().get("/sign-in/", headers={"host": "refer.islands.test"})
edge = RequestFactory().get("/", headers={"x-forwarded-proto": "https", "host": "refer.islands.test"})
safe = SecurityMiddleware(lambda request: HttpResponse("page"))(edge)
print(plain.status_code, plain["Location"], "Set-Cookie" in plain, len(plain.content))
print(safe.status_code, safe.get("Strict-Transport-Security"))
"""


def test_plain_http_gets_a_redirect_and_tls_a_promise_to_stay(tmp_path):
    """C17: in the clear nothing is answered but the way to TLS; over TLS a year of HSTS, subdomains too."""
    (tmp_path / "keys").mkdir(mode=0o700)
    done = python(GOOD | {"CAUSEWAY_KEYS_DIR": str(tmp_path / "keys")}, "-c", ASK)
    assert done.stdout.splitlines() == [
        "301 https://refer.islands.test/sign-in/ False 0",
        "200 max-age=31536000; includeSubDomains; preload",
    ], done.stderr


@pytest.mark.parametrize(("seconds", "refused"), [("300", False), ("0", True)])
def test_hsts_cannot_be_turned_off(tmp_path, seconds, refused):
    """C17: it may begin short on a new name, and never be nothing."""
    (tmp_path / "keys").mkdir(mode=0o700)
    environment = GOOD | {"CAUSEWAY_KEYS_DIR": str(tmp_path / "keys"), "CAUSEWAY_HSTS_SECONDS": seconds}
    done = python(environment, "-c", "import django; django.setup()")
    assert (done.returncode != 0) is refused
    assert ("CAUSEWAY_HSTS_SECONDS" in done.stderr) is refused
