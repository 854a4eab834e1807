"""Cases and releases in a real browser: phone and desk, for a screen reader, and without JavaScript."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.models import Release
from tests.browser import faults_of, signed_in
from tests.makers.case import a_followup, a_person, active_release, draft_release, open_case
from tests.makers.duty import a_court_date, a_goal

pytestmark = pytest.mark.browser
OF_A_CASE = [
    "view_case", "log_case", "make_plan", "write_note", "give_service", "promise_followup", "assign_case",
    "request_closure_case", "restrict_case", "name_insiders", "correct_person", "draft_release",
    "disclosures", "begin_courtdate", "begin_goal",
]  # fmt: skip


def busy_case(world):
    """A case with something of everything, another without a plan; {reader: [address]}."""
    me, boss, there = world.stx.advocate, world.stx.supervisor, world.stt.organization
    with world.acting(me):
        case = open_case(
            me,
            priority="high_risk",
            trafficking_kind="labor",
            person=a_person(me, name="Ana Testperson", language="es", interpreter=True),
        )
        late = a_followup(case, me, hours=-20, what="Call about the protection order")
        case.log_contact(
            actor=me, way="call", outcome="reached", minutes=25, text="All well.", services=["C1"]
        )
        note = case.add_note("Room 2.", actor=me)
        case.add_note("Room 3.", actor=me, corrects=note)
        ended = active_release(case, there, me)
        ended.revoke(actor=me)
        open_release = active_release(case, there, me)
        open_release.disclose(actor=me, categories=["SAFETY"], what="Safe tonight.", method="system")
        draft = draft_release(case, there, me)
        talked = draft_release(case, there, me)
        talked.discuss(actor=me)
        planless = open_case(me, plan=False, person=a_person(me, alias="Tern"))
        closing = open_case(me, person=a_person(me, alias="Wren"))
        a_followup(closing, me)
        court = a_court_date(case, me)
        a_court_date(case, me, "done")
        goal = a_goal(case, me)
        a_goal(closing, me)
        for state in ("reached", "let_go"):
            a_goal(case, me, state)
        closing.request_closure("goals_met", actor=me)
        offer = closing.offer(world.stx.colleague, actor=me)
    own = [reverse(name, args=[case.number]) for name in OF_A_CASE]
    own += [reverse(f"{verb}_followup", args=[late.pk]) for verb in ("complete", "reschedule", "cancel")]
    own += [reverse(f"{verb}_release", args=[open_release.pk]) for verb in ("view", "revoke", "disclose")]
    own += [reverse(f"{verb}_courtdate", args=[court.pk]) for verb in ("view", "reschedule", "conclude")]
    own += [reverse(f"{verb}_goal", args=[goal.pk]) for verb in ("view", "revise", "review", "let_go")]
    own += [ended.get_absolute_url(), draft.get_absolute_url()]
    own += [reverse("discuss_release", args=[draft.pk]), reverse("sign_release", args=[talked.pk])]
    own += [
        "/caseload/",
        "/find/?q=ana",
        planless.get_absolute_url(),
        reverse("log_case", args=[planless.number]),
    ]
    return {
        me: own,
        boss: [
            "/caseload/",
            reverse("merge_case", args=[case.number]),
            reverse("close_case", args=[closing.number]),
            closing.get_absolute_url(),
        ],
        world.stx.colleague: [reverse("view_caseassignment", args=[offer.pk])],
    }


def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(live, chromium):
    read = busy_case(live.world)
    pages = [(member, address) for member, addresses in read.items() for address in addresses]
    assert faults_of(live, chromium, pages) == []


def test_a_release_from_draft_to_its_end_without_javascript(live, chromium):
    """R17, R20: three short pages to sign, two presses to take back; with plain forms and links alone."""
    world = live.world
    me = world.stx.advocate
    with world.acting(me):
        case = open_case(me)
    page = signed_in(live, chromium, me, scripts=False)
    page.goto(live.url + case.get_absolute_url())
    page.get_by_role("link", name="A release…").click()
    page.get_by_label("Who may be told?").select_option(label=f"{world.stt.organization.name}: Shelter desk")
    page.get_by_role("button", name="Go on").click()  # too early: says what is missing, keeps the rest
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Specific current safety concern").check()
    page.get_by_label("In which language").select_option("en")  # none is recorded, so none is chosen for them
    page.get_by_label("What for").fill("So that the move is safe")
    page.get_by_label("By voice").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of who signs").fill("Bluebird")
    page.get_by_label("Signed on staff device").check()
    page.get_by_label("Or the name, typed").fill("Bluebird")
    page.get_by_label("The typed name is my signature").check()
    page.get_by_label("It is not safe to have one").check()
    page.get_by_role("button", name="Signed before me").click()
    expect(page.get_by_text("signed, open")).to_be_visible()
    page.get_by_role("link", name="Take it back…").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("This release has ended")).to_be_visible()
    with world.acting(me):
        release = Release.objects.get()
        assert (release.state, release.signer_name, release.end_reason) == (
            "revoked",
            "Bluebird",
            "WITHDRAWN",
        )


def test_a_signature_is_drawn_by_hand_and_can_be_drawn_again(live, chromium):
    """R17: strokes of the pointer become the signature; a cleared box is empty, an error keeps it."""
    world = live.world
    me = world.stx.advocate
    with world.acting(me):
        release = draft_release(open_case(me), world.stt.organization, me)
        release.discuss(actor=me)
    page = signed_in(live, chromium, me)
    page.goto(live.url + reverse("sign_release", args=[release.pk]))
    page.get_by_label("Signed on staff device").check()
    expect(page.get_by_label("Picture or scan")).not_to_be_visible()  # of the other way nothing is asked
    box = page.get_by_role("img", name="Box to sign in")

    def draw():
        box.scroll_into_view_if_needed()
        place = box.bounding_box()
        page.mouse.move(place["x"] + 20, place["y"] + 20)
        page.mouse.down()
        for step in range(1, 12):
            page.mouse.move(place["x"] + 20 + 15 * step, place["y"] + 20 + 40 * (step % 2))
        page.mouse.up()
        return page.locator("input[name=drawn]").input_value()

    assert len(draw()) > 40
    page.get_by_role("button", name="Clear the box").click()
    expect(page.locator("input[name=drawn]")).to_have_value("[]")
    drawn = draw()
    page.get_by_role("button", name="Signed before me").click()  # too early: the name is missing
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=drawn]")).to_have_value(drawn)
    page.get_by_label("Name of who signs").fill("Bluebird")
    page.get_by_label("They did not want one").check()
    page.get_by_role("button", name="Signed before me").click()
    expect(page.get_by_role("img", name="Drawn signature")).to_be_visible()
    with world.acting(me):
        assert json.dumps(Release.objects.get().signature["first"]["drawn"]).replace(" ", "") == drawn


def test_the_ledger_is_made_for_paper(live, chromium):
    """R26, C20: what a person takes home has every moment in full and says who printed it."""
    member, addresses = next(iter(busy_case(live.world).items()))
    page = signed_in(live, chromium, member)
    page.emulate_media(media="print")
    page.goto(live.url + next(address for address in addresses if "disclosures" in address))
    expect(page.get_by_text("Printed by")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
