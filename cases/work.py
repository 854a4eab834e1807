"""What is done in a case: contacts, notes, services, promises. Mixed into `cases.models.Case`."""

from django.db import transaction

from orgs import audit, clock
from orgs.record import IllegalMove
from orgs.words import local


class Work:
    """Each method writes what happened, moves the case's clocks on, and leaves one line in the audit."""

    def log_contact(
        self,
        *,
        actor,
        way,
        outcome,
        minutes=0,
        text="",
        services=(),
        next_what="",
        next_at=None,
        next_priority=None,
    ):
        """One try to reach the person, with all that came of it, or none of it. Returns the `ContactAttempt`.

        `way` is a code of contact_methods, `outcome` of contact_outcomes, `services` codes of services given;
        `minutes` how long it took; `text` what was said, kept as a private note; `next_what` and `next_at`
        (aware) the next promise. Raises `NoSafePlan` (R37) and `IllegalMove` on a closed case.
        """
        from cases.models import ContactAttempt

        with transaction.atomic():
            with self._moving_on(actor, outcome):
                attempt = ContactAttempt.record(
                    self.person, actor=actor, case=self, way=way, outcome=outcome, minutes=minutes
                )
                self.last_activity_at = attempt.at
                if attempt.reached:
                    self.last_contact_at = attempt.at
            if text:
                self._write(actor, text, attempt=attempt)
            self._give(actor, services, local(attempt.at).date(), attempt=attempt)
            if next_what and next_at:
                self.promise(next_what, next_at, actor=actor, priority=next_priority)
        return attempt

    def _moving_on(self, actor, outcome):
        """The first time that the person is reached, an open case becomes an active one."""
        from cases.models.contact import REACHED

        if self.state == "open" and outcome in REACHED:
            return self.moving("activate", actor)
        return self.moving("log", actor)

    def add_note(self, text, *, actor, corrects=None):
        """A private note (R34); with `corrects`, an addendum to that note, possible on a closed case too."""
        with transaction.atomic():
            if not corrects:
                self.stay_open()
            root = corrects and (corrects.corrects or corrects)
            note = self._write(actor, text, corrects=root)
            self.touch()
            audit.write(actor, "correct_note" if corrects else "write_note", self)
        return note

    def add_service(self, code, *, actor, on=None, minutes=0, place=""):
        """A service given on the day `on` (default today on the islands), `minutes` long."""
        with transaction.atomic():
            self.stay_open()
            [service] = self._give(actor, [code], on or clock.today(), minutes=minutes, place=place)
            self.touch()
            audit.write(actor, "give_service", self, code=code)
        return service

    def promise(self, what, due_at, *, actor, priority=None):
        """A follow-up: `what` is to be done by `due_at` (aware), by whoever has the case. Returns it."""
        from cases.models import FollowUp

        now = clock.now()
        followup = FollowUp(
            organization_id=self.organization_id,
            state="scheduled",
            case=self,
            what=what,
            due_at=due_at,
            promised_at=now,
            priority=priority or self.priority,
            owner_id=self.assigned_to_id,
            made_by=actor,
            made_at=now,
        )
        with followup.starting(actor, "promise"):
            self.stay_open()
            self.touch()
        return followup

    def stay_open(self):
        """Keep the case open until the transaction ends. Raises `IllegalMove` if it is closed."""
        rows = type(self).objects.filter(pk=self.pk).select_for_update()
        self.state = rows.values_list("state", flat=True).get()
        if not self.is_open:
            raise IllegalMove("log", self)

    def touch(self):
        """Remember that something happened, without disturbing the case's clocks."""
        self.last_activity_at = clock.now()
        self.save(update_fields=["last_activity_at"])

    def _write(self, actor, text, **about):
        from cases.models import Note

        note = Note(
            organization_id=self.organization_id, case=self, at=clock.now(), by=actor, text=text, **about
        )
        note.save(force_insert=True)
        return note

    def _give(self, actor, services, on, **about):
        from cases.models import Service

        return Service.objects.bulk_create(
            Service(
                organization_id=self.organization_id,
                case=self,
                code=code,
                on=on,
                at=clock.now(),
                by=actor,
                **about,
            )
            for code in services
        )
