"""The written permission: what it takes, what it opens, and how it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from cases import release_ends
from cases.forms.release import DiscussForm, TermsForm
from cases.forms.signing import SignForm
from cases.models import Case, Disclosure, FollowUp, Release
from cases.signing import ELEMENTS, Incomplete, NotReleased, end_of_childhood, missing, signers_for
from orgs import clock
from orgs.record import IllegalMove
from tests.makers.case import (
    SIGNATURE,
    TERMS,
    a_person,
    active_release,
    draft_release,
    open_case,
    signed_by,
)
from tests.signing import signed_in_client


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def case(me):
    return open_case(me)


@pytest.fixture
def them(world):
    return world.stt.organization


# R17: what is missing, at the three places that refuse it.

LACKING = {
    "recipient": {"recipient_unit": ""},
    "categories": {"categories": []},
    "purpose": {"purpose": ""},
    "method": {"method": ""},
    "language": {"language": ""},
    "discussion": {"discussed_at": None},
    "discussion of risks": {"discussed": ["why", "who", "what", "alternatives"]},
    "not_required": {"statements": ["withdraw"]},
    "withdraw": {"statements": ["not_required"]},
    "signer": {"signer_name": ""},
    "signer type": {"signer_type": ""},
    "signature": {"signature": {}},
    "signature method": {"signature_method": ""},
    "signed_at": {"signed_at": None},
    "witness": {"witness": None},
    "copy": {"copy_offered": ""},
    "form": {"form_version": ""},
    "cosigner": {"signer_type": "MINOR_WITH_PARENT", "signer_not_abuser": True},
    "no abuser signs": {"signer_type": "GUARDIAN"},
    "an end": {"expires_at": None},
    "a start": {"starts_at": None},
    "person": {"person_id": None},
    "organization": {"organization_id": None},
}


def test_a_complete_release_lacks_nothing(case, them, me):
    """R17: the list of elements is the law's, and a signed release has them all."""
    assert len(ELEMENTS) == 15
    assert missing(active_release(case, them, me)) == []


@pytest.mark.parametrize("change", [c for n, c in LACKING.items() if "_id" not in str(c)], ids=str)
def test_the_database_refuses_an_active_release_without(case, them, me, change):
    """R17: whatever the code does, the table takes no active release that lacks an element."""
    release = active_release(case, them, me)
    for field, value in change.items():
        setattr(release, field, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        release.save()


@pytest.mark.parametrize("element", ["recipient", "categories", "purpose", "method", "language"])
def test_what_is_not_agreed_cannot_be_talked_through(case, them, me, element):
    """R17: terms with a gap stop before the person is asked."""
    release = draft_release(case, them, me, **LACKING[element])
    with pytest.raises(Incomplete) as refused:
        release.discuss(actor=me)
    assert element in refused.value.missing
    release.refresh_from_db()
    assert release.state == "draft"


@pytest.mark.parametrize(
    ("given", "element"),
    [
        ({"discussed": ["why"]}, "discussion"),
        ({"statements": ["withdraw"]}, "not_required"),
        ({"statements": ["not_required"]}, "withdraw"),
    ],
)
def test_what_was_not_said_stops_it(case, them, me, given, element):
    """R17: all five points and both statements, or it goes no further."""
    release = draft_release(case, them, me)
    with pytest.raises(Incomplete) as refused:
        release.discuss(actor=me, **given)
    assert refused.value.missing == [element]


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"signer_type": ""}, "signature"),
        ({"signer_name": ""}, "signature"),
        ({"signature": {}}, "signature"),
        ({"signature_method": ""}, "signature"),
        ({"signature_method": "ORAL"}, "signature"),
        ({"signer_type": "MINOR_WITH_PARENT"}, "signature"),
        ({"signer_type": "GUARDIAN"}, "signature"),
        ({"copy_offered": ""}, "copy"),
    ],
    ids=str,
)
def test_a_signature_that_lacks_something_opens_nothing(case, them, me, change, element):
    """R17: the method refuses it, and the release stays unsigned."""
    release = draft_release(case, them, me)
    release.discuss(actor=me)
    with pytest.raises(Incomplete) as refused:
        release.sign(actor=me, **{**SIGNATURE, **change})
    assert element in refused.value.missing
    release.refresh_from_db()
    assert release.state == "discussed" and not release.is_open


GOOD_TERMS = {
    "categories": ["SAFETY"],
    "purpose": "So that the move is safe",
    "method": "verbal",
    "ends_on": "",
    "language": "en",
}


