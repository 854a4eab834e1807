"""What a victim service does inside its house: every move of every record that no referrer shares.

The moves are those of the `MOVES` tables of all records but those of the channel; the ways to do them are the
rows of the table of permissions (`config/permission_table`), asked for through the web by a member who may.
"""

import random
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from unittest import mock

from django.apps import apps
from django.db import connection, transaction
from django.urls import get_resolver, reverse

from cases.models import Merge, Note, Wall
from config.permission_table import CAST, FORM, MEMBERS, PAGE, PRESS, RECORDS
from orgs import audit
from orgs.models import DutyShift, Invitation, Unit, User
from orgs.record import Record
from orgs.tenancy import acting_for
from referrals.models import Campaign
from tests.makers.every import NOBODY, body
from tests.noninterference.at_home import AT_HOME, NOT_PRIVATE, WHO, places
from tests.noninterference.extra import EXTRA, Extra

CHANNEL = {"referral"}  # what both sides see move
HOUSES = ("stx", "stt")
ANYBODY = ("supervisor", "advocate", "intake_worker", "colleague", "second_supervisor")
SELDOM = {"find_invalid_intake", "find_duplicate_intake", "refer_out_intake", "find_ineligible_intake",
          "find_unsafe_intake", "discard_handoff", "discard_release", "refuse_release"}  # fmt: skip
# Presses that are answered with what was made.
SHOWS = {"export_audit", "make_calendar", "make_recovery_kit"}


def private_models():
    """Every record that people move and no referrer shares, by its noun."""
    return {
        model._meta.model_name: model
        for model in apps.get_models()
        if issubclass(model, Record) and model._meta.model_name not in CHANNEL
    }


ADMINISTERED = {
    "member": User,
    "invitation": Invitation,
    "shift": DutyShift,
    "unit": Unit,
    "campaign": Campaign,
}


def rows_of(noun):
    """What the table of permissions has for a noun, but what every organization reads."""
    return [row for row in RECORDS.get(noun, ()) if row.name not in NOT_PRIVATE]


def private_moves():
    """(noun, verb) of every private move there is."""
    return {(noun, verb) for noun, model in private_models().items() for verb in model.MOVES}


@contextmanager
def watching():
    """Yields the set of moves (noun, verb) that are carried out in the block, as the audit has them."""
    done, real = set(), audit.line

    def line(actor, verb, record=None, **details):
        if record is not None and details.get("outcome", "done") == "done":
            done.add((record._meta.model_name, verb))
        return real(actor, verb, record, **details)

    with mock.patch.object(audit, "line", line):
        yield done


class Subject(SimpleNamespace):
    """A record, and what the forms of `tests.makers.every` ask for beside it."""

    @property
    def other(self):
        others = type(self.record).objects.filter(organization_id=self.record.organization_id)
        return others.exclude(pk=self.record.pk).order_by("pk").first() or SimpleNamespace(number="I-9999")

    @property
    def case(self):
        from cases.models import Case

        mine = Case.objects.filter(organization_id=self.record.organization_id).order_by("pk")
        return mine.first() or SimpleNamespace(number="C-9999")


# What stands in an address beside the record's own.
BESIDE = {
    "note": lambda case: Note.objects.filter(case=case),
    "wall": lambda case: Wall.objects.filter(person=case.person_id),
    "merge": lambda case: Merge.objects.filter(kept=case.person_id, undone_at=None),
    "item": lambda purge: purge.items.filter(kept_by=None),
}


class FromTheOtherHouse:
    """The world as a record's house sees it: the makers speak of St. Croix where they mean one's own."""

    def __init__(self, world, house, other):
        self.world, self.stx, self.stt = world, house, other

    def __getattr__(self, name):
        return getattr(self.world, name)


