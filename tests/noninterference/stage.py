"""The two islands with nothing left to chance: the same acts give the same bytes, whenever they are played.

A world is played inside a savepoint of one transaction and taken back, so that another can begin from the
very same rows. What a program draws at random or reads from a clock of its own (keys, references, tokens,
the time of an audit line) is made here from the turn of the play instead. So two worlds are compared byte by
byte, and nothing has to be left out or replaced by a pattern before comparing.
"""

import hashlib
import os
import uuid
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest import mock

from django.apps import apps
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.test.client import ClientHandler, RequestFactory

from config.celery import app
from config.permission_table import MEMBERS
from orgs.access import permission_ids
from orgs.tenancy import current

NOON = datetime(2026, 11, 24, 16, tzinfo=UTC)
HELD = "coalesce(nullif(current_setting('causeway.now', true), '')::timestamptz, clock_timestamp())"


class Chance:
    """Everything drawn at random, made from the turn; two worlds have the same turns for what they share.

    What one organization draws, in a task that goes from one to the next, takes nothing from another's.
    """

    def __init__(self):
        self.turn, self.drawn, self.moment = 0, Counter(), NOON

    def at(self, turn):
        """Begin a turn: a whole number that grows through the play."""
        self.turn, self.drawn = turn, Counter()

    def bytes(self, length):
        whose = current.get()
        self.drawn[whose] += 1
        return hashlib.shake_256(f"{self.turn}/{whose}/{self.drawn[whose]}".encode()).digest(length)

    def uuid7(self):
        """As UUIDs of version 7 are: ordered by time, then by turn, then by draw."""
        moment = int(self.moment.timestamp() * 1000)
        tail = (self.turn << 44) | (self.drawn[current.get()] << 32) | int.from_bytes(self.bytes(4), "big")
        return uuid.UUID(int=(moment << 80) | (7 << 76) | (2 << 62) | (tail & (2**62 - 1)))

    def choice(self, symbols):
        return symbols[int.from_bytes(self.bytes(4), "big") % len(symbols)]

    def token_hex(self, length=32):
        return self.bytes(length).hex()

    @contextmanager
    def ruling(self):
        """While the block runs nothing else is drawn and no clock but the held one is read."""
        import uuid_utils.compat
        from allauth.mfa.recovery_codes.internal import auth as codes
        from allauth.mfa.totp.internal import auth as totp
        from django.http import response
        from django.middleware import csrf
        from django.template import defaulttags
        from django.utils import cache
        from fido2 import server as keys

        from orgs import middleware, once, reference
        from orgs.keyring import kit, members
        from orgs.models import invitation, mailbox
        from orgs.sealing import crypto
        from referrals import letterbox

        time = SimpleNamespace(time=lambda: self.moment.timestamp())
        secrets = SimpleNamespace(token_bytes=self.bytes, token_hex=self.token_hex)
        date = SimpleNamespace(now=lambda tz=None: self.moment.astimezone(tz))
        with ExitStack() as stack:
            for where, name, instead in (
                (uuid_utils.compat, "uuid7", self.uuid7),
                (
                    once,
                    "uuid4",
                    lambda: uuid.UUID(int=4),
                ),  # of a form that was shown, as the one against forgeries
                (reference, "secrets", SimpleNamespace(choice=self.choice)),
                (middleware, "secrets", SimpleNamespace(token_hex=lambda length: "0" * 2 * length)),
                (csrf, "get_random_string", lambda length, allowed_chars: "c" * length),
                (crypto, "os", SimpleNamespace(urandom=self.bytes)),
                (kit, "os", SimpleNamespace(urandom=self.bytes)),
                (members, "os", SimpleNamespace(urandom=self.bytes)),
                (invitation, "secrets", SimpleNamespace(token_urlsafe=self.token_hex)),
                (mailbox, "secrets", SimpleNamespace(token_urlsafe=self.token_hex)),
                (letterbox, "secrets", SimpleNamespace(token_urlsafe=self.token_hex)),
                (cache, "time", time),
                (response, "time", time),
                (totp, "secrets", secrets),
                (totp, "time", time),
                (codes, "secrets", secrets),
                (keys, "os", SimpleNamespace(urandom=self.bytes)),
                (defaulttags, "datetime", date),
            ):
                stack.enter_context(mock.patch.object(where, name, instead))
            yield self


