"""What officers see of their packets, and what they never see."""

import re

from django.urls import reverse

from cases.models import SafeContactPlan
from orgs.models import AuditLine
from orgs.reference import new_reference
from orgs.tenancy import acting_for
from referrals.models import Referral
from tests.asking import asked
from tests.makers.referral import acknowledged, draft, sent

MY = reverse("my_referrals")


def url(name, referral):
    return reverse(f"{name}_referral", args=[referral.reference])


def text(answer):
    """A page without its CSRF tokens and with white space in one form."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def test_the_list_says_what_waits_what_is_not_sent_and_what_was_read(world):
    asked, _ = acknowledged(world, alias="Asked")
    with world.acting(world.stx.intake_worker):
        asked.ask("language", actor=world.stx.intake_worker)
    acknowledged(world, alias="Readone")
    sent(world, alias="Waiting")
    draft(world, alias="Unfinished")
    page = text(world.client(world.officer).get(MY))
    order = [page.index(word) for word in ("Asked", "Unfinished", "Waiting", "Readone")]
    assert order == sorted(order)
    assert "Questions to answer" in page and "Not sent yet" in page
    assert "Delivered, not read yet" in page and "Read by the desk" in page


def test_an_empty_list_says_what_to_do(world):
    assert "Choose “Refer someone” to begin" in text(world.client(world.officer).get(MY))


def test_a_list_goes_on_page_by_page(world):
    with world.acting(world.officer):
        for _ in range(30):
            Referral.begin(actor=world.officer)
        Referral.objects.filter(state="draft").update(
            state="delivered", receiver=world.stx.organization, sent_at=world.now, delivered_at=world.now
        )
    client = world.client(world.officer)
    first = text(client.get(MY))
    older = re.search(r'href="(\?before=[^"]+)"', first)[1].replace("&amp;", "&")
    second = text(client.get(MY + older))
    found = [set(re.findall(r"VI-\w{4}-\w{2}", page)) - {"VI-7K3Q-92"} for page in (first, second)]
    assert [len(one) for one in found] == [25, 5] and not found[0] & found[1]
    for forged in ("x", "2026-01-01~x", "2026-01-01T00:00~00000000-0000-0000-0000-000000000000", "~"):
        assert client.get(MY, {"before": forged}).status_code == 200


def test_an_officer_finds_own_packets_by_reference_and_no_others(world):
    """R7: the search is among one's own packets; another agency's reference is as one that does not exist."""
    mine = sent(world)
    client = world.client(world.officer)
    assert client.get(MY, {"q": mine.reference.lower().replace("-", " ")}).url == mine.get_absolute_url()
    theirs = sent(world, by=world.prosecution.system_advocate).reference
    colleagues = sent(world, by=world.vipd.partner).reference
    nowhere = new_reference()
    pages = {ref: text(client.get(MY, {"q": ref})).replace(ref, "") for ref in (theirs, colleagues, nowhere)}
    assert len(set(pages.values())) == 1
    with acting_for(world.officer.organization_id):
        assert AuditLine.objects.filter(verb="search").count() == 4


def test_a_head_of_unit_sees_the_units_packets_and_no_drafts(world):
    packet, unfinished = sent(world), draft(world)
    page = text(world.client(world.vipd.unit_supervisor).get(MY))
    assert packet.reference in page and unfinished.reference not in page
    assert text(world.client(world.vipd.partner).get(MY)).count("VI-") == 0


def test_a_system_advocate_has_a_referrers_view(world):
    """R9: whatever the word advocate suggests, the view is the projection."""
    packet, _ = acknowledged(world, by=world.prosecution.system_advocate)
    page = text(world.client(world.prosecution.system_advocate).get(packet.get_absolute_url()))
    assert "Read by the desk" in page and world.stx.intake_worker.name not in page
    mine = world.client(world.prosecution.system_advocate).get(reverse("my_referrals"))
    assert mine.status_code == 200 and packet.reference in text(mine)


def test_a_packets_page_tells_what_was_written_and_how_the_message_stands(world):
    packet = sent(world)
    page = text(world.client(world.officer).get(packet.get_absolute_url()))
    for said in ("Bluebird", "340 555 0142", "Help on St. Croix", "340 555 0110", "Delivered, not read yet"):
        assert said in page


def test_nobody_of_the_receiver_is_named_to_the_referrer(world):
    """R1: not who read it, not who asked, not who wrote, on any page."""
    desk = world.stx.intake_worker
    packet, _ = acknowledged(world)
    with world.acting(desk):
        packet.ask("language", "Which one?", actor=desk)
        packet.write_message("The second page did not open.", actor=desk)
    client = world.client(world.officer)
    pages = [
        client.get(u) for u in (MY, packet.get_absolute_url(), url("print", packet), url("answer", packet))
    ]
    for page in pages:
        assert page.status_code == 200 and desk.name not in page.content.decode()
    assert "The second page did not open." in pages[1].content.decode()


def test_a_question_is_answered_on_the_page(world):
    packet, _ = acknowledged(world)
    with world.acting(world.stx.intake_worker):
        packet.ask("language", "Which one?", actor=world.stx.intake_worker)
    client = world.client(world.officer)
    assert "Which one?" in text(client.get(url("answer", packet)))
    assert "There is a problem" in text(client.post(url("answer", packet), {"text": ""}))
    refused = text(client.post(url("answer", packet), {"text": "SSN 123-45-6789"}))
    assert "Social Security" in refused and "SSN 123-45-6789" in refused
    assert client.post(url("answer", packet), {"text": "Spanish."}).url == packet.get_absolute_url()
    assert client.post(url("answer", packet), {"text": "Spanish."}).status_code == 409
    assert client.get(url("answer", packet)).status_code == 409


def test_messages_go_both_ways(world):
    packet = sent(world)
    officer, desk = world.client(world.officer), world.client(world.stx.intake_worker)
    officer.post(url("write", packet), {"text": "The dock is closed."})
    assert "The dock is closed." in text(desk.get(packet.get_absolute_url()))
    assert "nothing about the person" in text(desk.get(url("write", packet)))
    desk.post(url("write", packet), {"text": "Page two is not readable."})
    assert "Page two is not readable." in text(officer.get(packet.get_absolute_url()))
    too_long = text(officer.post(url("write", packet), {"text": "a" * 501}))
    assert "There is a problem" in too_long and "a" * 501 in too_long


def test_a_recall_asks_why_and_after_reading_says_what_to_do(world):
    packet = sent(world)
    client = world.client(world.officer)
    assert "There is a problem" in text(client.post(url("recall", packet), {"reason": "bored"}))
    client.post(url("recall", packet), {"reason": "person_changed_mind", "text": "She went home."})
    page = text(client.get(packet.get_absolute_url()))
    assert "Recalled" in page and "The person changed their mind" in page and "She went home." in page
    late, _ = acknowledged(world)
    assert "Write a message on the packet" in text(client.get(url("recall", late)))
    answer = client.post(url("recall", late), {"reason": "mistake"})
    assert answer.status_code == 409 and "Write a message on the packet" in text(answer)


def test_an_error_is_struck_through_and_kept(world):
    packet, _ = acknowledged(world)
    client = world.client(world.officer)
    assert client.post(url("mark_error", packet), {"reason": "duplicate"}).status_code == 302
    page = text(client.get(packet.get_absolute_url()))
    assert "<s>Bluebird</s>" in page and "It was entered twice" in page
    assert "<s>Bluebird</s>" in text(world.client(world.stx.intake_worker).get(packet.get_absolute_url()))


def test_at_the_end_of_its_time_the_page_says_the_constant_sentence(world):
    """R5: the same words for all, by the clock."""
    packet, _ = acknowledged(world)
    world.forward(days=30)
    client = world.client(world.officer)
    page = text(client.get(packet.get_absolute_url()))
    assert "Federal law does not let us say whether any person has sought or received services." in page
    assert url("write", packet) not in page
    answer = client.post(url("write", packet), {"text": "And?"})
    assert answer.status_code == 409 and "closed to referrer" in text(answer)


def test_printing_is_recorded(world):
    packet = sent(world)
    assert world.client(world.officer).get(url("print", packet)).status_code == 200
    with acting_for(world.officer.organization_id):
        assert AuditLine.objects.filter(verb="print", subject_id=packet.pk).count() == 1


def test_what_one_may_not_see_answers_as_what_does_not_exist(world):
    """R6: for a stranger every page of a packet is the 404 of a packet that never was."""
    packet = sent(world)
    names = ("view", "receipt", "print", "answer", "write", "recall", "mark_error", "discard", "send")
    strangers = (
        world.vipd.partner,
        world.prosecution.system_advocate,
        world.stx.advocate,
        world.stt.intake_worker,
        world.vipd.administrator,
        world.council.oversight,
    )
    for stranger in strangers:
        client = world.client(stranger)
        for name in names:
            for press in ("get", "post"):
                there = getattr(client, press)(url(name, packet))
                nowhere = getattr(client, press)(url(name, packet).replace(packet.reference, "VI-7K3Q-92"))
                assert there.status_code == nowhere.status_code
                assert there.content == nowhere.content
                assert there.status_code == 404 or press == "get" and name == "send"


def test_the_desk_may_look_but_not_do_what_the_sender_does(world):
    packet = sent(world)
    client = world.client(world.stx.intake_worker)
    assert client.get(packet.get_absolute_url()).status_code == 200
    for name in ("answer", "recall", "mark_error", "discard", "send"):
        assert client.post(url(name, packet), {"reason": "mistake", "text": "x"}).status_code == 403, name
    assert client.get(url("print", packet)).status_code == 403


def act_inside(world, intake):
    """What an organization does with a person after it has read a packet, until a case is open."""
    desk, advocate = world.stx.intake_worker, world.stx.advocate
    with world.acting(desk):
        intake.check_conflict(actor=desk, walled=[world.stx.colleague])
        intake.triage(actor=desk, priority="crisis")
        offer = intake.assign(advocate, actor=desk)
    with world.acting(advocate):
        offer.accept(actor=advocate)
        SafeContactPlan.make(intake.person, actor=advocate, ways=["call"], reach_at="+13405550142")
        intake.refresh_from_db()
        intake.reach_out(actor=advocate, way="call", outcome="reached", minutes=10)
        intake.open_case(actor=advocate)


def everything_an_officer_gets(world, packet):
    client = world.client(world.officer)
    asked = [
        MY,
        MY + f"?q={packet.reference}",
        MY + "?q=VI-7K3Q-92",
        packet.get_absolute_url(),
        url("receipt", packet),
        url("print", packet),
        url("write", packet),
        url("recall", packet),
        url("answer", packet),
        "/intakes/I-0001/",
        "/cases/C-0001/",
        "/inbox/",
    ]
    answers = [client.get(one) for one in asked]
    return [
        (
            a.status_code,
            sorted((k, v) for k, v in a.headers.items() if k not in ("Set-Cookie", "Expires")),
            text(a),
        )
        for a in answers
    ]


def without_references(answers):
    """The request's own reference on error pages is new each time."""
    return [(s, h, re.sub(r"<b>[0-9A-F]{10}</b>", "", t)) for s, h, t in answers]


