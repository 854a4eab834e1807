"""What the desk does with an intake: check, triage, ask an advocate, find the same person, give back."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.loads import is_urgent, loads
from cases.models import NoSupervisorLeft
from orgs import audit, codes, notices
from orgs.access import get_permitted, lasting
from orgs.models import User
from orgs.record import IllegalMove
from orgs.roles import VICTIM_SERVICES
from referrals.forms.intake import AssignForm, ConflictForm, DeclineForm, EndForm, SameForm, TriageForm
from referrals.matches import known_cases, matches
from referrals.models import Intake, IntakeAssignment
from referrals.views.intake import found

FORM = ["GET", "HEAD", "POST"]


def staff(member):
    return User.objects.filter(organization_id=member.organization_id).in_role(*VICTIM_SERVICES)


@require_http_methods(FORM)
def triage(request, number):
    """The conflict check with its walls, who it may be already, and how urgent it is to us."""
    intake = found(request, "triage", number)
    form = TriageForm(
        request.POST or None, members=staff(request.user), initial={"priority": intake.priority}
    )
    if form.is_valid() and checked(request, form, intake):
        intake.triage(actor=request.user, priority=form.cleaned_data["priority"])
        return on(request, intake, _("Triaged."), to="assign_intake")
    audit.viewed(request.user, intake, "match")
    packet = intake.packet
    context = {
        "intake": intake,
        "form": form,
        "matches": matches(intake, request.user),
        "packet_url": packet.get_absolute_url() if packet else "",
    }
    return render(request, "referrals/intake/triage.html", context)


@require_http_methods(FORM)
def check_conflict(request, number):
    """A conflict that shows only later: the wall stands from the moment that it is saved."""
    intake = found(request, "check_conflict", number)
    form = ConflictForm(request.POST or None, members=staff(request.user))
    if form.is_valid() and checked(request, form, intake):
        return on(request, intake, _("The check is recorded."))
    return render(request, "referrals/intake/check_conflict.html", {"intake": intake, "form": form})


def checked(request, form, intake):
    """Record the check as the form has it; False, with the form saying why, if nobody could see it then."""
    try:
        intake.check_conflict(actor=request.user, **form.check())
    except NoSupervisorLeft as refused:
        form.add_error("walled", refused.why)
        return False
    return True


def on(request, intake, sentence, to=""):
    """Go on with the intake, or home for one who has just been walled from it."""
    notices.say(request, sentence)
    still = Intake.objects.visible_to(request.user).filter(pk=intake.pk).exists()
    if not still:
        return redirect("home")
    return redirect(to, intake.number) if to else redirect(intake)


@require_http_methods(FORM)
def assign(request, number):
    """Ask an advocate, with everybody's load in view; who is walled off is not on the list."""
    intake = found(request, "assign", number)
    free = [load for load in loads(request.user, intake.person) if may_be_asked(load, intake)]
    form = AssignForm(request.POST or None, loads=free)
    if form.is_valid():
        to = form.cleaned_data["to"]
        intake.assign(to, actor=request.user)
        asked = _("%(name)s is asked. It is theirs when they accept.") % {"name": to.name}
        then = next(load for load in free if load.member == to).with_more(urgent=is_urgent(intake))
        notices.say(request, " ".join(filter(None, (asked, then.warning))))
        return redirect(intake)
    spoken = intake.person.language
    context = {
        "intake": intake,
        "form": form,
        "loads": free,
        "language": codes.load("orgs", "languages").label(spoken) if spoken else "",
    }
    return render(request, "referrals/intake/assign.html", context)


def may_be_asked(load, intake):
    return load.member.pk not in (intake.assigned_to_id, intake.asked_id)


@require_http_methods(FORM)
def hand_back(request, number):
    intake = found(request, "hand_back", number)
    form = EndForm(request.POST or None, verb="hand_back")
    if form.is_valid():
        intake.hand_back(actor=request.user, reason=form.cleaned_data["reason"])
        return on(request, intake, _("It is back at the desk. The clock runs on."), to="")
    context = {"intake": intake, "form": form, "label": _("Give it back"), "explain": ""}
    return render(request, "referrals/intake/end.html", context)


def choice(record, match):
    """For `SameForm`: one record of a person who may be the same, with why they were found."""
    label = _("%(number)s, %(name)s") % {"number": record.number, "name": match.person.called}
    return record.number, label, match.why


@require_http_methods(FORM)
def find_duplicate(request, number):
    """It is the same as another intake here (R8)."""
    intake = found(request, "find_duplicate", number)
    choices = [choice(other, match) for match in matches(intake, request.user) for other in match.intakes]
    form = SameForm(request.POST or None, found=choices, initial={"which": request.GET.get("which", "")})
    if form.is_valid():
        rows = Intake.objects.visible_to(request.user).select_related("person")
        if other := rows.filter(number=form.cleaned_data["which"]).exclude(pk=intake.pk).first():
            return joined(request, form, intake, "find_duplicate", other)
        form.add_error("which", _("There is no intake with that number that you may see."))
    context = {"intake": intake, "form": form, "verb": "find_duplicate"}
    return render(request, "referrals/intake/same.html", context)


@require_http_methods(FORM)
def link_case(request, number):
    """The person has a case here already."""
    intake = found(request, "link_case", number)
    choices = [choice(case, match) for match in matches(intake, request.user) for case in match.cases]
    form = SameForm(request.POST or None, found=choices, initial={"which": request.GET.get("which", "")})
    if form.is_valid():
        case = known_cases(request.user).filter(number=form.cleaned_data["which"]).first()
        if case:
            return joined(request, form, intake, "link_case", case)
        form.add_error("which", _("There is no case with that number that you may see."))
    context = {"intake": intake, "form": form, "verb": "link_case"}
    return render(request, "referrals/intake/same.html", context)


def joined(request, form, intake, verb, other):
    """Carry out the joining, or show why it cannot be."""
    try:
        getattr(intake, verb)(other, actor=request.user)
    except (IllegalMove, NoSupervisorLeft) as refusal:
        why = getattr(refusal, "why", "")
        if not why and not refusal.reason:
            raise
        form.add_error("which", why or _("It cannot be joined to that one."))
        context = {"intake": intake, "form": form, "verb": verb}
        return render(request, "referrals/intake/same.html", context)
    return on(request, intake, _("Joined to %(number)s.") % {"number": other.number})


# The advocate's answer


@require_POST
def accept(request, pk):
    offer = get_permitted(request.user, "accept_intakeassignment", OFFERS, pk=pk)
    offer.accept(actor=request.user)
    notices.say(request, _("It is yours. First look at how they can be reached safely."))
    return redirect(offer.intake)


@require_http_methods(FORM)
def decline(request, pk):
    """Say no with a reason; the desk has it again at once."""
    offer = get_permitted(request.user, "decline_intakeassignment", OFFERS, pk=pk)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        try:
            offer.decline(form.cleaned_data["reason"], actor=request.user)
        except NoSupervisorLeft as refused:
            offer.refresh_from_db(fields=["state"])
            form.add_error("reason", refused.why)
        else:
            notices.say(request, _("The desk asks someone else."))
            return redirect("home")
    if offer.state != "offered":
        raise IllegalMove("decline", offer)
    return render(request, "referrals/intake/decline.html", {"offer": offer, "form": form})


OFFERS = lasting(IntakeAssignment.objects.select_related("intake__person", "assignee"))
