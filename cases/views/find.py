"""Find by number, reference or name, inside the organization and outside every wall (R8, R42)."""

import re

from django.http import Http404
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.finding import Found, found_elsewhere
from cases.models import Case, Person, Release
from cases.recent import recent
from orgs import audit, reference, sealing
from orgs.roles import VICTIM_SERVICES
from orgs.words import exactly

MOST = 20
NUMBER = re.compile(r"\s*([CI])\s*-?\s*(\d{1,7})\s*", re.IGNORECASE)


@require_GET
def find(request):
    member, text = request.user, request.GET.get("q", "").strip()[:120]
    if member.role not in VICTIM_SERVICES:
        raise Http404
    found = _found(member, text) if text else []
    if text:
        audit.viewed(member, Case, "search", terms=keyed(member, text), found=len(found))
    lately = [] if text else recent(member)
    if lately:
        audit.viewed(member, Case, "list", count=len(lately))
    context = {
        "text": text,
        "found": found[:MOST],
        "more": len(found) > MOST,
        "recent": lately,
    }
    return render(request, "cases/find.html", context)


def keyed(member, text):
    """What was searched for, as keyed tokens: comparable with another search, readable to nobody (C11)."""
    words = sealing.query_tokens(sealing.opened(member.organization_id), text)
    return sorted({str(token) for any_of in words for token in any_of})


def _found(member, text):
    number = NUMBER.fullmatch(text)
    if number and number[1].upper() == "C":
        return _by_case_number(member, f"C-{int(number[2]):04d}")
    if number:
        return _link("view_intake", f"I-{int(number[2]):04d}", _("An intake of your organization"))
    if sent := reference.normalize(text):
        return _link("view_referral", sent, _("A referral"))
    people = Person.objects.matching(member, text)
    cases = Case.objects.visible_to(member).filter(organization_id=member.organization_id, person__in=people)
    cases = cases.select_related("person", "assigned_to").newest_first()[: MOST + 1]
    return [_case(case) for case in cases] + found_elsewhere(member, people)


def _case(case):
    who = case.assigned_to.name if case.assigned_to else _("nobody yet")
    return Found(f"{case.person.called}, {case.number}", case.get_absolute_url(), who)


def _by_case_number(member, number):
    """The case; or, for those who may not open it, its releases: anyone here can take one back (R20)."""
    cases = Case.objects.visible_to(member).filter(organization_id=member.organization_id, number=number)
    if case := cases.select_related("person", "assigned_to").first():
        return [_case(case)]
    releases = (
        Release.objects.visible_to(member).filter(case__number=number).open().select_related("recipient")
    )
    return [
        Found(
            _("Release to %(name)s") % {"name": r.recipient.name},
            r.get_absolute_url(),
            _("%(number)s, signed %(when)s") % {"number": number, "when": exactly(r.signed_at)},
        )
        for r in releases
    ]


def _link(name, number, why):
    """A record of another room, by its address alone: its own door decides who comes in."""
    try:
        return [Found(number, reverse(name, args=[number]), why)]
    except NoReverseMatch:
        return []
