"""The page on which an administrator asks who may do what says what the table says, and opens nothing."""

import re

import pytest
from django.urls import reverse

from config.permission_table import CAST, MEMBERS, RECORDS, SEES, asking, expected, members_in, moves, words
from orgs.models import AuditLine
from tests.asking import QUERIES, page_asked
from tests.makers.case import open_case

ANSWER = {"through": "May", 409: "May, but not in this state", 403: "Sees it, and may not"}


def said(html):
    """{who: {answer: [moves]}} as a page has it, and what stands below its last heading of others."""
    found = {}
    for panel in re.findall(r'<section class="panel"[^>]*>\s*<h2>(.*?)</section>', html, re.S):
        name, rest = panel.split("</h2>", 1)
        rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', rest, re.S)
        found[name] = {answer: re.findall("<li>(.*?)</li>", cell) for answer, cell in rows}
        found[name] = found[name] or re.findall("<li>(.*?)</li>", rest)
    return found


def ask(world, member=None, **asked):
    answer = world.client(member or world.stx.administrator).get(reverse("permissions"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "state"),
    [("referral", "draft"), ("intake", "assigned"), ("case", "closed"), ("handoff", "offered"),
     ("release", "active"), ("release", "draft"), ("release", "superseded"),
     ("breach", "closure_requested"), ("invitation", "revoked")],
)  # fmt: skip
def test_the_page_says_what_the_table_says(world, kind, state):
    """C10: one table for the page and for the tests, move by move and role by role."""
    page, played = said(ask(world, kind=kind, state=state)), set()
    for role in SEES[kind][state].split():
        member = sorted(members_in(kind, state, role))[0]
        played.add(words.role_in_words(kind, role))
        shown = page[words.role_in_words(kind, role)]
        for row in RECORDS[kind]:
            there = [answer for answer, listed in shown.items() if str(moves.DOES[row.name]) in listed]
            assert there == [ANSWER[expected(kind, state, row, member)]], row.name
    assert page.keys() == {*played, "For these it does not exist"}
    assert "Oversight analysts" in page["For these it does not exist"]


def test_one_part_alone_can_be_asked_for(world):
    page = said(ask(world, kind="handoff", state="offered", who="their_desk"))
    assert list(page) == ["Intake workers of the receiving service"]
    page = said(ask(world, kind="case", state="open", who="others"))
    assert list(page) == ["For these it does not exist"]
    assert "Other advocates of the service" in page["For these it does not exist"]


def test_a_part_that_nobody_plays_in_this_state_is_said_to_be_none(world):
    page = ask(world, kind="intake", state="new", who="advocate")
    assert "Nobody has this part in this state" in page and said(page) == {}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"kind": "suspect"}, "There is no such kind of record. Choose one from the list."),
        ({"kind": ""}, "Choose an answer."),
        ({"kind": "case", "state": "triaged"}, "A record of this kind is never in that state."),
        ({"kind": "case", "state": "open", "who": "officer"}, "Nobody plays that part"),
    ],
)
def test_what_is_not_in_the_table_gets_a_clear_answer(world, asked, says):
    page = ask(world, **asked)
    assert says in page and said(page) == {}


def test_an_agency_is_offered_the_kinds_that_it_has(world):
    officers = world.vipd.administrator
    assert "No record is opened" in ask(world, officers)
    assert said(ask(world, officers, kind="referral"))["The officer who filed it"]["May"]
    for kind in ("intake", "case", "breakglass"):
        assert "There is no such kind of record" in ask(world, officers, kind=kind)
        assert "There is no such kind of record" not in ask(world, kind=kind)


def test_it_reads_no_record_and_leaves_no_line_of_one(world):
    """C11: nothing is told of a record, so there is nothing to write down."""
    with world.acting(world.stx.advocate) as advocate:
        open_case(advocate)
    client = world.client(world.stx.administrator)
    with world.acting(world.stx.administrator):
        before = AuditLine.objects.count()
    address = f"{reverse('permissions')}?kind=case&state=open"
    _, questions = page_asked(client, address)
    assert len(questions) <= QUERIES
    assert not [question for question in questions if "cases_" in question or "referrals_" in question]
    with world.acting(world.stx.administrator):
        assert AuditLine.objects.count() == before


def test_every_kind_state_role_and_move_has_words():
    """A row that is added to the table comes with what the page calls it."""
    assert words.KINDS.keys() == RECORDS.keys() == SEES.keys() == CAST.keys()
    assert {row.name for rows in RECORDS.values() for row in rows} == moves.DOES.keys()
    assert set(words.OTHERS) == set(MEMBERS)
    for kind, states in SEES.items():
        assert all(name for _role, name in asking.roles(kind))
        names = [str(name) for _state, name in asking.states(kind)]
        assert len(set(names)) == len(names) == len(states), kind
        does = [str(moves.DOES[row.name]) for row in RECORDS[kind]]
        assert len(set(does)) == len(does), kind


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in SEES for state in SEES[kind]])
def test_whoever_plays_one_role_gets_one_answer(kind, state):
    """The page asks for one of a role and says it of all: all of them get the same, the rest nothing."""
    for role in SEES[kind][state].split():
        for row in RECORDS[kind]:
            answers = {expected(kind, state, row, member) for member in members_in(kind, state, role)}
            assert len(answers) <= 1 and 404 not in answers, (role, row.name)
    seen = members_in(kind, state, SEES[kind][state])
    left = [member for member in MEMBERS if member not in seen]
    assert bool(left) == bool(asking.everybody_else(kind, state))
    assert {expected(kind, state, row, member) for row in RECORDS[kind] for member in left} == {404}
