"""Sealed fields in a real table: what the database holds, who reads it, and where it refuses to open."""

import copy
import os
import pickle
from datetime import date, datetime
from uuid import uuid4

import psycopg
import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models, transaction
from django.db.models import F

from orgs import sealing
from orgs.keyring import published as signing
from orgs.models import Organization
from orgs.sealing import (
    LetterField,
    Locked,
    Sealed,
    SealedDateField,
    SealedJSONField,
    SealedTextField,
    Tampered,
)
from orgs.sealing.base import carrying
from orgs.tenancy import acting_for, new_id
from tests.makers.keys import published


class Folder(models.Model):  # noqa: DJ008 - never shown
    """A table of the tests' own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_constraint=False)
    shelf = models.CharField(max_length=20, blank=True)
    name = SealedTextField(max_length=40, blank=True)
    nickname = SealedTextField(max_length=40, blank=True)
    story = SealedTextField(blank=True)
    born = SealedDateField(blank=True)
    plan = SealedJSONField(default=dict, blank=True)
    packet = LetterField(default=dict, blank=True)

    class Meta:
        app_label = "folders"

    def __reduce__(self):  # Django would look the class up in an installed app
        return Folder.__new__, (Folder,), super().__reduce__()[2]


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def folders(django_db_setup):
    """The table, for as long as the tests of this file run; the application's role may make none."""
    columns = ", ".join(
        f'"{field.column}" {field.db_type(connection)}' for field in Folder._meta.concrete_fields
    )
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["CAUSEWAY_TEST_OWNER"], dbname=name, autocommit=True) as owner:
        owner.execute(f"CREATE TABLE folders_folder ({columns})")
        owner.execute("GRANT ALL ON folders_folder TO causeway_app")
        yield
        owner.execute("DROP TABLE folders_folder")


@pytest.fixture(autouse=True)
def table(db):
    """Each test in a transaction of its own."""


def an_organization(code):
    organization = Organization(code=code, name=code, kind="victim_services")
    secrets = published(organization)
    with acting_for(organization.pk):
        organization.save(force_insert=True)
        signing.sign(organization)
    return organization, secrets


@pytest.fixture
def ours(table):
    return an_organization("ours")


@pytest.fixture
def theirs(table):
    return an_organization("theirs")


@pytest.fixture
def open_ours(ours):
    with sealing.opening(ours[1]):
        yield ours[0]


def loaded(folder):
    return Folder.objects.get(pk=folder.pk)


def raw(folder, column):
    """What the table holds, as PostgreSQL gives it to whoever reads the disk."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM folders_folder WHERE id = %s', [folder.pk])
        value = cursor.fetchone()[0]
    return value if value is None else bytes(value)


def a_folder(organization, **values):
    return Folder.objects.create(organization=organization, **{"name": "Ana Lake", **values})


def test_what_is_saved_is_read_again_and_lies_there_sealed(open_ours):
    """R11: names, dates, documents and free text are ciphertext in the table and readable to a member."""
    values = {"name": "Ana Lake", "story": "Zoë — 愛", "born": date(1990, 2, 3), "plan": {"ask": ["Ana"]}}
    folder = Folder.objects.create(organization=open_ours, packet={"name": "Ana Lake"}, **values)
    again = loaded(folder)
    assert {name: getattr(again, name) for name in values} == values
    assert again.packet == {"name": "Ana Lake"}
    for column in [*values, "packet"]:
        assert b"Ana" not in raw(folder, column) and b"1990" not in raw(folder, column)


def test_nothing_is_read_without_opened_secrets(ours, theirs):
    """R11: a worker, an operator and another organization's member meet Locked, each column."""
    with sealing.opening(ours[1]):
        folder = a_folder(ours[0], born="1990-02-03", plan={"a": 1}, packet={"a": 1}, story="x", nickname="y")
    for secrets in ([], [theirs[1]]):
        with sealing.opening(*secrets):
            for field in Folder._meta.concrete_fields[3:]:
                with pytest.raises(Locked):
                    getattr(loaded(folder), field.name)


def test_what_was_read_is_not_kept_open_for_the_next_one(ours):
    """R11: an instance that outlives the request has text and dates sealed again."""
    with sealing.opening(ours[1]):
        folder = loaded(a_folder(ours[0]))
        assert folder.name == "Ana Lake"
    with pytest.raises(Locked):
        folder.name  # noqa: B018 - reading is the point


