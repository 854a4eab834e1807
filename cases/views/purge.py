"""What has come to its end: seen by kinds, opened by name, proposed by one, approved by another (R35)."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.retention import ApproveForm
from cases.models import LegalHold, Purge
from cases.models.purge import OwnProposal
from cases.views.asking import ask, typed
from cases.views.looked_up import PURGES
from orgs import audit, clock, notices, retention, yearly
from orgs.access import get_permitted
from orgs.doors import for_roles
from orgs.record import IllegalMove
from orgs.roles import Role
from orgs.sign_in import step_up
from orgs.suppression import smallest_shown
from orgs.totals import smallest
from orgs.views.retention import periods
from orgs.words import exactly, local

AT_ONCE = 50  # names on one page
SUPERVISORS = (Role.SUPERVISOR, Role.UNIT_SUPERVISOR)


@require_GET
@for_roles(*SUPERVISORS)
def purges(request):
    """The periods in force, the list that stands, and those of before."""
    organization = request.user.organization
    rows = list(Purge.objects.visible_to(request.user).select_related("proposed_by", "approved_by")[:50])
    context = {
        "organization": organization,
        "periods": periods(organization),
        "review": retention.review_after(organization),
        "standing": next((row for row in rows if row.state in Purge.STANDING), None),
        "past": [(row, row.get_state_display()) for row in rows if row.state not in Purge.STANDING],
        "holds": LegalHold.standing_for(request.user).count() if organization.helps else 0,
    }
    return render(request, "cases/purge/purges.html", context)


@require_POST
@for_roles(*SUPERVISORS)
def list_purge(request):
    """Make the list of what has come to its end now."""
    purge = Purge.list_due(request.user.organization, actor=request.user)
    if purge is None:
        notices.say(request, _("Nothing has come to the end of its period."))
        return redirect("purges")
    return redirect(purge)


def _purge(request, verb, pk):
    return get_permitted(request.user, f"{verb}_purge", PURGES, pk=pk)


@require_GET
def view(request, pk):
    """How many of each kind would go, or went; no name."""
    purge = _purge(request, "view", pk)
    audit.viewed(request.user, purge)
    counted = purge.counted(request.user)
    context = {
        "purge": purge,
        "standing": purge.get_state_display(),
        "kinds": [
            (kind, *counted[code], purge.schedule.get(code))
            for code, kind in retention.KINDS.items()
            if code in counted
        ],
        "mine": purge.proposed_by_id == request.user.pk,
    }
    return render(request, "cases/purge/view.html", context)


@require_GET
def open_names(request, pk):
    """Which records they are, by name; that somebody looked is on record."""
    purge = _purge(request, "open_names", pk)
    if purge.state not in Purge.STANDING:
        raise IllegalMove("open_names", purge)
    kind = retention.KINDS.get(request.GET.get("kind") or next(iter(purge.schedule), ""))
    if kind is None:
        raise Http404
    items = purge.items_for(request.user).filter(kind=kind.code).order_by("id")
    after = request.GET.get("after", "")
    if after:
        items = items.filter(pk__gt=_as_key(after))
    page = list(items.select_related("kept_by")[: AT_ONCE + 1])
    known = dict(kind.describe([item.subject_id for item in page[:AT_ONCE]]))
    audit.viewed(request.user, purge, "open_names", kind=kind.code, shown=len(known))
    context = {
        "purge": purge,
        "kind": kind,
        "rows": [(item, *known[item.subject_id]) for item in page[:AT_ONCE] if item.subject_id in known],
        "older": f"?kind={kind.code}&after={page[AT_ONCE - 1].pk}" if len(page) > AT_ONCE else "",
        "first": f"?kind={kind.code}" if after else "",
    }
    return render(request, "cases/purge/names.html", context)


def _as_key(text):
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@require_POST
def keep(request, pk, item):
    purge = _purge(request, "keep", pk)
    if purge.state not in Purge.STANDING:
        raise IllegalMove("keep", purge)
    one = purge.items_for(request.user).filter(pk=item, kept_by=None).first()
    if one is None:
        raise Http404
    purge.keep(one, actor=request.user)
    notices.say(request, _("It stays, this time. For longer, place a legal hold on its case."))
    return redirect(purge)


@require_POST
def propose(request, pk):
    purge = _purge(request, "propose", pk)
    purge.propose(actor=request.user)
    notices.say(request, _("Proposed. Another supervisor looks through it and approves."))
    return redirect(purge)


@step_up
def approve(request, pk):
    """The second word; what is listed goes at once and for ever."""
    purge = _purge(request, "approve", pk)
    if purge.proposed_by_id == request.user.pk:
        raise OwnProposal
    form = ApproveForm(typed(request))
    if request.method == "POST" and form.is_valid():
        purge.approve(actor=request.user)
        notices.say(request, _("Carried out. The certificate says what went."))
        return redirect("certify_purge", pk=purge.pk)
    return ask(
        request,
        form,
        _("Approve, and delete"),
        _("Delete them now"),
        purge.get_absolute_url(),
        why=_("They are deleted at once, with everything in them. Figures by year stay the same."),
        stop=True,
    )


@require_POST
def withdraw(request, pk):
    purge = _purge(request, "withdraw", pk)
    purge.withdraw(actor=request.user)
    notices.say(request, _("Withdrawn. Nothing goes this time."))
    return redirect("purges")


@require_GET
def certify(request, pk):
    """The certificate of a purge, to print and keep."""
    purge = _purge(request, "certify", pk)
    if purge.state != "carried_out":
        raise IllegalMove("certify", purge)
    audit.viewed(request.user, purge, "certify")
    went = purge.items.exclude(hash=None).order_by("kind", "hash")
    context = {
        "purge": purge,
        "organization": purge.organization,
        "kinds": [
            (
                kind.label,
                purge.schedule.get(code),
                [bytes(one.hash).hex() for one in went if one.kind == code],
            )
            for code, kind in retention.KINDS.items()
        ],
        "signed": signed(purge),
        "counts": purge.counts.all(),
    }
    return render(request, "cases/purge/certificate.html", context)


def signed(purge):
    """Who did what and when, exactly, for `{% facts %}`."""
    by = purge.listed_by.name if purge.listed_by else _("the clock")
    return [
        (_("Listed"), f"{exactly(purge.listed_at)}, {by}"),
        (_("Proposed"), f"{exactly(purge.proposed_at)}, {purge.proposed_by.name}"),
        (_("Approved and carried out"), f"{exactly(purge.approved_at)}, {purge.approved_by.name}"),
        (_("Kept this time"), purge.items.exclude(kept_by=None).count()),
    ]


@require_GET
@for_roles(Role.SUPERVISOR, Role.ADMINISTRATOR)
def yearly_counts(request):
    """What the organization did by year, purged records among it, small figures hidden (R46, R48)."""
    if not request.user.organization.helps:
        raise Http404
    audit.viewed(request.user, None, "view_counts")
    running = local(clock.now()).year
    context = {
        "years": yearly.shown(request.user.organization_id, running),
        "running": running,
        "smallest": smallest_shown(smallest()),
    }
    return render(request, "cases/purge/yearly.html", context)
