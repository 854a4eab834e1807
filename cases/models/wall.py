"""What keeps one member from one person's records, whatever their role (R42)."""

import hashlib
import hmac

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from cases import letting_go
from orgs import audit, clock, codes, sealing
from orgs.models import User
from orgs.roles import Role
from orgs.sealing import SealedTextField
from orgs.tenancy import TenantModel

from .person import Person


class NoSupervisorLeft(Exception):
    """The wall would keep a person's records from every supervisor; `why` says so, and what can be done."""

    def __init__(self):
        self.why = _(
            "One supervisor must be able to see every record, and with this none could see this person’s. "
            "If all of them are too near to it, refer it out to another organization, or have an "
            "administrator make someone else a supervisor first."
        )
        super().__init__(self.why)


class Wall(TenantModel):
    """One member and one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="walls")
    user = models.ForeignKey("orgs.User", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=24)
    note = SealedTextField(max_length=300, blank=True)
    set_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "user"], name="one_wall_a_person_and_member")
        ]

    @property
    def reason_in_words(self):
        return codes.load("cases", "wall_reasons").label(self.reason)

    @classmethod
    def build(cls, person, member, *, actor, reason, note=""):
        """Keep one member from everything about `person`; see `build_all`. Returns the wall that stands."""
        return cls.build_all(person, [member], actor=actor, reason=reason, note=note)[0]

    @classmethod
    def build_all(cls, person, members, *, actor, reason, note=""):
        """Keep `members` from everything about `person` from the next request on; once is enough.

        Where the organization has the person in several records that were joined, it holds for all of them.
        What the members had in their hands, and what they were asked to take, goes back to the supervisors in
        the same transaction, with its clocks. Returns the walls of `person`, in the order of `members`.
        Raises `NoSupervisorLeft` where no active supervisor could see the person any more.
        """
        if not members:
            return []
        with transaction.atomic():
            known = letting_go.all_of(person)
            letting_go.hold(*known)
            for one in known:
                cls._build(one, members, actor, reason, note)
        walls = {wall.user_id: wall for wall in cls.objects.filter(person=person, user__in=members)}
        return [walls[member.pk] for member in members]

    @classmethod
    def _build(cls, person, members, actor, reason, note):
        """The walls of one record that is locked; what stands, stands."""
        there = set(cls.objects.filter(person=person, user__in=members).values_list("user_id", flat=True))
        fresh = [member for member in members if member.pk not in there]
        refuse_if_none_left(person, fresh)
        for member in fresh:
            cls(
                organization_id=person.organization_id,
                person=person,
                user=member,
                reason=reason,
                note=note,
                set_by=actor,
                set_at=clock.now(),
            ).save(force_insert=True)
            audit.write(actor, "wall", person, member=keyed(person, member.pk))
        if fresh:
            letting_go.let_go(person, fresh, actor=actor)

    @classmethod
    def share(cls, *people, actor):
        """Give several records of one person the same walls: the most restrictive of any survives (R25).

        Call it before the first line in the audit. Raises `NoSupervisorLeft`.
        """
        with transaction.atomic():
            known = {one.pk: one for person in people for one in letting_go.all_of(person)}
            letting_go.hold(*known.values())
            walls = {}
            for wall in cls.objects.filter(person__in=known).select_related("user").order_by("set_at"):
                if wall.reason == "self" or wall.user_id not in walls:
                    walls[wall.user_id] = wall
            for person in known.values():
                refuse_if_none_left(person, [wall.user for wall in walls.values()])
                for wall in walls.values():
                    cls._build(person, [wall.user], actor, wall.reason, wall.note)
            enclose_all(known.values())
            letting_go.join(list(known), actor)

    @classmethod
    def name_insiders(cls, person, named, *, actor, themselves=None):
        """The person works here: everybody in the house is walled from them but the `named` members.

        `themselves` is the member who it is, if they still have an account; they are never let in. A wall is
        built for every account, open or closed, in every role; accounts made later get theirs from the
        database. A named member who was walled before stays walled: what keeps out is stronger (R44). Raises
        `ValidationError` (code: the field) where no supervisor is named, and where they are named themselves;
        `NoSupervisorLeft` where a wall that stood keeps the named supervisors out.
        """
        inside = {member.pk for member in named}
        if themselves is not None and themselves.pk in inside:
            raise ValidationError(_("Nobody is let in to their own record."), code="named")
        if not any(member.role == Role.SUPERVISOR and member.is_active for member in named):
            raise ValidationError(_("One supervisor at least must be among them."), code="named")
        others = User.objects.filter(organization_id=person.organization_id).exclude(pk__in=inside)
        own = [] if themselves is None else [themselves]
        with transaction.atomic():
            cls.build_all(person, own, actor=actor, reason="self")
            cls.build_all(person, list(others), actor=actor, reason="staff")
            known = letting_go.all_of(person)
            # A wall may have stood for another reason, and could be taken away.
            cls.objects.filter(person__in=known, user__in=own).update(reason="self")
            for one in known:
                one.named_only, one.named_only_by = True, actor
                one.save(update_fields=["named_only", "named_only_by"])
                for case in one.cases.all():
                    case.restrict(True, actor=actor)
            audit.write(actor, "name_insiders", person, named=len(inside))

    def lift(self, *, actor):
        """Let the member in again, to every record of the person; never one to their own.

        Raises `PermissionDenied`.
        """
        with transaction.atomic():
            known = letting_go.all_of(self.person)
            walls = type(self).objects.filter(person__in=known, user=self.user_id)
            if walls.filter(reason="self").exists():
                raise PermissionDenied("Nobody is let in to their own record.")
            walls.delete()
            audit.write(actor, "lift_wall", self.person, member=keyed(self.person, self.user_id))


def keyed(person, member_id):
    """A member in a line about a wall: the same for the same wall, and readable to nobody (R42, C11).

    The wall itself says who and why, to those who may read about the person; the audit is read by others too.
    """
    if not sealing.is_open(person.organization_id):
        return ""
    key = sealing.opened(person.organization_id).newest.search_key
    said = f"wall|{person.pk}|{member_id}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:16]


def refuse_if_none_left(person, members):
    """Raise `NoSupervisorLeft` if walls for `members` would leave nobody above the person's records."""
    if not any(member.role == Role.SUPERVISOR for member in members):
        return
    above = User.objects.filter(organization_id=person.organization_id).in_role(Role.SUPERVISOR)
    above = above.able_to_come_in()
    above = above.filter(leaves_at=None)  # who has a last day will not be above it for long
    above = above.exclude(pk__in=Wall.objects.filter(person=person).values("user"))
    if not above.exclude(pk__in=[member.pk for member in members]).exists():
        raise NoSupervisorLeft


def enclose_all(people):
    """Where one record is for the named alone, so are all: accounts made later are outside of each."""
    people = list(people)
    named = next((person for person in people if person.named_only), None)
    for person in people if named else ():
        if not person.named_only:
            person.named_only, person.named_only_by_id = True, named.named_only_by_id
            person.save(update_fields=["named_only", "named_only_by"])
