"""A record of every noun in every state of the table of permissions, and what its forms are sent.

`build(world, noun, state)` returns a `Subject`: the record, and the keys of its URLs.
"""

import uuid
from datetime import timedelta
from types import SimpleNamespace

from cases.forms.merge import pair
from cases.models import Absence, Breach, Case, CoachingNote, LegalHold, Merge, Person, Purge, PurgeItem, Wall
from orgs import clock, retention, sealing
from orgs.founding import add_unit
from orgs.keyring.members import join, make_key
from orgs.models import DutyChange, DutyShift, Invitation, User
from orgs.words import local
from referrals import caseload
from referrals.models import Intake, SenderWord, ShiftNote
from tests.makers import breach as breaches
from tests.makers import campaign as campaigns
from tests.makers import demand as demands
from tests.makers import handoff as handoffs
from tests.makers import letter as letters
from tests.makers.case import (
    SIGNATURE,
    TERMS,
    a_followup,
    a_person,
    active_release,
    break_glass,
    draft_release,
    open_case,
)
from tests.makers.duty import (
    OTIP_FACTS,
    REPORT_FACTS,
    a_certification,
    a_court_date,
    a_deadline,
    a_goal,
    a_report,
    a_request,
)
from tests.makers.intake import a_walk_in, assigned, do, in_state, triaged
from tests.makers.referral import acknowledged, draft, sent
from tests.world import PASSPHRASE

NOBODY = uuid.UUID("0198c5b2-0000-7000-8000-000000000000")
UNKNOWN = {
    "number": "C-9999",
    "reference": "VI-0000-00",
    "note": NOBODY,
    "wall": NOBODY,
    "merge": NOBODY,
    "pk": NOBODY,
    "assignment": NOBODY,
    "absence": NOBODY,
    "followup": NOBODY,
    "release": NOBODY,
    "report": NOBODY,
    "otip": NOBODY,
    "certification": NOBODY,
    "deadline": NOBODY,
    "courtdate": NOBODY,
    "goal": NOBODY,
    "item": NOBODY,
    "use": NOBODY,
    "breach": NOBODY,
    "demand": NOBODY,
    "whom": "grantor",
}


class Subject(SimpleNamespace):
    """A record, `keys` of its URLs, and what else was built for the forms."""


def build(world, noun, state):
    return BUILDERS[noun](world, state)


def a_referral(world, state):
    desk, officer = world.stx.intake_worker, world.officer
    if state in ("draft", "discarded"):
        referral = draft(world)
        if state == "discarded":
            with world.acting(officer):
                referral.discard(actor=officer)
    elif state in ("delivered", "recalled", "undeliverable", "rerouted", "entered_in_error"):
        referral = sent(world)
        if state in ("recalled", "entered_in_error"):
            with world.acting(officer):
                if state == "recalled":
                    referral.recall("mistake", actor=officer)
                else:
                    referral.mark_error("test", actor=officer)
        elif state != "delivered":
            with world.acting(desk):
                if state == "undeliverable":
                    referral.fail(actor=desk)
                else:
                    referral.reroute(world.stt.organization, "other_island", actor=desk)
    else:
        referral, intake = acknowledged(world, group=state == "group")
        with world.acting(desk):
            if state == "information_requested":
                referral.ask("language", actor=desk)
            elif state == "walled":
                Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        if state == "closed_to_referrer":
            with world.acting(officer):
                referral.closes_at = world.now - timedelta(minutes=1)
                referral.save(update_fields=["closes_at"])
                referral.close()
    return Subject(record=referral, keys={"reference": referral.reference, "number": 1})


