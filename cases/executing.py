"""How a release is signed: what was shown, who signed it how, and what it replaces. Mixed into `Release`."""

from django.db import transaction
from django.utils.functional import cached_property

from cases import drawing, release_text, signing, telling
from cases.signing import Incomplete, Replayed
from orgs import clock
from orgs.sealing import Locked


def refuse_incomplete(release, missing):
    """Raise `Incomplete` for what is missing; the record stands again where it stood."""
    if missing:
        release.refresh_from_db(fields=["state"])
        raise Incomplete([element for element in signing.ELEMENTS if element in missing])


class Execution:
    """What makes a release count. No method here opens anything without a signature (R24)."""

    @property
    def text(self):
        """The text in the person's language: as it was signed, or as the terms stand now."""
        return self.shown or release_text.compose(self)

    @property
    def text_mark(self):
        """The SHA-256 of that text, which a signature carries."""
        return release_text.mark(self.text)

    def sign(
        self, *, actor, signer_type, signer_name, signature_method, signature, copy_offered,
        cosigner_name="", not_abuser=False, shown=None, paper=None,
    ):  # fmt: skip
        """The person, or who may sign for them, signed before `actor`, who is the witness: it opens now.

        `signature` is a dict: {"first": {"drawn": strokes} or {"typed": name}, "second": …} for a device, or
        {"kept": where} with `paper`, an `orgs.uploads.Paper` of what was signed. `shown` is the mark of the
        text that was on the screen, None where no screen lay between. Kept with it, sealed: the time, the
        version and the mark of the text.

        Raises `Incomplete` when a required element is missing (R17), or a signer is not theirs by age or must
        never learn of this (R22), and `Replayed` for a signature of another text or of another release. A
        parent's signature ends on the eighteenth birthday (R23). An older release to the same recipient that
        covers no more is superseded.
        """
        with transaction.atomic():
            person = type(self.person).objects.select_for_update(of=("self",)).get(pk=self.person_id)
            with self.moving("sign", actor, signer=signer_type, by=signature_method):
                self.person, self.facts_read = person, person.facts
                now, text = clock.now(), release_text.compose(self)
                self._is_of(shown, release_text.mark(text))
                self._claim([paper.mark] if paper else drawing.marks_of(signature))
                self.shown, self.form_version = text, text["version"]
                self.signer_type, self.signer_name = signer_type, signer_name
                self.cosigner_name, self.signature_method = cosigner_name, signature_method
                self.signature = self._bound(signature, paper, text, now)
                self.signer_not_abuser, self.copy_offered = not_abuser, copy_offered
                self.signed_at, self.witness = now, actor
                self.starts_at = max(self.starts_at, now)
                self._end_with_childhood()
                refuse_incomplete(self, set(signing.missing(self)) | self._wrong_signer())
                if paper:
                    self._keep(paper, actor)
            for older in self.replaces:
                older.supersede(actor=actor)

    def _is_of(self, shown, mark):
        if shown is not None and shown != mark:
            self.refresh_from_db(fields=["state"])
            raise Replayed("text")

    def _claim(self, marks):
        from cases.models import SignatureMark

        try:
            SignatureMark.claim(self, marks)
        except Replayed:
            self.refresh_from_db(fields=["state"])
            raise
        self.signature_mark = marks[0] if marks else ""

    def _bound(self, signature, paper, text, now):
        """The signature with what it was put under; an empty one stays empty."""
        given = {key: value for key, value in {**signature, "paper": paper and paper.mark}.items() if value}
        bound = {"mark": release_text.mark(text), "version": text["version"], "at": now.isoformat()}
        return {**given, **bound} if given else {}

    def _keep(self, paper, actor):
        from cases.models import ReleasePaper

        ReleasePaper(
            organization_id=self.organization_id,
            release=self,
            kind=paper.kind,
            content=paper.content,
            added_at=clock.now(),
            added_by=actor,
        ).save(force_insert=True)

    def _wrong_signer(self):
        late = {"expires_at"} if self.expires_at <= self.starts_at else set()
        return late | ({"signature"} if telling.is_wrong(self.wish(), self) else set())

    def wish(self, categories=(), to=None, *, walled=False):
        """What is about to be told under it, with all that is known of the person now, for `telling`.

        `categories` are codes, `to` an organization (None: the release's). The sealed facts are shut to a
        recipient who reads what was made ready: for them `facts_read` says whether it was held against them.
        """
        wish = telling.Wish(
            frozenset(categories),
            to and to.pk,
            clock.now(),
            walled=walled,
            died_at=self.person.death_recorded_at,
            unread=self.facts_read != self.person.facts,
        )
        try:
            names = (self.signer_name, self.cosigner_name, self.recipient_name)
            feared = any(signing.must_never_learn(self.person.relations, name) for name in names)
            return wish._replace(feared=feared, minor=self.person.is_minor(self.signed_at or wish.at))
        except Locked:
            return wish

    def hold_against_facts(self, *, actor):
        """What is known of the person has changed: a signature that does not count any more ends with it.

        Returns whether it did. An earlier end that comes of a birth date is set here too (R22, R23).
        """
        wrong, ends = telling.is_wrong(self.wish(), self), self.expires_at
        self._end_with_childhood()
        if self.expires_at < ends:
            self.shorten(self.expires_at, actor=actor)
        if self.state == "active" and wrong:
            in_life = self.person.has_died and self.signer_type not in signing.OF_THE_DEAD
            self.revoke(actor=actor, reason="DIED" if in_life else "WRONG_SIGNER")
        elif self.state == "active":
            self.facts_read = self.person.facts
            self.save(update_fields=["facts_read"])
        return self.state != "active"

    def _end_with_childhood(self):
        if self.signer_type in signing.WITH_A_PARENT and self.person.born:
            self.expires_at = min(self.expires_at, signing.end_of_childhood(self.person.born))

    @property
    def beside(self):
        """The other open releases of the person to the same organization, the first to end first."""
        same = type(self).objects.open().filter(person_id=self.person_id, recipient_id=self.recipient_id)
        return same.exclude(pk=self.pk).order_by("expires_at", "id")

    @property
    def replaces(self):
        """Those of `beside` that this one covers whole: same recipient, unit or name, no other category."""
        return [
            older
            for older in self.beside
            if (older.recipient_unit_id or older.recipient_unit)
            == (self.recipient_unit_id or self.recipient_unit)
            and older.recipient_name == self.recipient_name
            and set(older.categories) <= set(self.categories)
        ]

    @cached_property
    def drawings(self):
        """What was drawn on the device, as paths of an SVG, by "first" and "second"."""
        return {
            which: drawing.path_of(self.signature[which]["drawn"])
            for which in ("first", "second")
            if self.signature.get(which, {}).get("drawn")
        }
