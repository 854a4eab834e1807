"""A drawing signs once: beside another, in the other's place, and whenever the other was signed."""

import pytest
from django.db import IntegrityError, transaction

from cases.drawing import marks_of
from cases.models import SignatureMark
from cases.signing import Replayed
from tests.makers.case import SIGNATURE, a_person, draft_release, open_case

X = [[10, 10, 100, 50, 200, 90, 300, 20, 400, 60, 500, 90, 520, 100]]
Y = [[10, 20, 100, 60, 200, 80, 300, 30, 400, 70, 500, 80, 520, 110]]
BOTH = {"signer_type": "MINOR_WITH_PARENT", "cosigner_name": "Marta", "not_abuser": True}


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def drafts(world, me):
    """Three releases that are talked through, of a minor, to three recipients."""
    case = open_case(me, person=a_person(me, age_group="minor"))
    units = (
        (world.stt, "Shelter desk"),
        (world.prosecution, "Victim Services Unit"),
        (world.vipd, "St. Croix"),
    )
    made = [draft_release(case, house.organization, me, recipient_unit=unit) for house, unit in units]
    for release in made:
        release.discuss(actor=me)
    return made


def sign(release, actor, first, second=None):
    drawn = {"first": {"drawn": first}} | ({"second": {"drawn": second}} if second else {})
    who = BOTH if second else {"signer_type": "MINOR_ALONE"}
    release.sign(actor=actor, **{**SIGNATURE, **who, "signature": drawn})


def test_a_drawing_that_signed_beside_another_signs_nothing_more(me, drafts):
    """R17: neither alone, nor in the other's place."""
    sign(drafts[0], me, X, Y)
    for first, second in ((X, None), (Y, None), (Y, X), (X, Y)):
        with pytest.raises(Replayed, match="used"):
            sign(drafts[1], me, first, second)
    drafts[1].refresh_from_db()
    assert drafts[1].state == "discussed" and drafts[1].marks.count() == 0
    assert drafts[0].marks.count() == 2


def test_a_drawing_that_signed_alone_signs_beside_nothing(me, drafts):
    """R17: and one drawing is not the signatures of two."""
    sign(drafts[0], me, X)
    with pytest.raises(Replayed, match="used"):
        sign(drafts[1], me, Y, X)
    with pytest.raises(Replayed, match="same"):
        sign(drafts[1], me, Y, Y)
    sign(drafts[1], me, Y)  # what was refused left no mark behind
    assert drafts[1].state == "active"


def test_the_database_takes_a_mark_once(me, drafts):
    """R17: whichever code writes it, and nobody takes it away again."""
    sign(drafts[0], me, X, Y)
    mark = marks_of({"second": {"drawn": Y}})[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        SignatureMark.objects.create(organization_id=me.organization_id, release=drafts[1], mark=mark)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        drafts[0].marks.all().delete()


def test_what_was_signed_under_one_mark_for_two_counts_drawing_by_drawing(me, drafts):
    """R17: signed before each drawing had a mark, it stays signed, and its drawings sign nothing more."""
    old = drafts[0]
    typed = {"first": {"typed": "Bluebird"}, "second": {"typed": "Marta"}}
    old.sign(actor=me, **{**SIGNATURE, **BOTH, "signature": typed})
    old.signature = {**old.signature, "first": {"drawn": X}, "second": {"drawn": Y}}
    old.signature_mark = "a" * 64
    old.save(update_fields=["signature", "signature_mark"])
    with pytest.raises(Replayed, match="used"):
        sign(drafts[1], me, Y)
    old.refresh_from_db()
    assert old.state == "active" and old.is_open