class Answer:
    """What one request got, and the work that was done for it."""

    def __init__(self, response, statements):
        self.status = response.status_code
        self.headers = tuple(sorted(response.headers.items()))
        self.cookies = response.cookies.output()
        self.body = bytes(response.content)
        self.work = tuple(statements)

    @property
    def bytes(self):
        return self.status, self.headers, self.cookies, self.body


class Stage:
    """Everybody of the world signed in, a held clock, and requests of the real stack."""

    def __init__(self, world, chance):
        self.world, self.chance = world, chance
        self.handler, self.factory = ClientHandler(), RequestFactory()
        self.handler.load_middleware()
        self.hold(NOON)
        self.clients = {name: world.client(self.member(name)) for name in MEMBERS}
        self.fresh, self.packets, self.mails = dict.fromkeys(MEMBERS, NOON), (), ()
        app.loader.import_default_modules()
        for model in apps.get_models():
            permission_ids(model)  # what a process learns once and keeps is no work of the first question
        for name in MEMBERS:
            self.ask(name, "/")  # and whose published keys stand

    def member(self, name):
        organization, who = name.split(".")
        return getattr(getattr(self.world, organization), who)

    def hold(self, moment):
        self.chance.moment = moment
        self.world.hold(moment)

    def forward(self, amount):
        """Move the clock on by a `timedelta`."""
        self.hold(self.chance.moment + amount)

    def here(self, name):
        """The member is just back, both factors given: a session that locks itself would hide everything."""
        if self.fresh.get(name) == self.chance.moment:
            return
        session, seconds = self.clients[name].session, int(self.chance.moment.timestamp())
        session["signed_in_at"] = session["active_at"] = session["second_factor_at"] = seconds
        session.save()
        self.fresh[name] = self.chance.moment

    def ask(self, name, url, data=None, how="get", keep=False, **headers):
        """One request of a member (None: nobody), taken back unless `keep`. Returns its `Answer`."""
        statements = []
        if name:
            self.here(name)
            cookies = self.clients[name].cookies
            headers["HTTP_COOKIE"] = "; ".join(f"{name}={one.value}" for name, one in cookies.items())
        request = WSGIRequest(getattr(self.factory, how)(url, data or {}, **headers).environ)
        request._dont_enforce_csrf_checks = True

        def watch(execute, sql, params, many, context):
            if "SAVEPOINT" not in sql:  # their names are counted by the process
                statements.append(sql)
            return execute(sql, params, many, context)

        drawn = self.chance.drawn.copy()
        with transaction.atomic(), connection.execute_wrapper(watch):
            response = self.handler.get_response(request)
            if not keep:
                transaction.set_rollback(True)
        if not keep:
            self.chance.drawn = drawn  # a question that was only asked has used nothing up
        return Answer(response, statements)

    @contextmanager
    def played(self):
        """A world, or a part of one, from here on; taken back at the end, whatever happened in it."""
        from django.core.cache import cache

        cache.clear()
        fresh, turn, moment = dict(self.fresh), self.chance.turn, self.chance.moment
        try:
            with transaction.atomic():
                try:
                    yield self
                finally:
                    transaction.set_rollback(True)
        finally:
            self.fresh = fresh
            self.chance.at(turn)
            self.hold(moment)


def audit_by_the_held_clock():
    """Let the audit's trigger read the held clock, in this database alone; as its owner."""
    import psycopg

    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname=name, autocommit=True) as owner:
        [(text,)] = owner.execute("SELECT pg_get_functiondef('audit_chain'::regproc)").fetchall()
        assert text.count("clock_timestamp()") == 1
        owner.execute(text.replace("clock_timestamp()", HELD))
