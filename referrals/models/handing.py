"""The verbs of a handoff. Each locks the row that both sides share, so that of two at once one wins."""

import hashlib
import json
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Person, Release
from orgs import access, audit, reminders
from orgs.clock import now
from orgs.record import IllegalMove
from orgs.reference import new_reference
from orgs.still_open import must_be_open
from orgs.tenancy import acting_for, current
from referrals import handover

from .handoff_hands import Hands, contact_of
from .handoff_readers import Readers
from .handoff_receiving import Receiving
from .routes import tell_desk, tell_worker

PREFIX = "HO"
RELEASE_ENDED = _("The release has ended, and with it what it opened.")
TOO_FAR = _("It holds something that the release does not cover.")
NOT_OPEN = _("There is no open release that lets it go.")
UNDER_RELEASE = ("offered", "acknowledged", "accepted")
ENDS_WITH_RELEASE = {"acknowledge", "accept", "propose_call", "agree_call", "confirm", "connect",
                     "open_snapshot"}  # fmt: skip
CALL_PASSED = _("That time has passed. Propose another.")
CHANGED = _("It was changed since you read it: read it again. Nothing has left.")
PLAN_CHANGED = _(
    "The safe-contact plan has changed since this was given to review. Return it: when it is sent for review "
    "again, the newer plan goes along. Nothing has left."
)
NOTHING_TO_AGREE = _("There is no time to agree to: the other side proposes one, or you do.")


class OwnWork(PermissionDenied):
    """Somebody else reviews what one has drafted, changed, given to review or has in hand."""


class GoesFurther(IllegalMove):
    """The handoff holds what its release does not cover, or its release is not open; nothing was sent."""