def an_intake(world, state):
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    packet = state in ("with_packet", "marked", "heads_see")
    arrived = acknowledged(world)[1] if packet else None
    with world.acting(desk):
        if packet:
            intake = Intake.objects.get(pk=arrived.pk)
            if state != "with_packet":
                intake.mark_officer(actor=desk)
            if state == "heads_see":
                intake.show_heads(actor=world.stx.supervisor)
        elif state == "asked":
            intake = triaged(desk)
            intake.assign(advocate, actor=desk)
        else:
            really = {"walled": "assigned", "handed_on": "case_opened", "given": "assigned"}.get(state, state)
            intake = in_state(really, desk, advocate)
        if state == "given":
            intake.direct(world.stx.colleague, actor=world.stx.supervisor, reason="leaving")
        if state == "handed_on":
            to, boss = world.stx.colleague, world.stx.supervisor
            intake.case.offer(to, actor=boss, directed=True, reason="load")
        if state == "walled":
            Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        if state == "outreach":
            Intake.objects.filter(pk=intake.pk).update(attempts=intake.organization.safe_attempts)
        other = a_walk_in(desk)
        case = Case.objects.filter(person=intake.person).first() or open_case(advocate)
    return Subject(record=intake, keys={"number": intake.number}, other=other, case=case)


def an_intake_offer(world, state):
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    with world.acting(desk):
        offer = triaged(desk).assign(advocate, actor=desk)
        if state == "accepted":
            offer.accept(actor=advocate)
        elif state == "declined":
            offer.decline("full", actor=advocate)
        elif state == "superseded":
            do(Intake.objects.get(pk=offer.intake_id), "assign", world.stx.colleague)
            offer.refresh_from_db()
            if offer.state == "offered":
                offer.supersede(actor=desk)
    return Subject(record=offer, keys={"pk": offer.pk})


def a_case(world, state):
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        case = open_case(advocate)
        note = case.add_note("They like to be called in the morning.", actor=advocate)
        # An administrator sees no case anyway, so that this wall hides no mistake of the policy.
        walled = world.stx.second_supervisor if state == "walled" else world.stx.administrator
        wall = Wall.build(case.person, walled, actor=advocate, reason="other")
        if state in ("active", "on_hold"):
            case.activate(actor=advocate)
        if state == "on_hold":
            case.hold(actor=advocate)
        if state in ("closure_requested", "closed"):
            case.request_closure("goals_met", actor=advocate)
        if state == "closed":
            case.close(actor=supervisor)
        if state == "reassigned":
            case.offer(world.stx.colleague, actor=supervisor, directed=True, reason="load")
        merge = Merge.make(case, a_person(advocate, alias="Twin"), actor=supervisor)
        LegalHold.place(case, actor=supervisor, reason="audit", review_at=world.now + timedelta(days=30))
    keys = {"number": case.number, "note": note.pk, "wall": wall.pk, "merge": merge.pk}
    return Subject(record=case, keys=keys)