def test_nothing_is_sealed_without_opened_secrets(ours):
    """R11: clear text that cannot be sealed is not saved at all."""
    with pytest.raises(Locked), transaction.atomic():
        a_folder(ours[0])
    assert not Folder.objects.exists()


def test_a_worker_moves_rows_without_opening_them(ours):
    """R11: loading, refreshing, saving and deleting a row works locked, and changes no sealed byte."""
    with sealing.opening(ours[1]):
        folder = a_folder(ours[0], plan={"a": 1})
    before = raw(folder, "name"), raw(folder, "plan")
    folder = loaded(folder)
    folder.shelf = "moved"
    folder.save()
    folder.refresh_from_db()
    folder.refresh_from_db(fields=["name"])
    assert (folder.shelf, raw(folder, "name"), raw(folder, "plan")) == ("moved", *before)
    folder.delete()


def test_an_unchanged_value_is_written_back_as_it_was(open_ours):
    """C18: reading, assigning the same again and saving seals nothing anew; a change does."""
    folder = a_folder(open_ours, plan={"steps": [1]})
    before = raw(folder, "name"), raw(folder, "plan"), raw(folder, "packet")
    folder = loaded(folder)
    folder.name, folder.plan = folder.name, dict(folder.plan)
    folder.save()
    assert (raw(folder, "name"), raw(folder, "plan"), raw(folder, "packet")) == before
    folder.name = "Ana Rivers"
    folder.save()
    assert raw(folder, "name") != before[0] and raw(folder, "plan") == before[1]
    assert loaded(folder).name == "Ana Rivers"


def test_a_document_changed_in_place_is_saved(open_ours):
    folder = loaded(a_folder(open_ours, plan={"steps": [1]}))
    folder.plan["steps"].append(2)
    folder.save()
    assert loaded(folder).plan == {"steps": [1, 2]}
    folder.plan["steps"].append(3)
    folder.save()
    assert loaded(folder).plan == {"steps": [1, 2, 3]}
    folder.plan.clear()
    folder.save()
    assert loaded(folder).plan == {} and raw(folder, "plan") is None


def test_empty_is_null_and_reads_as_empty(open_ours):
    folder = loaded(a_folder(open_ours, name="", plan={}, born=None))
    assert all(
        raw(folder, column) is None for column in ["name", "nickname", "story", "born", "plan", "packet"]
    )
    assert (folder.name, folder.nickname, folder.born, folder.plan, folder.packet) == ("", "", None, {}, {})
    folder.plan["a"] = 1
    folder.name = None
    folder.save()
    assert loaded(folder).plan == {"a": 1} and loaded(folder).name == ""
    assert Folder.objects.filter(name__isnull=True, plan__isnull=False).get() == folder
    with sealing.closed():
        assert loaded(folder).name == ""


def move(from_folder, from_column, to_folder, to_column):
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE folders_folder SET "{to_column}" = %s WHERE id = %s',
            [raw(from_folder, from_column), to_folder.pk],
        )


@pytest.mark.parametrize("column", ["name", "packet"])
def test_a_value_moved_to_another_row_does_not_open(open_ours, column):
    """C18: an operator who copies one person's values to another's row finds that they do not open."""
    one, other = a_folder(open_ours, packet={"a": 1}), a_folder(open_ours, packet={"a": 2})
    move(one, column, other, column)
    with pytest.raises(Tampered):
        getattr(loaded(other), column)


def test_a_value_moved_to_another_column_does_not_open(open_ours):
    """C18: nor in another column of its own row, nor as another kind of sealed value."""
    folder = a_folder(open_ours, packet={"a": 1})
    move(folder, "name", folder, "nickname")
    move(folder, "name", folder, "packet")
    for column in ["nickname", "packet"]:
        with pytest.raises(Tampered):
            getattr(loaded(folder), column)


def test_a_value_moved_to_another_table_does_not_open(open_ours):
    """C18: the table is part of the seal."""
    folder = loaded(a_folder(open_ours))
    with carrying():
        sealed = folder.name
    field = copy.copy(Folder._meta.get_field("name"))
    field.model = type("Other", (), {"_meta": copy.copy(Folder._meta)})
    field.model._meta.db_table = "folders_other"
    with pytest.raises(Tampered):
        field.open(sealed, folder.organization_id, folder.pk)


