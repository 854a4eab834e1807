"""R3: nothing that a service does inside changes a byte that a referrer can obtain, now or later."""

import json
import logging
import os
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.models import Case, Purge, Release
from config.permission_table import PAGE, PLACES
from orgs.models import Counter, User
from orgs.tenancy import acting_for
from referrals.models import Outcome, Referral
from tests import servers
from tests.makers.case import active_release
from tests.noninterference import planted
from tests.noninterference.at_home import IN_THE_DIRECTORY
from tests.noninterference.every_move import EveryAct
from tests.noninterference.questions import ASKERS, Names, Question, addresses, all_of, core
from tests.noninterference.seen import SIDES, difference
from tests.noninterference.stage import Chance, Stage, audit_by_the_held_clock
from tests.noninterference.worlds import (
    PAUSES,
    Play,
    Step,
    before_and_after,
    compare,
    eager,
    unknown_to_referrers,
    worlds,
)

SEQUENCES = int(os.environ.get("CAUSEWAY_PROOFS", "0"))
FEW = 8
PARTS = 2 if SEQUENCES else 1  # of a long run, one for each process
DRAW = st.integers(0, 9999)
WORLDS = 5  # of one channel; the second of them is quiet
MOVES = st.lists(DRAW, min_size=1, max_size=3).map(tuple)
STEPS = st.lists(
    st.builds(
        Step,
        private=st.tuples(MOVES, st.just(()), *[MOVES] * (WORLDS - 2)),
        channel=st.integers(0, 99),
        pause=st.integers(0, len(PAUSES) - 1),
    ),
    min_size=2,
    max_size=4,
)
counted = {}


def generated(share, sequences_each=1):
    """A share of the sequences that are asked for; the same ones each time unless a number is asked for."""
    return settings(
        max_examples=max(2, round((SEQUENCES or FEW) * share / PARTS / sequences_each)),
        derandomize=not SEQUENCES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, worker_id):
    """The stage on a database of its own, in one transaction that is never committed."""
    from tests.conftest import _use
    from tests.world import World

    name, before = servers.clone(f"proofs_{worker_id}"), connection.settings_dict["NAME"]
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock():
        _use(name)
        audit_by_the_held_clock()
        with Chance().ruling() as chance, transaction.atomic(), eager():
            stage = Stage(World(), chance)
            Play.scene(stage)
            yield stage
            transaction.set_rollback(True)
        connection.close()
        _use(before)
    logging.disable(logging.NOTSET)
    servers.drop(name)
    print("\nProofs:", ", ".join(f"{number} {what}" for what, number in counted.items()))


def count(**numbers):
    for what, number in numbers.items():
        counted[what] = counted.get(what, 0) + number


def test_the_same_play_twice_is_the_same_bytes(stage):
    """The stage leaves nothing to chance: what two worlds differ in is what was done in them."""
    steps = [Step((draws, draws), channel, pause) for draws, channel, pause in (
        ((5, 17, 230), 0, 2), ((8, 40), 7, 4), ((6, 77), 3, 7)
    )]  # fmt: skip
    wrong, _script, (here, there) = worlds(stage, steps, "same", questions=30)
    assert here == there and "nothing" not in here
    with stage.played():
        play = Play(stage)
        _rows, answers = play.look(list(core(play.channel.references, 0)))
    for question, answer in answers.items():  # and what is compared are pages, not the way in
        assert answer.status == 200 and question.url.encode() in answer.body and b"VI-" in answer.body
    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.parametrize("part", range(PARTS))
@generated(3 / 4, WORLDS - 1)
@given(steps=STEPS, seed=st.integers(0, 10**9))
def test_worlds_with_the_same_channel_look_the_same(stage, part, steps, seed):
    """R3: the same packets, other private moves or none: the same bytes at every step and after."""
    wrong, script, told = worlds(stage, steps, seed)
    count(sequences=WORLDS - 1, channel_moves=sum(map(bool, script)), private_moves=sum(map(len, told)))
    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.parametrize("part", range(PARTS))
