"""An officer's six steps: ninety seconds, nothing lost, nothing that may not be here."""

import re

import pytest
from django.urls import reverse

from orgs.tenancy import acting_for
from referrals.models import Referral
from tests.makers.referral import ANSWERS, draft

ASKED = {"basis": "opt_in"}
URGENT = {"priority": "high_risk", "often": ["V15"], "indicators": ["watched"]}
WHERE = {"island_now": "STX", "island_needed": "STX", "language": "es", "needs": ["talk"]}
REACH = {"reach_way": "call", "phone": "340 555 0142", "times": ["morning"], "never": "No messages"}
WHO = {
    "alias": "Bluebird",
    "age_group": "adult",
    "note": "Waits at the dock.",
    "referrer_phone": "340 555 0199",
}
PAGES = (ASKED, URGENT, WHERE, REACH, WHO)


def step(reference, number):
    return reverse("edit_referral", args=[reference, number])


def begun(world, client, **data):
    answer = client.post(reverse("begin_referral"), data)
    reference = answer.url.split("/")[2]
    return reference


def packet(world, reference):
    with world.acting(world.officer):
        return Referral.objects.get(reference=reference)


def test_an_officer_refers_someone_in_six_steps(world):
    """R14, R15, R36: basis, least content, an alias instead of a name; a reference at the end."""
    client = world.client(world.officer)
    reference = begun(world, client)
    for number, answers in enumerate(PAGES, 1):
        assert client.get(step(reference, number)).status_code == 200
        assert client.post(step(reference, number), answers).url == step(reference, number + 1)
    check = client.get(step(reference, 6)).content.decode()
    for said in (
        "Bluebird",
        "340 555 0142",
        "St. Croix",
        "Spanish",
        "Help on St. Croix",
        "Waits at the dock.",
        "How the desk reaches you",
        "340 555 0199",
    ):
        assert said in check
    answer = client.post(reverse("send_referral", args=[reference]))
    assert answer.url == reverse("receipt_referral", args=[reference])
    receipt = client.get(answer.url).content.decode()
    assert reference in receipt and "340 555 0110" in receipt and "within 4 h" in receipt
    referral = packet(world, reference)
    assert referral.state == "delivered" and referral.trafficking_kind == "sex"
    assert referral.victimizations == ["V15"] and referral.indicators == ["watched"]


def test_going_back_shows_what_was_answered(world):
    referral = draft(world)
    client = world.client(world.officer)
    shown = client.get(step(referral.reference, 4)).content.decode()
    assert "340 555 0142" in shown and "Do not leave a message" in shown
    assert re.search(r'value="morning"[^>]*checked', shown)
    assert re.search(r'value="V15"[^>]*checked', client.get(step(referral.reference, 2)).content.decode())


def test_back_keeps_what_is_typed_so_far(world):
    client = world.client(world.officer)
    reference = begun(world, client)
    client.post(step(reference, 1), ASKED)
    answer = client.post(step(reference, 2), {"often": ["V10"], "back": "1"})
    assert answer.url == step(reference, 1)
    shown = client.get(step(reference, 2)).content.decode()
    assert re.search(r'value="V10"[^>]*checked', shown)
    assert client.post(step(reference, 2), {"back": "1"}).url == step(reference, 1)
    assert packet(world, reference).victimizations == ["V10"]
    assert client.post(step(reference, 1), {"back": "1"}).url == step(reference, 1)


def test_a_change_from_the_last_step_comes_back_to_it(world):
    referral = draft(world)
    client = world.client(world.officer)
    answer = client.post(step(referral.reference, 1) + "?check", {"basis": "opt_in"})
    assert answer.url == step(referral.reference, 6)


BASES = {
    "officer": {"opt_in", "mandated_report", "inter_agency"},
    "system_advocate": {"opt_in", "advocate_initiated", "mandated_report", "inter_agency"},
}