@pytest.mark.parametrize("column", ["name", "packet"])
def test_a_row_moved_to_another_organization_does_not_open(ours, theirs, column):
    """C18: not with that organization's key, not with a key that both would share."""
    with sealing.opening(ours[1]):
        folder = a_folder(ours[0], packet={"a": 1})
    Folder.objects.update(organization=theirs[0])
    shared = sealing.Secrets(theirs[0].pk, ours[1].versions, ours[1].current)
    for secrets in (theirs[1], shared):
        with sealing.opening(secrets), pytest.raises(Tampered):
            getattr(loaded(folder), column)


@pytest.mark.parametrize("column", ["name", "plan", "packet"])
def test_a_changed_byte_in_the_table_does_not_open(open_ours, column):
    """C18: a byte changed on disk is refused, never read as something else."""
    folder = a_folder(open_ours, plan={"a": 1}, packet={"a": 1})
    sealed = raw(folder, column)
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 0x01]) + sealed[position + 1 :]
        Folder.objects.update(**{column: Sealed(changed)})
        with pytest.raises((Tampered, Locked)):
            getattr(loaded(folder), column)


def test_anybody_writes_a_letter_and_only_its_organization_reads_it(ours, theirs):
    """R16: sender and receiver hold a copy each; writing one needs no secrets, reading it does."""
    copies = [a_folder(one[0], name="", packet={"first": "Ana"}) for one in (ours, theirs)]
    for folder, (_, secrets), (_, others) in zip(copies, (ours, theirs), (theirs, ours), strict=True):
        with sealing.opening(secrets):
            assert loaded(folder).packet == {"first": "Ana"}
        with sealing.opening(others), pytest.raises(Locked):
            loaded(folder).packet  # noqa: B018 - reading is the point


def test_many_at_once_deferred_and_joined(open_ours):
    Folder.objects.bulk_create(
        [Folder(organization=open_ours, name=f"Person {n}", plan={"n": n}, packet={"n": n}) for n in range(3)]
    )
    assert sorted(one.name for one in Folder.objects.all()) == ["Person 0", "Person 1", "Person 2"]
    assert {one.plan["n"] for one in Folder.objects.defer("plan")} == {0, 1, 2}
    folder = Folder.objects.only("shelf").first()
    folder.shelf = "one"
    folder.save()
    assert folder.get_deferred_fields() >= {"name", "plan"}
    assert folder.name.startswith("Person")
    assert folder.packet == folder.plan


def test_values_are_opaque_and_cannot_be_searched(open_ours):
    """R8: nothing but search tokens finds a sealed value; a plain query neither shows nor compares it."""
    folder = a_folder(open_ours)
    [value] = Folder.objects.values_list("name", flat=True)
    assert isinstance(value, Sealed) and repr(value) == str(value) == "sealed"
    assert Folder._meta.get_field("name").open(value, open_ours.pk, folder.pk) == b"Ana Lake"
    for lookup in [
        "name",
        "name__exact",
        "name__icontains",
        "name__gt",
        "name__in",
        "plan__steps",
        "born__year",
    ]:
        with pytest.raises(FieldError):
            Folder.objects.filter(**{lookup: "Ana"})
    with pytest.raises(FieldError):
        Folder.objects.filter(name=F("nickname"))


def test_clear_text_is_never_written(open_ours):
    """R11: the ways around save() refuse instead of storing what they were given."""
    folder = a_folder(open_ours)
    before = raw(folder, "name")
    folder.name = "Ana Rivers"
    for write in [
        lambda: Folder.objects.update(name="Ana Rivers"),
        lambda: Folder.objects.bulk_update([folder], ["name"]),
        lambda: setattr(folder, "name", b"Ana"),
        lambda: setattr(folder, "name", F("nickname")),
        lambda: setattr(folder, "born", datetime(1990, 1, 1)),
    ]:
        with pytest.raises(TypeError), transaction.atomic():
            write()
    assert raw(folder, "name") == before


