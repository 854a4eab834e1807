"""What a wall looks like in a query: no way for a member to the records of a person behind it."""

from uuid import UUID

from django.apps import apps
from django.db.models import Exists, F, OuterRef

from orgs.compiled import compiled
from orgs.roles import Role
from orgs.tenancy import TenantModel


def walled(member, person):
    """A condition on rows whose person is at the path `person`: this member is walled from them (R42)."""
    from cases.models import Wall

    return Exists(Wall.objects.filter(user=member, person=OuterRef(person)))


def walled_from_packet(member):
    """A condition on packets: the member is walled from the person whom this organization knows from it.

    None for a referrer, who has no walls: whatever a wall is about lies inside a victim service (R3).
    """
    from cases.models import Wall

    if member.refers:
        return None
    return Exists(Wall.objects.filter(user=member, person__intakes__referral=OuterRef("pk")))


def walled_numbers(members):
    """The numbers of the cases that a member is walled from: no line of the audit shows them (R42)."""
    from cases.models import Case

    yield Case.objects.filter(person__walls__user__in=members).order_by().values(hidden=F("number"))


def ways_to_people(model, known, seen=()):
    """The paths from a model's rows to the people whom they are about, through its foreign keys.

    `known` are ways that no key of the model says, by model. A row that always names a person itself needs
    no other way.
    """
    from cases.models import Person

    if model in known:
        return known[model]
    keys = [
        field
        for field in model._meta.fields
        if field.is_relation and field.related_model not in (*seen, model)
    ]
    own = [field for field in keys if field.related_model is Person]
    if any(not field.null for field in own):
        return [field.name for field in own]
    ways = [field.name for field in own]
    for field in keys:
        if field not in own:
            ways += [f"{field.name}__{way}" for way in ways_to_people(field.related_model, known, seen)]
    return ways


def walled_subjects(app, members, known):
    """For each model of an app whose rows are about people: the keys of those that a member is walled from.

    Found in the models themselves, so that a new one is hidden in the audit from its first line (R42).
    """
    from cases.models import Person, PersonToken

    for model in apps.get_app_config(app).get_models():
        if model is Person:
            ways = [""]
        elif issubclass(model, TenantModel) and model is not PersonToken:
            ways = ways_to_people(model, known)
        else:
            continue  # grants are no subject of a line, and tokens neither
        for way in ways:
            path = f"{way}__walls__user__in".removeprefix("__")
            yield model._base_manager.filter(**{path: members}).order_by().values(hidden=F("pk"))


def nobody_above(organization_id, without):
    """Whether some person's records can be opened by no supervisor who is here and can come in (R42).

    With a member: whether any could, of those that the member can open, who stays when that one is gone.
    Asked of those alone from whom somebody is walled: of all the others every supervisor sees everything.
    """
    if without is None:  # asked of every organization, every minute
        return bool(_under_nobody(None, UUID(str(organization_id))))
    return _without_a_supervisor(organization_id, without).exists()


@compiled
def _under_nobody(_nobody, organization_id):
    return _without_a_supervisor(organization_id)


def _without_a_supervisor(organization_id, without=None):
    """One person, or none, whom no supervisor stands above."""
    from cases.models import Person, Wall
    from orgs.models import User

    walled_off = Wall.objects.filter(person=OuterRef(OuterRef("pk"))).values("user")
    others = User.objects.in_role(Role.SUPERVISOR).filter(organization_id=organization_id).able_to_come_in()
    others = others.exclude(pk__in=walled_off)
    ours = Person.objects.filter(organization_id=organization_id, walls__isnull=False)
    if without is not None:
        others = others.filter(leaves_at=None).exclude(pk=without.pk)
        ours = ours.exclude(walls__user=without)
    return ours.exclude(Exists(others)).values_list("pk")[:1]
