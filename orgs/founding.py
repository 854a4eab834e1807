"""How an organization comes into being: its row, its secrets, the groups of its roles."""

from .models import Organization, Unit
from .roles import ROLES_OF_KIND, role_group, unit_group
from .tenancy import acting_for, new_id


def found_organization(*, units=(), **fields):
    """A new organization with role groups and units; returns it.

    `fields` are those of `Organization`, `units` pairs of a unit's name and its island's code. Its keys are
    made with its first member (`orgs.keyring`), and until then nothing can be sent to it.
    """
    organization = Organization(id=new_id(), **fields)
    with acting_for(organization.pk):
        organization.save(force_insert=True)
        for role in ROLES_OF_KIND[organization.kind]:
            role_group(organization.pk, role)
        for name, island in units:
            add_unit(organization, name, island)
    return organization


def add_unit(organization, name, island=""):
    """A new unit of an organization, with the group of its supervisors."""
    unit = Unit.objects.create(organization=organization, name=name, island=island)
    unit_group(unit.pk)
    return unit
