"""Opening one record in an emergency: by whom, what for, for how long, and in front of whom."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import BreakGlass, Case, Person, Wall
from orgs import access_index, reminders, session
from orgs.access import get_permitted
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.record import IllegalMove
from referrals.models import Intake
from tests.asking import QUERIES, page_asked
from tests.makers.case import a_followup, active_release, break_glass, open_case
from tests.makers.duty import a_court_date, a_goal
from tests.makers.intake import assigned

WHY = {"reason": "danger_now", "why": "Somebody called from the hospital."}
PAGE = "/emergency/"


@pytest.fixture
def case(world):
    with world.acting(world.stx.advocate):
        return open_case(world.stx.advocate)


def looks(member, model, **key):
    return get_permitted(member, f"view_{model._meta.model_name}", model, in_emergency=True, **key)


def opens(member, record):
    try:
        looks(member, type(record), pk=record.pk)
    except Http404:
        return False
    return True


def test_it_opens_one_record_of_ones_own_house_for_an_hour_and_not_a_second_longer(world, case):
    """R32: by the database's clock, where it is read; no task has to end it."""
    colleague = world.stx.colleague
    world.hold(world.now)
    with world.acting(colleague):
        assert not opens(colleague, case)
        use = break_glass(case, colleague)
        other = open_case(world.stx.advocate)
        assert opens(colleague, case) and not opens(colleague, other)
        assert use.expires_at == use.opened_at + timedelta(hours=1)
        world.hold(use.expires_at - timedelta(microseconds=1))
        assert opens(colleague, case)
        world.hold(use.expires_at)
        assert not opens(colleague, case)
        use.refresh_from_db()
        assert use.state == "open"  # nothing had to happen for it to be over
    with world.acting(world.stt.advocate):
        assert break_glass(case, world.stt.advocate) is None


def test_the_page_shuts_at_the_same_moment(world, case):
    """R32: what a browser gets is the 404 of what does not exist, from that second on."""
    colleague = world.stx.colleague
    client = world.client(colleague)
    assert client.get(case.get_absolute_url()).status_code == 404
    answer = client.post(PAGE, {"number": case.number.lower(), **WHY})
    assert answer.url == case.get_absolute_url()
    page = client.get(case.get_absolute_url())
    assert page.status_code == 200 and "Never leave a message." in page.content.decode()
    world.forward(hours=1)
    assert client.get(case.get_absolute_url()).status_code == 404


def test_the_database_holds_it_to_an_hour_a_reason_and_another_reviewer(world, case):
    """R32: no row can last longer, say nothing, or be reviewed by whoever opened it."""
    with world.acting(world.stx.colleague):
        use = break_glass(case, world.stx.colleague)
        rows = BreakGlass.objects.filter(pk=use.pk)
        longer = {"expires_at": use.opened_at + timedelta(hours=1, seconds=1)}
        own = {"reviewed_by": world.stx.colleague}
        for wrong in (longer, {"reason": ""}, {"state": "left_open"}, {"state": "reviewed"}, own):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)


def test_it_gives_a_look_and_nothing_else(world, case):
    """R32: every move stays shut, and every page but the one; a list, count or search gains nothing."""
    colleague, advocate = world.stx.colleague, world.stx.advocate
    with world.acting(advocate):
        note = case.add_note("Only for the advocate to read.", actor=advocate)
        a_followup(case, advocate, what="Take the bag to the ferry")
        active_release(case, world.stt.organization, advocate)
        a_court_date(case, advocate)
        goal = a_goal(case, advocate)
    with world.acting(colleague):
        break_glass(case, colleague)
        assert looks(colleague, Case, pk=case.pk).may == {"view"}
        with pytest.raises(Http404):
            get_permitted(colleague, "log_case", Case, pk=case.pk)
        with pytest.raises(PermissionDenied):
            get_permitted(colleague, "log_case", Case, in_emergency=True, pk=case.pk)
        for verb in Case.MOVES:
            assert not Case.objects.visible_to(colleague, verb, in_emergency=True).exists()
        assert not Case.objects.visible_to(colleague).exists()
    client = world.client(colleague)
    answer, questions = page_asked(client, case.get_absolute_url())
    seen = answer.content.decode()
    assert "Take the bag to the ferry" in seen and advocate.name in seen
    assert "Court date: Hearing on a restraining order" in seen and "Goal: Housing" in seen
    assert "Room 2" not in seen and goal.words not in seen and f'href="{goal.get_absolute_url()}"' not in seen
    assert len(questions) <= QUERIES
    assert note.text not in seen and world.stt.organization.name not in seen
    links = set(re.findall(r'href="(/cases/[^"]+)"', seen)) | set(
        re.findall(r'action="(/cases/[^"]+)"', seen)
    )
    assert links == set()
    for name in ("disclosures", "log_case", "write_note", "restrict_case", "make_plan"):
        assert client.get(reverse(name, args=[case.number])).status_code in (404, 405)
    assert case.number not in client.get(reverse("caseload")).content.decode()
    assert case.get_absolute_url() not in client.get(reverse("find"), {"q": "Bluebird"}).content.decode()


