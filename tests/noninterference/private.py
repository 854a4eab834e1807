"""What a victim service does inside its house: every move of every record that no referrer shares.

The moves are those of the `MOVES` tables of all records but those of the channel; the ways to do them are the
rows of the table of permissions (`config/permission_table`), asked for through the web by a member who may.
"""

import random
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

from django.apps import apps
from django.db import transaction
from django.urls import get_resolver, reverse

from cases.models import Merge, Note, Wall
from config.permission_table import FORM, PAGE, PRESS, RECORDS
from orgs import audit, clock
from orgs.record import IllegalMove, Record
from orgs.tenancy import acting_for
from tests.makers.every import NOBODY, body
from tests.makers.intake import colleagues

CHANNEL = {"referral"}  # what both sides see move
HOUSES = ("stx", "stt")


def private_models():
    """Every record that people move and no referrer shares, by its noun."""
    return {
        model._meta.model_name: model
        for model in apps.get_models()
        if issubclass(model, Record) and model._meta.model_name not in CHANNEL
    }


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
    """The world as one house sees it: the makers speak of St. Croix where they mean one's own."""

    def __init__(self, world, house, other):
        self.world, self.stx, self.stt = world, house, other

    def __getattr__(self, name):
        return getattr(self.world, name)


class House:
    """The private side of a play."""

    def __init__(self, stage):
        self.stage = stage
        self.rows = {
            noun: [row for row in RECORDS.get(noun, ()) if row.how in (PRESS, FORM)]
            for noun in private_models()
        }

    def records(self, code):
        """Every private record of one house, and the packets' own come first because they were first."""
        with acting_for(self.stage.member(f"{code}.supervisor").organization_id), transaction.atomic():
            return [
                (noun, record)
                for noun, model in private_models().items()
                for record in model.objects.order_by("pk")
            ]

    def possible(self):
        """(house, noun, record, row) for each move that a state leaves open now."""
        return [
            (code, noun, record, row)
            for code in HOUSES
            for noun, record in self.records(code)
            for row in (*self.rows[noun], *EXTRA.get(noun, ()))
            if not getattr(row, "states", "") or record.state in row.states.split()
        ]

    def move(self, draw):
        """Do one of what is possible, chosen by the number `draw` or named by it; returns what was done."""
        chance, possible = random.Random(draw), self.possible()
        if isinstance(draw, str):
            possible = [one for one in possible if one[3].name == draw]
            assert possible, f"{draw} is not possible now"
        else:
            chance.shuffle(possible)
            possible.sort(key=lambda one: one[3].name in SELDOM)
        for code, noun, record, row in possible[:6] or [None]:
            if self.attempt(code, noun, record, row, chance):
                return f"{row.name} {getattr(record, 'number', None) or record.pk} of {code}"
        return self.walk_in(chance)

    def attempt(self, code, noun, record, row, chance):
        """Whether somebody of the house could do it."""
        if isinstance(row, Extra):
            return row.run(self, code, record)
        house, other = (getattr(self.stage.world, name) for name in (code, *set(HOUSES) - {code}))
        seen_from = FromTheOtherHouse(self.stage.world, house, other)
        with acting_for(house.organization.pk), transaction.atomic():
            data = dict(body(seen_from, row.name, Subject(record=record)))
            if "to" in data and row.name in ("draft_release", "edit_release"):
                data["to"], data["categories"] = self.recipient(chance, other)
                data["interpreter"] = "A colleague"  # the person of a packet may need one
            url = self.address(row.name, record)
        for who in ("supervisor", "advocate", "intake_worker", "colleague", "second_supervisor"):
            how = "get" if row.how == PAGE else "post"
            answer = self.stage.ask(f"{code}.{who}", url, data, how=how, keep=True)
            assert answer.status < 500, (row.name, answer.body[-2000:])
            if answer.status not in (403, 404):
                return answer.status == (200 if how == "get" else 302)
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
        if argument in BESIDE:
            found = BESIDE[argument](record).order_by("pk").first()
            return found.pk if found else NOBODY
        return record.pk

    def walk_in(self, chance):
        told = {"alias": "Kingfisher", "priority": chance.choice(["crisis", "standard"]), "island": "STX",
                "age_group": "adult", "language": "en"}  # fmt: skip
        answer = self.stage.ask("stx.intake_worker", reverse("new_intake"), told, how="post", keep=True)
        return f"new_intake {answer.status}"


