"""A person, as one organization knows them; who they are is sealed, and nobody else's index has them (R8)."""

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cases.walls import walled
from orgs import audit, clock, sealing
from orgs.sealing import SealedDateField, SealedJSONField, SealedTextField
from orgs.tenancy import TenantModel
from orgs.words import local

FOUND_BY = ("name", "alias", "phone")
DECIDES = ("relations", "born", "age_group", "death_recorded_at")  # who may sign, and who never (R22)


class PersonQuerySet(models.QuerySet):
    def open_to(self, member):
        """The people of the member's organization from whom they are not walled (R42)."""
        return self.filter(organization_id=member.organization_id).exclude(walled(member, "pk"))

    def matching(self, member, text, *, walls=True):
        """The people whose names begin, sound or ring like `text`, inside the member's organization (R8).

        Without `walls` those too from whom the member is walled: for a rule that must hold, never for a page.
        Raises `sealing.Locked` without the organization's opened secrets. Nothing to search for finds nobody.
        """
        words = sealing.query_tokens(sealing.opened(member.organization_id), text)
        if not words:
            return self.none()
        people = self.open_to(member) if walls else self.filter(organization_id=member.organization_id)
        people = people.filter(merged_into=None)
        for any_of in words:
            tokens = PersonToken.objects.filter(
                organization_id=member.organization_id, person=OuterRef("pk"), token__in=any_of
            )
            people = people.filter(Exists(tokens))
        return people


