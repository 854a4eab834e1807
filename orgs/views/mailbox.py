"""One's own mail: how one hears, whether it arrives, a mail to try it; the link in each that stops it."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from orgs import audit, clock, notices, tenancy
from orgs.forms.mailbox import MailboxForm
from orgs.models import How, Mailbox, MemberLink, OutboxMessage, User
from orgs.rate import slowly
from orgs.views import devices

AGAIN_AFTER = timedelta(minutes=1)  # between two mails to try it


def mailbox(request):
    """How one hears, and whether mail arrives."""
    box = Mailbox.objects.filter(user=request.user).first() or Mailbox(user=request.user)
    box.user = request.user
    form = MailboxForm(
        request.POST if request.method == "POST" else None,
        organization=request.user.organization,
        initial={"how": box.holds, "language": box.language},
    )
    if form.is_valid():
        said = form.cleaned_data
        Mailbox.of(request.user).choose(said.get("how", box.how), said["language"], actor=request.user)
        notices.say(request, _("Saved. It holds from the next reminder on."))
        return redirect("mailbox")
    test = tests_of(request.user).first()
    context = {
        "form": form,
        "box": box,
        "test": test,
        "calendar": MemberLink.objects.filter(user=request.user, what="calendar").first(),
        "devices": devices.about(request.user),
    }
    return render(request, "account/mailbox.html", context)


def tests_of(member):
    """The mails that this member has sent themselves, the last one first."""
    mine = OutboxMessage.objects.filter(organization_id=member.organization_id, kind="test", recipient=member)
    return mine.order_by("-created_at", "-pk")


@require_POST
def send_test_mail(request):
    """A mail like every other, to oneself; at most one a minute."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=request.user.pk)
        since = clock.now() - AGAIN_AFTER
        if tests_of(request.user).filter(created_at__gt=since).exists():
            notices.say(
                request, _("One is on its way since less than a minute. Wait for it, then try again.")
            )
            return redirect("mailbox")
        OutboxMessage.objects.create(
            organization_id=request.user.organization_id,
            kind="test",
            recipient=request.user,
            created_at=clock.now(),
            available_at=clock.now(),
        )
        audit.write(request.user, "send_test_mail")
    notices.say(request, _("It leaves now. When it is there, say so below."))
    return redirect("mailbox")


@require_POST
def confirm_mail(request):
    """Mail arrives: what came back before is over."""
    Mailbox.of(request.user).heal(actor=request.user)
    notices.say(request, _("Good. Mail reaches you."))
    return redirect("mailbox")


@require_POST
def change_stop_link(request):
    """The link in the mails that were sent stops nothing from here on."""
    MemberLink.change_stop(request.user, actor=request.user)
    notices.say(request, _("Done. The link in older mails does nothing any more."))
    return redirect("mailbox")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@slowly(60)
def stop_mail(request, key):
    """What a mail program presses (RFC 8058), or a person who followed the link: no mail of what may wait.

    It stops no more than the member could, within the limits of the organization. One page for every key, so
    that nobody learns whose it is, or whether it is anybody's. Programs that look at links stop nothing.
    """
    if request.method == "POST":
        hashed = MemberLink.hash_of(key)
        tenancy.act_for(organization_of_link(hashed, "stop"))
        link = MemberLink.objects.filter(what="stop", key_hash=hashed).select_related("user").first()
        if link:
            Mailbox.of(link.user).choose(How.PAGE, actor=None)
    return render(request, "account/stop_mail.html", {"done": request.method == "POST"})


def organization_of_link(hashed, kind):
    """The id of the organization whose member has a link of this kind, by the hash of its key; or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization_of_link(%s, %s)", [hashed, kind])
        return cursor.fetchone()[0]
