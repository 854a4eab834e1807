"""What follows from what happens elsewhere: a release ends, a member leaves, time passes."""

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from cases import closing, deaths, following, letting_go, release_ends
from cases.models import CaseAssignment, Release
from orgs import access, holdings, reminders
from orgs.clock import Now
from orgs.models import Reminder, User
from orgs.roles import REFERRERS
from orgs.tenancy import current
from referrals.models import Handoff, HandoffFile, Intake, Outcome, Referral, SenderWord, routes
from referrals.models.handing import UNDER_RELEASE
from referrals.models.intake import OPEN_STATES
from referrals.models.officer import share_marks
from referrals.retention import JOINED

BATCH = 50
BEFORE_CONNECTED = ("supervisor_review", "returned", *UNDER_RELEASE)
CAME_BACK = ("declined", "recalled")
LIVE = ("draft", *BEFORE_CONNECTED, "connected")


@release_ends.on_end
def release_ended(release, actor):
    """Handoffs under a release that was withdrawn or replaced come back in that transaction (R20, R27)."""
    files = HandoffFile.objects.filter(release=release, organization_id=release.organization_id)
    for file in files.select_related("handoff"):
        file.handoff.end_with_release(revoked=True, actor=actor)
    Outcome.objects.filter(release=release, written_by_id=release.organization_id).delete()


@release_ends.on_shorten
def release_shortened(release, actor):
    """What goes under it ends no later than it does (R23, R27)."""
    mine = Handoff.objects.filter(organization_id=release.organization_id, files__release=release)
    mine.filter(release_expires_at__gt=release.expires_at).update(release_expires_at=release.expires_at)


@deaths.on_death
def death_recorded(person, actor):
    """The clocks of reaching somebody stop when they have died, and go on when that was a mistake (R33)."""
    intakes = Intake.objects.filter(person=person, state__in=OPEN_STATES)
    for intake in intakes.select_for_update(of=("self",)).select_related("organization"):
        intake.person_died = person.has_died
        intake.save(update_fields=["person_died"])
        reminders.settle(intake, intake.organization_id)


@following.follower
def case_handed_on(case, actor):
    """The intakes that became a case, and our side of its handoffs, belong to whoever has the case."""
    for intake in Intake.objects.filter(case=case).order_by("pk").select_for_update(of=("self",)):
        intake.case = case
        access.settle(intake, case.organization_id)
        intake.settle_letter()
        SenderWord.follow(intake)
    files = HandoffFile.objects.filter(case=case, organization_id=case.organization_id)
    for file in files.exclude(handoff__state="discarded").select_related("handoff"):
        file.handoff.case_here = case
        file.handoff.follow(case.assigned_to, actor=actor)
        access.settle(file.handoff, case.organization_id)


@following.replanned
def plan_made(person, before, actor):
    """What was sent to another organization and is older now, somebody calls them about (R37)."""
    mine = {"organization_id": person.organization_id, "handoff__organization_id": person.organization_id}
    files = HandoffFile.objects.filter(**mine, case__person=person, handoff__state__in=UNDER_RELEASE)
    for file in files.select_related("handoff__organization"):
        file.handoff.compare_plan(before, actor=actor)


@following.beside
def case_covered(case):
    """The intakes that became a case, and our side of its handoffs, open to whoever stands in on it."""
    for intake in Intake.objects.filter(case=case).order_by("pk").select_for_update(of=("self",)):
        intake.case = case
        access.settle(intake, case.organization_id)
        intake.settle_letter()
        SenderWord.follow(intake)
    files = HandoffFile.objects.filter(case=case, organization_id=case.organization_id)
    for file in files.exclude(handoff__state="discarded").select_related("handoff"):
        access.settle(file.handoff, case.organization_id)


def lock(people):
    """The intakes of people, locked; their handoffs are, by the crossing."""
    rows = Intake.objects.filter(person__in=people).order_by("pk").select_for_update(of=("self",))
    list(rows.values_list("pk"))


def let_go(person, members, actor):
    """The intakes that members have or were asked to take, and handoffs that did not follow their case."""
    mine = Q(assigned_to__in=members) | Q(asked__in=members)
    for intake in Intake.objects.open().filter(mine, person=person):
        intake.let_go(members, actor=actor)
    files = HandoffFile.objects.filter(case__person=person, organization_id=person.organization_id)
    theirs = Q(handoff__sender_advocate__in=members, handoff__organization=person.organization_id)
    theirs |= Q(handoff__receiver_advocate__in=members, handoff__receiver=person.organization_id)
    for file in files.filter(theirs).exclude(handoff__state="discarded").select_related("handoff", "case"):
        file.handoff.follow(file.case.assigned_to, actor=actor)


def same(people):
    """The keys of people who are the same as these: their intakes were joined to each other, or to a case."""
    pairs = f"({JOINED}) j (one, other)"
    text = f"SELECT j.other FROM {pairs} WHERE j.one = ANY (%(people)s)"  # noqa: S608 - a question of ours
    text += f" UNION SELECT j.one FROM {pairs} WHERE j.other = ANY (%(people)s)"  # noqa: S608 - a question of ours
    with connection.cursor() as cursor:
        cursor.execute(text, {"people": list(people)})
        return {key for (key,) in cursor.fetchall()}


letting_go.register(lock, let_go, same, share_marks)