def terms_form(case, them, **change):
    now = clock.now()
    to = f"{them.pk}:Shelter desk"
    said = {**GOOD_TERMS, "to": to, "ends_on": (clock.today() + timedelta(days=30)).isoformat(), **change}
    data = MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in said.items()})
    return TermsForm(data, organization_id=case.organization_id, now=now)


def test_the_form_takes_complete_terms(case, them):
    form = terms_form(case, them)
    assert form.is_valid(), form.errors


@pytest.mark.parametrize("field", ["to", "categories", "purpose", "method", "ends_on", "language"])
def test_the_form_of_terms_refuses_a_gap(case, them, field):
    """R17: each element of the terms is asked for."""
    form = terms_form(case, them, **{field: [] if field == "categories" else ""})
    assert field in form.errors


def test_the_form_of_the_talk_refuses_a_gap():
    """R17: all that must be said is named, and what is missing too."""
    every = {
        "discussed": ["why", "who", "what", "risks", "alternatives"],
        "statements": ["not_required", "withdraw"],
    }
    assert DiscussForm(MultiValueDict(every)).is_valid()
    for field, codes in every.items():
        for left_out in codes:
            partly = MultiValueDict({**every, field: [code for code in codes if code != left_out]})
            assert field in DiscussForm(partly).errors


@pytest.mark.parametrize(
    ("field", "told_at"),
    [
        ("signer_type", "signer_type"),
        ("signer_name", "signer_name"),
        ("signature_method", "signature_method"),
        ("typed", "drawn"),
        ("adopted", "adopted"),
        ("copy_offered", "copy_offered"),
    ],
)
def test_the_form_of_signing_refuses_a_gap(field, told_at):
    """R17: no signature without each of its parts."""
    said = {**SIGNATURE, "typed": "Bluebird", "adopted": "on"}
    assert SignForm(said, minor=False).is_valid()
    assert told_at in SignForm({**said, field: ""}, minor=False).errors


@pytest.mark.parametrize("typed", ["bluebird", "BLUEBÍRD", " Blue\u200bbird "])
def test_a_typed_signature_is_the_signers_name(typed):
    """R17: case, accents and marks that nobody sees aside."""
    said = {**SIGNATURE, "typed": typed, "adopted": "on"}
    assert SignForm(said, minor=False).is_valid()


def test_a_typed_signature_of_another_name_is_refused():
    """R17: the signer's and the parent's, each beside its own answer, with what was typed kept."""
    said = {**SIGNATURE, "typed": "Other", "adopted": "on"}
    form = SignForm(said, minor=False)
    assert set(form.errors) == {"typed"} and 'value="Other"' in str(form)
    both = {
        **said,
        "typed": "Bluebird",
        "signer_type": "MINOR_WITH_PARENT",
        "cosigner_name": "Marta Lake",
        "not_abuser": "on",
        "co_typed": "Bluebird",
        "co_adopted": "on",
    }
    assert set(SignForm(both, minor=True).errors) == {"co_typed"}
    assert SignForm({**both, "co_typed": "Lake, MARTA"}, minor=True).is_valid()


# R18, R19


def test_there_is_no_everything_and_no_anybody(case, them, me):
    """R18: one recipient and named categories; neither form, method nor table knows "all" or "any"."""
    for code in ("ALL", "ANY", "*"):
        with pytest.raises(ValidationError):
            draft_release(case, them, me, categories=[code])
        release = active_release(case, them, me)
        release.categories = [code]
        with pytest.raises(IntegrityError), transaction.atomic():
            release.save()
        assert "categories" in terms_form(case, them, categories=[code]).errors
    assert "recipient_name" in terms_form(case, them, to=f"{them.pk}:").errors
    assert "to" in terms_form(case, them, to="any").errors
    with pytest.raises(ValidationError):
        draft_release(case, case.organization, me)


def test_a_full_file_goes_to_another_helper_only(world, case, me):
    """R10: TRANSFER is for victim service organizations."""
    police = world.vipd.organization
    with pytest.raises(ValidationError):
        draft_release(case, police, me, categories=["TRANSFER"])
    form = terms_form(case, police, to=f"{police.pk}:St. Croix", categories=["TRANSFER"])
    assert "categories" in form.errors