def an_absence(world, state):
    """The advocate's, from now on for a week; the colleague covers."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        times = clock.now() - timedelta(hours=1), clock.now() + timedelta(days=7)
        absence = Absence.propose(advocate, world.stx.colleague, *times, actor=advocate)
        if state == "refused":
            absence.refuse(actor=supervisor)
        elif state == "withdrawn":
            absence.withdraw(actor=advocate)
        elif state != "proposed":
            absence.direct(actor=supervisor)
        if state == "ended":
            absence.end(actor=advocate)
    return Subject(record=absence, keys={"absence": absence.pk})


def a_moved_caseload(world, state):
    """Of the advocate, with a case, to the colleague."""
    advocate, boss = world.stx.advocate, world.stx.supervisor
    with world.acting(advocate):
        open_case(advocate)
    with world.acting(boss):
        done = caseload.carry_out(advocate, [world.stx.colleague], actor=boss, reason="leaving")
        if state == "undone":
            done.undo(actor=boss)
    return Subject(record=done, keys={"pk": done.pk})


def a_case_offer(world, state):
    advocate, colleague = world.stx.advocate, world.stx.colleague
    with world.acting(advocate):
        offer = open_case(advocate).offer(colleague, actor=advocate)
        if state == "accepted":
            offer.accept(actor=colleague)
        elif state == "declined":
            offer.decline("full", actor=colleague)
        elif state == "superseded":
            offer.supersede(actor=advocate)
    return Subject(record=offer, keys={"assignment": offer.pk})


def a_promise(world, state):
    advocate = world.stx.advocate
    with world.acting(advocate):
        case = open_case(advocate)
        followup = a_followup(case, advocate)
        if state == "done":
            followup.complete(actor=advocate)
        elif state == "cancelled":
            followup.cancel("not_needed", actor=advocate)
        elif state == "reassigned":
            case.offer(world.stx.colleague, actor=world.stx.supervisor, directed=True, reason="load")
    return Subject(record=followup, keys={"followup": followup.pk})


def a_release(world, state):
    advocate, to = world.stx.advocate, world.stt.organization
    with world.acting(advocate):
        case = open_case(advocate)
        if state in ("active", "revoked", "superseded"):
            release = active_release(case, to, advocate)
        else:
            release = draft_release(case, to, advocate)
        if state == "discussed":
            release.discuss(actor=advocate)
        elif state in ENDINGS:
            getattr(release, ENDINGS[state])(actor=advocate)
    return Subject(record=release, keys={"release": release.pk})


ENDINGS = {"refused": "refuse", "discarded": "discard", "revoked": "revoke", "superseded": "supersede"}


def _a_duty(make, key, excused="not_required", begins="open"):
    """A builder of one kind of duty: `make(case, member, state)` on a case of the advocate's."""

    def builder(world, state):
        advocate, supervisor = world.stx.advocate, world.stx.supervisor
        if state == "at_intake":
            with world.acting(world.stx.intake_worker) as desk:
                duty = make(world, a_walk_in(desk), desk, begins)
            return Subject(record=duty, keys={key: duty.pk})
        with world.acting(advocate):
            case = open_case(advocate)
            duty = make(
                world, case, advocate, begins if state in (excused, "walled", "reassigned") else state
            )
            if state == excused:
                duty.excuse("error", actor=supervisor)
            elif state == "walled":
                Wall.build(case.person, world.stx.second_supervisor, actor=supervisor, reason="other")
            elif state == "reassigned":
                case.offer(world.stx.colleague, actor=supervisor, directed=True, reason="load")
        return Subject(record=duty, keys={key: duty.pk})

    return builder


def _its_report(world, case, member, state):
    report = a_report(case, member, state)
    if state == "oral_made":
        report.write(actor=member, **REPORT_FACTS)
    return report


def _its_request(world, case, member, state):
    request = a_request(case, member, state)
    if state == "open":
        request.write(actor=member, **OTIP_FACTS)
    return request


def _its_certification(world, case, member, state):
    agency = world.vipd.organization
    if state == "planned":
        active_release(case, agency, member, categories=["IMMIG_CERT"])
    return a_certification(case, member, agency, state)


def a_demand(world, state):
    """About a case of the advocate's, noticed and with counsel, unless it is about nobody of ours."""
    with world.acting(world.stx.supervisor):
        demand = demands.IN[state](world)
    return Subject(record=demand, keys={"demand": demand.pk})


def a_note_on_coaching(world, state):
    """About the advocate, or the second supervisor; it names a case, and "walled" one whose person that
    supervisor is walled from."""
    boss, second = world.stx.supervisor, world.stx.second_supervisor
    with world.acting(boss):
        case = open_case(world.stx.advocate)
        if state == "walled":
            Wall.build(case.person, second, actor=boss, reason="other")
        about = second if state == "about_supervisor" else world.stx.advocate
        note = CoachingNote.write(about, "Calls back the same day.", actor=boss, case=case)
    return Subject(record=note, keys={"pk": note.pk})