@reminders.before_ringing
def questions_climb():
    """A question that its unit leaves unanswered opens to all heads of the agency, before the rung rings for
    them: with the fourth, and at once where the unit has nobody who could hear."""
    ours = Reminder.objects.filter(organization_id=current.get(), clock="answer_information_request")
    due = ours.filter(Q(fire_at__lte=Now()) | Q(rung__gte=reminders.RUNGS), fired_at=None)
    rungs = dict(due.order_by("rung").values_list("subject_id", "rung"))
    asked = Referral.objects.filter(pk__in=rungs, state="information_requested")
    asked = asked.filter(Q(climbed_at=None) | Q(answers_now__isnull=False))
    for referral in asked.order_by("pk").select_for_update(of=("self",), skip_locked=True) if rungs else ():
        if referral.answers_now_id and referral.who_answers() != referral.answers_now_id:
            referral.give_back()
        if referral.climbed_at:
            continue
        has_it = User.objects.in_role(*REFERRERS).filter(pk=referral.who_answers()).exists()
        unheard = not (rungs[referral.pk] == 0 and has_it) and not routes.heads_of(referral)
        if unheard or rungs[referral.pk] >= reminders.RUNGS - 1:
            referral.climb()


@transaction.atomic
def end_handoffs(organization_id):
    """Record the recall of what one sender offered under releases that are over; returns how many.

    The doors have been shut since that moment, by the clock (R27): this only tells the sender's advocate.
    """
    over = Handoff.objects.filter(
        organization_id=organization_id, state__in=UNDER_RELEASE, release_expires_at__lte=Now()
    )
    ended = list(over[:BATCH])
    for handoff in ended:
        handoff.end_with_release(revoked=False)
    return len(ended)


@transaction.atomic
def end_outcomes(organization_id):
    """Take back the words that one service told under releases that do not stand any more; returns how many.

    No page has shown them since that moment, by the clock (R2). From here on the reader's house does not have
    them either: not in its rows, its exports or its backups to come. The ledger of the service keeps its own
    line of what was told (R26). Nothing else is written, on neither side, so that nothing else tells of it.
    """
    told = Outcome.objects.filter(written_by_id=organization_id).exclude(release__in=Release.objects.open())
    over = list(told.order_by("pk").values_list("pk", flat=True)[:BATCH])
    Outcome.objects.filter(pk__in=over).delete()
    return len(over)


def handoffs_of(member):
    """The handoffs that are not over and that this member works, on whichever side their organization is."""
    sent = Q(organization_id=member.organization_id, sender_advocate=member)
    received = Q(receiver_id=member.organization_id, receiver_advocate=member)
    return running_handoffs().filter(sent | received).order_by("drafted_at")


@closing.keeps_open("handoffs")
def keep_open(case):
    """The handoffs of a case after which it can close: whoever answers for the person keeps it open (R10).

    What is connected is the receiver's, so the sender's case may close; a draft gives nobody a clock. The
    receiver's stays open, after what they had accepted was taken back, until they say what becomes of it.
    """
    going = Q(handoff__organization=F("organization"), handoff__state__in=(*BEFORE_CONNECTED, *CAME_BACK))
    coming = Q(handoff__receiver=F("organization"), handoff__state__in=("accepted", "connected"))
    running = (going | coming) & Q(handoff__put_away_at=None)
    mine = HandoffFile.objects.filter(case=case, organization_id=case.organization_id)
    return Handoff.objects.filter(pk__in=mine.filter(running | unanswered()).values("handoff"))


def unanswered():
    """A condition on files: what was accepted here was taken back, and nobody has said what becomes of our
    case. The sender's putting it away is no answer of ours."""
    taken = Q(handoff__receiver=F("organization"), handoff__state="recalled", recall_answer="")
    return taken & Q(handoff__identified=True, handoff__accepted_at__isnull=False)


def running_handoffs():
    """Those in which somebody still has to do something, if only to read an answer."""
    return Handoff.objects.filter(state__in=(*LIVE, *CAME_BACK), put_away_at=None)


def intakes_of(member):
    return Intake.objects.filter(
        organization_id=member.organization_id, assigned_to=member, state__in=OPEN_STATES
    ).order_by("arrived_at")


@holdings.records
def worked(organization_id):
    """What is left with a member who is gone, of a service and of an agency; a packet's question has a clock
    of its own, which goes on to the heads of the unit."""
    ours = {"organization_id": organization_id}
    yield Intake.objects.filter(**ours).open(), "assigned_to"
    yield Intake.objects.filter(**ours).open(), "asked"
    yield CaseAssignment.objects.filter(**ours, state="offered"), "assignee"
    yield running_handoffs().filter(**ours), "sender_advocate"
    yield running_handoffs().filter(receiver_id=organization_id), "receiver_advocate"
    yield Referral.objects.filter(**ours, state="draft"), "referrer"


@holdings.told
def draft_follows(member):
    """What a referrer did not send is the heads' once they are gone, and theirs when they are back."""
    drafts = Referral.objects.filter(organization_id=member.organization_id, state="draft")
    for draft in drafts.filter(referrer=member):
        access.settle(draft, member.organization_id)


@holdings.register
def held(member):
    """What must go into other hands before a member leaves; questions too, or nobody would answer them."""
    offers = CaseAssignment.objects.waiting_for(member)
    asked = Intake.objects.filter(organization_id=member.organization_id, asked=member, state__in=OPEN_STATES)
    return [
        (_("Intakes"), intakes_of(member).count()),
        (_("Handoffs"), handoffs_of(member).count()),
        (_("Questions to answer"), offers.count() + asked.count()),
    ]
