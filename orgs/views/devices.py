"""One's own devices: one more, a push to try it, one less; and the program that waits on them for a push."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgs import audit, clock, notices, push, session_list
from orgs.doors import for_roles
from orgs.models import Device
from orgs.models.device import HEARING, MOST


def about(member):
    """What the page of a member's mail says of devices; None for whom no clock and no message reaches."""
    if member.role not in HEARING:
        return None
    there = push.there()
    return {
        "list": Device.objects.filter(user=member),
        "there": there,
        "key": push.key_of_pages() if there and member.organization.may_push else "",
    }


@login_not_required
@require_safe
def push_worker(request):
    """What shows the one text on a device: the same for everybody, in the language of the browser."""
    return render(request, "account/push.js", content_type="text/javascript; charset=utf-8")


@require_POST
@for_roles(*HEARING)
def add_device(request):
    """This device is told from here on."""
    address = request.POST.get("address", "")
    if not (push.there() and request.user.organization.may_push):
        messages.warning(request, _("Your organization tells no devices. An administrator can change that."))
    elif not push.knows(address):
        messages.warning(
            request,
            _("This browser's push service is not one that this installation knows, so mail goes on alone."),
        )
    elif not Device.add(
        request.user, address, session_list.in_words(request.META.get("HTTP_USER_AGENT", ""))
    ):
        messages.warning(
            request, _("You have %(n)d devices, and there can be no more. Remove one first.") % {"n": MOST}
        )
    else:
        notices.say(request, _("This device is told from now on. Try it below."))
    return redirect("mailbox")


@require_POST
def try_device(request, device):
    """A push like every other; at most one a minute."""
    mine = get_object_or_404(Device, pk=device, user=request.user)
    if not (push.there() and request.user.organization.may_push):
        raise Http404
    last = max((at for at in (mine.told_at, mine.failed_at) if at), default=None)
    if mine.next_at or (last and last > clock.now() - push.REST):
        notices.say(request, _("It was told less than a minute ago. Wait for that, then try again."))
    else:
        Device.objects.filter(pk=mine.pk).update(next_at=clock.now(), attempts=0)
        audit.write(request.user, "try_device")
        notices.say(request, _("It leaves within seconds. Look at that device."))
    return redirect("mailbox")


@require_POST
def remove_device(request, device):
    """That device is told nothing more."""
    get_object_or_404(Device, pk=device, user=request.user).remove(actor=request.user)
    notices.say(request, _("Removed. That device is told nothing more."))
    return redirect("mailbox")
