"""A press that comes too late loses nothing that was typed: it stands on the page that says so."""

import re

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from config.permission_table import FORM, RECORDS, SEES, expected, members_in
from orgs import typed
from tests.makers.case import open_case
from tests.makers.every import body, build
from tests.makers.referral import acknowledged, sent
from tests.test_permissions import City, address

TEXT = re.compile(r"<textarea[^>]*?name=\"(\w+)\"|<input[^>]*?type=\"(?:text|search)\"[^>]*?name=\"(\w+)\"")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
KEPT = "and so was the word"


def ways(noun, row):
    """(the state from which it goes, one from which it does not any more, by whom) of a form of the table."""
    for late in SEES[noun]:
        for member in members_in(noun, late, row.who):
            if expected(noun, late, row, member) != 409:
                continue
            for good in SEES[noun]:
                if good.partition("_")[0] != "walled" and expected(noun, good, row, member) == "through":
                    return good, late, member
    return None


FORMS = [
    (noun, row, *found)
    for noun, rows in RECORDS.items()
    for row in rows
    if row.how == FORM and (found := ways(noun, row))
]


@pytest.mark.parametrize(
    ("noun", "row", "good", "late", "member"), FORMS, ids=[row.name for _noun, row, *_ in FORMS]
)
def test_what_was_typed_is_on_the_page_of_who_came_too_late(world, noun, row, good, late, member):
    """C7: every text of every form is given back to whoever typed it, and nothing of it is kept."""
    city = City(world, [member])
    with transaction.atomic():
        before = build(world, noun, good)
        page = city.ask(member, "get", address(row.name, before.keys)).response.content.decode()
        transaction.set_rollback(True)
    names = {one or two for one, two in TEXT.findall(page)}
    after = build(world, noun, late)
    texts = {name: f"{name} {KEPT}" for name in names}
    answer = city.ask(member, "post", address(row.name, after.keys), body(world, row.name, after) | texts)
    said = answer.response.content.decode()
    assert answer.status in (200, 409), answer.status
    assert answer.wrote == []
    for text in texts.values():
        assert text in said, (row.name, answer.status, text)


def test_the_forms_of_the_table_are_looked_at():
    """No change of the table leaves them out: there are many, and those with a narrative are among them."""
    named = {row.name for _noun, row, *_ in FORMS}
    assert len(named) > 60
    assert {
        "write_referral",
        "answer_referral",
        "reach_out_intake",
        "ask_referral",
        "return_handoff",
    } <= named


def test_it_is_given_back_to_nobody_else_and_after_that_to_nobody(world):
    """The page is made of the request: the next look at the record shows no word of it."""
    packet, _intake = acknowledged(world)
    client = world.client(world.officer)
    url = reverse("answer_referral", args=[packet.reference])
    said = client.post(url, {"text": "She waits at the <ferry> & is cold."})
    page = said.content.decode()
    assert said.status_code == 409 and 'id="typed"' in page
    assert "She waits at the &lt;ferry&gt; &amp; is cold." in page and said["Cache-Control"] == "no-store"
    assert "is cold" not in client.get(packet.get_absolute_url()).content.decode()
    assert 'id="typed"' not in client.get(url).content.decode()


def test_a_press_with_nothing_typed_is_told_as_before(world):
    packet = sent(world)
    client = world.client(world.stx.intake_worker)
    url = reverse("acknowledge_referral", args=[packet.reference])
    assert client.post(url).status_code == 302
    recall = reverse("recall_referral", args=[packet.reference])
    page = world.client(world.officer).post(recall, {"reason": "mistake"}).content.decode()
    assert 'id="typed"' in page and "Sent by mistake" in page, "what was chosen is said in its words"


def test_what_lets_somebody_in_is_not_given_back(rf):
    """C7: a passphrase or a code is typed again, and a file is no text."""
    request = rf.post("/", {"passphrase": "ferry seaplane mango harbor", "text": "words"})
    with typed.watching():
        assert typed.left(request) == []
        page = render_to_string("components/typed.html", {"typed": typed.left(request)})
    assert page.strip() == ""
    with typed.watching():
        plain = rf.post("/", {"text": "words", "csrfmiddlewaretoken": "x", "form_id": "y"})
        assert [one.said for one in typed.left(plain)] == ["words"]
        assert typed.left(rf.get("/?text=words")) == []


def test_words_are_given_back_where_the_record_is_no_longer_open_to_who_typed_them(world):
    """R6: a case that went to a colleague meanwhile, and one that nobody has, answer alike, words and all."""
    with world.acting(world.stx.supervisor) as supervisor:
        case = open_case(world.stx.advocate)
        client = world.client(world.stx.advocate)
        case.offer(world.stx.colleague, actor=supervisor, directed=True, reason="load")
    words = {"note": "She waits at the bakery until four", "csrfmiddlewaretoken": "x"}
    gone, never = (client.post(f"/cases/{number}/log/", words) for number in (case.label, "C-9999"))
    assert gone.status_code == never.status_code == 404
    assert words["note"] in gone.content.decode()
    assert TOKEN.sub("", gone.content.decode()) == TOKEN.sub("", never.content.decode())


def test_words_are_given_back_to_who_may_look_and_not_do(world):
    city = City(world, ["stx.supervisor"])
    handoff = build(world, "handoff", "draft")
    answer = city.ask(
        "stx.supervisor", "post", address("edit_handoff", handoff.keys), {"note": "She has a sister"}
    )
    assert answer.status == 403 and "She has a sister" in answer.response.content.decode()