def test_a_release_ends_after_thirty_days_and_ninety_at_most(case, them, me):
    """R19: 30 days unless said otherwise; more than 90 is refused by form, method and table."""
    release = draft_release(case, them, me)
    assert release.expires_at - release.starts_at == timedelta(days=30)
    draft_release(case, them, me, days=90)
    with pytest.raises(ValidationError):
        draft_release(case, them, me, days=91)
    with pytest.raises(ValidationError):
        draft_release(case, them, me, days=0)
    release = active_release(case, them, me)
    release.expires_at = release.starts_at + timedelta(days=90, microseconds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        release.save()
    late = (clock.today() + timedelta(days=92)).isoformat()
    assert "ends_on" in terms_form(case, them, ends_on=late).errors
    assert "ends_on" in terms_form(case, them, ends_on="2020-01-01").errors


def test_a_signed_release_is_not_extended(case, them, me):
    """R19: no extension; its terms are closed once it is signed."""
    release = active_release(case, them, me)
    with pytest.raises(IllegalMove):
        release.edit(actor=me, expires_at=clock.now() + timedelta(days=60))


def test_the_clock_alone_ends_it(world, case, them, me):
    """R19: no task has to run for a release to be over, nor for what hangs on it to stay shut."""
    release = active_release(case, them, me)
    world.hold(release.expires_at - timedelta(seconds=1))
    assert release.is_open and Release.objects.open().count() == 1
    world.hold(release.expires_at)
    assert not release.is_open and release.standing == "expired"
    assert not Release.objects.open_for(case.person, them, "SAFETY").exists()
    with pytest.raises(NotReleased):
        release.disclose(actor=me, categories=["SAFETY"], what="Too late", method="verbal")


# R20, R21


def test_anyone_on_staff_takes_it_back_in_two_presses(world, case, them, me):
    """R20: intake worker, another advocate, supervisor: a button, and one that confirms."""
    for who in (world.stx.intake_worker, world.stx.colleague, world.stx.supervisor):
        release = active_release(case, them, me)
        client = world.client(who)
        assert client.get(f"/releases/{release.pk}/revoke/").status_code == 200
        assert client.post(f"/releases/{release.pk}/revoke/", {"reason": "WITHDRAWN"}).status_code == 302
        release.refresh_from_db()
        assert (release.state, release.ended_by, release.is_open) == ("revoked", who, False)


def test_nobody_elsewhere_takes_it_back(world, case, them, me):
    release = active_release(case, them, me)
    for who in (world.stt.supervisor, world.officer, world.stx.administrator):
        assert (
            world.client(who).post(f"/releases/{release.pk}/revoke/", {"reason": "WITHDRAWN"}).status_code
            == 404
        )


def test_what_hangs_on_it_ends_in_the_same_transaction(case, them, me):
    """R20: whoever registered is told before the end is committed; if they fail, nothing has ended."""
    release, heard = active_release(case, them, me), []

    def hear(ended, actor):
        heard.append((ended.pk, actor))
        if len(heard) == 2:
            raise RuntimeError

    release_ends.on_end(hear)
    try:
        release.revoke(actor=me)
        assert heard == [(release.pk, me)]
        second = active_release(case, them, me)
        with pytest.raises(RuntimeError):
            second.revoke(actor=me)
        second.refresh_from_db()
        assert second.is_open
    finally:
        release_ends._callables.remove(hear)


def test_no_is_as_short_as_yes_and_changes_nothing(world, case, them, me):
    """R21: one press says no; the case and everything in it are as before."""
    release = draft_release(case, them, me)
    release.discuss(actor=me)
    before = Case.objects.filter(pk=case.pk).values().get()
    client = signed_in_client(me, stays=False)
    world.forward(minutes=11)  # signing would ask for the second factor now, and "no" asks for nothing
    assert client.post(f"/releases/{release.pk}/refuse/")["Location"] == f"/cases/{case.number}/"
    after = Case.objects.filter(pk=case.pk).values().get()
    assert {k: v for k, v in before.items() if k != "last_activity_at"} == {
        k: v for k, v in after.items() if k != "last_activity_at"
    }
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "Log a contact" in page and not FollowUp.objects.exists()


# R22-R24


def test_signers_are_offered_by_age(case, me):
    """R22: an adult signs for themselves, a child with or without a parent; never both lists."""
    assert signers_for(False) == ("ADULT", "GUARDIAN")
    assert "ADULT" not in signers_for(True) and "MINOR_ALONE" in signers_for(True)
    offered = {code for code, _label in SignForm(minor=True).fields["signer_type"].choices}
    assert offered == set(signers_for(True))


def test_who_harmed_the_person_does_not_sign(world, them, me):
    """R22: who signs for another harmed nobody, and is not one who must never learn of this."""
    person = a_person(me, age_group="minor", relations={"never": ["Victor Lake"]})
    release = draft_release(open_case(me, person=person), them, me)
    release.discuss(actor=me)
    parent = {**SIGNATURE, "signer_type": "PARENT_ONLY"}
    harmed = signed_by("Lake, VICTOR", signer_type="PARENT_ONLY", not_abuser=True)
    for change in ({"not_abuser": False}, harmed):
        with pytest.raises(Incomplete):
            release.sign(actor=me, **{**parent, **change})
    release.sign(actor=me, **parent, not_abuser=True)
    assert release.is_open
    form = SignForm({**parent, "typed": "Marta"}, minor=True)
    assert "not_abuser" in form.errors
    both = SignForm(
        {**parent, "signer_type": "MINOR_WITH_PARENT", "typed": "Ana", "not_abuser": "on"}, minor=True
    )
    assert {"cosigner_name", "co_drawn"} <= set(both.errors)


def test_a_parents_signature_ends_on_the_eighteenth_birthday(world, them, me):
    """R23: the end is the birthday on the islands when that comes first."""
    here = clock.today()
    born = date(here.year - 18, here.month, here.day) + timedelta(days=10)
    person = a_person(me, age_group="minor", born=born)
    release = draft_release(open_case(me, person=person), them, me)
    release.discuss(actor=me)
    release.sign(actor=me, **{**SIGNATURE, "signer_type": "PARENT_ONLY"}, not_abuser=True)
    assert release.expires_at == end_of_childhood(born)
    assert end_of_childhood(date(2008, 2, 29)) == datetime(2026, 3, 1, 4, tzinfo=UTC)


def test_a_yes_by_word_opens_nothing(case, them, me):
    """R24: talked through and agreed is not signed; there is no oral signature, in form, method or table."""
    release = draft_release(case, them, me)
    release.discuss(actor=me)
    assert not release.is_open
    with pytest.raises(NotReleased) as refused:
        release.disclose(actor=me, categories=["SAFETY"], what="She said yes", method="verbal")
    assert refused.value.why == "unsigned"
    signed = active_release(case, them, me)
    signed.signature_method = "ORAL"
    assert "signature" in missing(signed)
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.save()
    assert {"ORAL", "REMOTE_VERIFIED"}.isdisjoint(
        code for code, _label in SignForm(minor=False).fields["signature_method"].choices
    )


# R26


def test_every_telling_is_in_the_ledger(case, them, me):
    """R26: what, to whom, under what, by whom, in the transaction that tells."""
    release = active_release(case, them, me)
    line = release.disclose(
        actor=me, categories=["SAFETY"], what="She is safe", method="verbal", subject=case
    )
    assert (line.release, line.recipient, line.by, line.subject_id) == (release, them, me, case.pk)
    with pytest.raises(RuntimeError), transaction.atomic():
        release.disclose(actor=me, categories=["SAFETY"], what="Not told after all", method="verbal")
        raise RuntimeError
    assert Disclosure.objects.count() == 1


def test_what_is_not_covered_is_not_told(world, case, them, me):
    """R26: another category, none, another house: refused, and no line is written."""
    release = active_release(case, them, me)
    for categories, to, why in (
        (["CONTACT"], None, "category"),
        (["SAFETY", "CONTACT"], None, "category"),
        ([], None, "category"),
        (["SAFETY"], world.vipd.organization, "recipient"),
    ):
        with pytest.raises(NotReleased) as refused:
            release.disclose(actor=me, categories=categories, what="x", method="verbal", to=to)
        assert refused.value.why == why
    assert not Disclosure.objects.exists()


SHUT = {
    "draft": (lambda release, me: None, "not talked through yet", "not signed"),
    "discussed": (lambda release, me: release.discuss(actor=me), "talked through, not signed", "not signed"),
    "refused": (lambda release, me: release.refuse(actor=me), "the person said no", "not signed"),
    "discarded": (lambda release, me: release.discard(actor=me), "put away", "not signed"),
    "revoked": (lambda release, me: release.revoke(actor=me), "taken back", "has ended"),
    "superseded": (lambda release, me: release.supersede(actor=me), "replaced", "has ended"),
    "expired": (lambda release, me: None, "over", "has ended"),
}


@pytest.mark.parametrize("how", ["get", "post"])
@pytest.mark.parametrize("state", SHUT)
def test_no_form_to_tell_opens_on_what_lets_nothing_through(world, case, them, me, state, how):
    """R19, R20, R24: before anything is typed the page says how it stands and why nothing is told."""
    change, stands, why = SHUT[state]
    signed = state in ("revoked", "superseded", "expired")
    make = active_release if signed else draft_release
    release = make(case, them, me, categories=["SAFETY", "OUTCOME"])
    change(release, me)
    if state == "expired":
        world.hold(release.expires_at)
    said = {"categories": ["SAFETY"], "what": "Too late"} if how == "post" else {}
    for verb in ("disclose", "tell_outcome"):
        answer = getattr(world.client(me), how)(reverse(f"{verb}_release", args=[release.pk]), said)
        page = answer.content.decode()
        assert answer.status_code == 409 and f"It stands at <b>{stands}</b>" in page and why in page
        assert 'name="what"' not in page and 'name="word"' not in page
    assert not Disclosure.objects.exists()


def test_a_stale_copy_of_a_release_tells_nothing(case, them, me):
    """R20: the row as it stands counts, not the object that somebody holds."""
    stale = active_release(case, them, me)
    Release.objects.get(pk=stale.pk).revoke(actor=me)
    assert stale.state == "active"
    with pytest.raises(NotReleased):
        stale.disclose(actor=me, categories=["SAFETY"], what="x", method="verbal")


@pytest.mark.parametrize("table", ["cases_disclosure", "cases_note", "cases_contactattempt"])
def test_what_was_told_or_written_cannot_be_changed(case, them, me, table):
    """R26: the application may add a line and can neither change nor delete one."""
    for statement in (f"UPDATE {table} SET at = now()", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_signing_asks_for_the_second_factor_again(world, case, them, me):
    """C8: a release is signed within ten minutes of a second factor."""
    release = draft_release(case, them, me)
    release.discuss(actor=me)
    client = world.client(me)
    session = client.session
    session["second_factor_at"] = session["second_factor_at"] - 3600
    session.save()
    answer = client.get(f"/releases/{release.pk}/sign/")
    assert answer.status_code == 302 and answer["Location"].startswith("/confirm/")


def test_terms_of_the_maker_are_complete():
    assert set(TERMS) >= {"recipient_unit", "categories", "purpose", "method", "language"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("edit", {"purpose": "As it was typed", "method": ""}),
        ("edit", {"purpose": "As it was typed", "ends_on": "2099-01-01"}),
        ("discuss", {"discussed": ["why"], "statements": []}),
        ("sign", {"signer_name": "As it was typed", "signature_method": "WET_SCAN"}),
        ("sign", {"signer_name": "As it was typed", "signer_type": "PARENT_ONLY"}),
        ("disclose", {"what": "As it was typed", "categories": ["CONTACT"]}),
    ],
)
def test_a_refused_page_of_a_release_keeps_what_was_typed(world, case, them, me, step, said):
    release = draft_release(case, them, me) if step != "disclose" else active_release(case, them, me)
    if step == "sign":
        release.discuss(actor=me)
    before = release.state
    answer = world.client(me).post(f"/releases/{release.pk}/{step}/", said)
    assert answer.status_code == 200 and answer.context["form"].errors
    for typed in said.values():
        if typed == "As it was typed":
            assert typed in answer.content.decode()
    release.refresh_from_db()
    assert release.state == before


def test_another_house_is_told_of_a_case_by_nothing_but_the_ledger(world, case, them, me):
    """R26: with an open release and no line in the ledger, the other house still reads no row of ours."""
    active_release(case, them, me)
    with world.acting(world.stt.supervisor):
        assert not Release.objects.exists() and not Case.objects.exists() and not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("state", "verbs"),
    [("signed", ("edit", "discuss", "sign")), ("revoked", ("edit", "discuss", "sign", "revoke", "disclose"))],
)
def test_no_form_is_there_to_be_filled_in_for_nothing(world, case, them, me, state, verbs):
    """R20: what has been signed, or taken back, says so before anybody types."""
    release = active_release(case, them, me)
    if state == "revoked":
        release.revoke(actor=me, reason="WITHDRAWN")
    client = world.client(me)
    for verb in verbs:
        address = reverse(f"{verb}_release", args=[release.pk])
        assert client.get(address).status_code == 409, verb