@generated(1 / 4)
@given(draws=st.lists(DRAW, min_size=2, max_size=6), seed=st.integers(0, 10**9))
def test_a_private_move_changes_nothing_that_is_seen(stage, part, draws, seed):
    """R3: with the clock held, every byte before a private move is the byte after it."""
    wrong, done = before_and_after(stage, draws, seed)
    count(sequences=1, held=1, private_moves=len(done))
    assert not wrong, "\n".join(wrong[:10])


BUSY = (*planted.REACHED, "open_case_intake", "begin_mandatedreport", "receive_demand", "start_breach")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_alike_in_a_busy_and_in_a_quiet_world(stage, part):
    """R3: every URL of the table asked by everybody who refers and by a stranger, about all there is.

    A usual run asks one of them in three, `make proofs` all, and for everybody.
    """
    looks = []
    for moves in (BUSY, ()):
        with stage.played(), eager():
            play = Play(stage)
            play.step = 1
            play.privately(moves)
            play.wait(timedelta(hours=3))
            if moves:
                asked = list(all_of(Names.of_the_world(), play.channel.references, everybody=bool(SEQUENCES)))
                mine = asked[part::PARTS] if SEQUENCES else asked[::3]
            looks.append(play.look(mine))
    assert {question.name for question in asked} == {name for name, _arguments in addresses()}
    wrong = compare(*looks, "after a busy day")
    count(addresses=len(mine))
    assert not wrong, "\n".join(wrong[:10])


def test_every_private_act_is_done_and_changes_nothing(stage):
    """R3: each address of a service, each move of a record that no referrer shares, from each state."""
    wrong, looked = [], []
    with stage.played():
        play = Play(stage)
        asked = [*core(play.channel.references, 0), *core(play.channel.references, 1)]
        before = play.look(asked)

        def begin(times):
            nonlocal before
            if SEQUENCES:  # else each act starts from one state alone, and none of these is seen
                before = play.look([asked[(len(looked) + n) % len(asked)] for n in range(1, times + 1)])

        def look(done):
            looked.append(done)
            wrong.extend(compare(before, play.look([asked[len(looked) % len(asked)]]), done))

        acts = EveryAct(stage, begin, look, from_each_state=bool(SEQUENCES)).run()
    assert not acts.missing, (
        f"No way is known to do {sorted(acts.missing)}. Give each a row in config/permission_table and a "
        "body in tests/makers/every.py, or in AT_HOME of tests/noninterference/at_home.py; or where it has "
        "no URL, a way in EXTRA of tests/noninterference/extra.py."
    )
    assert not wrong, "\n".join(wrong[:10])
    count(acts=len(looked))


def test_what_a_house_purges_is_gone_for_it_alone(stage):
    """R3, R35: after years its intake and its copies of a packet go, or stay; who refers cannot tell."""
    looks = []
    for purges in (True, False):
        with stage.played(), eager():
            play = Play(stage)
            play.step = 1
            play.privately(["triage_intake", "refer_out_intake"])
            play.wait(timedelta(days=4 * 366))
            for side in SIDES:  # the rules of behavior are a page for each year
                with acting_for(getattr(stage.world, side).organization.pk), transaction.atomic():
                    User.objects.update(rules_accepted_at=stage.chance.moment)
            if purges:
                play.turn(960)
                with stage.world.acting(stage.world.stx.supervisor) as boss:
                    purge = Purge.list_due(boss.organization, actor=boss)
                    kinds = set(purge.items.values_list("kind", flat=True))
                    purge.propose(actor=boss)
                    purge.approve(actor=stage.world.stx.second_supervisor)
                assert {"intake", "copy"} <= kinds
            looks.append(play.look([*core(play.channel.references, 0), *core(play.channel.references, 1)]))
    assert all(answer.status == 200 for answer in looks[0][1].values())
    assert compare(*looks, "purged or not") == []


