"""Nothing that the law asks of a service moves the packet, or anything that its sender can read."""

import re
from datetime import timedelta

from cases.duties import DUTIES
from orgs import clock
from orgs.models import AuditLine
from tests.makers.case import open_case
from tests.makers.duty import a_certification, a_court_date, a_deadline, a_goal, a_report, a_request
from tests.makers.referral import acknowledged
from tests.test_intake_noninterference import all_that_the_sender_has


def acts(world, case, me, supervisor):
    """One act after the other, all verbs of all duties, and a death; the agency asked is the sender."""
    report = a_report(case, me)
    yield report.excuse("error", actor=supervisor)
    yield report.reopen(actor=supervisor)
    report = a_report(case, me, "written_sent")
    yield report.tell_person("not_safe", actor=me)
    request = a_request(case, me)
    yield request.excuse("error", actor=supervisor)
    yield request.reopen(actor=supervisor)
    yield request.excuse("error", actor=supervisor)
    request = a_request(case, me, "sent")
    yield request.ask_again(actor=me)
    yield request.answer("eligibility", actor=me, letter_on=clock.today())
    for state in ("signed", "denied", "withdrawn"):
        yield a_certification(case, me, world.vipd.organization, state)
    asked = a_certification(case, me, world.vipd.organization, "asked", kind="u")
    yield asked.ask_again(actor=me)
    deadline = a_deadline(case, me, "met")
    yield deadline.reopen(actor=me)
    yield deadline.excuse("done_by_other", actor=supervisor)
    date = a_court_date(case, me, "called_off")
    yield date.reopen(actor=me)
    yield date.reschedule(clock.now() + timedelta(days=3), actor=me)
    yield date.conclude("postponed", actor=me)
    goal = a_goal(case, me, "reached")
    yield goal.reopen(actor=me)
    yield goal.revise(actor=me, kind="safety", words="To sleep through a night", look_on=goal.look_on)
    later, step_by = clock.today() + timedelta(days=3), clock.now() + timedelta(days=1)
    yield goal.review("nearly", later, actor=me, step="Call the landlord", step_by=step_by)
    yield goal.reach_partly(actor=me)
    yield a_goal(case, me, "let_go")
    yield case.record_death(actor=me)
    yield case.take_back_death(actor=supervisor)


def test_the_sender_has_the_same_after_each_duty(world):
    """R3, R29, R30, R31, R33: packet, copies, messages, grants, clocks, mail and the page, to the byte."""
    world.hold(world.now)
    referral, intake = acknowledged(world)
    page = world.client(world.officer).get(referral.get_absolute_url()).content
    before = all_that_the_sender_has(world, referral)
    with world.acting(world.stx.advocate) as me:
        case = open_case(me, person=intake.person)
    steps = acts(world, case, me, world.stx.supervisor)
    while True:
        with world.acting(me):
            try:
                next(steps)
            except StopIteration:
                break
        assert all_that_the_sender_has(world, referral) == before
    answer = world.client(world.officer).get(referral.get_absolute_url())
    assert without_tokens(answer.content) == without_tokens(page)
    with world.acting(me):
        done = set(AuditLine.objects.values_list("subject_type", "verb"))
    verbs = {(model._meta.model_name, verb) for model in DUTIES for verb in model.MOVES}
    assert verbs | {("case", "record_death"), ("case", "take_back_death")} <= done


def without_tokens(page):
    return re.sub(rb'value="\w{64}"', b"", page)
