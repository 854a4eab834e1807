"""A double press, a reload, a back button: what a form makes is made once."""

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connections
from django.urls import reverse

from cases.models import ContactAttempt, Disclosure, FollowUp, Note, Release, SafeContactPlan, Service
from orgs import clock, once
from orgs.models import UsedForm
from referrals.models import Handoff, Intake
from tests.makers.case import active_release, open_case
from tests.makers.intake import assigned


def later(days=2):
    return (clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def places(world):
    """(who, address, what is sent, what is counted): every form of records that cannot be taken back."""
    stx = world.stx
    with world.acting(stx.advocate) as advocate:
        case = open_case(advocate)
        release = active_release(case, world.stt.organization, advocate)
        note = case.add_note("First", actor=advocate)
        intake = assigned(stx.intake_worker, advocate, alias="Heron")
        SafeContactPlan.make(intake.person, actor=advocate, ways=["call"], reach_at="340 555 0142")
        day = clock.today().isoformat()
        ends = (clock.today() + timedelta(days=9)).isoformat()
    terms = {"to": f"{world.stt.organization.pk}:Shelter desk", "categories": ["SAFETY"], "purpose": "A move",
             "method": "system", "language": "en", "ends_on": ends}  # fmt: skip
    number, attempt = [case.number], {"outcome": "no_answer", "way": "call"}
    question = {"priority": "standard", "adults": "1", "children": "0", "needs_codes": "safe_place",
                "island": "STT"}  # fmt: skip
    walk_in = {"alias": "Bluebird", "priority": "standard", "island": "STX", "age_group": "adult"}
    walk_in |= {"language": "en"}
    return [
        (advocate, reverse("write_note", args=number), {"text": "Twice"}, Note),
        (advocate, reverse("correct_note", args=[*number, note.pk]), {"text": "More"}, Note),
        (advocate, reverse("give_service", args=number), {"code": "A1", "on": day}, Service),
        (advocate, reverse("promise_followup", args=number), {"what": "Call", "due_at": later()}, FollowUp),
        (advocate, reverse("log_case", args=number), attempt, ContactAttempt),
        (advocate, reverse("make_plan", args=number), {"ways": ["call"], "times": ["morning"]},
         SafeContactPlan),
        (advocate, reverse("draft_release", args=number), terms, Release),
        (advocate, reverse("disclose_release", args=[release.pk]), {"categories": ["SAFETY"], "what": "Told"},
         Disclosure),
        (advocate, reverse("reach_out_intake", args=[intake.number]), attempt, ContactAttempt),
        (advocate, reverse("hand_off_case", args=number) + "?to=stt&question=1", question, Handoff),
        (stx.intake_worker, reverse("new_intake"), walk_in, Intake),
    ]  # fmt: skip


def form_id(answer):
    found = re.findall(r'name="form_id" value="([^"]+)"', answer.content.decode())
    assert len(found) == 1, found
    return found[0]


def count(world, member, model):
    with world.acting(member):
        return model.objects.count()


def test_a_second_press_makes_nothing_and_leads_where_the_first_led(world):
    """R4, C14: what may only be added to cannot be taken back, so it is never made twice by a slip."""
    for member, url, said, model in places(world):
        client, before = world.client(member), count(world, member, model)
        data = said | {"form_id": form_id(client.get(url))}
        first, second = client.post(url, data), client.post(url, data)
        assert first.status_code == 302, (url, first.context and first.context["form"].errors)
        assert second.url == first.url, url
        assert count(world, member, model) == before + 1, url
        again = said | {"form_id": form_id(client.get(url))}
        assert again["form_id"] != data["form_id"] and client.post(url, again).status_code == 302
        assert count(world, member, model) == before + 2, "a new page is a new thing"


def test_a_mistake_uses_nothing_up_and_the_id_stays_with_what_was_typed(world):
    client = world.client(world.stx.advocate)
    with world.acting(world.stx.advocate) as advocate:
        url = reverse("write_note", args=[open_case(advocate).number])
    first = form_id(client.get(url))
    wrong = client.post(url, {"text": "", "form_id": first})
    assert wrong.status_code == 200 and form_id(wrong) == first
    assert not count(world, advocate, UsedForm)
    assert client.post(url, {"text": "Right", "form_id": first}).status_code == 302
    assert count(world, advocate, Note) == 1


@pytest.mark.parametrize("wrong", ["", "no id", "00000000", "'; --"])
def test_a_form_without_an_id_works_as_ever(world, wrong):
    client = world.client(world.stx.advocate)
    with world.acting(world.stx.advocate) as advocate:
        url = reverse("write_note", args=[open_case(advocate).number])
    for _ in range(2):
        assert client.post(url, {"text": "Kept", "form_id": wrong}).status_code == 302
    assert count(world, advocate, Note) == 2


def test_the_id_of_anothers_form_leads_nobody_anywhere(world):
    """R6: it opens nothing and stops nothing."""
    with world.acting(world.stx.advocate) as advocate:
        url = reverse("write_note", args=[open_case(advocate).number])
    mine = world.client(advocate)
    used = form_id(mine.get(url))
    mine.post(url, {"text": "Mine", "form_id": used})
    theirs = world.client(world.stx.supervisor)
    answer = theirs.post(url, {"text": "Theirs", "form_id": used})
    assert answer.status_code == 302 and count(world, advocate, Note) == 2
    with world.acting(world.stt.advocate):
        assert not UsedForm.objects.exists()


def test_two_presses_in_the_same_moment_make_one(committed):
    """R4."""
    world = committed
    with world.acting(world.stx.advocate) as advocate:
        case = open_case(advocate)
    url, client = reverse("write_note", args=[case.number]), world.client(advocate)
    data, gate, codes = {"text": "Twice", "form_id": form_id(client.get(url))}, threading.Barrier(2), []

    def press(hand):
        gate.wait()
        codes.append(hand.post(url, data).status_code)
        connections.close_all()

    hands = [threading.Thread(target=partial(press, world.client(advocate))) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
    assert codes == [302, 302] and count(world, advocate, Note) == 1


def test_ids_of_long_ago_are_forgotten(world):
    with world.acting(world.stx.advocate) as advocate:
        for days in (29, 31):
            UsedForm.objects.create(
                organization_id=advocate.organization_id, form=f"00000000-0000-0000-0000-0000000000{days}",
                user=advocate, path="/", used_at=clock.now() - timedelta(days=days),
            )  # fmt: skip
        once.forget_old()
        assert UsedForm.objects.count() == 1
