"""Tell a referrer one word, under a release of the person's that lets exactly that through (R2)."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.signing import NotReleased
from cases.views.asking import ask, typed
from cases.views.looked_up import RELEASES
from cases.views.release import NOT_RELEASED, must_be_open
from orgs import notices
from orgs.access import get_permitted
from orgs.sign_in import step_up
from referrals.forms.outcome import OutcomeForm
from referrals.models import Intake, Outcome, Referral
from referrals.models.outcome import about

BY_VOICE = gettext_lazy("The release does not say “through Causeway”. Tell it in the way that was agreed.")


def packets_of(release):
    """The packets that the release's recipient sent here about the release's person."""
    intakes = Intake.objects.filter(about(release.person_id), organization_id=release.organization_id)
    return Referral.objects.filter(
        organization_id=release.recipient_id, intakes__in=intakes, receiver_id=release.organization_id
    ).distinct()


@step_up
def tell_outcome(request, release):
    release = get_permitted(request.user, "disclose_release", RELEASES, pk=release)
    must_be_open(release, request.user)
    form = OutcomeForm(typed(request), referrals=packets_of(release))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            Outcome.tell(release, said["referral"], said["word"], actor=request.user)
        except NotReleased as refused:
            form.add_error(None, NOT_RELEASED.get(refused.why, BY_VOICE))
        else:
            notices.say(request, _("They can read this one word until the release ends or is taken back."))
            return redirect(release)
    return ask(
        request,
        form,
        _("Tell the outcome"),
        _("Let them read it"),
        release.get_absolute_url(),
        about=_("To %(whom)s") % {"whom": release.addressee},
        why=_("One word, and only while the release stands. Each time that they read it is in the ledger."),
    )