class Extra(SimpleNamespace):
    """A move that has no URL of its own: `do(record, member)` under the house's tenant and secrets."""

    def run(self, house, code, record):
        member = house.stage.member(f"{code}.supervisor")
        with house.stage.world.acting(member):
            try:
                with transaction.atomic():
                    self.do(type(record).objects.get(pk=record.pk), member)
            except IllegalMove:
                return False
        return True


def another_answers(intake, member, accepts):
    """A colleague is asked to take over what an advocate works, and says yes or no."""
    colleague = next(one for one in colleagues(member) if one.pk != intake.assigned_to_id)
    offer = intake.assign(colleague, actor=member)
    offer.accept(actor=colleague) if accepts else offer.decline("full", actor=colleague)


def another_is_asked(intake, member):
    """Instead of who was asked before and has not answered."""
    intake.assign(next(one for one in colleagues(member) if one.pk != intake.asked_id), actor=member)


def was_not_so(case, member):
    """Somebody was said to be dead, and lives."""
    case.record_death(actor=member)
    case.take_back_death(actor=member)


def its_release_ends(handoff, member):
    """What was opened by a release is closed with it, also after the two sides have met."""
    release = handoff.own_file().release
    if release is None:
        raise IllegalMove("close_snapshot", handoff)
    release.revoke(actor=member)


def a_wall_goes_up(intake, member):
    """Before whoever works it, or was asked to; the wall takes it back from them."""
    held = intake.assigned_to or intake.asked
    if held is None or held.pk == member.pk:
        raise IllegalMove("let_go", intake)
    Wall.build(intake.person, held, actor=member, reason="other")


def an_officer_is_marked(intake, member):
    """As the one who harms; while it stands the house writes on the packet, and it goes nowhere."""
    intake.mark_officer(actor=member)
    intake.packet.write_message(f"Only for us, {intake.number}.", actor=member)
    intake.show_heads(actor=member)
    intake.hide_heads(actor=member)
    intake.lift_mark(actor=member)


WITH_SOMEBODY = "assigned outreach engaged"
# Moves that no URL carries out by itself.
EXTRA = {
    "intake": [
        Extra(
            name="begin_outreach",
            states="assigned",
            do=lambda intake, member: intake.begin_outreach(actor=member),
        ),
        Extra(
            name="keep",
            states=WITH_SOMEBODY,
            do=lambda intake, member: another_answers(intake, member, accepts=False),
        ),
        Extra(
            name="pass_on",
            states=WITH_SOMEBODY,
            do=lambda intake, member: another_answers(intake, member, accepts=True),
        ),
        Extra(name="let_go", states=WITH_SOMEBODY, do=a_wall_goes_up),
        Extra(name="mark_officer", states=f"new triaged {WITH_SOMEBODY}", do=an_officer_is_marked),
    ],
    "case": [
        Extra(name="activate", states="open", do=lambda case, member: case.activate(actor=member)),
        Extra(name="take_back_death", states="active", do=lambda case, member: was_not_so(case, member)),
    ],
    "release": [
        Extra(name="supersede", states="active", do=lambda release, member: release.supersede(actor=member)),
        Extra(
            name="shorten",
            states="active",
            do=lambda release, member: release.shorten(clock.now() + timedelta(days=1), actor=member),
        ),
    ],
    "intakeassignment": [
        Extra(
            name="supersede",
            states="offered",
            do=lambda offer, member: another_is_asked(offer.intake, member),
        )
    ],
    "handoff": [Extra(name="close_snapshot", states="connected completed", do=its_release_ends)],
}
SELDOM = {"find_invalid_intake", "find_duplicate_intake", "refer_out_intake", "find_ineligible_intake",
          "find_unsafe_intake", "discard_handoff", "discard_release", "refuse_release"}  # fmt: skip
