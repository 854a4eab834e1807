"""Today: whatever waits for an advocate is there, in its panel, one press from the act, in few questions."""

from cases.models import Wall
from tests.asking import QUERIES, listed, page_asked
from tests.links import every_link_opens
from tests.makers import case as cases
from tests.makers import handoff as handoffs
from tests.makers import intake as intakes


def panels(html):
    """The page cut at its panels, by heading."""
    parts = html.split("<h2>")[1:]
    return {part.split("<")[0].strip(): part for part in parts}


def test_what_is_late_is_on_top_and_one_press_from_done(world):
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
        late = cases.a_followup(case, advocate, hours=1, what="Call about the order")
        cases.a_followup(case, advocate, hours=72, what="Drive to court")
    world.forward(hours=3)
    found = panels(world.client(world.stx.advocate).get("/today/").content.decode())
    assert "Call about the order" in found["Past their time"]
    assert f"/followups/{late.pk}/complete/" in found["Past their time"]
    assert f"/followups/{late.pk}/reschedule/" in found["Past their time"]
    assert "Drive to court" in found["Coming up, seven days"]


def test_what_is_offered_is_accepted_with_one_press(world):
    with world.acting(world.stx.supervisor) as supervisor:
        case = cases.open_case(supervisor)
        offer = case.offer(world.stx.advocate, actor=supervisor)
        intake = intakes.triaged(world.stx.intake_worker)
        question = intake.assign(world.stx.advocate, actor=supervisor)
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert f"/assignments/{offer.pk}/accept/" in page and f"/offers/{question.pk}/accept/" in page


def test_plans_quiet_cases_and_ending_releases_are_seen_in_time(world):
    """R37: a plan that runs out stands there before it has run out, and so does a case gone quiet."""
    case = handoffs.case(world)
    handoffs.release(world, case)
    world.forward(days=26)
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert "Confirm the safe-contact plan" in page and f"/cases/{case.number}/plan/" in page
    assert "Be in touch with" in page and f"/cases/{case.number}/log/" in page
    assert "A new release is a new conversation" in page
    every_link_opens(world.client(world.stx.advocate), "/today/")
    world.forward(days=5)
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert "no contact until then" in page and "Be in touch with" not in page
    assert "They confirmed it just now" in every_link_opens(world.client(world.stx.advocate), "/today/")


def test_a_case_without_a_plan_asks_for_one_the_same_day(world):
    """R37: nobody can be in touch before, so the plan is due today and contact is not asked for."""
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate, plan=False)
    found = panels(world.client(world.stx.advocate).get("/today/").content.decode())
    assert f"/cases/{case.number}/plan/" in found["Due today"]
    world.forward(days=9)
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert "Plan safe contact" in panels(page)["Past their time"] and "Be in touch" not in page


def test_what_is_done_or_moved_here_leads_back_here(world):
    with world.acting(world.stx.advocate) as advocate:
        followup = cases.a_followup(cases.open_case(advocate), advocate, hours=1)
    client = world.client(world.stx.advocate)
    there = f"/followups/{followup.pk}/complete/?back=/today/"
    assert there in client.get("/today/").content.decode()
    assert client.post(there, {"outcome": "done"}).url == "/today/"


def test_the_figure_beside_today_is_the_same_on_every_page(world):
    """What the navigation counts elsewhere is what stands on the page, late ones and all."""
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
        for hours in (1, 2, 90):
            cases.a_followup(case, advocate, hours=hours)
        cases.open_case(advocate, plan=False)
        colleagues = cases.open_case(world.stx.colleague)
    handoffs.accepted(world)
    with world.acting(world.stx.supervisor) as supervisor:
        colleagues.offer(world.stx.advocate, actor=supervisor)
        intakes.assigned(world.stx.intake_worker, world.stx.advocate)
    for days in (0, 1, 8, 14, 9):
        world.forward(days=days)
        client = world.client(world.stx.advocate)
        here, elsewhere = (figure(client.get(url)) for url in ("/today/", "/find/"))
        assert here == elsewhere and "count" in here, days


def figure(answer):
    """The entry of Today in a page's navigation, without whether one is there."""
    entries = answer.content.decode().split("<nav")[1].split("</nav")[0].split("<li")
    (entry,) = (entry for entry in entries if 'href="/today/"' in entry)
    return entry.replace(' aria-current="page"', "")


def test_an_intake_opened_again_runs_from_then_on(world):
    with world.acting(world.stx.advocate) as advocate:
        intake = intakes.assigned(world.stx.intake_worker, advocate, priority="high_risk")
        intake.find_ineligible(actor=advocate)
    world.forward(days=3)
    with world.acting(world.stx.supervisor) as supervisor:
        intake.reopen(actor=supervisor)
        intake.assign(world.stx.advocate, actor=supervisor).accept(actor=world.stx.advocate)
    found = panels(world.client(world.stx.advocate).get("/today/").content.decode())
    assert "Reach Bluebird for the first time" in found["Coming up, seven days"] + found["Due today"]


def test_a_handoff_waits_for_the_one_whose_turn_it_is(world):
    handoff = handoffs.accepted(world)
    for who in (world.stx.advocate, world.stt.advocate):
        page = world.client(who).get("/today/").content.decode()
        assert f"/handoffs/{handoff.reference}/confirm/" in page
    assert "confirm/" not in panels(world.client(world.stx.colleague).get("/today/").content.decode()).get(
        "Due today", ""
    )


def test_walled_records_are_neither_shown_nor_counted(world):
    """R42: not a row, not a figure."""
    with world.acting(world.stx.advocate) as advocate:
        case = cases.open_case(advocate)
        cases.a_followup(case, advocate, hours=-1, what="Call about the order")
    with world.acting(world.stx.supervisor) as supervisor:
        Wall.build(case.person, world.stx.advocate, actor=supervisor, reason="other")
    page = world.client(world.stx.advocate).get("/today/").content.decode()
    assert "Call about the order" not in page and "Nothing is due." in page
    assert 'class="count late"' not in page


def test_today_is_for_those_who_work_cases(world):
    for who in (world.officer, world.stx.administrator, world.stx.intake_worker):
        assert world.client(who).get("/today/").status_code == 404


def test_a_full_day_costs_as_many_questions_as_an_empty_one(world):
    with world.acting(world.stx.advocate) as advocate:
        for n in range(55):
            case = cases.open_case(advocate)
            cases.a_followup(case, advocate, hours=n - 45, what=f"Thing {n}")
    handoffs.accepted(world)
    answer, questions = page_asked(world.client(world.stx.advocate), "/today/")
    page = answer.content.decode()
    assert page.count('class="row"') <= 75
    assert len(questions) <= QUERIES, listed(questions)
    assert "and " in page and "more, once these are done" in page