def a_note_of_the_shift(world, state):
    """Left by one who went off duty, about an intake; "walled": the second supervisor is, from its person."""
    desk = world.stx.intake_worker
    with world.acting(desk):
        left_by = User.objects.create_user(
            "earlier@stx.test",
            PASSPHRASE,
            organization=world.stx.organization,
            name="Earlier Shift (invented)",
            role="intake_worker",
        )
        intake = a_walk_in(desk)
        if state == "walled":
            Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        note = ShiftNote.leave("They call again at six.", actor=left_by, intake=intake)
        if state == "taken":
            note.take(actor=world.stx.supervisor)
    return Subject(record=note, keys={"pk": note.pk})


def a_letter(world, state):
    """From the public page; once it was read, the advocate has its intake."""
    desk, advocate, boss = world.stx.intake_worker, world.stx.advocate, world.stx.supervisor
    with world.acting(desk):
        if state in ("waiting", "refused"):
            letter, _number = letters.a_letter(world.stx.organization)
            if state == "refused":
                letter.refuse("machine", actor=desk)
        else:
            letter, intake = letters.acknowledged(desk)
            assigned(desk, advocate, intake)
            letter.refresh_from_db()
            if state == "walled":
                Wall.build(letter.intake.person, world.stx.second_supervisor, actor=boss, reason="other")
            elif state == "ended":
                letter.end(actor=desk)
    return Subject(record=letter, keys={"pk": letter.pk})


def the_officer_writes(world, referral):
    with world.acting(world.officer) as officer:
        referral.write_message("Do not call: he has her phone now.", actor=officer)


def a_word_of_the_sender(world, state):
    """The officer wrote on a packet that an advocate works; "of_case": whose case went on to another."""
    desk, boss, advocate = world.stx.intake_worker, world.stx.supervisor, world.stx.advocate
    intake = acknowledged(world)[1]
    with world.acting(desk):
        intake = in_state("case_opened" if state == "of_case" else "assigned", desk, advocate, intake)
        referral = intake.packet
    the_officer_writes(world, referral)
    with world.acting(boss):
        word = SenderWord.objects.get(referral=referral)
        if state == "of_case":
            intake.case.offer(world.stx.colleague, actor=boss, directed=True, reason="load")
        if state == "walled":
            Wall.build(intake.person, world.stx.second_supervisor, actor=desk, reason="other")
        if state == "read":
            word.read(actor=boss, upto=word.upto)
        word.refresh_from_db()
    return Subject(record=word, keys={"pk": word.pk})


def a_breach(world, state):
    """On St. Croix; "done" is open with nothing left to do."""
    with world.acting(world.stx.supervisor):
        breach = breaches.IN[state](world)
        if (
            state == "closure_requested"
        ):  # by a third: whoever asked does not close, which is no matter of role
            third = User.objects.create_user(
                "third@stx.test",
                PASSPHRASE,
                organization=world.stx.organization,
                name="Third (invented)",
                role="supervisor",
            )
            Breach.objects.filter(pk=breach.pk).update(closure_requested_by=third)
    return Subject(record=breach, keys={"breach": breach.pk, "whom": "grantor"})


def a_use_of_the_glass(world, state):
    """Opened by the advocate's colleague, over the advocate's case."""
    colleague, supervisor = world.stx.colleague, world.stx.supervisor
    with world.acting(colleague):
        case = open_case(world.stx.advocate)
        use = break_glass(case, colleague)
        if state in ("ended", "reviewed"):
            use.end("Called the advocate.", actor=colleague)
        if state == "reviewed":
            use.review("needed", actor=supervisor)
        if state == "walled":
            Wall.build(case.person, world.stx.second_supervisor, actor=supervisor, reason="other")
    return Subject(record=use, keys={"use": use.pk})


ACCEPTED = dict.fromkeys(("call_proposed", "older_plan", "taken_back"), "accepted")


def a_handoff(world, state):
    handoff = handoffs.IN[ACCEPTED.get(state, state)](world)
    if state == "taken_back":
        with world.acting(world.stx.advocate) as advocate:
            handoff.recall("plans_changed", actor=advocate)
    if state == "older_plan":
        handoffs.replan(world, handoff)
    if state == "call_proposed":
        with world.acting(world.stx.advocate) as advocate:
            handoff.propose_call(world.now + timedelta(days=1), actor=advocate)
    return Subject(record=handoff, keys={"reference": handoff.reference})


