"""What is sealed opens only with its key, in its place, unchanged; and keys stay where they belong."""

import copy
import pickle
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs import sealing
from orgs.sealing import Locked, Secrets, Tampered, crypto

KEY = bytes(range(32))
PRIVATE = crypto.new_private_key()


@given(st.binary(max_size=2000), st.integers(0, crypto.MAX_VERSION), st.binary(max_size=80))
def test_a_box_gives_back_what_was_put_in(plain, version, place):
    """C18: AES-256-GCM round trip, any bytes, any version, any place."""
    box = crypto.seal(plain, KEY, version, place)
    assert crypto.unseal(box, KEY, place) == plain
    assert crypto.version_of(box) == version


@given(st.binary(min_size=1), st.binary(max_size=80), st.binary(max_size=80))
def test_a_box_opens_in_its_own_place_only(plain, here, there):
    """C18: the place (organization, table, row, column) is part of the seal."""
    box = crypto.seal(plain, KEY, 1, here)
    if here != there:
        with pytest.raises(Tampered):
            crypto.unseal(box, KEY, there)


def test_every_changed_bit_and_every_cut_of_a_box_is_refused():
    """C18: each single bit of a box, its head included, is authenticated; so is its length."""
    box = crypto.seal(b"Ana", KEY, 1, b"here")
    for changed in [*flips(box), *(box[:length] for length in range(len(box))), box + b"\0"]:
        with pytest.raises(Tampered):
            crypto.unseal(changed, KEY, b"here")


def test_every_changed_bit_and_every_cut_of_a_letter_is_refused():
    """C18: the same for a letter: suite, version, encapsulated key, ciphertext, tag."""
    letter = crypto.seal_letter(b"Ana", PRIVATE.public_key(), 1, b"here")
    assert crypto.unseal_letter(letter, PRIVATE, b"here") == b"Ana"
    for changed in [*flips(letter), *(letter[:length] for length in range(len(letter))), letter + b"\0"]:
        with pytest.raises(Tampered):
            crypto.unseal_letter(changed, PRIVATE, b"here")


def test_a_letter_opens_with_its_key_in_its_place_only():
    """C18: a letter names its suite and is bound to its place."""
    letter = crypto.seal_letter(b"Ana", PRIVATE.public_key(), 1, b"here")
    assert letter[0] == crypto.LETTER_P256
    for key, place in [(PRIVATE, b"there"), (crypto.new_private_key(), b"here")]:
        with pytest.raises(Tampered):
            crypto.unseal_letter(letter, key, place)


def test_the_same_words_never_look_the_same():
    """C18: every value has a nonce of its own."""
    assert len({crypto.seal(b"Ana", KEY, 1, b"here") for _ in range(200)}) == 200


def test_a_box_and_a_letter_are_never_taken_for_each_other():
    """C18: the first byte tells them apart."""
    with pytest.raises(Tampered):
        crypto.unseal_letter(crypto.seal(b"Ana", KEY, 1, b""), PRIVATE, b"")
    with pytest.raises(Tampered):
        crypto.unseal(crypto.seal_letter(b"Ana", PRIVATE.public_key(), 1, b""), KEY, b"")


def test_keys_are_of_an_approved_kind():
    """C18: P-256 and 256-bit keys, and different each time."""
    assert PRIVATE.curve.name == "secp256r1"
    assert crypto.load_public(crypto.public_der(PRIVATE)) == PRIVATE.public_key()
    assert crypto.load_private(crypto.private_der(PRIVATE)).private_numbers() == PRIVATE.private_numbers()
    assert len(crypto.new_key()) == 32 and crypto.new_key() != crypto.new_key()


def test_secrets_survive_their_file():
    """C19: all versions are written and read."""
    secrets = Secrets.new(uuid4()).rotated().rotated()
    assert Secrets.from_json(secrets.to_json()) == secrets
    assert secrets.current == 3 and set(secrets.versions) == {1, 2, 3}


def test_secrets_are_neither_printed_nor_pickled():
    """R11: a log line, a session or a task argument never carries a key."""
    secrets = Secrets.new(uuid4())
    assert "key" not in repr(secrets) and "DataKey()" == repr(secrets.newest)
    for carry in (pickle.dumps, copy.copy, copy.deepcopy):
        for keys in (secrets, secrets.newest):
            with pytest.raises(TypeError):
                carry(keys)


def test_a_rotation_keeps_old_versions_until_they_are_dropped():
    """C19: an old version opens, the newest seals; the one in use cannot be dropped."""
    first = Secrets.new(uuid4())
    second = first.rotated()
    box = crypto.seal(b"Ana", first.newest.data_key, first.current, b"")
    assert crypto.unseal(box, second.version(crypto.version_of(box)).data_key, b"") == b"Ana"
    assert sealing.needs_resealing(box, second) and not sealing.needs_resealing(box, first)
    with pytest.raises(Locked):
        second.without(1).version(1)
    with pytest.raises(ValueError):
        second.without(2)


def test_nothing_is_open_until_it_is_opened():
    """R11: secrets are open inside `opening` only, and only those named."""
    ours, theirs = Secrets.new(uuid4()), Secrets.new(uuid4())
    with sealing.opening(ours):
        assert sealing.opened(str(ours.organization_id)) is ours
        assert not sealing.is_open(theirs.organization_id)
        with pytest.raises(Locked):
            sealing.opened(theirs.organization_id)
        with sealing.closed(), pytest.raises(Locked):
            sealing.opened(ours.organization_id)
        with sealing.opening(theirs):
            assert sealing.is_open(ours.organization_id) and sealing.is_open(theirs.organization_id)
    with pytest.raises(Locked):
        sealing.opened(ours.organization_id)


def flips(raw):
    """Yield `raw` with each of its bits changed, one at a time."""
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)
