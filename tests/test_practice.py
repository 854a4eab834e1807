"""A referral for practice: the real form's questions and checks, sent to nobody, kept nowhere; the signs."""

import re
from datetime import datetime

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from orgs.calendar import ISLANDS
from referrals import practice, signs
from referrals.forms.referral_steps import FORMS
from referrals.models.arrival import can_be_reached, unsaid
from tests.makers.referral import ANSWERS, draft, sent
from tests.test_referral_steps import ASKED, PAGES, step

HERE, SIGNS = reverse("practice"), reverse("know_signs")
SECRET = "Kingfisher at the bakery"
TYPED = {name: value for page in PAGES for name, value in page.items()} | {"note": SECRET}
MAY_WRITE = ('"django_session"', '"orgs_auditline"')


def words(answer):
    """What a page says, without what every request has of its own."""
    said = re.sub(r'<p class="on-paper printed">.*?</p>', "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said[said.index("<main") :]))


def names(answer):
    """The names of the questions that a page asks."""
    asked = re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', answer.content.decode())
    return set(asked) - {"csrfmiddlewaretoken", "shown"}


def test_a_referral_for_practice_reaches_nobody_and_leaves_nothing(world):
    """R3, R38: no row but the audit's and the session's, no mail; every list and count is as it was."""
    world.hold(datetime(2026, 11, 24, 9, tzinfo=ISLANDS))
    sent(world)
    who = [(world.officer, "my_referrals"), (world.vipd.unit_supervisor, "my_referrals"),
           (world.vipd.unit_supervisor, "my_unit"), (world.stx.intake_worker, "inbox"),
           (world.stx.supervisor, "board"), (world.stx.supervisor, "sending_units")]  # fmt: skip
    seen = [(world.client(member), reverse(name)) for member, name in who]
    before, wrote = [words(client.get(url)) for client, url in seen], []

    def watch(execute, sql, params, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE|MERGE|COPY)|\s*SELECT .*FOR UPDATE", sql, re.S):
            wrote.append((sql, str(params)))
        return execute(sql, params, many, context)

    client = world.client(world.officer)
    with connection.execute_wrapper(watch):
        for data in (TYPED, TYPED | {"priority": "crisis"}, TYPED | {"basis": "forged"}):
            answer = client.post(HERE, data)
            assert answer.status_code == 200 and SECRET in answer.content.decode()
    assert not [sql for sql, _values in wrote if not any(table in sql for table in MAY_WRITE)]
    assert SECRET not in str(wrote) and not mail.outbox
    assert [words(client.get(url)) for client, url in seen] == before


def test_the_practice_asks_what_the_real_form_asks_and_says_everywhere_what_it_is(world):
    """R14, R15: the same questions; PRACTICE in the title, above, at each part and at the button."""
    client, real = world.client(world.officer), draft(world, basis="")
    form = [client.get(step(real.reference, number)) for number in range(1, 6)]
    first, again = client.get(HERE), client.post(HERE, TYPED)
    assert names(first) == set().union(*(names(page) for page in form))
    for answer in (first, again, client.post(HERE, {})):
        page = answer.content.decode()
        assert re.search(r"<title>PRACTICE: [^<]+</title>", page) and "<h1>PRACTICE: " in page
        assert page.count("PRACTICE") >= 10 and "Send for practice" in page and "Invent a person" in page
        for Form in FORMS.values():
            assert f"of 5: {Form.title}" in page
        assert "/send/" not in page and "/step/" not in page and reverse("begin_referral") not in page
    for page in form:
        assert "PRACTICE" not in page.content.decode()
    assert f'href="{HERE}"' in form[0].content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"basis": "inter_agency"}, "Name the law or the written protocol"),
        ({"note": "SSN 123-45-6789"}, "Social Security"),
        ({"phone": ""}, "Give the number that an advocate calls"),
        ({"often": []} | {"indicators": []}, "Tick at least one"),
    ],
)
def test_what_the_real_form_refuses_is_refused_and_what_was_typed_stays(world, wrong, said):
    """R14, R15: with the same sentence; no desk answers yet."""
    page = world.client(world.officer).post(HERE, TYPED | wrong).content.decode()
    assert said in page and "the real form would not let this go" in page and "What a desk would" not in page
    assert 'value="Bluebird"' in page and "No messages" in page
    for target in re.findall(r'<li><a href="#(id_\w+)">', page):
        assert f'id="{target}"' in page


FULL = {"referrer_phone": "+13405550199", **ANSWERS}


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({}, []),
        ({"name": "", "alias": ""}, []),  # a name is never missing (R36)
        ({"reach_way": "not_known", "times": []}, ["way"]),
        ({"times": []}, ["times"]),
        ({"reach_way": "person_will_call", "times": [], "never": ""}, []),
        ({"reach_who": "", "never": ""}, ["whom", "never"]),
        ({"interpreter": False, "indicators": []}, ["signs", "interpreter"]),
        ({"language": "en", "interpreter": False}, []),
        ({"age_group": "unknown", "note": "", "referrer_phone": ""}, ["age", "safety", "sender"]),
        ({"priority": "standard", "note": ""}, []),
    ],
)
def test_a_trainee_is_told_what_a_desk_would_ask_back(changed, asked):
    """R36: by the same measure as a desk's figures, and never a name."""
    answers = FULL | changed
    assert [code for code, gap in practice.GAPS.items() if gap in practice.asked_back(answers)] == asked
    assert can_be_reached(answers) == (not {"way", "times", "sender"} & set(asked))
    assert unsaid(answers) <= practice.GAPS.keys()


def test_a_trainee_reads_what_a_referrer_sees_and_what_nobody_tells_them(world):
    """R3, R5: the words of the real states, in their order; and why silence says nothing."""
    said = words(world.client(world.officer).post(HERE, TYPED))
    shown = [str(part) for state in practice.states() for part in state]
    assert sorted(shown, key=said.index) == shown and "within 4 h" in said
    assert "silence means neither yes nor no" in said and "Who answers, or whom to ask for" in said
    assert "Bluebird" in said and world.stx.organization.name not in said


def test_the_signs_stand_beside_the_questions_and_cost_no_question(world):
    """What is folded beside each page of the form is part of the page; the page itself names its sources."""
    client, real = world.client(world.officer), draft(world)
    assert signs.BESIDE.keys() == FORMS.keys()
    for number, name in enumerate(FORMS, 1):
        page = client.get(step(real.reference, number)).content.decode()
        fold = page.split("Know the signs, and how to ask")[1].split("</details>")[0]
        for part in signs.beside(name):
            assert str(part.title) in fold and all(str(point) in fold for point in part.points)
    asked = words(client.get(step(real.reference, 1)))
    assert "Speak with the person alone" in asked and "what you must write down or pass on" in asked
    page = words(client.get(SIGNS))
    for part in signs.PARTS:
        assert str(part.title) in page
    for source in ("Blue Campaign", "National Human Trafficking Hotline", "Office for Victims of Crime"):
        assert source in page
    assert client.post(step(real.reference, 1), ASKED).status_code == 302
