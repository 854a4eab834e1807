"""Who goes, and what they still have, as far as whoever takes it over may know of it (C9, R42).

Two questions, whatever there is: a viewer who is walled from all that somebody left asks, waits and reads as
one who looks where nothing was left.
"""

from collections import defaultdict

from django.db.models import CharField, Count, F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import duties
from cases.models import Case, CaseAssignment, FollowUp
from orgs.models import User
from referrals.following import running_handoffs
from referrals.models import Intake, Referral

LABELS = {
    "draft": _("Drafts"),
    "asked": _("Questions of a desk"),
    "case": _("Cases"),
    "intake": _("Intakes"),
    "handoff": _("Handoffs"),
    "question": _("Questions to answer"),
    "followup": _("Follow-ups"),
    "duty": _("Duties"),
}


def _of_an_agency(viewer):
    """(label, records, whose they are) of a referrer's work, which the head of their unit takes over."""
    seen = Referral.objects.visible_to(viewer).filter(organization_id=viewer.organization_id)
    yield "draft", seen.filter(state="draft"), "referrer"
    yield "asked", seen.questions(), "referrer"


def _of_a_service(viewer):
    """The same of a service, as `referrals.caseload` moves it; and what goes with the cases."""
    ours = {"organization_id": viewer.organization_id}
    intakes = Intake.objects.visible_to(viewer, "assign").filter(**ours).open()
    handoffs = running_handoffs().visible_to(viewer, "pass_on")
    offers = CaseAssignment.objects.visible_to(viewer, "supersede").filter(**ours, state="offered")
    yield "case", Case.objects.visible_to(viewer, "assign").filter(**ours).open(), "assigned_to"
    yield "intake", intakes, "assigned_to"
    yield "question", intakes, "asked"
    yield "question", offers, "assignee"
    yield "handoff", handoffs.filter(**ours), "sender_advocate"
    yield "handoff", handoffs.filter(receiver_id=viewer.organization_id), "receiver_advocate"
    yield "followup", FollowUp.objects.visible_to(viewer).filter(**ours).scheduled(), "owner"
    for model in duties.DUTIES:
        yield "duty", duties.visible(viewer, model), "owner"


def left_with(viewer):
    """{member's id: {label: how many}} for those who have gone or go; one query."""
    going = User.objects.filter(Q(is_active=False) | Q(leaves_at__isnull=False))
    going = going.filter(organization_id=viewer.organization_id).values("pk")
    parts = _of_an_agency(viewer) if viewer.refers else _of_a_service(viewer)
    first, *rest = (_counted(label, rows, whose, going) for label, rows, whose in parts)
    found = defaultdict(dict)
    for label, whose, count in first.union(*rest, all=True):
        found[whose][label] = found[whose].get(label, 0) + count
    return found


def _counted(label, rows, whose, going):
    rows = rows.filter(**{f"{whose}__in": going}).order_by()
    named = rows.annotate(label=Value(label, CharField()), whose=F(f"{whose}_id"))
    return named.values("label", "whose").annotate(count=Count("pk")).values_list("label", "whose", "count")


def listed(viewer):
    """Who is gone and left something, and who goes, the next first; each with `in_hand` and `url`."""
    left = left_with(viewer)
    ours = User.objects.filter(organization_id=viewer.organization_id)
    going = Q(is_active=True, leaves_at__isnull=False, kept_since=None)
    found = list(
        ours.filter(going | Q(is_active=False, pk__in=list(left))).order_by("leaves_at", "name", "pk")
    )
    for one in found:
        held = left.get(one.pk, {})
        one.in_hand = " · ".join(f"{label}: {held[kind]}" for kind, label in LABELS.items() if kind in held)
        one.url = reverse("my_referrals") if viewer.refers else f"{reverse('move_caseload')}?from={one.pk}"
    return [one for one in found if not one.is_active], [one for one in found if one.is_active]