@pytest.mark.parametrize("who", BASES)
def test_without_agreement_only_the_legal_bases_are_offered(world, who):
    """R14: a referrer chooses agreement or a legal basis, with its duty spelled out; nothing else."""
    member = world.officer if who == "officer" else world.prosecution.system_advocate
    client = world.client(member)
    page = client.get(step(begun(world, client), 1)).content.decode()
    assert set(re.findall(r'name="basis" value="(\w+)"', page)) == BASES[who]
    assert "This referral does not replace that report" in page


@pytest.mark.parametrize("basis", ["self", "third_party_named", "forged", ""])
def test_a_basis_that_was_not_offered_is_refused(world, basis):
    """R14: a forged basis is an error on the page and nothing is kept."""
    client = world.client(world.officer)
    reference = begun(world, client)
    answer = client.post(step(reference, 1), {"basis": basis})
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert packet(world, reference).basis == ""


def test_a_legal_basis_names_its_law(world):
    """R14: who sends by law or protocol says by which."""
    client = world.client(world.officer)
    reference = begun(world, client)
    asked = client.post(step(reference, 1), {"basis": "inter_agency"}).content.decode()
    assert "Name the law or the written protocol" in asked and 'name="citation"' in asked
    assert (
        client.post(step(reference, 1), {"basis": "inter_agency", "citation": "14 V.I.C. 151"}).status_code
        == 302
    )


REFUSED = [
    ("My SSN is 123-45-6789", "Social Security"),
    ("She is undocumented and overstayed her visa", "immigration"),
    ("He raped her in the car", "what was done"),
    ("NCIC shows a warrant", "criminal justice"),
]


@pytest.mark.parametrize("text, why", REFUSED)
def test_what_may_not_be_here_is_refused_and_said_why(world, text, why):
    """R15: no narrative, number, status or record in the note; the message says why and the text is kept."""
    referral = draft(world, note="")
    client = world.client(world.officer)
    answer = client.post(step(referral.reference, 5), {**WHO, "note": text})
    page = answer.content.decode()
    assert answer.status_code == 200 and why in page and text in page and "Bluebird" in page
    with world.acting(world.officer):
        assert referral.copy_for(referral.organization_id).content["note"] == ""


@pytest.mark.parametrize(
    "field, number", [("never", 4), ("reach_who", 4), ("name", 5), ("alias", 5), ("citation", 1)]
)
def test_every_free_text_is_guarded(world, field, number):
    """R15: a number does not come in by another field."""
    referral = draft(world)
    page = {**PAGES[number - 1], field: "123-45-6789"}
    if field == "citation":
        page["basis"] = "inter_agency"
    answer = world.client(world.officer).post(step(referral.reference, number), page)
    assert answer.status_code == 200 and "Social Security" in answer.content.decode()


def test_a_note_is_at_most_500_characters(world):
    """R15: a note is short, by the form."""
    referral = draft(world)
    client = world.client(world.officer)
    assert client.post(step(referral.reference, 5), {**WHO, "note": "a" * 501}).status_code == 200
    assert client.post(step(referral.reference, 5), {**WHO, "note": "a" * 500}).status_code == 302


BAD = [
    (2, {"priority": "urgent", "often": ["V15"]}),
    (2, {"priority": "crisis"}),
    (2, {"priority": "crisis", "often": ["V99"]}),
    (2, {"priority": "crisis", "often": ["V15"], "indicators": ["aura"]}),
    (3, {**WHERE, "island_needed": "PRI"}),
    (3, {**WHERE, "island_now": ""}),
    (3, {**WHERE, "language": "xx"}),
    (3, {**WHERE, "needs": ["money"]}),
    (4, {**REACH, "phone": "340 555"}),
    (4, {**REACH, "phone": ""}),
    (4, {"reach_way": "trusted_person"}),
    (4, {"reach_way": "pigeon"}),
    (4, {**REACH, "times": ["midnight"]}),
    (4, {**REACH, "never": "x" * 201}),
    (5, {**WHO, "age_group": ""}),
    (5, {**WHO, "age_group": "old"}),
    (5, {**WHO, "name": "x" * 81}),
    (5, {**WHO, "referrer_phone": "call me"}),
]


