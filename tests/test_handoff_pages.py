"""The pages of a handoff: who reaches them, what they show, and what the forms keep."""

import pytest

from orgs.models import AuditLine
from referrals.models import Handoff, HandoffFile
from tests.makers import handoff as make

POST = {
    "adults": "1",
    "children": "2",
    "needs_codes": ["safe_place"],
    "island": "STT",
    "priority": "high_risk",
    "name": "Bluebird",
    "needs": "Shelter from Friday",
    "reach": "on",
    "language": "on",
}


def url(handoff, verb=""):
    return f"/handoffs/{handoff.reference}/{verb}/" if verb else f"/handoffs/{handoff.reference}/"


def test_an_advocate_hands_a_case_off_and_a_supervisor_lets_it_go(world):
    case = make.case(world)
    make.release(world, case)
    advocate = world.client(world.stx.advocate)
    page = advocate.get(f"/cases/{case.number}/hand-off/")
    assert page.status_code == 200 and "Safe way" not in page.content.decode()
    assert "safe-contact plan" in page.content.decode()
    answer = advocate.post(f"/cases/{case.number}/hand-off/", {**POST, "submit": "1"})
    handoff = Handoff.objects.none()
    with world.acting(world.stx.supervisor):
        handoff = Handoff.objects.get()
        assert handoff.own_file().content["reach"]["never"] == "Leave a message"
    assert answer.url == url(handoff)
    assert handoff.state == "supervisor_review"
    reviewer = world.client(world.stx.supervisor)
    assert case.number in reviewer.get("/review/").content.decode()
    page = reviewer.get(url(handoff)).content.decode()
    assert "Bluebird" in page and "Approve and offer" in page and "So they know me" in page
    assert reviewer.post(url(handoff, "offer"), make.shown(world, handoff)).status_code == 302
    with world.acting(world.stt.supervisor):
        assert HandoffFile.objects.get().content["name"] == "Bluebird"


def test_what_goes_further_is_named_and_approving_is_not_offered(world):
    """R10: the reviewer reads which item goes further; there is no button, and the address refuses."""
    handoff = make.submitted(world, content={**make.CONTENT, "court": "4 December"})
    reviewer = world.client(world.stx.supervisor)
    page = reviewer.get(url(handoff)).content.decode()
    assert "One thing goes further than the release" in page and "not released" in page
    assert "Approve and offer" not in page
    assert reviewer.post(url(handoff, "offer")).status_code == 409
    kept = reviewer.post(url(handoff, "return"), {"reason": "", "because": "Take the court date out."})
    assert kept.status_code == 200 and "Take the court date out." in kept.content.decode()
    reviewer.post(url(handoff, "return"), {"reason": "too_much", "because": "Take the court date out."})
    drafter = world.client(world.stx.advocate)
    assert "Take the court date out." in drafter.get(url(handoff)).content.decode()
    assert "Take the court date out." in drafter.get(url(handoff, "edit")).content.decode()


def test_the_drafter_is_offered_no_review_of_their_own(world):
    """R10: whoever drafted it sees why there is no button, and the address answers 403."""
    handoff = make.draft(world, by=world.stx.supervisor)
    with world.acting(world.stx.supervisor) as supervisor:
        handoff.submit(actor=supervisor)
    own = world.client(world.stx.supervisor)
    page = own.get(url(handoff)).content.decode()
    assert "Another supervisor reviews it" in page and "Approve and offer" not in page
    assert own.post(url(handoff, "offer")).status_code == 403


def test_without_a_release_no_field_takes_a_name(world):
    """R10: only the question about a place is there, and a name that is posted all the same goes nowhere."""
    case = make.case(world)
    client = world.client(world.stx.advocate)
    page = client.get(f"/cases/{case.number}/hand-off/").content.decode()
    assert "No name goes without a release" in page and 'name="name"' not in page
    client.post(f"/cases/{case.number}/hand-off/", {**POST, "submit": "1"})
    with world.acting(world.stx.advocate):
        handoff = Handoff.objects.get()
        assert not handoff.identified and handoff.own_file().content == {}


