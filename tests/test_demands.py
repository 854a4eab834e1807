"""A legal demand: nothing leaves before notice, counsel and narrowing, and then only what the ledger has."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import ContactAttempt, Demand, DemandItem, Disclosure, LegalHold, Wall
from cases.models.contact import NoSafePlan
from orgs import access_index, reminders, session
from orgs.models import AuditLine, OutboxMessage, Reminder
from orgs.record import IllegalMove
from orgs.words import local
from tests.makers.case import a_plan, open_case
from tests.makers.demand import COUNSEL, NOTHING, SERVED, about_nobody, bare, complied, narrowed, received
from tests.makers.intake import in_state

DAY = timedelta(days=1)


def as_typed(world):
    """What a member types who took a paper an hour ago."""
    now = local(world.now)
    return {
        **SERVED,
        "served_at": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "due_at": (now + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"),
    }


def refuses(verb, demand, *args, **terms):
    with pytest.raises(IllegalMove):
        getattr(demand, verb)(*args, **terms)
    demand.refresh_from_db()


def test_nothing_leaves_before_notice_counsel_and_narrowing(world):
    """R28: every order but the right one is refused, and a refusal leaves nothing behind."""
    supervisor, items = world.stx.supervisor, [("dates", "One date of service")]
    with world.acting(supervisor):
        demand = bare(world, open_case(world.stx.advocate))
        refuses("comply", demand, items, actor=supervisor)
        refuses("narrow", demand, "One date.", actor=supervisor)
        demand.name_counsel(COUNSEL, actor=supervisor)
        refuses("narrow", demand, "One date.", actor=supervisor)
        demand.notify("told", actor=supervisor, way="call")
        refuses("comply", demand, items, actor=supervisor)
        other = bare(world, open_case(world.stx.advocate))
        other.notify("told", actor=supervisor, way="call")
        refuses("narrow", other, "One date.", actor=supervisor)
        assert not Disclosure.objects.exists() and not DemandItem.objects.exists()
        demand.narrow("One date.", actor=supervisor)
        demand.comply(items, actor=supervisor)
        assert (demand.state, Disclosure.objects.count()) == ("complied", 1)


def test_whoever_works_the_case_knows_that_somebody_asks_by_law(world):
    """R28: on the case, and before it is closed, until it is answered; not what is asked, nor by whom."""
    worker, supervisor = world.client(world.stx.advocate), world.client(world.stx.supervisor)
    with world.acting(world.stx.supervisor) as boss:
        case = open_case(world.stx.advocate)
        case.request_closure("goals_met", actor=world.stx.advocate)
        demand = bare(world, case)
        asked = demand.asked
    said = "A legal demand about this record is being answered"
    pages = (worker, case.get_absolute_url()), (supervisor, reverse("close_case", args=[case.number]))
    for client, address in pages:
        page = client.get(address).content.decode()
        assert said in page and "neither confirm nor deny" in page and asked not in page
    with world.acting(boss):
        demand.withdraw("withdrawn", actor=boss)
    for client, address in pages:
        assert said not in client.get(address).content.decode()


def test_the_database_lets_nothing_leave_either(world):
    """R28: states without their steps, items out of turn, and a demand complied with by nothing."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        early, ready = bare(world, open_case(world.stx.advocate)), narrowed(world)
        for demand, wrong in (
            (early, {"state": "narrowed"}),
            (early, {"state": "objected"}),
            (early, {"state": "quash_moved"}),
            (early, {"state": "lost"}),
            (ready, {"state": "complied"}),
            (ready, {"notice": ""}),
            (ready, {"counsel_at": None}),
            (ready, {"narrowed_at": None}),
            (ready, {"person": None}),
            (ready, {"notes_ordered": True}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Demand.objects.filter(pk=demand.pk).update(**wrong)
        for demand in (early, received(world)):
            with pytest.raises(IntegrityError, match="nothing leaves before"), transaction.atomic():
                DemandItem.give(demand, "dates", "One date of service", supervisor, "written")
        ready.comply([("dates", "One date of service")], actor=supervisor)
        with pytest.raises(IntegrityError, match="nothing leaves before"), transaction.atomic():
            DemandItem.give(ready, "dates", "Another one, later", supervisor, "written")
        assert Disclosure.objects.count() == 1


def test_each_item_has_its_line_of_the_ledger_in_the_same_transaction(world):
    """R28, R26: to whom, what exactly, under which law, by whom; if one fails, none left."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = narrowed(world, kind="court_order")
        with pytest.raises(KeyError), transaction.atomic():
            demand.comply([("dates", "One date"), ("everything", "All of it")], actor=supervisor)
        assert not Disclosure.objects.exists()
        demand = Demand.objects.select_related("case").get(pk=demand.pk)
        demand.comply([("dates", "One date"), ("statement", "No")], actor=supervisor)
        lines = Disclosure.objects.order_by("id")
        assert [(line.what, line.basis, line.recipient_name, line.by) for line in lines] == [
            (what, "by_court_order", SERVED["issued_by"], supervisor) for what in ("One date", "No")
        ]
        assert {item.disclosure_id for item in demand.items.all()} == {line.pk for line in lines}
        other = narrowed(world)
        with pytest.raises(IntegrityError, match="without its line"), transaction.atomic():
            DemandItem(
                organization=other.organization,
                demand=other,
                kind="dates",
                what="One date",
                disclosure=lines[0],
                at=world.now,
                by=supervisor,
            ).save(force_insert=True)
    ledger = world.client(world.stx.advocate).get(reverse("disclosures", args=[demand.case.number]))
    assert "compelled by a court’s order" in ledger.content.decode()


def test_what_left_is_never_changed(world):
    """R28, R26: the database gives nobody the right to touch it."""
    with world.acting(world.stx.supervisor):
        complied(world)
        for change in (lambda rows: rows.update(kind="statement"), lambda rows: rows.delete()):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                change(DemandItem.objects.all())


def test_notes_leave_only_where_a_judges_order_names_them(world):
    """R28, R34: not for a subpoena, not for a warrant, and not for an order that does not name them."""
    supervisor, notes = world.stx.supervisor, [("notes", "The note of one day")]
    with world.acting(supervisor):
        for kind in ("subpoena", "warrant", "court_order"):
            refuses("comply", narrowed(world, kind=kind), notes, actor=supervisor)
        refuses("narrow", received(world), "The notes.", actor=supervisor, notes_ordered=True)
        unnamed = narrowed(world, kind="court_order")
        with pytest.raises(IntegrityError, match="judge"), transaction.atomic():
            DemandItem.give(unnamed, *notes[0], supervisor, "written")
        named = narrowed(world, kind="court_order", notes_ordered=True)
        named.comply(notes, actor=supervisor)
        assert [item.kind for item in named.items.all()] == ["notes"]
    page = world.client(supervisor).get(reverse("comply_demand", args=[unnamed.pk])).content.decode()
    assert 'value="dates"' in page and 'value="notes"' not in page


def test_a_request_without_force_of_law_gets_nothing(world):
    """R28: neither by the code nor in the database."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        asked = narrowed(world, kind="request")
        refuses("comply", asked, [("statement", "Yes")], actor=supervisor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Demand.objects.filter(pk=asked.pk).update(state="complied")
        asked.object(NOTHING, actor=supervisor)
        assert asked.state == "objected" and not Disclosure.objects.exists()


def test_about_somebody_whom_we_do_not_know_there_is_an_answer_and_nothing_to_give(world):
    """R28: it is on record and is answered like any other."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = about_nobody(world)
        refuses("notify", demand, "unsafe", actor=supervisor, why="Nobody of ours.")
        refuses("narrow", demand, "Nothing.", actor=supervisor)
        demand.object(NOTHING, actor=supervisor)
        assert demand.state == "objected"


def test_the_person_is_told_behind_the_gate_of_safe_contact_or_it_is_on_record_why_not(world):
    """R28, R37: telling is a contact under a plan that was confirmed in the last 30 days."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        unplanned = bare(world, open_case(world.stx.advocate, plan=False))
        with pytest.raises(NoSafePlan):
            unplanned.notify("told", actor=supervisor, way="call")
        refuses("notify", unplanned, "unsafe", actor=supervisor)
    client = world.client(supervisor)
    page = client.get(reverse("notify_demand", args=[unplanned.pk])).content.decode()
    assert 'value="told"' not in page and "No safe-contact plan" in page
    with world.acting(supervisor):
        unplanned.notify("unsafe", actor=supervisor, why="The phone is read by somebody else.")
        planned = bare(world, open_case(world.stx.advocate))
        planned.notify("told", actor=supervisor, way="call")
        assert planned.attempt == ContactAttempt.objects.get() and planned.attempt.way == "call"


def test_a_supervisor_names_the_case_that_the_door_could_not_see(world):
    """R28, R35: from then on it is worked like any other, its advocate reads along, everything is held."""
    advocate, supervisor = world.stx.advocate, world.stx.supervisor
    with world.acting(supervisor):
        demand, case = about_nobody(world), open_case(advocate)
        hidden = open_case(world.stx.advocate)
        Wall.build(hidden.person, supervisor, actor=world.stx.second_supervisor, reason="other")
    client, url = world.client(supervisor), reverse("name_case_demand", args=[demand.pk])
    assert f'href="{url}"' in client.get(demand.get_absolute_url()).content.decode()
    for wrong in (hidden.number, "C-99999", ""):
        page = client.post(url, {"number": wrong})
        assert page.status_code == 200 and f'value="{wrong}"' in page.content.decode() or not wrong
    assert (
        "no case or intake with that number" in client.post(url, {"number": hidden.number}).content.decode()
    )
    assert client.post(url, {"number": f" {case.number.lower()} "}).url == demand.get_absolute_url()
    with world.acting(supervisor):
        demand.refresh_from_db()
        assert (demand.case, demand.person_id, demand.state) == (case, case.person_id, "received")
        assert demand in Demand.objects.visible_to(advocate)
        assert LegalHold.objects.get(case=case).reason == "subpoena"
        assert AuditLine.objects.filter(verb="name_case", subject_id=demand.pk).exists()
        assert not access_index.compare(world.stx.organization.pk).any
        demand.notify("told", actor=supervisor, way="call")
        demand.narrow("One date.", actor=supervisor)
        demand.comply([("dates", "One date")], actor=supervisor)
        assert Disclosure.objects.about(case.person).count() == 1


def test_a_demand_about_somebody_who_has_no_case_is_answered_as_any_other(world):
    """R28, R35: it names the intake; nothing of it goes meanwhile, and a case that it becomes is held."""
    advocate, supervisor, desk = world.stx.advocate, world.stx.supervisor, world.stx.intake_worker
    with world.acting(desk):
        intake = in_state("outreach", desk, advocate)
        a_plan(intake.person, desk)
    said = {**as_typed(world), "number": intake.number}
    assert world.client(desk).post(reverse("receive_demand"), said).status_code == 302
    with world.acting(supervisor):
        demand = Demand.objects.get()
        assert (demand.case, demand.label, demand.person_id) == (None, intake.number, intake.person_id)
    page = world.client(supervisor).get(demand.get_absolute_url()).content.decode()
    assert f'href="{intake.get_absolute_url()}"' in page and "nothing about this person is purged" in page
    with world.acting(supervisor):
        demand.notify("told", actor=supervisor, way="call")
        assert demand.attempt.person_id == intake.person_id
        demand.name_counsel(COUNSEL, actor=supervisor)
        demand.narrow("One date.", actor=supervisor)
        assert demand not in Demand.objects.visible_to(advocate)
        intake.refresh_from_db()
        intake.engage(actor=advocate, way="call")
        case = intake.open_case(actor=advocate)
        demand.refresh_from_db()
        assert (demand.case, demand.label) == (case, case.number)
        assert demand in Demand.objects.visible_to(advocate)
        assert LegalHold.objects.get(case=case).reason == "subpoena"
        demand.comply([("dates", "One date")], actor=supervisor)
        assert Disclosure.objects.about(case.person).get().subject_id == demand.pk
        assert not access_index.compare(world.stx.organization.pk).any


def test_what_left_about_an_intake_is_in_the_ledger_of_the_case_that_it_was_joined_to(world):
    """R26, R28: the line keeps the record under which it left."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        intake = in_state("outreach", world.stx.intake_worker, world.stx.advocate)
        a_plan(intake.person, supervisor)
        demand = bare(world, intake)
        demand.notify("told", actor=supervisor, way="call")
        demand.name_counsel(COUNSEL, actor=supervisor)
        demand.narrow("One date.", actor=supervisor)
        demand.comply([("dates", "One date")], actor=supervisor)
        case = open_case(world.stx.advocate)
        intake.refresh_from_db()
        intake.link_case(case, actor=supervisor)
        assert Disclosure.objects.get().person_id == intake.person_id
        demand.refresh_from_db()
        assert demand.case is None and demand.label == intake.number  # answered before there was a case


def test_a_wrong_case_is_put_right_until_its_person_was_told(world):
    """R28: what was held stays held until somebody lifts it; the other advocate reads it no more."""
    advocate, colleague, supervisor = world.stx.advocate, world.stx.colleague, world.stx.supervisor
    with world.acting(supervisor):
        wrong, right = open_case(advocate), open_case(colleague)
        demand = bare(world, wrong)
    client, url = world.client(supervisor), reverse("name_case_demand", args=[demand.pk])
    assert f'value="{wrong.number}"' in client.get(url).content.decode()
    assert client.post(url, {"number": right.number}).status_code == 302
    with world.acting(supervisor):
        sees = Demand.objects.visible_to
        assert demand not in sees(advocate) and demand in sees(colleague)
        assert {hold.case for hold in LegalHold.objects.all()} == {wrong, right}
        demand.refresh_from_db()
        demand.notify("unsafe", actor=supervisor, why="The phone is read by somebody else.")
        refuses("name_case", demand, wrong, actor=supervisor)
        assert demand.case == right
    page = client.get(url)
    assert page.status_code == 409 and "stays with this case" in page.content.decode()
    assert url not in client.get(demand.get_absolute_url()).content.decode()


def test_what_the_court_left_is_narrowed_anew(world):
    """R28: a lost motion opens nothing by itself."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = narrowed(world)
        demand.move_to_quash(actor=supervisor)
        refuses("comply", demand, [("dates", "One date")], actor=supervisor)
        demand.lose_quash(world.now + timedelta(days=3), actor=supervisor)
        assert (demand.state, demand.narrowed_at) == ("received", None)
        refuses("comply", demand, [("dates", "One date")], actor=supervisor)
        assert not Disclosure.objects.exists()


def test_only_supervisors_and_the_advocate_of_the_case_learn_of_it_and_it_goes_with_the_case(world):
    """R28, R42: a wall wins here too, on the list, on the page and in the figure beside the board."""
    supervisor, second, colleague = world.stx.supervisor, world.stx.second_supervisor, world.stx.colleague
    advocate, sees = world.stx.advocate, Demand.objects.visible_to
    with world.acting(supervisor):
        demand = received(world)
        people = (advocate, second, colleague, world.stx.intake_worker)
        assert [member for member in people if sees(member)] == [advocate, second]
        demand.case.offer(colleague, actor=supervisor, directed=True, reason="load")
        assert sees(colleague).exists() and not sees(advocate).exists()
        rows = Reminder.objects.filter(subject_id=demand.pk, fired_at=None)
        assert set(rows.values_list("owner_id", flat=True)) == {None}
    client = world.client(second)
    assert "Legal demands to answer" in client.get(reverse("board")).content.decode()
    with world.acting(supervisor):
        Wall.build(demand.person, second, actor=supervisor, reason="other")
        assert not access_index.compare(world.stx.organization.pk).any
    assert str(demand.pk) not in client.get(reverse("demands")).content.decode()
    assert "Legal demands to answer" not in client.get(reverse("board")).content.decode()


@pytest.mark.parametrize("who", ["advocate", "intake_worker"])
def test_whoever_is_at_the_door_writes_it_down_and_supervisors_hear_of_it_at_once(world, who):
    """R28: what to say stands above, whom to call too; then it is theirs, until counsel is named."""
    world.hold(datetime(2026, 12, 1, 14, tzinfo=UTC))  # in the hours of the desk
    member, served = getattr(world.stx, who), as_typed(world)
    client = world.client(member)
    page = client.get(reverse("find")).content.decode()
    assert f'href="{reverse("receive_demand")}"' in page
    page = client.get(reverse("receive_demand")).content.decode()
    assert "neither confirm nor deny" in page and world.stx.supervisor.name in page
    assert f'href="tel:{world.stx.supervisor.phone}"' in page and f'href="{reverse("home")}"' in page
    assert f'="{reverse("demands")}"' not in page
    answer = client.post(reverse("receive_demand"), served, follow=True)
    assert "the supervisors hear of it now" in answer.content.decode()
    with world.acting(world.stx.supervisor) as supervisor:
        demand = Demand.objects.get()
        assert (demand.state, demand.received_by_id, demand.case) == ("received", member.pk, None)
        reminders.claim()
        told = OutboxMessage.objects.filter(reminder__subject_id=demand.pk, reminder__clock="take_up_demand")
        assert {mail.recipient.role for mail in told} == {"supervisor"}
        demand.name_counsel(COUNSEL, actor=supervisor)
        running = Reminder.objects.filter(subject_id=demand.pk, fired_at=None)
        assert set(running.values_list("clock", flat=True)) == {"answer_demand"}
    assert client.get(demand.get_absolute_url()).status_code == 404
    page = world.client(supervisor).get(reverse("receive_demand")).content.decode()
    assert f'href="{reverse("demands")}"' in page and supervisor.phone not in page


@pytest.mark.parametrize(
    ("kind", "days"), [("warrant", 0), ("request", 14), ("subpoena", None), ("court_order", None)]
)
def test_a_paper_that_names_no_day_has_one(world, kind, days):
    """R28: a warrant is for now; what must name its day is asked for it."""
    said = {**as_typed(world), "kind": kind, "due_at": ""}
    answer = world.client(world.stx.intake_worker).post(reverse("receive_demand"), said)
    with world.acting(world.stx.supervisor):
        if days is None:
            assert "Say by when" in answer.content.decode() and not Demand.objects.exists()
        else:
            demand = Demand.objects.get()
            assert demand.due_at == demand.served_at + days * DAY


def test_the_court_gives_time_that_is_still_to_come(world):
    """R28: a slip in the year is said."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = narrowed(world)
        demand.move_to_quash(actor=supervisor)
    client, url = world.client(supervisor), reverse("lose_quash_demand", args=[demand.pk])
    assert "Check the year" in client.post(url, {"due_at": "2020-01-05T10:00"}).content.decode()
    with world.acting(supervisor):
        demand.refresh_from_db()
        assert demand.state == "quash_moved"


@pytest.mark.parametrize("notice", ["unsafe", "forbidden", "told"])
def test_the_ledger_warns_of_what_left_without_the_person_knowing(world, notice):
    """R28, R37: staff read it before they hand the list over; the paper says nothing of it."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = bare(world, open_case(world.stx.advocate))
        told = {"way": "call"} if notice == "told" else {"why": "Somebody reads along."}
        demand.notify(notice, actor=supervisor, **told)
        demand.name_counsel(COUNSEL, actor=supervisor)
        demand.narrow("One date.", actor=supervisor)
        demand.comply([("dates", "One date")], actor=supervisor)
    page = world.client(world.stx.advocate).get(reverse("disclosures", args=[demand.case.number]))
    assert ("Not safe to hand over" in page.content.decode()) == (notice != "told")


def test_lifting_a_hold_says_that_a_demand_holds_all_the_same(world):
    """R35, R28: whoever lifts it learns that nothing goes before the demand is answered."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = bare(world, open_case(world.stx.advocate))
    client, case = world.client(supervisor), demand.case
    address = reverse("lift_hold_case", args=[case.number])
    page = client.post(address, {"reason": "over"}, follow=True).content.decode()
    assert "before the legal demand is answered" in page


def test_a_warrant_rings_by_night_and_is_chased_in_minutes(world):
    """R28: somebody may stand at the door."""
    with world.acting(world.stx.supervisor):
        rows = Reminder.objects.filter(subject_id=bare(world, kind="warrant").pk, clock="take_up_demand")
        first, second = rows.order_by("rung")[:2]
        assert first.by_night and first.fire_at == world.now
        assert second.due_at - world.now == timedelta(minutes=30)


@pytest.mark.parametrize("kind", ["subpoena", "court_order", "warrant", "request"])
def test_what_a_law_asks_for_is_held_from_the_first_hour(world, kind):
    """R28, R35: by itself, whoever takes the paper; a request has no such force, a hold that stands stays."""
    advocate = world.stx.advocate
    with world.acting(advocate):
        case, held = open_case(advocate), open_case(advocate)
        before = LegalHold.place(held, actor=world.stx.supervisor, reason="audit", review_at=world.now + DAY)
    client = world.client(advocate)
    address = f"{reverse('receive_demand')}?case={case.number}"
    assert f'href="{address}"' in client.get(case.get_absolute_url()).content.decode()
    assert f'value="{case.number}"' in client.get(address).content.decode()
    for one in (case, held):
        said = {**as_typed(world), "kind": kind, "number": one.number}
        assert client.post(reverse("receive_demand"), said).status_code == 302
    with world.acting(advocate):
        case.refresh_from_db()
        assert case.legal_hold == (kind != "request")
        holds = LegalHold.objects.filter(case=case)
        assert [(hold.reason, hold.placed_by_id) for hold in holds] == (
            [("subpoena", advocate.pk)] if case.legal_hold else []
        )
        kept = LegalHold.objects.get(case=held)
        assert (kept.pk, kept.reason, kept.review_at) == (before.pk, "audit", before.review_at)
    asked = "Legal hold" in client.get(case.get_absolute_url()).content.decode()
    assert asked == case.legal_hold


def test_the_ladder_asks_before_the_day_on_the_day_and_until_it_is_answered(world):
    """R28: seven days and two days before, on the day, and then every day to the administrators."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = about_nobody(world)
        rungs = Reminder.objects.filter(subject_id=demand.pk).order_by("rung")
        days = [(local(demand.due_at).date() - local(row.fire_at).date()).days for row in rungs]
        assert days in ([7, 2, 0], [6, 1, -1])  # what falls into the night waits for the morning
    for _day in range(14):
        world.forward(days=1)
        with world.acting(supervisor):
            reminders.claim()
    with world.acting(supervisor):
        told = OutboxMessage.objects.filter(reminder__subject_id=demand.pk)
        assert {mail.recipient.role for mail in told} == {"supervisor", "administrator"}
        assert Reminder.objects.filter(subject_id=demand.pk, fired_at=None).exists()
        demand.object(NOTHING, actor=supervisor)
        assert not Reminder.objects.filter(subject_id=demand.pk, fired_at=None).exists()


def test_the_log_on_paper_says_what_was_served_done_and_left_and_the_audit_no_word_of_it(world):
    """R28, C11: for counsel; every step has its line, under the number of the case."""
    supervisor = world.stx.supervisor
    with world.acting(supervisor):
        demand = complied(world)
    page = world.client(supervisor).get(reverse("print_demand", args=[demand.pk])).content.decode()
    for said in (SERVED["served_by"], SERVED["asked"], COUNSEL, "One date of service", "Printed by"):
        assert said in page
    with world.acting(supervisor):
        lines = AuditLine.objects.filter(subject_id=demand.pk).order_by("sequence")
        assert [line.verb for line in lines] == [
            "receive", "notify", "name_counsel", "narrow", "disclose", "comply", "print",
        ]  # fmt: skip
        assert {line.subject_label for line in lines} == {demand.case.number}
        assert "Testcounsel" not in str([line.details for line in lines])


def test_what_leaves_asks_for_the_second_factor(world):
    """R28, C8: a disclosure by law is a weighty act."""
    with world.acting(world.stx.supervisor):
        demand = narrowed(world)
    client = world.client(world.stx.supervisor)
    kept = client.session
    kept["second_factor_at"] = session.seconds() - session.STEP_UP_AFTER
    kept.save()
    assert client.get(reverse("comply_demand", args=[demand.pk])).url.startswith("/confirm/")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose an answer."),
        ({"served_at": "2099-01-01T10:00"}, "That is still to come."),
        ({"due_at": "2020-01-01T10:00"}, "That is before it was served."),
        ({"number": "C-9999"}, "There is no case or intake with that number that you may see"),
        ({"asked": "SSN 123-45-6789"}, "Social Security number"),
    ],
)
def test_bad_input_is_said_and_kept(world, wrong, said):
    data = as_typed(world)
    client = world.client(world.stx.supervisor)
    page = client.post(reverse("receive_demand"), {**data, **wrong}).content.decode()
    assert said in page and SERVED["served_by"] in page
    with world.acting(world.stx.supervisor):
        assert not Demand.objects.exists()
