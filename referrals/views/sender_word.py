"""What a referrer said since: read with one press, where the words stand."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from orgs import notices
from orgs.access import get_permitted, lasting
from referrals.models import Intake, SenderWord

WORDS = lasting(SenderWord.objects.select_related("referral", "intake", "case"))


@require_POST
def read_senderword(request, pk):
    word = get_permitted(request.user, "read_senderword", WORDS, pk=pk)
    word.read(actor=request.user, upto=request.POST.get("upto", ""))
    notices.say(request, _("Read. Its clock has stopped, and the referrer sees nothing of it."))
    return redirect(place_of(word, request.user))


def place_of(word, member):
    """The page from which this member works it: the case, the intake, or the packet."""
    for model, one in ((Case, word.case), (Intake, word.intake)):
        if one and model.objects.visible_to(member).filter(pk=one.pk).exists():
            return one
    return word.referral
