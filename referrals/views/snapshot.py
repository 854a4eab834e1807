"""What was released to the receiver of a handoff: read-only, marked as whose copy it is, shut in time."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.release_paper import foot
from cases.release_text import words_in
from orgs import audit
from orgs.access import get_permitted
from orgs.clock import now
from orgs.paper import handed_over, pdf
from orgs.record import IllegalMove
from orgs.sign_in import step_up
from orgs.words import exactly
from referrals import handover
from referrals.models.handing import RELEASE_ENDED
from referrals.views.handoff import HANDOFFS, must_be_in


def opened(request, reference, verb):
    """The handoff whose snapshot opens for the reader at this moment, with a line in the audit (R27).

    It waits for a withdrawal that is under way, and then there is nothing to open (R20).
    """
    handoff = get_permitted(request.user, "open_snapshot_handoff", HANDOFFS, reference=reference)
    audit.crossing()
    handoff.refresh_from_db(fields=["state", "release_expires_at", "release_revoked_at"])
    must_be_in(handoff, "open_snapshot")
    if request.user.organization_id != handoff.receiver_id or not handoff.identified:
        raise PermissionDenied
    handoff.must_open_for(request.user)
    if handoff.release_has_ended:
        raise IllegalMove("open_snapshot", handoff, RELEASE_ENDED)
    audit.viewed(request.user, handoff, verb)
    return handoff, handover.said(handoff.own_file().content)


@require_GET
def open_snapshot(request, reference):
    handoff, items = opened(request, reference, "open_snapshot")
    context = {"handoff": handoff, "items": items, "opened_at": now()}
    return render(request, "referrals/handoff/open_snapshot.html", context)


@require_GET
@step_up
def print_snapshot(request, reference):
    """The same on paper, the mark across every page."""
    handoff, items = opened(request, reference, "print_snapshot")
    words = words_in(get_language())
    whose = _("Copy for %(name)s") % {"name": handoff.addressee}
    opened_by = _("Opened by %(who)s, %(when)s") % {"who": request.user.name, "when": exactly(now())}
    document = {
        "language": "en",
        "title": _("File from %(name)s") % {"name": handoff.organization.name},
        "subtitle": f"{handoff.reference} · {whose} · {opened_by}",
        "watermark": f"{whose}\n{opened_by}",
        "page": words["page"],
        "foot": foot(words, request.user, now(), _("Released by the person for this organization alone.")),
        "sections": [
            {
                "title": _("What the person let them send"),
                "note": _(
                    "Read-only. From the moment at which the release ends it may not be used any more: "
                )
                + exactly(handoff.release_expires_at),
                "facts": [[str(label), [str(said)]] for label, said, _flag in items],
            }
        ],
    }
    return handed_over(pdf(document))
