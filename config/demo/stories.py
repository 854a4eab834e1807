"""Invented people in every state, told through the moves that members make; dates are relative to now."""

from datetime import timedelta

from django.db import transaction

from cases.models import (
    Absence,
    Case,
    Certification,
    CoachingNote,
    CourtDate,
    Deadline,
    Goal,
    MandatedReport,
    OtipRequest,
    Person,
    Release,
    SafeContactPlan,
)
from orgs import clock
from orgs.models import Organization
from referrals.models import CallIn, Handoff, Intake, Referral, SenderWord, ShiftNote

from . import guarded, letters
from .past import acting, ago
from .people import member

ANSWERS = {
    "basis": "opt_in",
    "priority": "standard",
    "victimizations": ["V10"],
    "trafficking_kind": "",
    "indicators": [],
    "island_now": "STX",
    "island_needed": "STX",
    "needs": ["talk"],
    "language": "en",
    "interpreter": False,
    "reach_way": "call",
    "phone": "+13405550142",
    "times": ["morning"],
    "never": "Do not leave a message",
    "alias": "Bluebird (invented)",
    "age_group": "adult",
    "note": "",
}
TRAFFICKING = {
    "victimizations": ["V15"],
    "trafficking_kind": "sex",
    "indicators": ["watched", "documents_kept"],
    "language": "es",
    "interpreter": True,
}


def tell():
    """Write every story. Ends with the clock let go, whatever happened."""
    try:
        for story in (
            packets,
            intakes,
            first_cases,
            more_cases,
            duties,
            handoffs,
            other_island,
            among_colleagues,
            guarded.tell,
            letters.tell,
        ):
            story()
    finally:
        ago()


def packet(by, when, group=False, **answers):
    """A packet that `by` sent so long ago (`when` in words of timedelta)."""
    ago(**when)
    with acting(by):
        referral = Referral.begin(actor=by, group=group)
        given = {**ANSWERS, **answers}
        if group:
            given |= {"group_size": 6, "group_minors": 2}
        referral.save_step(len(referral.steps) - 1, given, actor=by)
        referral.send(actor=by)
    return referral


def acknowledged(by, desk, when, after, **answers):
    """A packet and its intake, acknowledged at `after` ago."""
    referral = packet(by, when, **answers)
    ago(**after)
    with acting(desk):
        return referral, referral.acknowledge(actor=desk)


def packets():
    """The officer's side, in each of its states, and the desk's inbox with one clock past its time."""
    officer, agent, desk = member("vipd", "officer"), member("hsi", "agent"), member("wcsc", "intake")
    packet(officer, {"minutes": 18}, priority="crisis", **TRAFFICKING, alias="Heron (invented)")
    packet(agent, {"hours": 4, "minutes": 35}, group=True, priority="high_risk", **TRAFFICKING)
    packet(member("vidoj", "system"), {"hours": 2}, alias="Kapok (invented)")
    packet(member("hotline", "staff"), {"hours": 1}, basis="third_party_named", alias="Palm (invented)")

    asked, _ = acknowledged(
        officer, desk, {"days": 1, "hours": 3}, {"days": 1, "hours": 2}, phone="+13405550177"
    )
    ago(hours=5)
    with acting(desk):
        asked.ask("number_unreadable", "The last two digits cannot be read.", actor=desk)
    taken_back = packet(officer, {"days": 3}, alias="Dove (invented)")
    with acting(officer):
        taken_back.recall("other_help", actor=officer)
    wrong = packet(officer, {"days": 6}, alias="Cane (invented)")
    with acting(officer):
        wrong.mark_error("wrong_person", actor=officer)
    with acting(desk):
        said = SenderWord.objects.get(referral=wrong)
        said.read(actor=desk, upto=said.upto)
    old, _ = acknowledged(officer, desk, {"days": 41}, {"days": 41}, alias="Reef (invented)")
    ago(days=10)
    with acting(officer):
        old.close()
    ago(minutes=40)
    with acting(officer):
        draft = Referral.begin(actor=officer)
        draft.save_step(1, {"basis": "opt_in"}, actor=officer)
        draft.save_step(2, {"priority": "high_risk", "victimizations": ["V22"]}, actor=officer)


