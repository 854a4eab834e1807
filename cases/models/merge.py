"""Two records of one person become one, and the stricter permission of either survives (R25)."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cases import following, letting_go, merging, taking_apart
from orgs import audit, clock
from orgs.record import IllegalMove
from orgs.rls import INSERT_ONLY
from orgs.sealing import SealedJSONField
from orgs.tenancy import TenantModel

from .case import Case
from .contact import SafeContactPlan
from .person import Person, PersonToken, SamePerson
from .wall import NoSupervisorLeft, Wall

REFUSALS = {
    "same": _("That is the same record already."),
    "merged": _("One of them was put together with another record meanwhile."),
    "nobody": _("With the walls of both records no supervisor could see this person any more."),
}


class NotMerged(IllegalMove):
    """The two stay two; nothing was changed. `why` is a key of `REFUSALS`."""

    def __init__(self, case, why):
        super().__init__("merge", case, REFUSALS[why])
        self.why = why


class Merge(TenantModel):
    """What came from `gone` to `kept`, and what `kept` had before, so that a supervisor can take it apart."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)  # {"cases.case.person": [ids]}
    before = SealedJSONField(blank=True)  # `taking_apart.remembered`; empty again when undone
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("orgs.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(kept=models.F("gone")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(undone_at=None), name="merged_into_one"
            ),
        ]

    @classmethod
    def make(cls, case, gone, *, actor):
        """Put the record `gone` together with the person of `case`, who stays. Returns the `Merge`.

        Walls of either hold for both; of two plans the narrower one stands and must be confirmed again; of
        two releases the shorter one; where one record says no and the other yes, it is no.
        Raises `NotMerged`.
        """
        with transaction.atomic():
            if case.person_id == gone.pk:
                raise NotMerged(case, "same")
            letting_go.hold(*letting_go.all_of(case.person), *letting_go.all_of(gone))
            kept, gone = (Person.objects.get(pk=person.pk) for person in (case.person, gone))
            if kept.merged_into_id or gone.merged_into_id:
                raise NotMerged(case, "merged")
            try:
                Wall.share(kept, gone, actor=actor)
            except NoSupervisorLeft as refused:
                raise NotMerged(case, "nobody") from refused
            ended = merging.end_conflicts(kept, gone, actor)
            plan, known = merging.narrower(kept.plan, gone.plan), merging.known_of_both(kept, gone)
            merge = cls(
                organization_id=kept.organization_id,
                kept=kept,
                gone=gone,
                before=taking_apart.remembered(kept, gone, known),
                moved=cls._move(gone, kept),
                made_at=clock.now(),
                made_by=actor,
            )
            gone.merged_into = kept
            gone.save(update_fields=["merged_into"])
            ended += kept.correct(actor=actor, **known)
            kept.index()
            if plan:
                joined = SafeContactPlan.make(kept, actor=actor, verified="", **plan)
                merge.before = {**merge.before, "joined": str(joined.pk)}
            merge.save(force_insert=True)
            following.replan(kept, None, actor)
            merging.settle_cases(kept, actor)
            Case.objects.select_related("person").get(pk=case.pk).carry_death(gone, actor=actor)
            audit.write(actor, "merge", kept, gone=str(gone.pk), ended=ended)
        return merge

    @staticmethod
    def _move(gone, kept):
        """Point every row of `gone` at `kept`, but what can only be added to: that is read from both."""
        moved = {}
        for relation in Person._meta.get_fields(include_hidden=True):  # hidden: what has no name on a person
            if not relation.one_to_many:
                continue
            model, field = relation.related_model, relation.field.name
            if model in (PersonToken, Wall, Merge, SamePerson) or model._meta.db_table in INSERT_ONLY:
                continue
            rows = model._base_manager.filter(**{field: gone})
            if model is SafeContactPlan and kept.plan:
                rows = rows.exclude(superseded_at=None)  # only one plan stands
                gone.plans.filter(superseded_at=None).update(superseded_at=clock.now())
            if ids := [str(pk) for pk in rows.values_list("pk", flat=True)]:
                model._base_manager.filter(pk__in=ids).update(**{field: kept})
                moved[f"{model._meta.label_lower}.{field}"] = ids
        return moved

    def undo(self, *, actor):
        """Take the two apart again: to each what was its own (`taking_apart`), nothing of the other's.

        What became stricter stays so, for each of the two: walls, marks, holds, ended releases (R25). What
        people changed since stays with `kept`; returns it, in words. Raises `NotMerged`.
        """
        from django.apps import apps

        with transaction.atomic():
            known = letting_go.all_of(self.kept)
            letting_go.hold(*known, self.gone)
            row = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            case = Case.objects.filter(person__in=known).first()
            if row.undone_at or row.kept.merged_into_id:
                raise NotMerged(case, "merged")
            try:
                Wall.share(row.kept, actor=actor)  # while they are one: each gets the walls of both
            except NoSupervisorLeft as refused:
                raise NotMerged(case, "nobody") from refused
            for place, ids in row.moved.items():
                label, field = place.rsplit(".", 1)
                rows = apps.get_model(label)._base_manager.filter(pk__in=ids, **{field: self.kept_id})
                rows.update(**{field: self.gone_id})
            kept, gone, before = row.kept, row.gone, row.before or {}
            taking_apart.follow_cases(kept, gone)
            gone.merged_into = None
            gone.save(update_fields=["merged_into"])
            stays, (back, _changed) = taking_apart.staying(row), taking_apart.columns(before, kept)
            if back:
                kept.correct(actor=actor, **back)
            kept.index()
            gone.index()
            taking_apart.part_death(before, kept, gone, actor)
            taking_apart.give_back_plans(before, row, kept, gone, actor)
            taking_apart.hold_both(kept, gone, actor)
            ended = taking_apart.end_what_was_used_together(row, kept, gone, actor)
            row.undone_at, row.undone_by, row.before = clock.now(), actor, None
            row.save(update_fields=["undone_at", "undone_by", "before"])
            audit.write(actor, "undo_merge", kept, gone=str(gone.pk), ended=ended, stays=len(stays))
        return stays
