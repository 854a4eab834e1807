"""Who of a service was called in for a notice about several people, and what came of it: its own alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs import audit, clock
from orgs.record import IllegalMove
from orgs.tenancy import TenantModel

ANSWERS = {
    "on_the_way": _("On the way"),
    "answered": _("Answered, and can come if needed"),
    "cannot": _("Answered, and cannot come"),
    "no_answer": _("No answer"),
}
WHILE = ("acknowledged", "information_requested")
NO_NOTICE = _("Only for a notice about several people that was acknowledged are advocates called in.")


class CallIn(TenantModel):
    """One call to one member. The agency that sent the notice has no row of it (R3)."""

    referral = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="call_ins")
    member = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.ForeignKey("orgs.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(answer__in=ANSWERS), name="call_in_answer_is_known")
        ]
        indexes = [models.Index(fields=["organization", "referral", "-at"], name="call_ins_of_notice")]

    @property
    def in_words(self):
        return ANSWERS[self.answer]

    @classmethod
    def refuse(cls, referral):
        """Raise `IllegalMove` for what is no group notice that somebody here has read."""
        if not referral.is_group or referral.state not in WHILE:
            raise IllegalMove("call_in", referral, NO_NOTICE)

    @classmethod
    def log(cls, referral, member, answer, *, actor):
        """Write down that `member` was called just now, with a code of `ANSWERS`; returns it."""
        referral.lock_row("call_in")
        cls.refuse(referral)
        made = cls(
            organization_id=actor.organization_id,
            referral=referral,
            member=member,
            answer=answer,
            at=clock.now(),
            by=actor,
        )
        made.save(force_insert=True)
        audit.write(actor, "call_in", referral, member=str(member.pk), answer=answer)
        return made
