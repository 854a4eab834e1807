"""The roles of the domain and the groups that hold their grants.

Each organization has one group a role; guardian's group grants go to it, so that a record that every
supervisor may see costs one row and not one a supervisor.
"""

from functools import cache

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICER = "officer", _("Officer")
    UNIT_SUPERVISOR = "unit_supervisor", _("Unit supervisor")
    SYSTEM_ADVOCATE = "system_advocate", _("System advocate")
    INTAKE_WORKER = "intake_worker", _("Intake worker")
    ADVOCATE = "advocate", _("Advocate")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Organization administrator")
    OVERSIGHT = "oversight", _("Oversight analyst")
    OPERATOR = "operator", _("Operator")


class Kind(models.TextChoices):
    VICTIM_SERVICES = "victim_services", _("Victim services")
    LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
    PROSECUTION = "prosecution", _("Prosecution")
    OVERSIGHT = "oversight", _("Oversight")
    HOTLINE = "hotline", _("Hotline")
    PROTECTION = "protection", _("Child and adult protection")
    PARTNER = "partner", _("Partner")
    OPERATOR = "operator", _("Operator of the installation")


REFERRERS = frozenset({Role.OFFICER, Role.UNIT_SUPERVISOR, Role.SYSTEM_ADVOCATE})
VICTIM_SERVICES = frozenset({Role.INTAKE_WORKER, Role.ADVOCATE, Role.SUPERVISOR})
# Who can have a case, an intake or a handoff in hand.
WORKERS = (Role.ADVOCATE, Role.SUPERVISOR)
# Who may be on at a desk, and who never sees a record, whatever grants an earlier role has left them.
DESK = frozenset({Role.INTAKE_WORKER, Role.SUPERVISOR})
ROWLESS = frozenset({Role.ADMINISTRATOR, Role.OVERSIGHT, Role.OPERATOR})

# A kind of organization is fixed, and with it the roles that its members can have (R9, R12, R13).
ROLES_OF_KIND = {
    Kind.VICTIM_SERVICES: (Role.INTAKE_WORKER, Role.ADVOCATE, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Kind.LAW_ENFORCEMENT: (Role.OFFICER, Role.UNIT_SUPERVISOR, Role.ADMINISTRATOR),
    Kind.PROSECUTION: (Role.SYSTEM_ADVOCATE, Role.UNIT_SUPERVISOR, Role.ADMINISTRATOR),
    Kind.HOTLINE: (Role.OFFICER, Role.ADMINISTRATOR),
    Kind.PROTECTION: (Role.OFFICER, Role.ADMINISTRATOR),
    Kind.OVERSIGHT: (Role.OVERSIGHT, Role.ADMINISTRATOR),
    Kind.PARTNER: (Role.OVERSIGHT,),
    Kind.OPERATOR: (Role.OPERATOR,),
}


def group_name(organization_id, role):
    return f"{organization_id} {role}"


def unit_group_name(unit_id):
    return f"unit {unit_id}"


@cache
def _group_id(name):
    return Group.objects.get_or_create(name=name)[0].pk


def role_group(organization_id, role):
    """The id of the group of one role in one organization; it never changes while a process lives."""
    return _group_id(group_name(organization_id, Role(role).value))


def unit_group(unit_id):
    """The id of the group of a unit's supervisors."""
    return _group_id(unit_group_name(unit_id))


def groups_of(user):
    """The ids of the groups that a member's role and unit put them in."""
    yield role_group(user.organization_id, user.role)
    if user.role == Role.UNIT_SUPERVISOR and user.unit_id:
        yield unit_group(user.unit_id)