class Verbs(Receiving, Hands, Readers):
    """What is done with a handoff: by the sender's side, by the receiver's, by both, by the clock."""

    # The sender's side.

    @classmethod
    def draft(cls, case, receiver, *, actor, release=None, content=None, **facts):
        """A new handoff of `case` to the organization `receiver`.

        Without `release` it is a capacity question that names nobody and takes no `content` (R10). `facts`
        are what both sides may know: priority, adults, children, needs, island, needed_from, receiver_unit.
        Raises `IllegalMove` for a case that is closed.
        """
        from .handoff import HandoffFile

        facts.setdefault("priority", case.priority)
        made = cls(organization_id=case.organization_id, receiver=receiver, identified=release is not None)
        made._take(facts)
        made.drafted_by, made.sender_advocate, made.drafted_at = actor, actor, now()
        made.sender_contact = contact_of(actor)
        made.state = "draft"
        with transaction.atomic():
            case.stay_open()
            made._start(actor)
            HandoffFile.objects.create(
                organization_id=case.organization_id,
                written_by_id=case.organization_id,
                handoff=made,
                case=case,
                release=release,
                content=handover.only_items(content or {}) if release else {},
            )
            if case.is_covered:
                access.settle(made, made.organization_id)
        return made

    def _start(self, actor):
        """Write the first row under a reference that nobody has; two may fall together, so ask again."""
        for attempt in range(5):
            self.reference = new_reference(PREFIX)
            try:
                with self.starting(actor, "draft"):
                    return
            except IntegrityError:
                if attempt == 4:
                    raise

    def _take(self, facts):
        for name, value in facts.items():
            if name not in self.FACTS:
                raise ValueError(f"{name} is no fact that both sides may know.")
            setattr(self, name, value)

    def edit(self, *, actor, content=None, **facts):
        """Change a draft, or one that came back from review."""
        with self._moving("edit", actor):
            self.edited_by = actor
            self._take(facts)
            self._write(content)

    def _write(self, content):
        if content is None or not self.identified:
            return
        file = self.own_file()
        file.content = handover.only_items(content)
        file.save(update_fields=["content"])

    def discard(self, *, actor):
        with self._moving("discard", actor):
            self.ended_at = now()

    def submit(self, *, actor):
        """Give it to a supervisor; the safe-contact plan goes along as it stands at this moment.

        Raises `IllegalMove` for a case that has closed since.
        """
        with transaction.atomic():
            self.own_file().case.stay_open()
            with self._moving("submit", actor):
                self.submitted_at, self.submitted_by = now(), actor
                file = self.own_file()
                if file.content.get("reach"):
                    self._write({**file.content, "reach": handover.reach_of(file.case.person.plan)})

    def return_(self, reason, because="", *, actor):
        """Send it back to whoever drafted it: a code of `handoff_return_reasons`, and what to change."""
        with self._moving("return", actor, reason=reason):
            self.reviewed_by, self.returned_at, self.reason = actor, now(), reason
            file = self.own_file()
            file.returned_because = because
            file.save(update_fields=["returned_because"])

    def goes_further(self):
        """The items that the release does not cover, and whether the release itself lets anything go.

        Returns (items, open): `open` is whether the release is active, in time, for this receiver, with
        TRANSFER. A capacity question goes no further than anything.
        """
        if not self.identified:
            return [], True
        file = self.own_file()
        release = file.release
        opens = (
            release is not None
            and release.person_id == file.case.person_id
            and release.lets_through([handover.TRANSFER], self.receiver)
        )
        return handover.beyond(file.content, release.categories if release else ()), opens

    @property
    def mark(self):
        """The SHA-256 of what a reviewer reads: what would leave, to whom, under what, as submitted when."""
        file = self.own_file()
        facts = {name: str(getattr(self, name)) for name in self.FACTS}
        under = file.release and [str(file.release_id), file.release.categories, str(file.release.expires_at)]
        shown = [str(self.pk), str(self.receiver_id), str(self.submitted_at), facts, file.content, under]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()

    def offer(self, *, actor, shown=None):
        """A supervisor whose work it is not lets it go: ledger line and sealed letter in one transaction.

        Raises `OwnWork` for whoever wrote it, gave it to review or works it (R10), `GoesFurther` where
        anything goes further than the release or the release is not open (R10, R26), `IllegalMove` where
        nobody at the receiver fits whom the release names (R18), where the receiver has closed, or where
        the safe-contact plan has changed since it was given to review (R37). `shown` is the `mark` of what
        the reviewer read (None: as it is); `IllegalMove` where that is not what would leave.
        """
        with transaction.atomic():
            must_be_open(self.receiver_id, "offer", self)
            if self.identified:  # the release first, as its withdrawal does: never two waiting for each other
                self._hold_plan()
                Release.objects.select_for_update(of=("self",)).filter(handoff_files__handoff=self).first()
            with self._moving("offer", actor):
                if self.is_work_of(actor):
                    raise OwnWork
                if shown is not None and shown != self.mark:
                    self._refuse("offer", CHANGED)
                self.reviewed_by, self.offered_at, self.reason = actor, now(), ""
                if self.identified:
                    self._disclose(actor)
            with acting_for(self.receiver_id):
                tell_desk(self)

    def _hold_plan(self):
        """Nobody writes another plan until this is offered: the person first, as whoever writes one does."""
        people = Person.objects.filter(cases__handoff_files__handoff=self)
        people.select_for_update(of=("self",), no_key=True).first()

    @property
    def plan_is_older(self):
        """Whether the plan that goes along is not the one that stands, on the sender's side."""
        file = self.own_file()
        reach = file.content.get("reach")
        return bool(reach) and reach != handover.reach_of(file.case.person.plan)

    def compare_plan(self, before, *, actor):
        """Another plan stands for the person; `before` is the one that stood, or None.

        What the receiver holds is then older, and the sender's advocate is asked to call them: nothing of the
        newer one leaves by itself (R10, R26). Nothing of this is written where the receiver reads.
        """
        with transaction.atomic():
            self._lock()
            file = self.own_file()
            older, known = self.plan_is_older, file.plan_changed_at is not None
            same = before and handover.reach_of(before) == handover.reach_of(file.case.person.plan)
            if self.state not in UNDER_RELEASE or older == known or (older and same):
                return
            self._plan_changed(file, now() if older else None)
            if older and actor.pk != self.sender_advocate_id:
                tell_worker(self, self.organization, self.sender_advocate_id)

    def tell_plan(self, *, actor):
        """Somebody has called the other side, who know now that the plan they hold does not stand any more.

        Raises `IllegalMove` where they hold the one that stands, or were told.
        """
        with transaction.atomic():
            self._lock()
            file = self.own_file()
            if self.state not in UNDER_RELEASE or not file.plan_changed_at:
                raise IllegalMove("tell_plan", self)
            self._plan_changed(file, None)
            audit.write(actor, "tell_plan", self, **{"from": self.state, "to": self.state})

    def _plan_changed(self, file, moment):
        file.plan_changed_at = moment
        file.save(update_fields=["plan_changed_at"])
        reminders.settle(self, self.organization_id)

    def _disclose(self, actor):
        from .handoff import HandoffFile

        file = self.own_file()
        self.release_expires_at = file.release.expires_at
        self._name_reader(file.release)
        file.release.disclose(
            actor=actor,
            categories=handover.categories_of(file.content),
            what=handover.summary(file.content),
            method="system",
            to=self.receiver,
            subject=self,
        )
        HandoffFile(
            organization=self.receiver,
            written_by_id=self.organization_id,
            handoff=self,
            content=handover.only_items(file.content),
        ).save(force_insert=True)

    def recall(self, reason, *, actor=None):
        """Take it back before it is connected: the sender, or with no actor the clock or the release's end.

        What somebody recalled needs no reminder; what ended by itself comes back with the clock running.
        """
        with self._moving("recall", actor, reason=reason):
            self.reason, self.ended_at = reason, now()
            self.put_away_at = now() if actor else None
            self._tell_receiver()

    def _tell_receiver(self):
        """Whoever prepares for somebody to come hears at once that it was taken back (R10)."""
        if self.accepted_at and self.identified:
            tell_worker(self, self.receiver, self.receiver_advocate_id)

    def end_with_release(self, *, revoked, actor=None):
        """Its release has stopped: nothing opens any more, and what is not connected comes back (R20, R27).

        `revoked` is False where its time was simply over.
        """
        with transaction.atomic():
            self._lock()
            if self.state in UNDER_RELEASE:
                with self._moving("recall", None, reason="release_ended"):
                    self.reason, self.ended_at = "release_ended", now()
                    self._tell_receiver()
                    self.release_revoked_at = now() if revoked else self.release_revoked_at
            elif self.state in ("connected", "completed") and revoked and not self.release_revoked_at:
                with self._moving("close_snapshot", actor):
                    self.release_revoked_at = now()

    def put_away(self, *, actor):
        """The sender has read a no, or the answer to a capacity question, and goes on."""
        with self._moving("put_away", actor):
            self.put_away_at = now()

    def redraft(self, receiver, *, actor, release=None):
        """A new draft of the same case with what this one held; this one is put away."""
        file = self.own_file()
        facts = {name: getattr(self, name) for name in self.FACTS if name != "receiver_unit"}
        with transaction.atomic():
            self.put_away(actor=actor)
            return type(self).draft(
                file.case, receiver, actor=actor, release=release, content=file.content, **facts
            )

    # Both sides.

    def confirm(self, *, actor):
        """One advocate's word that the person and the receiver have met; the second one's connects.

        From the second on the receiver is responsible. Raises `IllegalMove` for a side that has spoken.
        """
        with transaction.atomic():
            self._lock()
            side = self.side_of(actor.organization_id)
            other = "receiver" if side == "sender" else "sender"
            if getattr(self, f"{side}_confirmed_by_id") or not self.identified:
                raise IllegalMove("confirm", self, _("Your side has confirmed already."))
            second = getattr(self, f"{other}_confirmed_by_id") is not None
            with self._moving("connect" if second else "confirm", actor):
                setattr(self, f"{side}_confirmed_by", actor)
                setattr(self, f"{side}_confirmed_at", now())
                self.connected_at = now() if second else None

    def propose_call(self, at, *, actor):
        """One side says when the two advocates could speak (aware); what was agreed before is over."""
        with self._moving("propose_call", actor):
            if not self.identified:
                self._refuse("propose_call", NOTHING_TO_AGREE)
            if at <= now():
                self._refuse("propose_call", CALL_PASSED)
            self.call_at, self.call_asked_at, self.call_agreed_at = at, now(), None
            self.call_asked_by = actor.organization_id

    def agree_call(self, *, actor):
        """The other side's advocate can at that time: from now on the clock reminds both."""
        with self._moving("agree_call", actor):
            if not self.call_waits_for(actor.organization_id):
                self._refuse("agree_call", NOTHING_TO_AGREE)
            if self.call_at <= now():
                self._refuse("agree_call", CALL_PASSED)
            self.call_agreed_at = now()

    @property
    def call_has_passed(self):
        """Whether the time that was proposed is over, and nobody had agreed to it."""
        return self.call_at is not None and not self.call_agreed_at and self.call_at <= now()

    def call_waits_for(self, organization_id):
        """Whether a time was proposed to this side that it has not agreed to."""
        return self.call_at is not None and not self.call_agreed_at and self.call_asked_by != organization_id

    def _refuse(self, verb, reason):
        self.refresh_from_db()
        raise IllegalMove(verb, self, reason)

    # How a move is made.

    def _lock(self):
        """Lock what two organizations write to, then the row; always in this order."""
        audit.crossing()
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=("self",)))

    @contextmanager
    def _moving(self, verb, actor, **details):
        """`moving`, with what the clock decides and, once offered, a line in the other side's chain."""
        with transaction.atomic():
            self._lock()
            self._check(verb)
            with self.moving(verb, actor, **details):
                yield
            if self.offered_at:
                self._tell(verb)

    def _check(self, verb):
        if self.state not in self.MOVES[verb][0]:
            raise IllegalMove(verb, self)
        if verb in ENDS_WITH_RELEASE and self.release_has_ended:
            raise IllegalMove(verb, self, RELEASE_ENDED)
        if verb == "put_away" and (self.put_away_at or (self.state == "accepted" and self.identified)):
            raise IllegalMove(verb, self)
        if verb == "offer":
            items, opens = self.goes_further()
            if items or not opens:
                raise GoesFurther(verb, self, TOO_FAR if opens else NOT_OPEN)
            if self.identified and self.plan_is_older:
                raise IllegalMove(verb, self, PLAN_CHANGED)

    def _tell(self, verb):
        """The other side's audit chain learns of the move: which organization made it, not which member."""
        here = str(current.get())
        there = self.receiver_id if here == str(self.organization_id) else self.organization_id
        with acting_for(there):
            audit.write(None, verb, self, to=self.state, by=here)