def a_purge(world, state):
    """A list with one record that has not come to its end, so that nothing goes."""
    boss, organization = world.stx.supervisor, world.stx.organization
    with world.acting(boss):
        case = open_case(world.stx.advocate)
        purge = Purge(
            organization=organization,
            state="listed",
            listed_at=world.now,
            schedule=retention.schedule(organization),
        )
        with purge.starting(boss, "list"):
            pass
        item = PurgeItem.objects.create(
            organization=organization, purge=purge, kind="case", subject_id=case.pk, person_id=case.person_id
        )
        if state in ("proposed", "carried_out"):
            purge.propose(actor=boss)
        if state == "carried_out":
            purge.approve(actor=world.stx.second_supervisor)
        if state == "withdrawn":
            purge.withdraw(actor=boss)
    return Subject(record=purge, keys={"pk": purge.pk, "item": item.pk})


def a_member(world, state):
    administrator = world.stx.administrator
    with world.acting(administrator):
        member = User.objects.create_user(
            "leaver@stx.test",
            PASSPHRASE,
            organization=world.stx.organization,
            name="Leaver (invented)",
            role="advocate",
        )
        if state == "keyless":
            make_key(member, PASSPHRASE)
        else:
            join(member, PASSPHRASE, sealing.opened(member.organization_id))
        if state == "closed":
            member.deactivate(actor=administrator)
    return Subject(record=member, keys={"pk": member.pk})


def an_invitation(world, state):
    administrator = world.stx.administrator
    with world.acting(administrator):
        invitation = Invitation.make(
            organization=world.stx.organization,
            actor=administrator,
            email="new@stx.test",
            name="New Person (invented)",
            role="advocate",
            unit=None,
        )
        if state == "revoked":
            invitation.revoke(actor=administrator)
    return Subject(record=invitation, keys={"pk": invitation.pk})


def a_duty_change(world, state):
    """Tomorrow the supervisor is on instead of the desk's own."""
    with world.acting(world.stx.administrator) as administrator:
        change = DutyChange.objects.create(
            organization=world.stx.organization,
            day=clock.today() + timedelta(days=1),
            starts="08:00",
            ends="12:00",
            user=world.stx.supervisor,
            instead_of=world.stx.intake_worker,
            made_at=clock.now(),
            made_by=administrator,
        )
    return Subject(record=change, keys={"pk": change.pk})


def a_shift(world, state):
    with world.acting(world.stx.administrator):
        shift = DutyShift.objects.filter(organization=world.stx.organization).first()
    return Subject(record=shift, keys={"pk": shift.pk})


def a_unit(world, state):
    with world.acting(world.stx.administrator):
        unit = add_unit(world.stx.organization, "Court desk", "STX")
    return Subject(record=unit, keys={"pk": unit.pk})


def a_campaign(world, state):
    with world.acting(world.stx.administrator) as administrator:
        campaign = campaigns.a_campaign(administrator)
        if state == "ended":
            campaign.end(actor=administrator)
    return Subject(record=campaign, keys={"pk": campaign.pk})


