"""The pages of an intake: the one, the many, and a new one."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.views import glass, otip, report
from orgs import audit, notices
from orgs.access import get_permitted, lasting
from orgs.once import once
from orgs.roles import VICTIM_SERVICES, Role
from referrals.dues import with_due
from referrals.forms.intake import WalkInForm
from referrals.models import Intake, SenderWord
from referrals.views.inbox import place_of
from referrals.views.inbox_rows import short_priority
from referrals.views.intake_facts import known, page_of, state_words

PAGE = 25
LOOKED_UP = lasting(
    Intake.objects.select_related(
        "organization", "person", "asked", "assigned_to", "case", "same_as", "handed_by"
    )
)
WRITTEN = Exists(SenderWord.objects.filter(intake=OuterRef("pk")))  # asked along: most have none
PAGES = lasting(
    lambda member: with_due(LOOKED_UP, "first_outreach", member.organization_id).annotate(written=WRITTEN),
    Intake,
)


def found(request, verb, number):
    """The intake, through the door of this verb, in a state from which the verb can start."""
    from referrals.views.inbox import must_be_in

    intake = get_permitted(request.user, f"{verb}_intake", LOOKED_UP, number=number)
    if verb in intake.MOVES:
        must_be_in(intake, verb)
    return intake


@require_GET
def view(request, number):
    """What is known, what stands in the way, what happened, and what can be done now."""
    intake = get_permitted(request.user, "view_intake", PAGES, in_emergency=True, number=number)
    if intake.by_glass:
        return glass.seen(request, intake, known(intake, intake.packet, intake.person.plan))
    audit.viewed(request.user, intake)
    return render(request, "referrals/intake/view.html", page_of(intake, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin_report(request, number):
    """A mandated report before there is a case: a suspicion waits for none (R29)."""
    return report.begin_on(request, found(request, "view", number))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def begin_otip(request, number):
    """A request for a minor from abroad before there is a case: its 24 hours run from the suspicion (R30)."""
    return otip.begin_on(request, found(request, "view", number))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request):
    """Somebody called or came in; an alias alone or nothing is enough (R36)."""
    if request.user.role not in VICTIM_SERVICES:
        raise Http404
    form = WalkInForm(request.POST or None, organization=request.user.organization)
    if form.is_valid():
        intake = Intake.walk_in(actor=request.user, **form.cleaned_data)
        notices.say(request, _("%(number)s is begun.") % {"number": intake.number})
        seen = Intake.objects.visible_to(request.user).filter(pk=intake.pk).exists()
        return redirect(intake if seen else "home")
    return render(request, "referrals/intake/new.html", {"form": form})


@require_GET
def intakes(request):
    """All intakes that the reader may see: open ones first come first, ended ones newest first."""
    member = request.user
    if member.role not in VICTIM_SERVICES:
        raise Http404
    ended = request.GET.get("which") == "ended"
    rows = Intake.objects.filter(organization_id=member.organization_id).visible_to(member)
    if member.role == Role.ADVOCATE:
        rows = rows.filter(assigned_to=member)
    rows = rows.exclude(ended_at=None).order_by("-arrived_at", "-id") if ended else rows.open()
    if place := place_of(request.GET.get("after", "")):
        rows = rows.filter(beyond(*place, newest_first=ended))
    rows = list(rows.select_related("person", "assigned_to", "asked")[: PAGE + 1])
    shown = rows[:PAGE]
    for row in shown:
        row.words = state_words(row)
        row.tags = [short_priority(row.priority)] if row.priority in ("crisis", "high_risk") else []
    audit.viewed(member, Intake, "list", count=len(shown))
    context = {"rows": shown, "ended": ended, "older": "", "newest": ""}
    kept = "which=ended&" if ended else ""
    if len(rows) > PAGE:
        last = shown[-1]
        context["older"] = f"?{kept}after={last.arrived_at.isoformat().replace('+00:00', 'Z')}_{last.pk}"
    if place:
        context["newest"] = "?" + kept
    return render(request, "referrals/intake/list.html", context)


def beyond(moment, pk, *, newest_first):
    """A condition: rows after this place in the order of the list."""
    side = "lt" if newest_first else "gt"
    return Q(**{f"arrived_at__{side}": moment}) | Q(**{"arrived_at": moment, f"id__{side}": pk})
