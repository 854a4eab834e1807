"""How much each advocate of an organization has in hand: said where it is much, and stopping nobody."""

from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import covering
from cases.models import Absence, Case, Wall
from cases.models.case import HIGH_RISK
from orgs.models import User
from orgs.roles import WORKERS, Role


@dataclass
class Load:
    """One member who could take work: open cases (`urgent` of them in crisis or of high risk) and `others`,
    which are not cases yet; the organization's limit, and as how many an urgent case counts."""

    member: User
    cases: int
    limit: int
    urgent: int = 0
    others: int = 0
    weight: int = 1
    away: Absence | None = field(default=None)

    @property
    def total(self):
        return self.cases + self.others + self.urgent * (self.weight - 1)

    @property
    def is_full(self):
        return self.total >= self.limit

    @property
    def is_over(self):
        return self.total > self.limit

    def with_more(self, cases=1, urgent=0):
        """The load as it would be with so many more, of which some are urgent."""
        return Load(
            self.member,
            self.cases + cases,
            self.limit,
            self.urgent + urgent,
            self.others,
            self.weight,
            self.away,
        )

    @property
    def warning(self):
        """What is said beside something that makes it too much; "" where it is not."""
        if not self.is_over:
            return ""
        said = _("%(name)s then has %(total)d, and the limit is %(limit)d. Nothing is stopped by it.")
        return said % {"name": self.member.name, "total": self.total, "limit": self.limit}

    @property
    def words(self):
        cases = ngettext("%(n)d open case", "%(n)d open cases", self.cases) % {"n": self.cases}
        others = ngettext("%(n)d intake", "%(n)d intakes", self.others) % {"n": self.others}
        said = _("%(cases)s, %(intakes)s") % {"cases": cases, "intakes": others}
        if self.weight > 1 and self.urgent:
            said = _("%(load)s, counted as %(total)d") % {"load": said, "total": self.total}
        if self.is_full:
            said = _("%(load)s: at or over the limit of %(limit)d") % {"load": said, "limit": self.limit}
        if not self.away:
            return said
        return _("%(load)s; away until %(day)s") % {"load": said, "day": f"{self.away.last_day:%-d %b}"}


def loads(viewer, person=None):
    """The advocates and supervisors of the viewer's organization, the freest first, who is away last.

    What the viewer is walled from is not counted. With `person`, whoever is walled from that person is not
    among them (R42). Four or five queries.
    """
    found = counted(viewer)
    members = User.objects.filter(organization=viewer.organization).in_role(*WORKERS)
    if person:
        members = members.exclude(pk__in=Wall.objects.filter(person=person).values("user"))
    away = {one.user_id: one for one in Absence.objects.running()}
    listed = [found(member, away.get(member.pk)) for member in members]
    return sorted(listed, key=_freest_first)


def _freest_first(load):
    return bool(load.away), load.member.role != Role.ADVOCATE, load.total, load.member.name


def counted(viewer):
    """A function from a member to their `Load`, as far as the viewer may know of it (R42)."""
    organization, cases, others = viewer.organization, {}, {}
    for model, states in covering.caseloads():
        rows = model.objects.filter(state__in=states, organization=viewer.organization_id)
        rows = rows.exclude(model.behind_wall(viewer)).exclude(assigned_to=None).order_by()
        into = cases if model is Case else others
        urgent = Count("pk", filter=Q(priority__in=HIGH_RISK))
        for member, count, high in rows.values_list("assigned_to").annotate(Count("pk"), urgent=urgent):
            into[member] = count, high

    def load_of(member, away=None):
        (cases_of, high), (others_of, _high) = cases.get(member.pk, (0, 0)), others.get(member.pk, (0, 0))
        weight = organization.high_risk_weight
        return Load(member, cases_of, organization.load_limit, high, others_of, weight, away)

    return load_of


def is_urgent(record):
    """Whether a case or an intake counts as an urgent one."""
    return record.priority in HIGH_RISK
