"""The people whom an organization helps: sealed where they lie, found by keyed tokens, nowhere else."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Exists, OuterRef

from cases.models import Person, PersonToken
from orgs import clock, sealing
from orgs.models import Organization, User
from orgs.sealing.base import SealedField
from orgs.tenancy import acting_for
from tests.makers.keys import published

pytestmark = pytest.mark.django_db

ANA = {
    "name": "Ana María Lake",
    "alias": "Annie",
    "phone": "340-555-0123",
    "address": "12 Cocoa Road",
    "born": "1990-02-03",
    "relations": {"never": ["Victor Lake"]},
}


@pytest.fixture
def ours(db):
    organization = Organization(code=f"s-{uuid4().hex[:8]}", name="Ours", kind="victim_services")
    secrets = published(organization)
    with acting_for(organization.pk):
        organization.save(force_insert=True)
        yield organization, secrets


def a_person(organization, **values):
    member, _ = User.objects.get_or_create(
        email=f"{organization.code}@example.org", defaults={"organization": organization, "name": "Member"}
    )
    return Person.objects.create(
        organization=organization, created_by=member, created_at=clock.now(), **values
    )


def test_every_word_about_a_person_is_ciphertext_in_the_table(ours):
    """R11: whoever reads the database or a backup finds no name, number, address, birth date or relation."""
    organization, secrets = ours
    with sealing.opening(secrets):
        person = a_person(organization, **ANA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_person WHERE id = %s", [person.pk])
        row = b" ".join(
            bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in cursor.fetchone()
        )
    for word in ["Ana", "Lake", "Annie", "555", "Cocoa", "1990", "Victor", "María"]:
        assert word.encode() not in row
    with pytest.raises(sealing.Locked):
        Person.objects.get(pk=person.pk).name  # noqa: B018 - reading is the point


def test_a_person_is_found_by_tokens_and_read_by_a_member(ours):
    """R8: the search goes over keyed tokens; another organization's key makes tokens that find nobody."""
    organization, secrets = ours
    with sealing.opening(secrets):
        ana, bea = a_person(organization, **ANA), a_person(organization, name="Bea Lake")
        for person in (ana, bea):
            tokens = sealing.tokens_for(secrets, [person.name, person.alias, person.phone])
            PersonToken.objects.bulk_create(
                PersonToken(organization=organization, person=person, token=token) for token in tokens
            )

        def found(text, key=secrets):
            people = Person.objects.all()
            for any_of in sealing.query_tokens(key, text):
                people = people.filter(
                    Exists(PersonToken.objects.filter(person=OuterRef("pk"), token__in=any_of))
                )
            return {person.name for person in people}

        assert found("maria lake") == found("ann") == found("5550123") == {ana.name}
        assert found("lake") == {ana.name, bea.name}
        assert found("maria bea") == found("lake", sealing.Secrets.new(uuid4())) == set()


def test_every_sealed_column_has_an_organization_and_no_index():
    """C18: in all models, a sealed field can be bound to its place and nothing else of it is stored."""
    sealed = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    ]
    assert len(sealed) > 20
    assert [problem for field in sealed for problem in field.check()] == []