BUILDERS = {
    "campaign": a_campaign,
    "referral": a_referral,
    "intake": an_intake,
    "intakeassignment": an_intake_offer,
    "case": a_case,
    "absence": an_absence,
    "caseloadmove": a_moved_caseload,
    "caseassignment": a_case_offer,
    "followup": a_promise,
    "release": a_release,
    "mandatedreport": _a_duty(_its_report, "report"),
    "otiprequest": _a_duty(_its_request, "otip"),
    "certification": _a_duty(_its_certification, "certification", begins="planned"),
    "deadline": _a_duty(
        lambda world, case, member, state: a_deadline(case, member, state), "deadline", begins="running"
    ),
    "courtdate": _a_duty(
        lambda world, case, member, state: a_court_date(case, member, state), "courtdate", begins="set"
    ),
    "goal": _a_duty(lambda world, case, member, state: a_goal(case, member, state), "goal", begins="set"),
    "demand": a_demand,
    "inquiry": a_letter,
    "senderword": a_word_of_the_sender,
    "shiftnote": a_note_of_the_shift,
    "coachingnote": a_note_on_coaching,
    "breach": a_breach,
    "breakglass": a_use_of_the_glass,
    "handoff": a_handoff,
    "purge": a_purge,
    "member": a_member,
    "invitation": an_invitation,
    "shift": a_shift,
    "dutychange": a_duty_change,
    "unit": a_unit,
}


def body(world, name, subject):
    """What a form is sent so that it does its move, by the name of its URL; {} for a press."""
    told = BODIES.get(name, {})
    return told(world, subject) if callable(told) else told