def intakes():
    """The desk's and the advocates' intakes: asked, tried, reached, and each way in which one ends."""
    officer, desk = member("vipd", "officer"), member("wcsc", "intake")
    advocate, second, supervisor = (member("wcsc", key) for key in ("advocate", "advocate2", "supervisor"))

    _, waits = acknowledged(
        officer,
        desk,
        {"hours": 8},
        {"hours": 7},
        priority="high_risk",
        alias="Inkberry (invented)",
        **TRAFFICKING,
    )
    ago(hours=5, minutes=20)
    with acting(desk):
        waits.check_conflict(actor=desk)
        waits.triage(actor=desk)
        waits.assign(advocate, actor=desk)  # not accepted yet, and late

    told, tried = acknowledged(officer, desk, {"days": 2}, {"days": 2}, alias="Nutmeg (invented)")
    _take_on(tried, desk, advocate, {"days": 1, "hours": 20})
    for when in ({"days": 1, "hours": 3}, {"hours": 20}):
        ago(**when)
        with acting(advocate):
            tried.reach_out(actor=advocate, way="call", outcome="no_answer", minutes=4)
    ago(minutes=45)
    with acting(officer):
        told.write_message("Please do not call that number: he has her phone now. (invented)", actor=officer)

    _, reached = acknowledged(officer, desk, {"days": 3}, {"days": 3}, alias="Jasmine (invented)")
    _take_on(reached, desk, second, {"days": 2})
    with acting(second):
        reached.reach_out(actor=second, way="in_person", outcome="reached", minutes=50)

    _, fresh = acknowledged(officer, desk, {"minutes": 50}, {"minutes": 12}, alias="Mampoo (invented)")
    ends = {
        "services_declined": lambda i: i.decline_services(actor=advocate),
        "unsafe_to_contact": lambda i: i.find_unsafe(actor=advocate),
        "not_eligible": lambda i: i.find_ineligible(actor=advocate),
        "referred_out": lambda i: i.refer_out(actor=advocate),
    }
    for number, (end, finish) in enumerate(ends.items()):
        ago(days=12 + number)
        with acting(desk):
            intake = Intake.walk_in(
                actor=desk, alias=f"Caller {number + 1} (invented)", priority="standard", island="STX",
                age_group="adult",
            )  # fmt: skip
        _take_on(intake, desk, advocate, {"days": 11 + number})
        with acting(advocate):
            outcome = "reached" if end == "services_declined" else "no_answer"
            intake.reach_out(actor=advocate, way="call", outcome=outcome)
            finish(intake)
    ago(days=9)
    with acting(desk):
        lost = Intake.walk_in(
            actor=desk, alias="Caller 9 (invented)", priority="standard", island="STX", age_group="adult"
        )
    _take_on(lost, desk, second, {"days": 9})
    for day in (8, 7, 6):
        ago(days=day)
        with acting(second):
            lost.reach_out(actor=second, way="call", outcome="no_answer")
    ago(days=5)
    with acting(supervisor):
        lost.give_up(actor=supervisor)


def _take_on(intake, desk, advocate, when):
    """Checked, triaged, asked, accepted, with a plan that the person confirmed."""
    ago(**when)
    with acting(desk):
        intake.check_conflict(actor=desk)
        intake.triage(actor=desk)
        offer = intake.assign(advocate, actor=desk)
    with acting(advocate):
        offer.accept(actor=advocate)
        intake.refresh_from_db()
        plan(intake.person, advocate)


def plan(person, actor, **how):
    said = {
        "ways": ["call"],
        "reach_at": "340 555 0142",
        "times": ["morning"],
        "when": "9 to 12 only",
        "ask_for": "It is the dentist’s office",
        "never": "Never leave a message",
    }
    return SafeContactPlan.make(person, actor=actor, **{**said, **how})


def a_case(advocate, when, confirmed=None, priority="standard", island="STX", followed=True, **known):
    """A case opened so long ago; `confirmed` is when its plan was last confirmed."""
    ago(**when)
    with acting(advocate):
        person = Person.enter(
            actor=advocate, island=island, **{"age_group": "adult", "language": "en", **known}
        )
        made = plan(person, advocate)
        case = Case.open_for(
            person,
            actor=advocate,
            assigned_to=advocate,
            priority=priority,
            island=island,
            victimizations=["V10"],
        )
        case.log_contact(actor=advocate, way="in_person", outcome="reached", minutes=40, services=["C1"])
    if confirmed:
        ago(**confirmed)
        with acting(advocate):
            made.confirm(actor=advocate)
    return case