def test_a_pickle_or_a_dump_of_the_instance_shows_nothing(open_ours):
    """R11: what goes into a cache or a queue is ciphertext, or refuses to go."""
    folder = loaded(a_folder(open_ours, plan={"for": "Ana"}))
    assert folder.name == "Ana Lake" and folder.plan == {"for": "Ana"}
    dumped = pickle.dumps(folder)
    assert b"Ana" not in dumped
    again = pickle.loads(dumped)
    assert again == folder and again.name == "Ana Lake" and again.plan == {"for": "Ana"}
    folder.name = "Ana Rivers"
    assert "Ana" not in repr(vars(folder))
    with pytest.raises(TypeError):
        pickle.dumps(folder)
    folder.save()
    assert b"Ana" not in pickle.dumps(folder)


def test_copies_of_an_instance_are_independent(open_ours):
    folder = loaded(a_folder(open_ours, plan={"steps": [1]}))
    assert folder.plan
    shallow, deep = copy.copy(folder), copy.deepcopy(folder)
    shallow.name = "Another"
    deep.plan["steps"].append(2)
    assert folder.name == "Ana Lake" and folder.plan == {"steps": [1]}


def test_a_rotation_goes_on_while_everything_is_read(ours):
    """C19: old values open, new ones use the new version, and a batch brings the rest over."""
    organization, first = ours
    with sealing.opening(first):
        old = a_folder(organization, plan={"a": 1}, packet={"a": 1})
    second = first.rotated()
    with acting_for(organization.pk):
        signing.publish(organization, second, before=first)
    with sealing.opening(second):
        new = a_folder(organization, name="Bea", packet={"b": 1})
        assert sealing.reseal(loaded(new)) == []
        old = loaded(old)
        assert old.name == "Ana Lake"
        assert sealing.reseal(old) == ["name", "plan", "packet"]
        old.save(update_fields=["name", "plan", "packet"])
    with sealing.opening(second.without(1)):
        assert (loaded(old).name, loaded(old).plan, loaded(old).packet) == ("Ana Lake", {"a": 1}, {"a": 1})
        assert loaded(new).packet == {"b": 1}
    with sealing.opening(first), pytest.raises(Locked):
        loaded(old).name  # noqa: B018 - reading is the point


class FolderForm(forms.ModelForm):
    class Meta:
        model = Folder
        fields = ["name", "story", "born", "plan"]


def test_a_form_edits_the_readable_value(open_ours):
    form = FolderForm({"name": "Ana", "story": "x\ny", "born": "1990-02-03", "plan": '{"a": 1}'})
    form.instance.organization = open_ours
    assert isinstance(form.fields["story"].widget, forms.Textarea)
    assert form.fields["name"].max_length == 40 and not form.fields["name"].required
    folder = loaded(form.save())
    assert (folder.name, folder.born, folder.plan) == ("Ana", date(1990, 2, 3), {"a": 1})
    before = raw(folder, "name")
    bound = FolderForm(instance=folder)
    assert bound.initial["name"] == "Ana" and "1990-02-03" in bound.as_p()
    FolderForm({"name": "Ana", "story": "", "born": "", "plan": "{}"}, instance=folder).save()
    again = loaded(folder)
    assert raw(folder, "name") == before and (again.story, again.born, again.plan) == ("", None, {})
    assert "name" in FolderForm({"name": "a" * 41, "plan": "{}"}, instance=folder).errors


def test_length_is_held_when_sealing_too(open_ours):
    with pytest.raises(ValidationError):
        Folder(organization=open_ours, name="a" * 41).full_clean()
    with pytest.raises(ValueError, match="40"), transaction.atomic():
        a_folder(open_ours, name="a" * 41)


def test_a_row_without_organization_or_key_is_not_sealed(open_ours):
    """C18: there is no seal without a place."""
    field = Folder._meta.get_field("name")
    for organization_id, pk in [(None, uuid4()), (open_ours.pk, None)]:
        with pytest.raises(ValueError, match="name"):
            field.place(organization_id, pk)
    assert field.place(str(open_ours.pk), str(open_ours.pk)) == field.place(open_ours.pk, open_ours.pk)


def test_migrations_name_the_fields_shortly():
    name, path, args, kwargs = Folder._meta.get_field("name").deconstruct()
    assert (path, args, kwargs) == ("orgs.sealing.SealedTextField", [], {"max_length": 40, "blank": True})
    path, kwargs = Folder._meta.get_field("plan").deconstruct()[1::2]
    assert (path, kwargs) == ("orgs.sealing.SealedJSONField", {"default": dict, "blank": True})
    assert Folder._meta.get_field("packet").clone().null
    assert [problem for field in Folder._meta.concrete_fields for problem in field.check()] == []