def test_a_wall_and_a_restriction_win_before_during_and_after(world, case):
    """R32, R42: what a member is walled from answers as a number of nobody, and shuts if it was open."""
    colleague, advocate, supervisor = world.stx.colleague, world.stx.advocate, world.stx.supervisor
    with world.acting(supervisor):
        other = open_case(advocate)
        break_glass(other, colleague)
        assert opens(colleague, other)
        Wall.build(other.person, colleague, actor=supervisor, reason="other")
        assert not opens(colleague, other)
        assert not BreakGlass.objects.visible_to(colleague).exists()
        Wall.build(case.person, colleague, actor=supervisor, reason="other")
        assert break_glass(case, colleague) is None
        third = open_case(advocate)
        break_glass(third, colleague)
        third.restrict(True, actor=supervisor)
        assert not opens(colleague, third)
        fourth = open_case(advocate)
        fourth.restrict(True, actor=supervisor)
        assert break_glass(fourth, colleague) is None


def test_a_number_that_nobody_has_and_one_behind_a_wall_answer_alike(world, case):
    """R6, R32: the same bytes, the same questions to the database, the same line of the audit."""
    colleague = world.stx.colleague
    with world.acting(world.stx.supervisor):
        Wall.build(case.person, colleague, actor=world.stx.supervisor, reason="other")
        restricted = open_case(world.stx.advocate)
        restricted.restrict(True, actor=world.stx.supervisor)
        strange = [case.number, restricted.number, "C-9999"]
    client, answers = world.client(colleague), []
    client.post(PAGE, {"number": "C-9998", **WHY})  # what a process asks once is asked by now
    for number in strange:
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(PAGE, {"number": number, **WHY})
        text = answer.content.decode().replace(number, "NUMBER")
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
        answers.append((answer.status_code, text, len(asked)))
        assert "Somebody called from the hospital." in answer.content.decode()  # what was typed is kept
    assert answers[0] == answers[1] == answers[2]
    with world.acting(world.stx.administrator):
        lines = AuditLine.objects.filter(verb="break_glass", outcome="denied")
        said = {(line.subject_type, line.subject_id, line.subject_label) for line in lines}
        assert said == {("", None, "")}
        assert [line.details["asked"] for line in lines.order_by("sequence")] == ["C-9998", *strange]
        assert not OutboxMessage.objects.filter(kind="notice").exists()


def test_the_supervisors_and_the_advocate_hear_at_once_and_nobody_behind_a_wall_does(world, case):
    """R32, R38: mail with the constant text, and the use on the pages of those who must know."""
    supervisor, second, advocate = world.stx.supervisor, world.stx.second_supervisor, world.stx.advocate
    with world.acting(supervisor):
        Wall.build(case.person, second, actor=supervisor, reason="other")
    with world.acting(world.stx.colleague):
        before = set(OutboxMessage.objects.values_list("pk", flat=True))
        break_glass(case, world.stx.colleague)
        told = OutboxMessage.objects.exclude(pk__in=before)
        assert {mail.recipient_id for mail in told} == {supervisor.pk, advocate.pk}
        assert all(mail.available_at == world.now and not mail.link for mail in told)
    told = f"{case.number}, opened by"
    for member, page, sees in (
        (supervisor, "board", True),
        (second, "board", False),
        (advocate, "today", True),
        (world.stx.intake_worker, "inbox", False),
    ):
        client = world.client(member)
        assert (reverse("glass_uses") in client.get(reverse(page)).content.decode()) is sees
        assert (told in client.get(reverse("glass_uses")).content.decode()) is sees


def test_the_ladder_asks_until_a_supervisor_has_reviewed(world, case):
    """R32: to the supervisors, then the administrators, then every day; it ends with the review alone."""
    colleague, supervisor = world.stx.colleague, world.stx.supervisor
    with world.acting(colleague):
        use = break_glass(case, colleague)
        use.end("Called the advocate.", actor=colleague)
    for _day in range(4):
        world.forward(days=1)
        with world.acting(supervisor):
            reminders.claim()
            rows = Reminder.objects.filter(subject_id=use.pk)
            assert rows.filter(fired_at=None).exists()
    with world.acting(supervisor):
        mails = OutboxMessage.objects.filter(reminder__subject_id=use.pk)
        assert {m.recipient.role for m in mails} == {"supervisor", "administrator"}
        use.review("needed", "All done well.", actor=supervisor)
        assert not Reminder.objects.filter(subject_id=use.pk, fired_at=None).exists()
        assert not access_index.compare(world.stx.organization.pk).any