class House:
    """The private side of a play."""

    def __init__(self, stage):
        self.stage, self.done = stage, set()
        self.rows = {
            noun: [row for row in rows_of(noun) if row.how in (PRESS, FORM)] for noun in private_models()
        }

    def records(self, code):
        """(noun, key, state) of every private record of one house, in a fixed order."""
        with acting_for(self.stage.member(f"{code}.supervisor").organization_id), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_every_record())
                return sorted(cursor.fetchall())

    def possible(self):
        """(house, noun, key, row) for each move that a state leaves open now."""
        return [
            (code, noun, key, row)
            for code in HOUSES
            for noun, key, state in self.records(code)
            for row in (*self.rows[noun], *EXTRA.get(noun, ()))
            if not row.states or state in row.states.split()
        ]

    def move(self, draw):
        """Do one of what is possible, chosen by the number `draw` or named by it; returns what was done.

        What was done already, and what ends the work, comes last; now and then it is something about the
        house itself, or the beginning of something.
        """
        chance = random.Random(draw)
        at_home = [(code, "", None, place) for code in HOUSES for place in places() if place.how != PAGE]
        if isinstance(draw, str):
            possible = [one for one in (*at_home, *self.possible()) if one[3].name == draw]
            assert possible, f"{draw} is not possible now"
        elif chance.random() < 0.25:
            possible = at_home
            chance.shuffle(possible)
        else:
            possible = self.possible()
            chance.shuffle(possible)
            possible.sort(key=lambda one: (one[3].name in SELDOM, one[3].name in self.done))
        for code, noun, key, row in possible[:6]:
            if self.attempt(code, noun, key, row, chance):
                self.done.add(row.name)
                return f"{row.name} of {code}"
        return "nothing"

    def attempt(self, code, noun, key, row, chance):
        """Whether somebody of the house could do it."""
        house, other = (getattr(self.stage.world, name) for name in (code, *set(HOUSES) - {code}))
        if not noun:
            told = AT_HOME.get(row.name, {})
            data = told(self.stage.world, house) if callable(told) else told
            url = reverse(row.name, args=[row.key] if row.key else [])
            return self.ask(code, row, url, data, WHO.get(row.name, row.who))
        with acting_for(house.organization.pk), transaction.atomic():
            record = _model(noun)._base_manager.get(pk=key)
            owns = house if record.organization_id == house.organization.pk else other
            seen_from = FromTheOtherHouse(self.stage.world, owns, other if owns is house else house)
            if isinstance(row, Extra):
                data, url = {}, ""
            else:
                data = dict(body(seen_from, row.name, Subject(record=record)))
                if row.name in ("draft_release", "edit_release"):
                    data["to"], data["categories"] = self.recipient(chance, other)
                    data["interpreter"] = "A colleague"  # the person of a packet may need one
                url = self.address(row.name, record)
        if isinstance(row, Extra):
            return row.run(self, code, record)
        return self.ask(code, row, url, data, " ".join(CAST[noun][role] for role in row.who.split()))

    def ask(self, code, row, url, data, likely):
        """Ask it of the house's people, those first of whom the table of permissions speaks."""
        how = "get" if row.how == PAGE else "post"
        for who in dict.fromkeys([*(name.split(".")[1] for name in likely.split()), *ANYBODY]):
            if f"{code}.{who}" not in MEMBERS:
                continue  # somebody of another kind of organization
            answer = self.stage.ask(f"{code}.{who}", url, data, how=how, keep=True)
            assert answer.status < 500, (row.name, answer.body[-2000:])
            if answer.status not in (403, 404):
                return answer.status == (200 if how == "get" or row.name in SHOWS else 302)
        return False

    def recipient(self, chance, other):
        """Whom a release is for, and for what: the other house, the police, the prosecution; no outcome."""
        if chance.random() < 0.5:
            return f"{other.organization.pk}:Shelter desk", ["SAFETY", "TRANSFER"]
        if chance.random() < 0.5:
            return f"{self.stage.world.vipd.organization.pk}:St. Croix", ["SAFETY", "COURT"]
        return f"{self.stage.world.prosecution.organization.pk}:Victim Services Unit", ["COURT"]

    def address(self, name, record):
        wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        return reverse(name, kwargs={argument: self.argument(argument, record) for argument in wanted})

    def argument(self, argument, record):
        if argument in ("number", "reference"):
            return getattr(record, argument)
        if argument == "whom":
            return "grantor"
        if argument in BESIDE:
            found = BESIDE[argument](record).order_by("pk").first()
            return found.pk if found else NOBODY
        return record.pk


@cache
def _every_record():
    """One statement for noun, key and state of every private record that a tenant has."""
    return " UNION ALL ".join(
        f"SELECT '{noun}', id, state::text FROM \"{model._meta.db_table}\""  # noqa: S608
        for noun, model in private_models().items()
    )


def _model(noun):
    return private_models().get(noun) or ADMINISTERED[noun]