@pytest.mark.parametrize("what", IN_THE_DIRECTORY)
def test_what_a_house_sets_for_itself_changes_no_page_of_a_referrer(stage, what):
    """R3, C19: its limits, clocks, periods and key stand in the directory's row; nothing else moves."""
    presses, columns = IN_THE_DIRECTORY[what]
    with stage.played(), eager():
        play = Play(stage)
        play.step = 1
        asked = [*core(play.channel.references, 0), *core(play.channel.references, 1)]
        before, pages = play.look(asked)
        for place, (name, key, typed) in enumerate(presses):
            play.turn(300 + place)
            data = typed(stage.world, stage.world.stx) if callable(typed) else typed
            url = reverse(name, args=key)
            assert stage.ask("stx.administrator", url, data, how="post", keep=True).status == 302, name
        after, pages_after = play.look(asked)
    changed = {place for place in before if before[place] != after[place]}
    tables = {"orgs_organization", "orgs_publishedkey"} if what == "keys" else {"orgs_organization"}
    assert changed == {f"{side} {table}" for side in SIDES for table in tables}
    moved = set()
    for place in (f"{side} orgs_organization" for side in SIDES):
        for one, other in zip(before[place], after[place], strict=True):
            one, other = json.loads(one), json.loads(other)
            moved |= {name for name in one if one[name] != other[name]}
    assert moved == columns
    assert all(pages[question].bytes == pages_after[question].bytes for question in asked)


def test_how_many_cases_a_house_has_had_is_nobody_elses_to_read(stage):
    """R3: the directory of organizations, which all read, counts nothing that a house does inside."""
    with stage.played():
        play = Play(stage)
        before = play.seen.now()
        play.privately((*planted.REACHED, "open_case_intake"))
        with acting_for(stage.world.stx.organization.pk), transaction.atomic():
            numbers = Counter.objects.filter(name__in=["intake", "case"])
            assert set(numbers.values_list("name", "next")) == {("intake", 3), ("case", 2)}
        assert difference(before, play.seen.now()) == []
    assert "vipd orgs_organization" in before
    counted = " ".join(before.get("vipd orgs_counter", ()))  # how often it was reminded itself
    assert '"intake"' not in counted and '"case"' not in counted


def with_somebody_reached(stage):
    """Two worlds, and a packet whose time is over; in one of them somebody was reached."""
    steps = [Step((planted.REACHED, ()), 1, 1), Step(((), ()), 3, len(PAUSES) - 1)]
    return worlds(stage, steps, "planted")[0]


@pytest.mark.parametrize("leak", planted.IN_TWO_WORLDS, ids=lambda leak: leak.__name__)
def test_a_leak_that_is_put_in_is_found(stage, leak):
    """R3: the proof finds a column, an order, a mail, a word, a header, and what comes out a month later."""
    with leak():
        assert with_somebody_reached(stage)


def test_without_a_leak_the_same_worlds_are_alike(stage):
    """R3: what the test above finds is the leak that was put in, and nothing else."""
    assert not with_somebody_reached(stage)


WORD = "accepted"
SEERS = ("vipd.officer", "vipd.unit_supervisor")  # of the released unit, and with the packet


def an_outcome(play):
    """A release of one word about the first packet to the police of St. Croix; `tell()` lets them read it."""
    stage, advocate = play.stage, play.stage.member("stx.advocate")
    with stage.world.acting(advocate):
        packet = Referral.objects.get(reference=play.channel.references[0])
        case = Case.objects.get(person__intakes__referral=packet)
        release = active_release(
            case, stage.world.vipd.organization, advocate, recipient_unit="St. Croix", categories=["OUTCOME"]
        )

    def tell():
        with stage.world.acting(advocate):
            Outcome.tell(Release.objects.get(pk=release.pk), packet, WORD, actor=advocate)

    def take_back():
        with stage.world.acting(advocate):
            Release.objects.get(pk=release.pk).revoke(actor=advocate)

    return tell, take_back


def on_every_page_of_a_packet(play):
    """Each page with a packet in its address, for two packets; the list, the audit; each by all referrers.

    In a usual run every page that an outcome may open, and a third of the others.
    """
    packet = [name for name, takes in addresses() if set(takes) == {"reference"}]
    pages = [reverse(name, args=[reference]) for name in packet for reference in play.channel.references[:2]]
    pages += [reverse("my_referrals"), reverse("audit")]
    asked = [Question(asker, "get", url, "") for url in pages for asker in ASKERS if asker]
    opened = reverse("view_referral", args=[play.channel.references[0]])
    return [one for place, one in enumerate(asked) if SEQUENCES or one.url == opened or place % 3 == 0]