class Person(TenantModel):
    """Somebody who is helped. An alias alone, or no name at all, is always enough (R36)."""

    name = SealedTextField(_("name"), max_length=120, blank=True)
    alias = SealedTextField(_("name to use"), max_length=120, blank=True)
    phone = SealedTextField(_("phone"), max_length=40, blank=True)
    address = SealedTextField(_("where they are"), max_length=200, blank=True)
    born = SealedDateField(_("birth date"), blank=True)
    relations = SealedJSONField(default=dict, blank=True)  # who must never learn of this, for conflict checks
    age_group = models.CharField(max_length=16, blank=True)
    gender = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=3, blank=True)
    interpreter = models.BooleanField(default=False)
    island = models.CharField(max_length=3, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    died_on = SealedDateField(_("day of death"), blank=True)
    death_recorded_at = models.DateTimeField(null=True)  # set: the person has died (R33)
    death_recorded_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    named_only = models.BooleanField(default=False)  # works here: only who is named finds anything (R42)
    named_only_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")
    facts = models.PositiveIntegerField(default=0)  # how often something of `DECIDES` became another
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="person_newest")]

    @classmethod
    def enter(cls, *, actor, **known):
        """Write down a person; nothing about them need be known (R36). Returns the `Person`.

        `known` are fields by name: name, alias, phone, address, born, relations, age_group, gender, language,
        interpreter, island.
        """
        with transaction.atomic():
            person = cls(
                organization_id=actor.organization_id, created_at=clock.now(), created_by=actor, **known
            )
            person.save(force_insert=True)
            person.index()
            audit.write(actor, "enter", person)
        return person

    def save(self, *args, update_fields=None, **kwargs):
        """Whatever code changes who may sign, every signature is shut until it was held against it (R44)."""
        touched = set(DECIDES) & set(DECIDES if update_fields is None else update_fields)
        with transaction.atomic():
            anew = touched and not self._state.adding and self._says_otherwise(touched)
            super().save(*args, update_fields=update_fields, **kwargs)
            if anew:
                type(self).objects.filter(pk=self.pk).update(facts=F("facts") + 1)
                self.refresh_from_db(fields=["facts"])

    def _says_otherwise(self, fields):
        """Whether any of these is another than in the database; where that cannot be read, it is."""
        rows = type(self)._base_manager.select_for_update(of=("self",), no_key=True)
        held = rows.filter(pk=self.pk).first()
        try:
            return held is not None and any(getattr(held, f) != getattr(self, f) for f in fields)
        except sealing.Locked:
            return True

    def correct(self, *, actor, **changes):
        """Change what is known about them; the audit keeps which fields, never what was in them.

        Returns how many releases ended, because whoever signed them could not or must not have (R22).
        """
        with transaction.atomic():
            others = self._same() if "relations" in changes else []
            if set(DECIDES) & set(changes):
                audit.crossing()  # a release that ends may bring a handoff back
            ended = self._write(actor, changes)
            return ended + (self._share_relations(others, actor) if others else 0)

    def _write(self, actor, changes):
        for field, value in changes.items():
            setattr(self, field, value)
        self.save(update_fields=list(changes))
        if set(FOUND_BY) & set(changes):
            self.index()
        audit.write(actor, "correct", self, fields=sorted(changes))
        return self.hold_releases(actor=actor) if set(DECIDES) & set(changes) else 0

    def _same(self):
        """The other records of the same person that stand beside this one, locked."""
        from cases import letting_go

        known = letting_go.all_of(self)
        if len(known) > 1:
            letting_go.hold(*known)
        return [one for one in known if one.pk != self.pk and one.merged_into_id is None]

    def share_relations(self, *, actor):
        """Whoever must never learn of this person learns of them by none of their records (R22, R25).

        Names are only added, to each record that was found to be the same. Returns how many releases ended.
        """
        with transaction.atomic():
            return self._share_relations(self._same(), actor)

    def _share_relations(self, others, actor):
        from cases import merging

        every, ended = merging.relations_of_all(self.relations, *(one.relations for one in others)), 0
        for one in (self, *others):
            if merging.relations_of_all(one.relations) != every:
                ended += one._write(actor, {"relations": every})
        return ended

    def hold_releases(self, *, actor):
        """Hold every signature that could still open something against what is known now; how many ended."""
        minor = bool(self.is_minor(clock.now()))
        self.cases.exclude(minor=minor).update(minor=minor)
        signed = self.releases.filter(state="active", expires_at__gt=clock.Now()).select_related("person")
        return sum(release.hold_against_facts(actor=actor) for release in signed)

    def index(self):
        """Bring the search tokens up to date with name, alias and phone, those of merged records too."""
        secrets = sealing.opened(self.organization_id)
        people = [self, *self.merged.all()]
        wanted = sealing.tokens_for(secrets, [getattr(p, field) for p in people for field in FOUND_BY])
        self.tokens.exclude(token__in=wanted).delete()
        PersonToken.objects.bulk_create(
            (PersonToken(organization_id=self.organization_id, person=self, token=t) for t in wanted),
            ignore_conflicts=True,
        )

    @property
    def called(self):
        """The name to use for them."""
        return self.alias or self.name or _now("No name given")

    @property
    def has_died(self):
        return self.death_recorded_at is not None

    def keeps_out(self, member):
        """Whether this member is walled from the person, now (R42)."""
        return self.walls.filter(user=member).exists()

    @property
    def plan(self):
        """The safe-contact plan that stands, or None."""
        return self.plans.filter(superseded_at=None).select_related("made_by", "verified_by").first()

    def age(self, moment):
        """Whole years on the islands' day of an aware moment; None where no birth date is known."""
        if not self.born:
            return None
        day = local(moment).date()
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    def is_minor(self, moment):
        """True or False at an aware moment; None where nobody knows."""
        age = self.age(moment)
        if age is not None:
            return age < 18
        return {"minor": True, "adult": False}.get(self.age_group)


class SamePerson(TenantModel):
    """Somebody said that two records are of one person, without putting them together: what keeps anybody
    from either keeps them from both, and what is held of either is held of both (R25)."""

    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="same_person_of_two"),
            models.UniqueConstraint(fields=["one", "other"], name="same_person_once"),
        ]

    @classmethod
    def say(cls, one, others, *, actor):
        """`one` is the same person as each of `others`."""
        now = clock.now()
        cls.objects.bulk_create(
            [
                cls(organization_id=one.organization_id, one=one, other=other, said_at=now, said_by=actor)
                for other in others
            ],
            ignore_conflicts=True,
        )


class PersonToken(TenantModel):
    """One keyed token of a person's names or phone: equal inside the organization, nothing without its key.

    A row a token, not an array: the array operators are not leakproof, so below row-level security an index
    on them would not be used.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    token = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "token"], name="token_once_a_person")]
        indexes = [models.Index(fields=["organization", "token", "person"], name="person_by_token")]
