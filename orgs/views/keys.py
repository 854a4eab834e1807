"""Who can open what is sealed: giving keys, the recovery kit, new keys, and the way back (R11, C19)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from orgs import audit, notices, sealing
from orgs.doors import for_roles
from orgs.forms.keys import RecoverForm
from orgs.keyring import holding, kit, members, published, rotation, vouching
from orgs.models import RecoveryKit
from orgs.models.membership import NotNow
from orgs.roles import Role
from orgs.sealing import Tampered
from orgs.session import Standing
from orgs.sign_in import step_up
from orgs.views.members import member_of, refused


@for_roles(Role.ADMINISTRATOR)
def keys(request):
    """Who holds the keys and who waits for them, the recovery kit, and a change of keys that is under way."""
    organization = request.user.organization
    secrets, everybody = sealing.opened(organization.pk), list(members.holders(organization))
    holders, others = vouching.parted(secrets, everybody)
    waiting = [key for key in others if not key.has_secrets]
    unvouched = [key for key in others if key.has_secrets]
    for key in others:
        key.code = members.check_code(key.public_key)
    resealing = rotation.under_way(organization)
    context = {
        "waiting": waiting,
        "holders": holders,
        "unvouched": unvouched,
        "doubted": secrets.doubted,
        "confirmed": published.is_confirmed(organization.pk),
        "digits": members.check_code(secrets.newest.public_key),
        "kit": RecoveryKit.objects.filter(organization_id=organization.pk).select_related("made_by").first(),
        "resealing": resealing,
        "left": rotation.left(organization, resealing.version) if resealing else 0,
        "version": organization.key_version,
    }
    audit.viewed(request.user, None, "view_keys")
    return render(request, "orgs/keys.html", context)


@for_roles(Role.ADMINISTRATOR)
@step_up
def give_keys(request, pk):
    """Give the organization's secrets to a member's new key, after comparing its code by telephone (R11)."""
    member = member_of(request.user, pk)
    secrets = sealing.opened(member.organization_id)
    key = members.holders(request.user.organization).filter(user=member).first()
    if key is None or vouching.was_given(secrets, key, secrets.current, key.mac):
        return refused(request, member, NotNow(_("This member's key does not wait for anything.")))
    if request.method != "POST":
        context = {"member": member, "code": members.check_code(key.public_key)}
        return render(request, "orgs/give_keys.html", context)
    if request.POST.get("code") != members.check_code(
        key.public_key
    ):  # it was made anew while the page was open
        messages.warning(request, _("Their key has changed meanwhile. Compare the new code."))
        return redirect("give_keys", pk)
    if secrets.doubted:
        raise sealing.Doubted(member.organization_id)
    members.give(secrets, key=key)
    audit.write(request.user, "give_keys", member)
    notices.say(request, _("Given. They can open what your organization has from their next page on."))
    return redirect("keys")


@for_roles(Role.ADMINISTRATOR)
@step_up
def readmit_member(request, pk):
    """A link for a member who lost the passphrase, after making sure who is asking."""
    member = member_of(request.user, pk)
    if not member.is_active:
        return refused(request, member, NotNow(_("This account is closed. Open it again first.")))
    if request.method != "POST":
        return render(request, "orgs/readmit_member.html", {"member": member})
    try:
        member.readmit(actor=request.user)
    except NotNow as not_now:
        return refused(request, member, not_now)
    notices.say(request, _("The mail is on its way; its link holds for 72 hours. Afterwards they need keys."))
    return redirect("members")


@for_roles(Role.ADMINISTRATOR)
@step_up
def make_recovery_kit(request):
    """Three parts to print, shown this once; those of an earlier kit open nothing any more."""
    if request.method != "POST":
        exists = RecoveryKit.objects.filter(organization_id=request.user.organization_id).exists()
        return render(request, "orgs/make_recovery_kit.html", {"exists": exists})
    parts = kit.make(request.user.organization, actor=request.user)
    return render(request, "orgs/recovery_kit.html", {"parts": parts})


@for_roles(Role.ADMINISTRATOR)
@step_up
def rotate_keys(request):
    """New keys, from now on; what is sealed is brought over afterwards, a batch at a time."""
    if request.method != "POST":
        return render(request, "orgs/rotate_keys.html")
    try:
        rotation.rotate(request.user.organization, actor=request.user, why="asked")
    except NotNow as not_now:
        messages.warning(request, not_now.why)
        return redirect("keys")
    notices.say(request, _("There are new keys. What is stored is being brought over to them."))
    return redirect("keys")


@require_POST
@for_roles(Role.ADMINISTRATOR)
def go_on_resealing(request):
    """The next batch of what still lies under older keys."""
    resealing = rotation.under_way(request.user.organization)
    if resealing and rotation.go_on(resealing, actor=request.user):
        notices.say(request, _("Everything lies under the new keys, and the old ones are gone."))
    return redirect("keys")


@sensitive_post_parameters("first", "second")
def recover_keys(request):
    """An administrator whose key waits, and nobody who could give: two parts of the kit open it (C19)."""
    if request.user.role != Role.ADMINISTRATOR:
        raise PermissionDenied
    if request.standing is not Standing.WAITING:
        return redirect("home")
    form = RecoverForm(request.POST or None)
    if form.is_valid():
        try:
            private = holding.private_key(request)
            kit.recover(request.user, private, form.cleaned_data["first"], form.cleaned_data["second"])
        except Tampered:
            audit.bystander(request.user, "fail_recover_keys")
            form.add_error(
                None, _("These parts do not belong to the kit of your organization that holds now.")
            )
        else:
            notices.say(
                request, _("Your key opens everything of your organization again. Give the others theirs.")
            )
            return redirect("keys")
    return render(request, "account/recover_keys.html", {"form": form})
