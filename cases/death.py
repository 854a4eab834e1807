"""A person has died: confidentiality goes on (R33). Mixed into `cases.models.Case`."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cases import deaths
from orgs import audit, clock
from orgs.record import IllegalMove
from orgs.roles import Role


class Death:
    """The case stays as sealed and as closed as it was; only nobody is asked to reach the person."""

    def record_death(self, *, actor, on=None, keep=()):
        """Write down that the person died, `on` a day or on one that nobody knows.

        In one transaction: every release ends, the clocks of contact stop on each of the person's cases,
        their goals are let go, and what was promised falls away but for the follow-ups in `keep` (ids).
        Raises `IllegalMove` when it was written down already.
        """
        with transaction.atomic():
            with self.moving("record_death", actor):
                self._note_death(actor, on)
                self.person_died, self.last_activity_at = True, clock.now()
            self._end_with_life(actor, keep)

    def carry_death(self, other, *, actor):
        """Two records of one person became one: a death in either is one in both (R25, R33).

        `other` is the person who was put together with that of this case.
        """
        if not (self.person.has_died or other.has_died):
            return
        with transaction.atomic():
            if not self.person.has_died:
                self._note_death(actor, other.died_on)
            if not self.person_died:
                with self.moving("record_death", actor):
                    self.person_died = True
            self._end_with_life(actor, ())

    def _end_with_life(self, actor, keep):
        """On every case of the person: clocks of contact, releases, goals, promises but those in `keep`."""
        from cases.models import FollowUp, Goal, Release

        for case in self._others().filter(person_died=False):
            with case.moving("record_death", actor):
                case.person_died = True
        releases = Release.objects.filter(person_id=self.person_id).exclude(signer_type="NEXT_OF_KIN")
        for release in releases.select_related("case", "organization"):
            if release.state == "active":
                release.revoke(actor=actor, reason="DIED")
            elif release.state in ("draft", "discussed"):
                release.discard(actor=actor)
        promised = FollowUp.objects.filter(case__person_id=self.person_id).scheduled()
        for followup in promised.exclude(pk__in=keep).select_related("case", "organization"):
            followup.cancel("died", actor=actor)
        for goal in (
            Goal.objects.running().filter(person_id=self.person_id).select_related("case", "organization")
        ):
            goal.let_go("died", actor=actor)
        for report in self._unsaid():
            report.tell_person("died", actor=actor)
        deaths.recorded(self.person, actor)

    def _note_death(self, actor, on):
        person = type(self.person).objects.select_for_update(of=("self",)).get(pk=self.person_id)
        if person.has_died:
            raise IllegalMove("record_death", self)
        person.died_on, person.death_recorded_at, person.death_recorded_by = on, clock.now(), actor
        person.save(update_fields=["died_on", "death_recorded_at", "death_recorded_by"])
        self.person = person

    def take_back_death(self, *, actor):
        """It was written down by mistake: a supervisor says so. What ended with it stays ended.

        What next of kin signed meanwhile ends: nobody signs as such for the living (R33).
        """
        if actor.role != Role.SUPERVISOR:
            raise PermissionDenied("A supervisor takes this back.")
        with transaction.atomic():
            audit.crossing()  # what next of kin signed ends, and may bring a handoff back
            with self.moving("take_back_death", actor):
                person = type(self.person).objects.select_for_update(of=("self",)).get(pk=self.person_id)
                if not person.has_died:
                    raise IllegalMove("take_back_death", self)
                person.died_on, person.death_recorded_at, person.death_recorded_by = None, None, None
                person.save(update_fields=["died_on", "death_recorded_at", "death_recorded_by"])
                self.person, self.person_died = person, False
            for case in self._others():
                with case.moving("take_back_death", actor):
                    case.person_died = False
            self.person.hold_releases(actor=actor)
            deaths.recorded(self.person, actor)

    def _others(self):
        return type(self).objects.filter(person_id=self.person_id).exclude(pk=self.pk)

    def _unsaid(self):
        """Reports of which the person can be told no more."""
        reports = self.person.mandatedreports.filter(due_at__isnull=False, state="written_sent")
        return reports.select_related("case", "organization")