def test_an_outcome_opens_one_page_to_whom_it_is_released_and_nothing_else(stage):
    """R2, R3: one word, for one unit, from the telling until it is taken back; every other byte stays."""
    with stage.played():
        play = Play(stage)
        play.step = 1
        play.privately((*planted.REACHED, "open_case_intake"))
        asked = on_every_page_of_a_packet(play)
        page = reverse("view_referral", args=[play.channel.references[0]])
        before = play.look(asked)
        play.turn(110)
        tell, take_back = an_outcome(play)
        assert compare(before, play.look(asked), "signed, and not told") == []
        play.turn(120)
        tell()
        rows, answers = play.look(asked)
        others = {place for place in rows if rows[place] != before[0].get(place)}
        assert others == {"vipd referrals_outcome", "vipd Outcome"}
        changed = {one for one in asked if answers[one].bytes != before[1][one].bytes}
        assert changed == {Question(asker, "get", page, "") for asker in SEERS}
        assert all(b"The person accepted services" in answers[one].body for one in changed)
        play.turn(130)
        take_back()
        assert compare(before, play.look(asked), "taken back") == []


def test_an_outcome_is_gone_by_the_clock_and_leaves_nothing(stage):
    """R2, R3: when the release is over, the pages are those of a packet of which nothing was ever told; and
    once the clock has come by, so are the rows, the mails and the work."""
    looks = []
    for told in (True, False):
        with stage.played():
            play = Play(stage)
            play.step = 1
            play.privately((*planted.REACHED, "open_case_intake"))
            asked = on_every_page_of_a_packet(play)
            if told:
                play.turn(110)
                an_outcome(play)[0]()
            stage.forward(timedelta(days=30))
            shown = play.look(asked)[1]
            play.tick()
            looks.append((shown, play.look(asked)))
    (told, told_after), (untold, untold_after) = looks
    assert all(told[one].bytes == untold[one].bytes for one in asked)
    assert compare(told_after, untold_after, "gone") == []


OUTSIDE = (*(asker for asker in ASKERS if asker), "council.oversight", "operator.operator")
HELPED = (*planted.REACHED, "open_case_intake")
TURNED_AWAY = (*planted.REACHED[:-1], "refer_out_intake")


def test_no_rate_of_outcomes_can_be_worked_out_for_an_officer(stage):
    """R47: whatever became of an officer's packets, all pages of anybody outside the service are alike."""
    pages = [place.name for place in PLACES if place.how == PAGE and not place.key]
    asked = [Question(asker, "get", reverse(name), name) for name in pages for asker in OUTSIDE]
    looks = []
    for moves in (HELPED, TURNED_AWAY):
        with stage.played():
            play = Play(stage)
            play.step = 1
            play.privately(moves)
            play.tick(timedelta(minutes=1))  # the worker has rung what rings at once: nothing of it waits
            looks.append(play.look(asked))
    assert compare(*looks, "whatever became of it") == []
    shown = {question: answer for question, answer in looks[0][1].items() if answer.status == 200}
    assert {"totals", "operator", "audit", "members", "my_referrals"} <= {one.name for one in shown}
    for question, answer in shown.items():
        if question.asker in ("council.oversight", "operator.operator"):  # who see no row see no officer
            assert b"Officer" not in answer.body and b"@vipd.test" not in answer.body, question


def asked_by_strangers(stage, leak):
    """What tells a referrer that a number exists in a house, once somebody was reached there."""
    with stage.played():
        play = Play(stage)
        play.step = 1
        play.privately(planted.REACHED[:3])
        with leak():
            return unknown_to_referrers(stage, 1, 60)


def test_without_a_leak_no_number_answers_otherwise(stage):
    """R6: what the test below finds is the leak that was put in, and nothing else."""
    assert not asked_by_strangers(stage, nullcontext)


@pytest.mark.parametrize("leak", planted.FROM_STRANGERS, ids=lambda leak: leak.__name__)
def test_a_number_that_answers_otherwise_is_found(stage, leak):
    """R6: one query more, or another status, for what exists in a house is found."""
    wrong = asked_by_strangers(stage, leak)
    assert any("takes other work" in one or "is not as" in one for one in wrong)