def test_a_form_keeps_what_was_typed(world):
    case = make.case(world)
    make.release(world, case)
    wrong = {**POST, "adults": "0", "children": "0", "needs": "Her number is 123-45-6789"}
    page = world.client(world.stx.advocate).post(f"/cases/{case.number}/hand-off/", wrong)
    assert page.status_code == 200 and "123-45-6789" in page.content.decode()
    with world.acting(world.stx.advocate):
        assert not Handoff.objects.exists()


def test_the_receiver_goes_all_the_way(world):
    handoff = make.offered(world)
    desk, supervisor = world.client(world.stt.intake_worker), world.client(world.stt.supervisor)
    assert "Help on St. Croix" in desk.get("/handoffs/").content.decode()
    page = desk.get(url(handoff)).content.decode()
    assert "Bluebird" not in page and "C-0" not in page and "Acknowledge" in page
    desk.post(url(handoff, "acknowledge"))
    snapshot = desk.get(url(handoff, "snapshot")).content.decode()
    assert "Bluebird" in snapshot and "Copy for Help on St. Thomas" in snapshot
    assert "Intake Worker" in snapshot and handoff.reference in snapshot
    assert supervisor.post(url(handoff, "accept"), {"advocate": ""}).status_code == 200
    supervisor.post(url(handoff, "accept"), {"advocate": str(world.stt.advocate.pk)})
    first = world.client(world.stt.advocate).post(url(handoff, "confirm"), follow=True)
    assert "stays responsible until the other side" in first.content.decode()
    second = world.client(world.stx.advocate).post(url(handoff, "confirm"), follow=True)
    assert "Help on St. Thomas is responsible from now on" in second.content.decode()
    assert world.client(world.stt.advocate).post(url(handoff, "complete")).status_code == 302
    with world.acting(world.stt.supervisor):
        assert AuditLine.objects.filter(subject_id=handoff.pk, verb="open_snapshot").count() == 1
    for side in (world.stx, world.stt):
        with world.acting(side.supervisor):
            lines = AuditLine.objects.filter(subject_id=handoff.pk).exclude(
                verb__in=("view", "open_snapshot")
            )
            verbs = [line.verb for line in lines.exclude(verb__in=("draft", "submit", "disclose"))]
            assert sorted(verbs) == ["accept", "acknowledge", "complete", "confirm", "connect", "offer"]


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_snapshot_stops_opening_with_its_release(world, how):
    """R27: on the next request after the end, by the database's clock, whether or not a task has run."""
    handoff = make.acknowledged(world, days=3)
    client = world.client(world.stt.supervisor)
    assert client.get(url(handoff, "snapshot")).status_code == 200
    if how == "expired":
        world.forward(days=3, seconds=1)
        client = world.client(world.stt.supervisor)
    else:
        with world.acting(world.stx.colleague) as anyone:
            handoff.own_file().release.revoke(actor=anyone)
    late = client.get(url(handoff, "snapshot"))
    assert late.status_code == 409 and "Bluebird" not in late.content.decode()
    assert client.post(url(handoff, "accept"), {"advocate": str(world.stt.advocate.pk)}).status_code == 409
    page = client.get(url(handoff)).content.decode()
    assert "The release has ended" in page and "Open the file" not in page


def test_a_recalled_handoff_no_longer_opens(world):
    """R27: taken back by the sender, it is shut for the receiver at once."""
    handoff = make.offered(world)
    sender = world.client(world.stx.advocate)
    assert sender.post(url(handoff, "recall"), {"reason": "release_ended"}).status_code == 200
    sender.post(url(handoff, "recall"), {"reason": "unsafe"})
    receiver = world.client(world.stt.supervisor)
    assert receiver.get(url(handoff, "snapshot")).status_code == 409
    assert "Nothing more is to be done here." in receiver.get(url(handoff)).content.decode()
    page = sender.get(url(handoff)).content.decode()
    assert "The case is yours as before." in page and "Draft again" not in page


