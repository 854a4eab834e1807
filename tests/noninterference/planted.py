"""Leaks put in on purpose, so that the proof is known to find what it is there to find.

Each is a way in which such software has told before: a column, a header, an order, a count, a mail, a pause,
a query more. They are patched into the running product while a block runs.
"""

from contextlib import contextmanager
from unittest import mock

from django.db import transaction
from django.http import Http404

from orgs import access, record
from orgs.models import Organization, OutboxMessage
from orgs.roles import Kind
from orgs.tenancy import acting_for
from referrals import projection, tasks
from referrals.models import Intake, Referral
from referrals.views import my, referral


def engaged():
    """How many people were reached, whoever asks: what no referrer may know."""
    reached = 0
    for house in Organization.objects.filter(kind=Kind.VICTIM_SERVICES):
        with acting_for(house.pk):
            reached += Intake.objects.filter(state__in=("engaged", "case_opened")).count()
    return reached


def followed(verb, then):
    """After an intake's `verb`, `then(intake)` in the same transaction."""
    real = record.Record.moving

    @contextmanager
    def moving(self, moved, actor, **details):
        with real(self, moved, actor, **details):
            yield
        if moved == verb and isinstance(self, Intake) and self.referral_id:
            with acting_for(Referral.objects.get(pk=self.referral_id).organization_id):
                then(Referral.objects.get(pk=self.referral_id))

    return mock.patch.object(record.Record, "moving", moving)


def a_touched_column():
    """The packet says when the work was over, in a column that no page shows."""
    return followed("engage", lambda packet: change(packet, ended_at="2026-11-25T00:00Z"))


def an_order():
    """The list puts first what moved last, inside too."""
    return followed("engage", lambda packet: change(packet, saved_at="2026-11-25T00:00Z"))


def change(packet, **columns):
    Referral.objects.filter(pk=packet.pk).update(**columns)


def a_mail():
    """A kind word to the officer that somebody was reached, the constant text and all."""

    def write(packet):
        OutboxMessage.objects.create(
            organization_id=packet.organization_id,
            recipient_id=packet.referrer_id,
            created_at=packet.saved_at,
            available_at=packet.saved_at,
        )

    return followed("engage", write)


def a_projected_field():
    """One more word on the page."""
    real = referral.seen_by_referrer

    def seen(packet, *more):
        told = real(packet, *more)
        return projection.Projection(**{**told.__dict__, "reason": "Reached." if engaged() else ""})

    return mock.patch.object(referral, "seen_by_referrer", seen)


def a_header():
    """A helpful header of the list."""
    real = my.render

    def render(*args, **kwargs):
        answer = real(*args, **kwargs)
        answer["Server-Timing"] = f"cases;desc={engaged()}"
        return answer

    return mock.patch.object(my, "render", render)


def another_query():
    """The same bytes for a number that exists, after one question more."""
    real = access.get_permitted

    def get_permitted(member, permission, model, **key):
        try:
            return real(member, permission, model, **key)
        except Http404:
            rows = model._default_manager if isinstance(model, type) else model
            for house in Organization.objects.filter(kind=Kind.VICTIM_SERVICES):
                with acting_for(house.pk):
                    if rows.filter(**key).exists():
                        rows.filter(**key).count()
            raise

    return _everywhere(access, "get_permitted", get_permitted)


def another_answer():
    """Forbidden instead of unknown, for what exists in another house."""
    real = access.get_permitted

    def get_permitted(member, permission, model, **key):
        try:
            return real(member, permission, model, **key)
        except Http404:
            rows = model._default_manager if isinstance(model, type) else model
            for house in Organization.objects.filter(kind=Kind.VICTIM_SERVICES):
                with acting_for(house.pk):
                    if rows.filter(**key).exists():
                        raise access.PermissionDenied from None
            raise

    return _everywhere(access, "get_permitted", get_permitted)


def a_late_closing():
    """The timer waits for whoever still works with the person: told thirty days later."""
    real = tasks.close_some

    @transaction.atomic
    def close_some(organization_id):
        return 0 if engaged() else real(organization_id)

    return mock.patch.object(tasks, "close_some", close_some)


@contextmanager
def _everywhere(module, name, instead):
    """Put `instead` also where it was imported by name."""
    import sys

    real = getattr(module, name)
    with mock.patch.object(module, name, instead):
        patches = [
            mock.patch.object(other, name, instead)
            for other in list(sys.modules.values())
            if getattr(other, "__dict__", {}).get(name) is real
        ]
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in patches:
                patch.stop()


IN_TWO_WORLDS = (a_touched_column, an_order, a_mail, a_projected_field, a_header, a_late_closing)
FROM_STRANGERS = (another_query, another_answer)
REACHED = (
    "triage_intake", "assign_intake", "accept_intakeassignment", "plan_intake", "engage_intake",
)  # fmt: skip