def test_whatever_the_desk_does_inside_the_officer_gets_the_same_bytes(world):
    """R3: list, page, search, receipt, print, forms and doors are the same before and after."""
    world.hold(world.now)
    packet, intake = acknowledged(world)
    before = without_references(everything_an_officer_gets(world, packet))
    act_inside(world, intake)
    assert without_references(everything_an_officer_gets(world, packet)) == before


def test_pages_and_moves_keep_to_their_budget_of_queries(world):
    for _ in range(4):
        sent(world)
    packet, _ = acknowledged(world)
    with world.acting(world.stx.intake_worker):
        packet.ask("language", actor=world.stx.intake_worker)
    unfinished = draft(world)
    client = world.client(world.officer)
    client.get(MY)
    for address, most in (
        (MY, 12),
        (packet.get_absolute_url(), 12),
        (f"/referrals/{unfinished.reference}/step/3/", 12),
    ):
        _, made = asked(client, "get", address)
        assert len(made) <= most, (address, len(made), made)
    _, made = asked(client, "post", f"/referrals/{unfinished.reference}/step/1/", {"basis": "opt_in"})
    assert len(made) <= 20, made
    answer, made = asked(client, "post", url("send", unfinished))
    assert answer.status_code == 302 and len(made) <= 31, (len(made), made)
