"""Posters with a code: for administrators of a house that helps. How they are counted is in `orgs.reach`."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.views.asking import ask, typed
from orgs import audit, notices, reach, totals
from orgs.doors import for_roles
from orgs.once import once
from orgs.paper import handed_over, pdf
from orgs.record import IllegalMove
from orgs.roles import Role
from orgs.sign_in import step_up
from referrals import campaigns, sheets
from referrals.forms.campaign import CampaignForm, PosterForm
from referrals.models import Campaign
from referrals.models.campaign import NoCodeLeft

FORM_METHODS = ["GET", "HEAD", "POST"]


def for_helpers(view):
    """Administrators of a house that helps get in; where nobody is helped there are no posters (R6)."""

    @for_roles(Role.ADMINISTRATOR)
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not request.user.organization.helps:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def mine(user):
    """The campaigns of the member's organization, the newest first."""
    return Campaign.objects.filter(organization_id=user.organization_id).select_related("made_by", "ended_by")


def found(request, pk):
    """One of them; raises Http404."""
    campaign = mine(request.user).filter(pk=pk).first()
    if campaign is None:
        raise Http404
    return campaign


@require_GET
@for_helpers
def list_campaigns(request):
    """What hangs where, what hung, and how many came by which in each whole month."""
    ours = list(mine(request.user))
    months = [
        (month, [(one, month.by_campaign[one.pk]) for one in ours if one.pk in month.by_campaign])
        for month in reach.months()
    ]
    audit.viewed(request.user, None, "view_campaigns")
    context = {
        "running": [one for one in ours if not one.ended_at],
        "ended": [one for one in ours if one.ended_at],
        "months": months,
        "smallest": totals.smallest(),
    }
    return render(request, "referrals/campaign/list.html", context)


@require_http_methods(FORM_METHODS)
@for_helpers
@once
def make_campaign(request):
    """A new one; its code is drawn when it is made."""
    form = CampaignForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = Campaign.make(actor=request.user, **form.cleaned_data)
        except NoCodeLeft:
            form.add_error("word", _("Every code of this word hangs somewhere already. Take another word."))
        else:
            return redirect(made)
    why = _("Whoever opens its address is counted, and nothing else about them. Nobody learns who wrote.")
    return ask(request, form, _("A new poster"), _("Make it"), reverse("campaigns"), about=why)


@require_GET
@for_helpers
def view_campaign(request, pk):
    """Its code, its address, its square code and its poster."""
    campaign = found(request, pk)
    audit.viewed(request.user, campaign, "view_campaign")
    context = {
        "campaign": campaign,
        "address": campaigns.address(campaign),
        "drawn": sheets.qr(campaign),
        "form": PosterForm(),
    }
    return render(request, "referrals/campaign/view.html", context)


def running(request, pk, verb):
    """One that has not ended: what hangs anew must count. Raises `IllegalMove`."""
    campaign = found(request, pk)
    if campaign.ended_at:
        raise IllegalMove(verb, campaign)
    return campaign


@require_GET
@for_helpers
@step_up
def print_campaign(request, pk):
    """The poster (PDF), on the paper that was chosen."""
    campaign = running(request, pk, "print")
    form = PosterForm(request.GET or {"paper": "letter", "strips": "on"})
    if not form.is_valid():
        return redirect(campaign)
    audit.viewed(request.user, campaign, "print_campaign")
    return handed_over(pdf(sheets.poster(campaign, request.user.organization, **form.cleaned_data)))


@require_GET
@for_helpers
@step_up
def save_square_campaign(request, pk):
    """The square code alone (SVG), for whoever draws a poster of their own."""
    campaign = running(request, pk, "save_square")
    audit.viewed(request.user, campaign, "save_square_campaign")
    return handed_over(sheets.qr(campaign).encode(), "image/svg+xml", "square.svg")


@require_http_methods(FORM_METHODS)
@for_helpers
def end_campaign(request, pk):
    """After a page that says what follows; its code is never given again."""
    campaign = running(request, pk, "end")
    if request.method == "POST":
        campaign.end(actor=request.user)
        notices.say(request, _("It has ended. Its address still opens the page, and is not counted."))
        return redirect("campaigns")
    return render(request, "referrals/campaign/end.html", {"campaign": campaign})
