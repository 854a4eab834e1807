"""How much each advocate of an organization has on their hands."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Wall
from orgs.models import User
from orgs.roles import Role
from referrals.models import Intake


@dataclass
class Load:
    """One member who could take work: their open cases and intakes, and the organization's limit of cases."""

    member: User
    cases: int
    intakes: int
    limit: int

    @property
    def is_full(self):
        return self.cases + self.intakes >= self.limit

    @property
    def words(self):
        cases = ngettext("%(n)d open case", "%(n)d open cases", self.cases) % {"n": self.cases}
        intakes = ngettext("%(n)d intake", "%(n)d intakes", self.intakes) % {"n": self.intakes}
        said = _("%(cases)s, %(intakes)s") % {"cases": cases, "intakes": intakes}
        if not self.is_full:
            return said
        return _("%(load)s: at or over the limit of %(limit)d") % {"load": said, "limit": self.limit}


def loads(viewer, person=None):
    """The advocates and supervisors of the viewer's organization, the freest first; three or four queries.

    What the viewer is walled from is not counted. With `person`, whoever is walled from that person is not
    among them (R42).
    """
    organization = viewer.organization
    cases, intakes = _count(Case, viewer), _count(Intake, viewer)
    members = User.objects.filter(organization=organization).in_role(Role.ADVOCATE, Role.SUPERVISOR)
    if person:
        members = members.exclude(pk__in=Wall.objects.filter(person=person).values("user"))
    found = [
        Load(member, cases.get(member.pk, 0), intakes.get(member.pk, 0), organization.load_limit)
        for member in members
    ]
    return sorted(found, key=lambda load: (load.member.role != Role.ADVOCATE, load.cases + load.intakes))


def _count(model, viewer):
    ours = model.objects.open().filter(organization=viewer.organization_id, assigned_to__isnull=False)
    rows = ours.exclude(model.behind_wall(viewer)).order_by()
    return dict(rows.values_list("assigned_to").annotate(Count("pk")))