def first_cases():
    """Bluebird: the case on which a newcomer should look first."""
    advocate = member("wcsc", "advocate")
    case = a_case(
        advocate, {"days": 14}, {"days": 6}, priority="high_risk",
        alias="Bluebird", name="Marisol Invented", language="es", interpreter=True,
    )  # fmt: skip
    ago(days=7)
    with acting(advocate):
        case.log_contact(
            actor=advocate, way="call", outcome="no_answer", minutes=3,
            text="Rang four times, no message left. (invented)",
        )  # fmt: skip
        case.promise("Call about the protection order", clock.now() + timedelta(days=6), actor=advocate)
        phone = Goal.begin(
            case, actor=advocate, kind="safety", words="A phone that he does not know about. (invented)"
        )
        home = Goal.begin(
            case, actor=advocate, kind="housing",
            words="A door that I can lock, near my daughter’s school. (invented)",
        )  # fmt: skip
    ago(days=3)
    with acting(advocate):
        case.log_contact(
            actor=advocate, way="call", outcome="reached", minutes=25, services=["C1", "B3"],
            text="Talked through the hearing. She wants to bring her sister. (invented)",
        )  # fmt: skip
        case.promise(
            "Go with her to the hearing in Kingshill", clock.now() + timedelta(days=5), actor=advocate
        )
        phone.reach(actor=advocate)
        home.review("under_way", clock.today() + timedelta(days=8), actor=advocate)
        release(case, advocate, "frc", ["TRANSFER", "SAFETY"])
    ago(hours=2)
    with acting(advocate):
        case.promise("Bring the form for compensation", clock.now() + timedelta(hours=6), actor=advocate)


def more_cases():
    """Old plans, quiet cases, one on hold, one asked to close, one closed, one behind a wall."""
    advocate, second, supervisor = (member("wcsc", key) for key in ("advocate", "advocate2", "supervisor"))
    a_case(advocate, {"days": 34}, alias="Almond (invented)")
    quiet = a_case(second, {"days": 31}, {"days": 2}, alias="Genip (invented)", priority="high_risk")
    held = a_case(second, {"days": 20}, {"days": 4}, alias="Frangipani (invented)")
    ended = a_case(advocate, {"days": 60}, {"days": 21}, alias="Cane (invented)")
    closing = a_case(advocate, {"days": 45}, {"days": 9}, alias="Limin (invented)")
    offered = a_case(advocate, {"days": 10}, {"days": 3}, alias="Yellowbird (invented)")
    ago(hours=30)
    with acting(second):
        held.hold(actor=second)
        quiet.promise("Check-in at the shelter", clock.now() + timedelta(hours=6), actor=second)
    with acting(advocate):
        closing.request_closure("goals_met", actor=advocate)
        ended.request_closure("moved_away", actor=advocate)
    with acting(supervisor):
        ended.close(actor=supervisor)
        offered.offer(second, actor=supervisor, reason="load")


def duties():
    """What the law asks for: a report half made, a minor from abroad, compensation, a death."""
    advocate, second = member("wcsc", "advocate"), member("wcsc", "advocate2")
    case = a_case(advocate, {"days": 8}, {"days": 1}, priority="high_risk", alias="Ibis (invented)")
    ago(hours=20)
    with acting(advocate):
        since = clock.now()
        Deadline.begin(case, actor=advocate, what="compensation", since=since - timedelta(days=2))
        Deadline.begin(case, actor=advocate, what="violence_report", since=since)
        CourtDate.begin(
            case, actor=advocate, kind="restraining", court="superior_stx", at=since + timedelta(days=4),
            goes_along=True, note="Meet at the side door (invented)",
        )  # fmt: skip
        police = Organization.objects.get(code="vipd")
        asked = Certification.begin(case, police, actor=advocate, kind="u")
        release(case, advocate, "vipd", ["IMMIG_CERT"])
        asked.ask(actor=advocate)
        report = MandatedReport.begin(case, actor=advocate, kind="child_abuse", about="child", since=since)
    ago(hours=19)
    with acting(advocate):
        report.record_oral(
            actor=advocate, at=clock.now(), to="dhs", taken_by="Ms. Invented", override="no_release"
        )
        report.write(
            actor=advocate, called="Little Ibis (invented)", age=7, where="With an aunt (invented)",
            concerns=["physical"], relation="household", danger="soon",
        )  # fmt: skip
    young = a_case(
        second, {"days": 2}, {"days": 1}, priority="high_risk", alias="Sandpiper (invented)",
        age_group="minor", language="es",
    )  # fmt: skip
    ago(hours=14)
    with acting(second):
        OtipRequest.begin(young, actor=second, since=clock.now())
    gone = a_case(second, {"days": 25}, {"days": 5}, alias="Booby (invented)")
    ago(days=1)
    with acting(second):
        gone.record_death(actor=second)


def release(case, advocate, to, categories, days=30):
    """A release that was talked through and signed on paper."""
    units = {"frc": "Advocacy", "vipd": "St. Croix District"}  # whoever takes it in there is of this unit
    made = Release.draft(
        case,
        Organization.objects.get(code=to),
        actor=advocate,
        categories=categories,
        purpose="So they know me when I land (invented)",
        method="system",
        language="es",
        days=days,
        recipient_unit=units[to],
    )
    made.discuss(actor=advocate)
    made.sign(
        actor=advocate,
        signer_type="ADULT",
        signer_name="Marisol Invented",
        signature_method="IN_PERSON_DEVICE",
        signature={"first": {"typed": "Marisol Invented"}},
        copy_offered="unsafe",
    )
    return made


