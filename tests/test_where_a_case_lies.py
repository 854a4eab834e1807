"""What a case says of its handoffs: where it lies, what is left to do, who owns what came back."""

import re

from cases.models import Case
from cases.timeline import timeline
from referrals.desk import due_of
from referrals.models import Handoff
from tests.asking import QUERIES, listed, page_asked
from tests.makers import handoff as make


def case_of(world, member):
    """The case of one side."""
    with world.acting(member):
        return Case.objects.select_related("person").get()


def page(world, member, case):
    return words(world.client(member).get(f"/cases/{case.number}/").content.decode())


def words(html):
    """The text of a page, without its marks and folds."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def told(world, member, case):
    """The timeline as one text, newest first."""
    with world.acting(member):
        return [(moment.what, moment.text, moment.who) for moment in timeline(case)[0]]


def test_the_senders_case_says_who_has_it_now_and_what_is_left(world):
    """R10: from the second word on the receiver is responsible, and the case of the sender says so on top."""
    make.connected(world)
    mine = case_of(world, world.stx.advocate)
    said = page(world, world.stx.advocate, mine)
    top = said[: said.index("How to reach them") if "How to reach them" in said else said.index("Next")]
    assert "Handed on to Help on St. Thomas" in top
    assert "Responsible for the person now: Help on St. Thomas" in top
    assert "close this case" in top and "Ask to close" in top
    with world.acting(world.stx.advocate) as me:
        mine.request_closure("moved_away", actor=me)
    with world.acting(world.stx.supervisor) as supervisor:
        mine.close(actor=supervisor)
    said = page(world, world.stx.advocate, mine)
    assert "Nothing is left to do here: this case is closed." in said


def test_nothing_is_said_of_it_before_both_have_spoken(world):
    """R10: accepted is not handed on."""
    make.accepted(world)
    said = page(world, world.stx.advocate, case_of(world, world.stx.advocate))
    assert "Handed on to" not in said and "Responsible for the person now" not in said


def test_each_side_reads_its_own_half_in_the_timeline(world):
    """R10, R16: offered, read, accepted, connected on both sides; who acted there is not named here."""
    make.connected(world)
    sent, received = (case_of(world, member) for member in (world.stx.advocate, world.stt.advocate))
    here = told(world, world.stx.advocate, sent)
    what = [said for said, _text, _who in here]
    for said in (
        "Handoff to Help on St. Thomas given to a supervisor for review",
        "Handoff offered to Help on St. Thomas",
        "Help on St. Thomas has read the handoff",
        "Help on St. Thomas accepted the handoff",
        "Connected: Help on St. Thomas is responsible from here on",
    ):
        assert said in what
    there = told(world, world.stt.advocate, received)
    what = [said for said, _text, _who in there]
    for said in (
        "Help on St. Croix offered the handoff",
        "Handoff from Help on St. Croix read here",
        "Handoff from Help on St. Croix accepted",
        "Connected: your organization is responsible from here on",
    ):
        assert said in what
    assert not any("review" in said for said in what)
    by = {said: who for said, _text, who in here}
    assert by["Handoff offered to Help on St. Thomas"] and not by["Help on St. Thomas has read the handoff"]
    by = {said: who for said, _text, who in there}
    assert by["Handoff from Help on St. Croix accepted"] and not by["Help on St. Croix offered the handoff"]


def test_a_move_stands_where_the_handoff_says_that_it_was(world):
    """Not where its line was written: what is recorded late is read where it belongs."""
    world.forward(hours=-5)
    handoff = make.acknowledged(world)
    mine = case_of(world, world.stx.advocate)
    with world.acting(world.stx.advocate):
        when = {moment.what: moment.at for moment in timeline(mine)[0]}
    assert when["Handoff offered to Help on St. Thomas"] == handoff.offered_at
    assert when["Help on St. Thomas has read the handoff"] == handoff.acknowledged_at


def test_a_refusal_is_on_the_case_with_reason_owner_and_clock(world):
    """R10: what came back is the sender's to go on with: on the case, on Today, and in the timeline."""
    declined = make.declined(world)
    mine = case_of(world, world.stx.advocate)
    said = page(world, world.stx.advocate, mine)
    top = said[: said.index("Next")]
    assert "Help on St. Thomas cannot take it." in top and "No bed or place now" in top
    assert (
        "with you" in top
        and "Decide…" in top
        and top.count("cannot take it") == 1
        and re.search(r"in \d+ h", top)
    )
    assert ("Help on St. Thomas cannot take it: the case stays here", "No bed or place now", "") in told(
        world, world.stx.advocate, mine
    )
    today = words(world.client(world.stx.advocate).get("/today/").content.decode())
    assert "No bed or place now · with you" in today and declined.reference in today
    over = words(world.client(world.stx.supervisor).get(f"/cases/{mine.number}/").content.decode())
    assert f"with {world.stx.advocate.name}" in over
    with world.acting(world.stx.advocate) as me:
        Handoff.objects.get().put_away(actor=me)
    assert "Decide…" not in page(world, world.stx.advocate, mine)


def test_what_came_back_from_review_is_on_the_case_too(world):
    make.returned(world)
    mine = case_of(world, world.stx.advocate)
    top = page(world, world.stx.advocate, mine)
    assert (
        "Came back from review." in top and "Holds more than the release covers" in top and "with you" in top
    )
    moves = told(world, world.stx.advocate, mine)
    came = [text for said, text, _who in moves if "came back from review" in said]
    assert came == ["Holds more than the release covers"]


def test_a_clock_that_does_not_run_is_not_shown(world):
    """R10: a handoff that was declined or taken back waits for its sender; for the receiver nothing runs."""
    for make_one, sender, receiver in (
        (make.declined, True, False),
        (make.connected, False, True),
        (make.acknowledged, True, True),
        (make.recalled, False, False),
    ):
        handoff = make_one(world)
        for member, runs in ((world.stx.supervisor, sender), (world.stt.supervisor, receiver)):
            with world.acting(member):
                seen = Handoff.objects.select_related("receiver", "organization").get(pk=handoff.pk)
                assert (due_of(seen, member) is not None) is runs, (make_one.__name__, member.email)
    listed = world.client(world.stt.supervisor).get("/handoffs/").content.decode()
    over = listed[listed.index("<h2>Over") :]
    assert "cannot take it" in over and 'class="clock' not in over


def test_the_case_page_keeps_its_budget_with_handoffs(world):
    make.declined(world)
    make.connected(world)
    with world.acting(world.stx.advocate):
        number = Handoff.objects.get(state="connected").own_file().case.number
    _page, questions = page_asked(world.client(world.stx.advocate), f"/cases/{number}/")
    assert len(questions) <= QUERIES, listed(questions)