def test_who_opened_it_does_not_review_it(world, case):
    """R32, C10: not even after they became a supervisor."""
    colleague = world.stx.colleague
    with world.acting(colleague):
        use = break_glass(case, colleague)
        with pytest.raises(IllegalMove):
            use.review("needed", actor=colleague)
        use.refresh_from_db()
        assert use.state == "open"


def test_each_step_and_each_look_is_on_record(world, case):
    """R32, C11: opened, looked at, ended, reviewed; under the number of the record, without a word of why."""
    colleague, supervisor = world.stx.colleague, world.stx.supervisor
    client = world.client(colleague)
    client.post(PAGE, {"number": case.number, **WHY})
    client.get(case.get_absolute_url())
    client.get(case.get_absolute_url())
    with world.acting(colleague):
        use = BreakGlass.objects.get()
    client.post(reverse("end_breakglass", args=[use.pk]), {"done": "Called the advocate."})
    world.client(supervisor).post(reverse("review_breakglass", args=[use.pk]), {"finding": "misuse"})
    with world.acting(supervisor):
        lines = AuditLine.objects.filter(
            subject_label=case.number, actor_id__in=[colleague.pk, supervisor.pk]
        )
        verbs = [(line.verb, line.subject_type) for line in lines.order_by("sequence")]
        look = ("view", "case")
        assert [v for v in verbs if v[0] != "create"] == [
            ("break_glass", "breakglass"), look, look, ("end", "breakglass"), ("review", "breakglass"),
        ]  # fmt: skip
        assert all(line.details["by_glass"] == str(use.pk) for line in lines.filter(verb="view"))
        assert "hospital" not in str([line.details for line in lines])
        told = OutboxMessage.objects.filter(recipient=world.stx.administrator)
        assert told.count() == 1  # misuse is for the administrators to look at
        assert client.get(case.get_absolute_url()).status_code == 404  # a review shuts it


def test_an_intake_opens_in_the_same_way(world):
    """R32: whoever is on duty reaches what an advocate has at the desk."""
    desk, colleague = world.stx.intake_worker, world.stx.colleague
    with world.acting(desk):
        intake = assigned(desk, world.stx.advocate, summary="Waits at the ferry dock.")
    client = world.client(colleague)
    assert client.get(intake.get_absolute_url()).status_code == 404
    assert client.post(PAGE, {"number": intake.number, **WHY}).url == intake.get_absolute_url()
    page = client.get(intake.get_absolute_url()).content.decode()
    assert "Waits at the ferry dock." in page and '="/intakes/' not in page
    with world.acting(colleague):
        assert not Intake.objects.visible_to(colleague).exists()


def test_whoever_sees_it_anyway_breaks_nothing(world, case):
    """R32: the supervisor is led to the page, and no use is written."""
    answer = world.client(world.stx.supervisor).post(PAGE, {"number": case.number, **WHY})
    assert answer.url == case.get_absolute_url()
    with world.acting(world.stx.supervisor):
        assert not BreakGlass.objects.exists()


def test_nobody_walks_through_the_numbers(world):
    """R32: three at a time; pressed twice it is one use."""
    colleague = world.stx.colleague
    with world.acting(world.stx.advocate):
        cases = [open_case(world.stx.advocate) for _ in range(4)]
    client = world.client(colleague)
    for case in (*cases[:3], cases[0]):
        assert client.post(PAGE, {"number": case.number, **WHY}).status_code == 302
    answer = client.post(PAGE, {"number": cases[3].number, **WHY})
    assert "three records open" in answer.content.decode()
    with world.acting(colleague):
        assert BreakGlass.objects.count() == 3


def test_it_asks_for_the_second_factor_again(world, case):
    """R32, C8: ten minutes after the last one, before the form and before the press."""
    client = world.client(world.stx.colleague)
    kept = client.session
    kept["second_factor_at"] = session.seconds() - session.STEP_UP_AFTER
    kept.save()
    for answer in (client.get(PAGE), client.post(PAGE, {"number": case.number, **WHY})):
        assert answer.status_code == 302 and answer.url.startswith("/confirm/")
    with world.acting(world.stx.colleague):
        assert not BreakGlass.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"number": "the green folder"}, "No record opens under this number"),
        ({"number": ""}, "Fill this in."),
        ({"reason": "curious"}, "Choose one of the answers"),
        ({"why": ""}, "Fill this in."),
        ({"why": "Her SSN is 123-45-6789."}, "Social Security number"),
        ({"why": "She was raped by him."}, "account of an assault"),
    ],
)
def test_bad_input_is_said_and_kept(world, case, wrong, said):
    answer = world.client(world.stx.colleague).post(PAGE, {"number": case.number, **WHY, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 200 and said in page
    with world.acting(world.stx.colleague):
        assert not BreakGlass.objects.exists()
        assert Person.objects.exists()