def handoffs():
    """One handoff in each state between the two islands."""
    stops = ["submit", "return", "offer", "acknowledge", "decline", "accept", "connect", "complete"]
    for number, stop in enumerate(stops):
        hand_over(number, stop)


def hand_over(number, stop):
    advocate, supervisor = member("wcsc", "advocate3"), member("wcsc", "supervisor")
    desk, theirs, other = member("frc", "intake"), member("frc", "supervisor"), member("frc", "advocate")
    age = 16 - number
    case = a_case(advocate, {"days": age + 6}, {"days": age}, alias=f"Traveller {number + 1} (invented)")
    ago(days=age)
    content = {
        "name": f"Traveller {number + 1}",
        "needs": "Shelter for one adult and two children, from Friday (invented)",
        "safety": "Knows the ferry times; meet at the seaplane (invented)",
        "language": {"code": "es", "interpreter": True},
        "age_group": "adult",
    }
    facts = {"adults": 1, "children": 2, "needs": ["safe_place"], "island": "STT", "priority": "high_risk"}
    with acting(advocate):
        under = release(case, advocate, "frc", ["TRANSFER", "SAFETY"], days=30)
        handoff = Handoff.draft(
            case, theirs.organization, actor=advocate, release=under, content=content, **facts
        )
    ago(hours=14 - number)
    with acting(advocate):
        handoff.submit(actor=advocate)
    if stop == "submit":
        return
    with acting(supervisor):
        if stop == "return":
            handoff.return_("too_much", "Take the last sentence out. (invented)", actor=supervisor)
            return
        handoff.offer(actor=supervisor)
    ago(hours=6)
    if stop == "offer":
        return
    with acting(desk):
        handoff.acknowledge(actor=desk)
    if stop == "acknowledge":
        return
    with acting(theirs):
        if stop == "decline":
            handoff.decline("no_bed", actor=theirs)
            return
        handoff.accept(other, actor=theirs)
    if stop == "accept":
        return
    for one in (advocate, other):
        with acting(one):
            handoff.confirm(actor=one)
    if stop == "complete":
        with acting(other):
            handoff.complete(actor=other)


def other_island():
    """St. Thomas has its own days."""
    officer, desk = member("vipd", "officer2"), member("frc", "intake")
    advocate, second = member("frc", "advocate"), member("frc", "advocate2")
    there = {"island_now": "STT", "island_needed": "STT"}
    packet(officer, {"hours": 3}, alias="Tern (invented)", **there)
    _, intake = acknowledged(officer, desk, {"days": 1}, {"hours": 22}, alias="Pelican (invented)", **there)
    _take_on(intake, desk, second, {"hours": 20})
    case = a_case(advocate, {"days": 12}, {"days": 2}, island="STT", alias="Conch (invented)")
    ago(days=1)
    with acting(advocate):
        case.promise("Ask about the bed on Water Island", clock.now() + timedelta(hours=20), actor=advocate)


def among_colleagues():
    """A house with its people: one away and covered, a week asked for, a word on how somebody works, a note
    left at the desk, and a notice about several people for which advocates were called in.
    """
    desk, supervisor = member("wcsc", "intake"), member("wcsc", "supervisor")
    advocate, second, third = (member("wcsc", key) for key in ("advocate", "advocate2", "advocate3"))
    ago(days=2)
    with acting(supervisor):
        days = clock.now() + timedelta(days=1), clock.now() + timedelta(days=6)
        Absence.arrange(third, second, *days, actor=supervisor)
        note = CoachingNote.write(
            advocate, "Asks what the person wants before she says what there is. (invented)", actor=supervisor
        )
        note.add("Told her so today. (invented)", actor=supervisor)
    ago(hours=26)
    with acting(advocate):
        days = clock.now() + timedelta(days=20), clock.now() + timedelta(days=27)
        Absence.propose(advocate, second, *days, actor=advocate)
    notice, _ = acknowledged(
        member("hsi", "agent"), desk, {"hours": 3}, {"hours": 2, "minutes": 40}, group=True, **TRAFFICKING
    )
    for called, answer, when in (
        (third, "no_answer", 150), (second, "on_the_way", 145), (advocate, "cannot", 141),
    ):  # fmt: skip
        ago(minutes=when)
        with acting(desk):
            CallIn.log(notice, called, answer, actor=desk)
    ago(minutes=35)
    with acting(desk):
        ShiftNote.leave(
            "The agent calls again at six; two of them speak Haitian Creole only. (invented)",
            actor=desk,
            referral=notice,
        )


@transaction.atomic
def nothing_yet(organization):
    """Whether an organization has no case yet."""
    return not Case.objects.filter(organization=organization).exists()
