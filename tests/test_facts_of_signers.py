"""What is learned later of who signed, or of whom they signed for, decides about the signature."""

from datetime import date

import pytest

from cases.models import Case, Merge, Person, Release
from cases.signing import NotReleased
from orgs import clock, sealing
from orgs.models import AuditLine
from tests.makers.case import SIGNATURE, a_person, active_release, draft_release, open_case, signed_by

PARENT = signed_by("Tomas Vega", signer_type="PARENT_ONLY", not_abuser=True)
FEARED = {"never": ["Tomas Vega"]}


@pytest.fixture
def me(world):
    with world.acting(world.stx.supervisor) as member:
        yield member


@pytest.fixture
def them(world):
    return world.stt.organization


def by_a_parent(me, them, **terms):
    """A child's release that the parent signed."""
    case = open_case(me, person=a_person(me, age_group="minor"), plan=False)
    release = draft_release(case, them, me, **terms)
    release.discuss(actor=me)
    release.sign(actor=me, **PARENT)
    return release


def has_ended(release, reason="WRONG_SIGNER"):
    release.refresh_from_db()
    lines = AuditLine.objects.filter(verb="revoke", subject_id=release.pk)
    assert (release.state, release.end_reason, release.is_open) == ("revoked", reason, False)
    return lines.count() == 1 and not release.lets_through(["SAFETY"], release.recipient)


@pytest.mark.parametrize(
    "learned",
    [{"relations": FEARED}, {"age_group": "adult"}, {"relations": {"lives_with": "vega  TOMAS"}}],
)
def test_what_is_learned_of_the_signer_ends_the_release(me, them, learned):
    """R22: who must never learn of this, or could not sign, opens nothing any more, at once."""
    release = by_a_parent(me, them)
    assert Person.objects.get(pk=release.person_id).correct(actor=me, **learned) == 1
    assert has_ended(release)


def test_a_grown_up_who_turns_out_to_be_a_child_signed_nothing(me, them):
    """R22: and the case says from then on that it is a child's."""
    release = active_release(open_case(me, plan=False), them, me)
    release.person.correct(actor=me, born=date(2012, 1, 1))
    assert has_ended(release) and Case.objects.get(pk=release.case_id).minor


def test_what_changes_nothing_ends_nothing(me, them):
    """R22: another name among those who must never learn, or the right age; what was told stays possible."""
    release = active_release(open_case(me, plan=False), them, me)
    learned = {"relations": {"never": ["Victor"]}, "born": date(1990, 5, 5)}
    assert release.person.correct(actor=me, **learned) == 0
    release = Release.objects.get(pk=release.pk)
    assert release.disclose(actor=me, categories=["SAFETY"], what="Safe", method="system")


@pytest.mark.parametrize("which", ["kept", "gone"])
def test_a_merge_ends_what_by_the_other_record_nobody_could_sign(me, them, which):
    """R25, R22: who is feared in one record is no signer in either; a child in one is a child in both."""
    release = by_a_parent(me, them)
    grown = active_release(open_case(me, plan=False), them, me, recipient_unit="Other desk")
    feared = open_case(me, person=a_person(me, age_group="minor", relations=FEARED), plan=False)
    child = open_case(me, person=a_person(me, age_group="adult", born=date(2012, 5, 5)), plan=False)
    for one, other in ((release.case, feared), (grown.case, child)):
        kept, gone = (one, other) if which == "kept" else (other, one)
        Merge.make(Case.objects.get(pk=kept.pk), Person.objects.get(pk=gone.person_id), actor=me)
    assert has_ended(release) and has_ended(grown)
    person = Person.objects.get(pk=Case.objects.get(pk=child.pk).person_id)
    assert person.is_minor(clock.now()) and person.age_group == "minor"


def test_the_child_of_the_two_gives_the_birth_date(me):
    """R25: a grown-up's birth date does not make a grown-up of the record that says child."""
    child = open_case(me, person=a_person(me, age_group="minor"), plan=False)
    Merge.make(child, a_person(me, age_group="adult", born=date(1980, 1, 1)), actor=me)
    person = Person.objects.get(pk=child.person_id)
    assert person.is_minor(clock.now()) and person.born is None


def test_nothing_goes_to_who_must_never_learn(world, me):
    """R22, R44: no terms name them; and where the name is learned later, the release to them ends."""
    case = open_case(me, person=a_person(me, relations={"never": ["Officer (invented)"]}), plan=False)
    to = {"recipient_unit": "", "recipient_name": "officer  (Invented)"}
    with pytest.raises(Exception, match="must never learn"):
        draft_release(case, world.vipd.organization, me, **to)
    release = active_release(open_case(me, plan=False), world.vipd.organization, me, **to)
    release.person.correct(actor=me, relations={"never": ["Officer (invented)"]})
    assert has_ended(release)


def test_a_missed_ending_opens_nothing_all_the_same(world, me, them):
    """R44: the facts as they are now decide where it is told; also for a reader to whom they are sealed."""
    release = by_a_parent(me, them)
    assert release.lets_through(["SAFETY"], them)
    person = Person.objects.get(pk=release.person_id)
    person.relations = FEARED
    person.save(update_fields=["relations"])  # some code that ends nothing
    release = Release.objects.get(pk=release.pk)
    assert release.state == "active"
    with pytest.raises(NotReleased, match="signer"):
        release.disclose(actor=me, categories=["SAFETY"], what="Safe", method="system")
    with sealing.closed():
        assert not Release.objects.get(pk=release.pk).lets_through(["SAFETY"], them)
    Release.objects.update(facts_read=person.facts)  # even if it counts as held against them
    assert not Release.objects.get(pk=release.pk).lets_through(["SAFETY"], them)


def test_only_another_fact_shuts_what_was_signed(me, them):
    """R11, R22: what is only sealed anew, or written once more, is no other fact."""
    release = active_release(open_case(me, plan=False), them, me)
    person = Person.objects.get(pk=release.person_id)
    person.relations, person.age_group = {}, "adult"
    person.save(update_fields=["relations", "age_group"])
    person.save()
    assert person.facts == 0 and Release.objects.get(pk=release.pk).lets_through(["SAFETY"], them)


def test_next_of_kin_sign_for_nobody_who_lives(world, me, them):
    """R33, R22: a death was written down by mistake; what next of kin signed meanwhile ends with it."""
    case = open_case(me, plan=False)
    case.record_death(actor=me)
    world.forward(minutes=1)
    case = Case.objects.get(pk=case.pk)
    release = draft_release(case, them, me)
    release.discuss(actor=me)
    release.sign(actor=me, **{**SIGNATURE, "signer_type": "NEXT_OF_KIN", "not_abuser": True})
    assert release.lets_through(["SAFETY"], them)
    case.take_back_death(actor=me)
    assert has_ended(release)


def test_the_page_of_the_person_says_that_a_release_ended(world, me, them):
    """R22: nobody learns of it by chance."""
    release = by_a_parent(me, them)
    said = {"alias": "Wren", "age_group": "minor", "never": "Tomas Vega"}
    page = world.client(me).post(f"/cases/{release.case.number}/person/", said, follow=True)
    assert "it has ended" in page.content.decode() and has_ended(release)
    page = world.client(me).get(f"/releases/{release.pk}/").content.decode()
    assert "could not or must not" in page