def _in_two_days(world, subject):
    return {"due_at": (world.now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "what": "Call the court"}


def _at_court(world, subject):
    return {"kind": "trial", "court": "superior_stx", "at": _in_two_days(world, subject)["due_at"]}


def _wanted(world, subject):
    ahead = (local(world.now) + timedelta(days=20)).date().isoformat()
    return {"kind": "housing", "words": "A door that I can lock", "progress": "under_way", "look_on": ahead}


def _rests(world, subject):
    return {"until": (clock.today() + timedelta(days=10)).isoformat()}


def _insiders(world):
    return [str(member.pk) for member in (world.stx.advocate, world.stx.colleague, world.stx.supervisor)]


def _typed(moment):
    return local(moment).strftime("%Y-%m-%dT%H:%M:%S")


def _terms(world, subject):
    kept = {name: TERMS[name] for name in ("categories", "purpose", "method", "language")}
    ends_on = (clock.today() + timedelta(days=20)).isoformat()
    return {**kept, "to": f"{world.stt.organization.pk}:Shelter desk", "ends_on": ends_on}


def _signed(world, subject):
    """What the page of signing sends: a typed name, and the mark of the text that it showed."""
    with world.acting(world.stx.advocate):
        shown = subject.record.text_mark
    said = {name: value for name, value in SIGNATURE.items() if name != "signature"}
    return {**said, "typed": "Bluebird", "adopted": "on", "shown": shown}


def _another_case(world, subject):
    with world.acting(world.stx.advocate):
        other = open_case(world.stx.advocate, person=a_person(world.stx.advocate, alias="Other"))
        return {"which": other.number, "pair": pair(subject.record, other), "sure": "on"}


def _about_a_minor(world, subject):
    with world.acting(world.stx.advocate) as advocate:
        Person.objects.get(pk=subject.record.person_id).correct(actor=advocate, age_group="minor")
    return {"since": _by_now(world)}


def _number_of_a_case(world, subject):
    with world.acting(world.stx.advocate):
        return {"number": open_case(world.stx.advocate).number}


def _to_an_advocate(world, subject):
    return {"to": str(world.stx.colleague.pk)}


def _covered(world, subject):
    ends = (clock.today() + timedelta(days=3)).isoformat()
    return {"cover": str(world.stx.colleague.pk), "first_day": _on(world), "last_day": ends}


def _elsewhere(world, subject):
    return {"to": "stt" if subject.record.receiver_id == world.stx.organization.pk else "stx",
            "reason": "other_service"}  # fmt: skip


def _by_now(world, subject=None):
    return local(world.now).strftime("%Y-%m-%dT%H:%M")


def _suspected(world, subject):
    return {"kind": "child_abuse", "about": "child", "since": _by_now(world)}


def _on(world):
    return clock.today().isoformat()


CAPACITY = {
    "adults": "1",
    "children": "0",
    "needs_codes": ["safe_place"],
    "island": "STT",
    "priority": "standard",
}
PLAN = {"ways": ["call"], "times": ["morning"], "verified": "person"}
CALL = {"outcome": "no_answer", "way": "call"}
BODIES = {
    "edit_referral": {"basis": "opt_in"},
    "answer_referral": {"text": "She speaks Spanish."},
    "hand_on_referral": lambda world, subject: {"member": str(world.vipd.partner.pk)},
    "write_referral": {"text": "The number was written down wrongly."},
    "recall_referral": {"reason": "mistake"},
    "mark_error_referral": {"reason": "test"},
    "ask_referral": {"topic": "language"},
    "read_senderword": lambda world, subject: {"upto": subject.record.upto},
    "call_in_referral": lambda world, subject: {
        "member": str(world.stx.advocate.pk),
        "answer": "on_the_way",
    },
    "reroute_referral": _elsewhere,
    "triage_intake": {"found": "no", "priority": "standard"},
    "check_conflict_intake": {"found": "no"},
    "assign_intake": _to_an_advocate,
    "hand_back_intake": {"reason": "full"},
    "find_duplicate_intake": lambda world, subject: {"which": subject.other.number},
    "link_case_intake": lambda world, subject: {"which": subject.case.number},
    "plan_intake": PLAN,
    "reach_out_intake": CALL,
    "engage_intake": lambda world, subject: {
        "way": "call",
        "at": _by_now(world),
        "by": str(world.stx.advocate.pk),
    },
    "decline_services_intake": {"reason": "not_now"},
    "give_up_intake": {"reason": "no_answer"},
    "find_unsafe_intake": {"reason": "watched"},
    "find_ineligible_intake": {"reason": "other_matter"},
    "refer_out_intake": {"reason": "other_service"},
    "find_invalid_intake": {"reason": "test"},
    "refuse_inquiry": {"reason": "machine"},
    "answer_inquiry": {"text": "We are here until six."},
    "decline_intakeassignment": {"reason": "full"},
    "log_case": CALL,
    "make_plan": PLAN,
    "correct_person": {"alias": "Bluebird", "age_group": "adult"},
    "write_note": {"text": "They came with a friend."},
    "correct_note": {"text": "And with their child."},
    "add_to_coachingnote": {"text": "And writes it down."},
    "give_service": lambda world, subject: {"code": "A1", "on": clock.today().isoformat()},
    "promise_followup": _in_two_days,
    "request_closure_case": {"reason": "goals_met"},
    "hold_case": _rests,
    "extend_case": lambda world, subject: {**_rests(world, subject), "reason": "away"},
    "close_case": {"told": "on", "safety": "on", "written": "on"},
    "assign_case": lambda world, subject: {"to": str(world.stx.supervisor.pk), "how": "ask"},
    "restrict_case": lambda world, subject: {
        "member": str(world.stx.intake_worker.pk),
        "reason": "other",
    },
    "merge_case": _another_case,
    "name_insiders": lambda world, subject: {"named": _insiders(world)},
    "name_insiders_intake": lambda world, subject: {"named": _insiders(world)},
    "draft_release": _terms,
    "hand_off_case": CAPACITY,
    "edit_handoff": CAPACITY,
    "pass_on_handoff": lambda world, subject: {"member": str(world.stx.colleague.pk)},
    "place_hold_case": lambda world, subject: {
        "reason": "subpoena",
        "review_on": (clock.today() + timedelta(days=60)).isoformat(),
    },
    "lift_hold_case": {"reason": "over"},
    "approve_purge": {"looked": "on", "gone": "on"},
    **dict.fromkeys(("direct_absence", "change_absence"), _covered),
    "decline_caseassignment": {"reason": "full"},
    "complete_followup": {"outcome": "done"},
    "reschedule_followup": _in_two_days,
    "cancel_followup": {"reason": "not_needed"},
    "edit_release": _terms,
    "discuss_release": {
        "discussed": ["why", "who", "what", "risks", "alternatives"],
        "statements": ["not_required", "withdraw"],
    },
    "sign_release": _signed,
    "revoke_release": {"reason": "WITHDRAWN"},
    "disclose_release": {"categories": ["SAFETY"], "what": "Where to meet"},
    **dict.fromkeys(("begin_mandatedreport", "begin_report_intake"), _suspected),
    **dict.fromkeys(("begin_otiprequest", "begin_otip_intake"), _about_a_minor),
    "begin_certification": lambda world, subject: {"kind": "u", "agency": str(world.vipd.organization.pk)},
    "begin_deadline": lambda world, subject: {"what": "violence_report", "since": _by_now(world)},
    **dict.fromkeys(("begin_courtdate", "reschedule_courtdate"), _at_court),
    "conclude_courtdate": {"outcome": "cancelled"},
    "call_off_courtdate": {"reason": "dropped"},
    **dict.fromkeys(("begin_goal", "revise_goal", "review_goal"), _wanted),
    "let_go_goal": {"reason": "choice"},
    "record_death_case": {"sure": "on"},
    "record_oral_mandatedreport": lambda world, subject: {
        "at": _by_now(world),
        "to": "dhs",
        "override": "no_release",
    },
    "write_mandatedreport": REPORT_FACTS,
    "send_written_mandatedreport": lambda world, subject: {"at": _by_now(world), "way": "fax"},
    "tell_person_mandatedreport": {"answer": "after"},
    "excuse_mandatedreport": {"reason": "error"},
    "write_otiprequest": OTIP_FACTS,
    "send_otiprequest": lambda world, subject: {"at": _by_now(world), "way": "portal"},
    "answer_otiprequest": lambda world, subject: {"kind": "eligibility", "letter_on": _on(world)},
    "excuse_otiprequest": {"reason": "error"},
    "sign_certification": lambda world, subject: {"on": _on(world)},
    "deny_certification": lambda world, subject: {"on": _on(world), "reason": "no_reason"},
    "excuse_deadline": {"reason": "error"},
    "name_case_demand": _number_of_a_case,
    "notify_demand": {"notice": "told", "way": "call"},
    "name_counsel_demand": {"counsel": "Ana Testcounsel, 340 555 0177"},
    "narrow_demand": {"narrowed": "One date."},
    "comply_demand": {"method": "written", "kind_1": "dates", "what_1": "One date of service"},
    "object_demand": {"outcome": "Neither confirmed nor denied."},
    "win_quash_demand": {"outcome": "The judge agreed."},
    "lose_quash_demand": _in_two_days,
    "withdraw_demand": {"outcome": "They took it back."},
    "gather_breach": lambda world, subject: {
        "what": "A phone was left in a taxi.",
        "since": _typed(world.now - timedelta(days=2)),
    },
    "tell_breach": lambda world, subject: {
        "at": _typed(subject.record.known_at),
        "how": "phone",
        "to": "The program office",
    },
    "contain_breach": {"steps": ["stopped"]},
    "close_breach": {"lesson": "Phones lock after a minute."},
    "end_breakglass": {"done": "Called the advocate."},
    "review_breakglass": {"finding": "needed"},
    "offer_handoff": lambda world, subject: handoffs.shown(world, subject.record),
    "return_handoff": {"reason": "too_much", "because": "Take the court date out."},
    "accept_handoff": lambda world, subject: {"advocate": str(world.stt.advocate.pk)},
    "propose_call_handoff": lambda world, subject: {"call_at": _in_two_days(world, subject)["due_at"]},
    "decline_handoff": {"reason": "no_bed"},
    "answer_recall_handoff": {"answer": "stopped"},
    "recall_handoff": {"reason": "plans_changed"},
    "change_member": {"role": "advocate", "unit": ""},
    "reactivate_member": {"reason": "returned"},
    "set_last_day": lambda world, subject: {"day": _on(world)},
    "rename_unit": {"name": "Court house desk", "island": "STX"},
}
