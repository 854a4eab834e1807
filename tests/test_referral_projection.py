"""What a referrer may see comes from one function and one list."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs.codes import load
from referrals.models import Referral
from referrals.models.referral import STATES
from referrals.projection import SEEN, Projection, projection, read_within

NOON = datetime(2026, 11, 24, 16, tzinfo=UTC)
ALLOWED = {
    "reference", "basis", "priority", "victimizations", "trafficking_kind", "indicators", "needs",
    "island_now", "island_needed", "language", "interpreter", "age_group", "is_group", "group_size",
    "group_minors", "step", "saved_at", "sent_at", "state", "delivered_at", "acknowledged_at", "closes_at",
    "reason", "rerouted_by_id",
    "receiver.name", "receiver.hotline", "receiver.office_phone", "receiver.is_active",
}  # fmt: skip
HIDDEN = {
    "acknowledged_by_id": st.uuids(),
    "answerer_id": st.uuids(),
    "answers_now_id": st.uuids(),
    "climbed_at": st.datetimes(),
    "changed_at": st.datetimes(),
    "asked_at": st.datetimes(),
    "ended_at": st.datetimes(),
    "reroute_reason": st.sampled_from(load("referrals", "reroute_reasons").codes),
    "receiver_id": st.uuids(),
    "notice_id": st.uuids(),
    "unit_id": st.uuids(),
    "referrer_id": st.uuids(),
    "id": st.uuids(),
    "organization_id": st.uuids(),
}


class Guarded(SimpleNamespace):
    """A packet on which every look at what is not allowed is a failure."""

    def __getattr__(self, name):
        raise AssertionError(f"the projection looked at {name}")


def a_packet(**fields):
    values = {
        "reference": "VI-7K3Q-92", "basis": "opt_in", "priority": "crisis", "victimizations": ["V15"],
        "trafficking_kind": "sex", "indicators": ["watched"], "needs": ["talk"], "island_now": "STX",
        "island_needed": "STX", "language": "es", "interpreter": True, "age_group": "adult",
        "is_group": False, "group_size": None, "group_minors": None, "step": 6, "saved_at": NOON,
        "sent_at": NOON,
        "state": "acknowledged", "delivered_at": NOON, "acknowledged_at": NOON,
        "closes_at": NOON + timedelta(days=30), "reason": "", "rerouted_by_id": None,
        "receiver": SimpleNamespace(name="Help", hotline="+13405550110", office_phone=""),
    }  # fmt: skip
    return Guarded(**{**values, **fields})


def test_the_list_of_what_is_seen_grows_by_decision_alone():
    """R1: the allow-list is this one; whoever adds to it changes this test and knows why."""
    assert set(SEEN) == ALLOWED


def test_the_projection_looks_at_nothing_else():
    """R1: a field that is added to the model is not looked at, and so not shown."""
    assert projection(a_packet(), NOON).state == "acknowledged"
    for field in Referral._meta.concrete_fields:
        assert field.attname in ALLOWED | HIDDEN.keys(), f"{field.attname}: is it for the referrer or not?"


@given(hidden=st.fixed_dictionaries(HIDDEN), state=st.sampled_from(sorted(set(STATES) - {"discarded"})))
def test_nothing_that_is_not_on_the_list_changes_what_is_shown(hidden, state):
    """R1: whatever stands in the other columns, the referrer sees the same."""
    plain = a_packet(state=state)
    filled = SimpleNamespace(**{**plain.__dict__, **hidden, "intakes": uuid.uuid4(), "unheard_of": "x"})
    assert projection(plain, NOON) == projection(filled, NOON)


def test_a_projection_has_no_outcome_of_its_own():
    """R2: what a release lets through is handed in; of a packet itself no outcome can be read."""
    fields = set(Projection.__dataclass_fields__)
    assert not fields & {"intake", "outcome", "case", "assigned_to", "acknowledged_by", "reroute_reason"}
    assert len(fields) == 24 and projection(a_packet(), NOON).outcomes == ()


@pytest.mark.parametrize("state", ["acknowledged", "information_requested"])
def test_a_packet_is_closed_by_the_clock(state):
    """R5: at the end of its time the sentence is the constant one, whether or not a task ran."""
    over = NOON + timedelta(days=30)
    assert projection(a_packet(state=state), over - timedelta(seconds=1)).state == state
    closed = projection(a_packet(state=state), over)
    assert closed == projection(a_packet(state="closed_to_referrer"), over)
    assert closed.sentence == (
        "Federal law does not let us say whether any person has sought or received services."
    )
    assert not closed.moves


@given(state=st.sampled_from(sorted(set(STATES) - {"discarded"})), reason=st.text(max_size=24))
def test_a_reason_is_the_referrers_own_or_none(state, reason):
    """R1: why a desk could not take a packet never reaches its sender."""
    shown = projection(a_packet(state=state, reason=reason), NOON).reason
    assert shown == (reason if state in ("recalled", "entered_in_error") else "")


@pytest.mark.parametrize(
    "state", sorted(set(STATES) - {"discarded", "acknowledged", "information_requested"})
)
def test_when_it_was_read_is_shown_while_it_is_open_alone(state):
    """R1, R3: a packet that ended says nothing about the moment at which somebody may have read it."""
    packet = a_packet(state=state, acknowledged_at=NOON)
    assert projection(packet, NOON).acknowledged_at is None


def test_every_state_has_words_and_no_state_tells_of_the_person():
    """R1: the sentences are constant; they differ by the state of the message alone."""
    shown = {
        state: projection(a_packet(state=state), NOON).sentence for state in STATES if state != "discarded"
    }
    for other in ("crisis", "standard"):
        for state, sentence in shown.items():
            assert projection(a_packet(state=state, priority=other), NOON).sentence == sentence


def test_how_soon_a_desk_reads_is_the_same_for_all_desks():
    """R3: a desk's own settings do not show in what its referrers are told."""
    assert read_within("crisis") == "within 30 min"
    assert read_within("high_risk") == "within 4 h"
    assert read_within("standard") == "within one business day"


def test_a_packet_without_receiver_gives_numbers_to_call():
    shown = projection(a_packet(state="undeliverable", receiver=None, closes_at=None), NOON)
    assert [number.code for number in shown.numbers] == ["emergency", "emergency_stx_mobile", "wcsc"]
    assert (shown.receiver, shown.receiver_phone) == ("", "")