@pytest.mark.parametrize("number, answers", BAD)
def test_a_wrong_answer_is_said_and_nothing_typed_is_lost(world, number, answers):
    referral = draft(world)
    answer = world.client(world.officer).post(step(referral.reference, number), answers)
    page = answer.content.decode()
    assert answer.status_code == 200 and "There is a problem" in page
    for name, value in answers.items():
        if isinstance(value, str) and value and name in ("phone", "never", "name", "note", "alias"):
            assert value in page


def test_a_sign_of_trafficking_is_enough(world):
    """R14: nobody has to prove the kind."""
    referral = draft(world)
    client = world.client(world.officer)
    client.post(step(referral.reference, 2), {"priority": "standard", "indicators": ["watched"]})
    assert packet(world, referral.reference).trafficking_kind == "unknown"
    client.post(step(referral.reference, 2), {"priority": "standard", "often": ["V10"], "other": ["V06"]})
    assert packet(world, referral.reference).trafficking_kind == ""
    client.post(step(referral.reference, 2), {"priority": "standard", "often": ["V14", "V15", "T00"]})
    assert packet(world, referral.reference).trafficking_kind == "both"
    assert packet(world, referral.reference).victimizations == ["V14", "V15"]


def test_beginning_twice_is_one_draft(world):
    client = world.client(world.officer)
    assert begun(world, client) == begun(world, client)
    assert begun(world, client, group="1") != begun(world, client)


def test_sending_twice_sends_once_and_shows_the_receipt(world):
    referral = draft(world)
    client = world.client(world.officer)
    first = client.post(reverse("send_referral", args=[referral.reference]))
    second = client.post(reverse("send_referral", args=[referral.reference]))
    assert first.url == second.url == reverse("receipt_referral", args=[referral.reference])
    with acting_for(world.stx.organization.pk):
        assert Referral.objects.count() == 1


def test_an_unfinished_packet_is_not_sent(world):
    referral = draft(world, priority="", reach_way="")
    client = world.client(world.officer)
    page = client.post(reverse("send_referral", args=[referral.reference]), follow=True).content.decode()
    assert "Before it can go" in page and "Step 2" in page and "Step 4" in page
    assert packet(world, referral.reference).state == "draft"


def test_a_save_from_an_old_window_wins_and_says_so(world):
    referral = draft(world)
    client = world.client(world.officer)
    shown = re.search(
        r'name="shown" value="([^"]+)"', client.get(step(referral.reference, 1)).content.decode()
    )[1]
    world.forward(minutes=1)
    client.post(step(referral.reference, 3), {**WHERE, "shown": shown})
    world.forward(minutes=1)
    answer = client.post(
        step(referral.reference, 1), {"basis": "mandated_report", "shown": shown}, follow=True
    )
    assert "also changed in another window" in answer.content.decode()
    assert packet(world, referral.reference).basis == "mandated_report"


def test_a_save_after_sending_is_a_conflict(world):
    referral = draft(world)
    client = world.client(world.officer)
    client.post(reverse("send_referral", args=[referral.reference]))
    assert client.post(step(referral.reference, 1), ASKED).status_code == 409
    assert client.get(step(referral.reference, 1)).url == reverse("view_referral", args=[referral.reference])
    assert client.post(reverse("discard_referral", args=[referral.reference])).status_code == 409


def test_a_group_notice_asks_for_no_name_and_no_way_to_reach(world):
    """R36: five steps without a name; people are added to it later."""
    client = world.client(world.officer)
    reference = begun(world, client, group="1")
    where = {**WHERE, "group_size": "6", "group_minors": "2"}
    for number, answers in enumerate((ASKED, URGENT, where, {"note": "Tuesday, the east dock."}), 1):
        assert client.post(step(reference, number), answers).url == step(reference, number + 1)
    assert "about 6 people, 2 of them under 18" in client.get(step(reference, 5)).content.decode()
    assert client.get(step(reference, 6)).status_code == 404
    client.post(reverse("send_referral", args=[reference]))
    added = begun(world, client, notice=reference)
    assert packet(world, added).notice_id == packet(world, reference).pk
    for number, answers in enumerate(PAGES, 1):
        client.post(step(added, number), answers)
    client.post(reverse("send_referral", args=[added]))
    page = client.get(reverse("view_referral", args=[reference])).content.decode()
    assert added in page and "Bluebird" in page and "No name given" not in page


