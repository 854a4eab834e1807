"""The first steps of an organization that is new here: read from what there is, never ticked by hand."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import DutyShift, Invitation, RecoveryKit, User
from .roles import Role

PUT_OFF = (
    "first_steps_put_off"  # in the session: until the next sign-in, for nothing is done by putting it off
)


class Step(NamedTuple):
    """One thing to do, the page on which it is done, and whether it has been."""

    label: str
    url: str
    done: bool


def facts(user):
    """Expressions on the administrator's organization from which the steps are read.

    A second administrator, the recovery kit, and people to receive what comes: at a victim service somebody
    on the duty desk, elsewhere a first member who is no administrator.
    """
    members = User.objects.filter(organization=OuterRef("pk"), is_active=True)
    invited = Invitation.objects.standing().filter(organization=OuterRef("pk"))
    administrator = Q(role=Role.ADMINISTRATOR)
    second, others = members.filter(administrator).exclude(pk=user.pk), members.exclude(administrator)
    return {
        "has_second": Exists(second) | Exists(invited.filter(administrator)),
        "has_kit": Exists(RecoveryKit.objects.filter(organization=OuterRef("pk"))),
        "has_desk": Exists(DutyShift.objects.filter(organization=OuterRef("pk"))),
        "has_others": Exists(others) | Exists(invited.exclude(administrator)),
    }


def steps(request, found):
    """The steps to show, from the values of `facts`: none once all are done, or where they were put off."""
    if request.session.get(PUT_OFF):
        return []
    invite = reverse("invite_member")
    last = (
        Step(_("Put somebody on the duty desk"), reverse("duty_desk"), found["has_desk"])
        if request.user.organization.helps
        else Step(_("Invite those who refer"), invite, found["has_others"])
    )
    all_of_them = [
        Step(_("Invite a second administrator: much is decided by two"), invite, found["has_second"]),
        Step(
            _("Make the recovery kit, and give its parts to three people"), reverse("keys"), found["has_kit"]
        ),
        last,
    ]
    return [] if all(step.done for step in all_of_them) else all_of_them


def put_off(request):
    """Hide the steps until this member signs in again."""
    request.session[PUT_OFF] = True