def test_a_refusal_is_put_away_or_drafted_again(world):
    handoff = make.declined(world)
    client = world.client(world.stx.advocate)
    page = client.get(url(handoff)).content.decode()
    assert "No bed or place now" in page and "Draft again" in page
    again = client.post(url(handoff, "redraft"))
    assert again.status_code == 302 and again.url.endswith("/edit/")
    assert client.get(again.url).status_code == 200
    assert client.post(url(handoff, "put-away")).status_code == 409
    assert "Draft it again" not in client.get(url(handoff)).content.decode()


@pytest.mark.parametrize("verb", ["", "snapshot"])
def test_the_receiver_finds_nothing_before_the_offer(world, verb):
    """R6: what is not offered does not exist for the other side."""
    handoff = make.submitted(world)
    for who in (world.stt.supervisor, world.stt.advocate, world.stt.intake_worker):
        assert world.client(who).get(url(handoff, verb)).status_code == 404


def test_strangers_find_no_handoff(world):
    """R6: another organization, the police, and an advocate who does not work it get the same 404."""
    handoff = make.accepted(world)
    outsiders = (
        world.officer,
        world.prosecution.system_advocate,
        world.stx.colleague,
        world.stt.colleague,
        world.stx.intake_worker,
        world.stx.administrator,
    )
    for who in outsiders:
        client = world.client(who)
        assert client.get(url(handoff)).status_code == 404
        assert client.get(url(handoff, "snapshot")).status_code == 404
        assert client.post(url(handoff, "confirm")).status_code == 404


def test_who_may_look_may_not_do_everything(world):
    handoff = make.offered(world)
    assert world.client(world.stx.advocate).post(url(handoff, "acknowledge")).status_code == 403
    assert world.client(world.stt.supervisor).post(url(handoff, "offer")).status_code == 403
    assert world.client(world.stx.supervisor).get(url(handoff, "snapshot")).status_code == 403


def test_a_handoff_behind_a_wall_does_not_exist(world):
    """R42: a member walled from the person finds neither the handoff nor a count of it, in any role."""
    from cases.models import Wall

    handoff = make.submitted(world)
    with world.acting(world.stx.second_supervisor) as other:
        Wall.build(handoff.own_file().case.person, world.stx.supervisor, actor=other, reason="conflict")
    client = world.client(world.stx.supervisor)
    assert client.get(url(handoff)).status_code == 404
    page = client.get("/review/").content.decode()
    assert handoff.reference not in page and 'class="count' not in page


def test_a_colleague_is_given_a_handoff(world):
    handoff = make.accepted(world)
    supervisor = world.client(world.stx.supervisor)
    supervisor.post(url(handoff, "pass-on"), {"member": str(world.stx.colleague.pk)})
    assert world.client(world.stx.advocate).get(url(handoff)).status_code == 404
    assert world.client(world.stx.colleague).post(url(handoff, "confirm")).status_code == 302


def test_only_what_the_release_covers_is_asked(world):
    """R10: there is no field for what may not go, and what is posted all the same is left out."""
    case = make.case(world)
    make.release(world, case)
    client = world.client(world.stx.advocate)
    page = client.get(f"/cases/{case.number}/hand-off/").content.decode()
    assert 'name="safety"' in page and 'name="court"' not in page and "Not covered, so not asked here" in page
    client.post(f"/cases/{case.number}/hand-off/", {**POST, "court": "4 December"})
    with world.acting(world.stx.advocate):
        assert "court" not in Handoff.objects.get().own_file().content


def test_the_receiver_has_nobody_to_pass_it_on_from_before_accepting(world):
    handoff = make.acknowledged(world)
    client = world.client(world.stt.supervisor)
    assert "Pass on" not in client.get(url(handoff)).content.decode()
    assert client.post(url(handoff, "pass-on"), {"member": str(world.stt.colleague.pk)}).status_code == 409