def test_every_answer_is_there_to_check_the_own_number_and_a_nought_too(world):
    """R15: what goes is what was read over: the number of the account where no other was typed."""
    client = world.client(world.officer)
    reference = begun(world, client, group="1")
    where = {**WHERE, "group_size": "6", "group_minors": "0"}
    for number, answers in enumerate((ASKED, URGENT, where, {"referrer_phone": "340 555 0163"}), 1):
        client.post(step(reference, number), answers)
    check = client.get(step(reference, 5)).content.decode()
    assert "340 555 0163" in check and "about 6 people, none of them under 18" in check
    client.post(step(reference, 4), {"referrer_phone": ""})
    check = client.get(step(reference, 5)).content.decode()
    assert "340 555 0163" not in check and "340 555 0199" in check
    assert f"{step(reference, 4)}?check" in check


@pytest.mark.parametrize("minors", ["7", "-1", "many"])
def test_a_group_has_no_more_minors_than_people(world, minors):
    referral = draft(world, group=True)
    answer = world.client(world.officer).post(
        step(referral.reference, 3), {**WHERE, "group_size": "6", "group_minors": minors}
    )
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()


def test_an_island_without_a_desk_is_said_before_and_after(world):
    """R4: nobody waits for a desk that cannot hear."""
    from orgs.models import User

    with acting_for(world.stx.organization.pk):
        User.objects.filter(role__in=("intake_worker", "supervisor")).update(is_active=False)
    referral = draft(world)
    client = world.client(world.officer)
    assert "(340) 773-9272" in client.get(step(referral.reference, 6)).content.decode()
    answer = client.post(reverse("send_referral", args=[referral.reference]), follow=True).content.decode()
    assert "could not be delivered" in answer and "(340) 773-9272" in answer


def test_where_several_help_the_officer_chooses(world):
    from orgs.models import Organization

    with acting_for(world.stt.organization.pk):
        Organization.objects.filter(code="stt").update(islands=["STX", "STT"])
    referral = draft(world)
    client = world.client(world.officer)
    url = reverse("send_referral", args=[referral.reference])
    assert "Which organization?" in client.post(url).content.decode()
    assert client.post(url, {"to": world.vipd.organization.pk}).status_code == 200
    assert client.post(url, {"to": world.stt.organization.pk}).status_code == 302
    assert packet(world, referral.reference).receiver_id == world.stt.organization.pk


def test_a_draft_is_discarded_after_a_page_that_asks(world):
    referral = draft(world)
    client = world.client(world.officer)
    url = reverse("discard_referral", args=[referral.reference])
    assert "Every word of it is erased" in client.get(url).content.decode()
    assert client.post(url).url == reverse("my_referrals")
    assert client.get(step(referral.reference, 1)).status_code == 404


@pytest.mark.parametrize("who", ["stx.intake_worker", "stx.advocate", "stx.supervisor", "vipd.administrator"])
def test_only_referrers_begin(world, who):
    """R9: who receives does not refer here, and an administrator sees no packet."""
    side, name = who.split(".")
    client = world.client(getattr(getattr(world, side), name))
    assert client.post(reverse("begin_referral")).status_code == 403
    assert client.get(reverse("my_referrals")).status_code == 403


def test_the_first_page_starts_from_the_officers_island(world):
    client = world.client(world.officer)
    page = client.get(step(begun(world, client), 3)).content.decode()
    assert page.count('<option value="STX" selected>') == 2
    assert '<option value="en" selected>' in page


def test_answers_of_the_maker_are_answers_of_the_form():
    """R15: what tests write is what the form can write."""
    from referrals.models.sender import IN_THE_OPEN, SEALED

    assert ANSWERS.keys() <= IN_THE_OPEN | SEALED
