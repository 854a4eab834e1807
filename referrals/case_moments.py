"""What became of a case's handoffs, in the case's own timeline: each side reads its own chain, and no more.

What the other side did is in the chain of this one by the organization's name alone; what happened there
before it offered anything is not (R10, R16).
"""

from django.db.models import Case, CharField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy

from cases import timeline
from cases.timeline import Moment
from orgs.models import AuditLine
from referrals.models import Handoff, HandoffFile
from referrals.wording import reason_in_words

SENDER = {
    "submit": gettext_lazy("Handoff to %(other)s given to a supervisor for review"),
    "return": gettext_lazy("Handoff to %(other)s came back from review"),
    "offer": gettext_lazy("Handoff offered to %(other)s"),
    "acknowledge": gettext_lazy("%(other)s has read the handoff"),
    "accept": gettext_lazy("%(other)s accepted the handoff"),
    "decline": gettext_lazy("%(other)s cannot take it: the case stays here"),
    "recall": gettext_lazy("Handoff to %(other)s taken back"),
    "connect": gettext_lazy("Connected: %(other)s is responsible from here on"),
    "complete": gettext_lazy("Handoff to %(other)s completed"),
}
RECEIVER = {
    "offer": gettext_lazy("%(other)s offered the handoff"),
    "acknowledge": gettext_lazy("Handoff from %(other)s read here"),
    "accept": gettext_lazy("Handoff from %(other)s accepted"),
    "recall": gettext_lazy("%(other)s has the case back: the handoff was taken back"),
    "connect": gettext_lazy("Connected: your organization is responsible from here on"),
    "complete": gettext_lazy("Handoff from %(other)s completed"),
}
OURS = gettext_lazy("Your organization confirmed that they have met")
THEIRS = gettext_lazy("%(other)s confirmed that they have met")
VERBS = (*SENDER, "confirm")
WHEN = {
    "submit": F("submitted_at"),
    "return": F("returned_at"),
    "offer": F("offered_at"),
    "acknowledge": F("acknowledged_at"),
    "accept": F("accepted_at"),
    "decline": F("ended_at"),
    "recall": F("ended_at"),
    "confirm": Least("sender_confirmed_at", "receiver_confirmed_at"),  # the first word; the second connects
    "connect": F("connected_at"),
}
GIVES_A_REASON = {"return": "returned", "decline": "declined", "recall": "recalled"}  # verb: its state


def rows(case):
    """The lines of our chain about the handoffs in which this case goes or came; part of one query."""
    mine = case.organization_id
    of_case = HandoffFile.objects.filter(case=case, organization_id=mine).values("handoff")
    handoff = Handoff.objects.filter(pk=OuterRef("subject_id")).order_by()
    sent = handoff.annotate(
        other=Case(When(organization_id=mine, then=F("receiver__name")), default=F("organization__name")),
        ours=Case(When(organization_id=mine, then=1), default=0, output_field=IntegerField()),
    )
    lines = AuditLine.objects.filter(
        Q(verb__in=VERBS),
        organization_id=mine,
        subject_type="handoff",
        subject_id__in=of_case,
        outcome="done",
    )
    return timeline.columns(
        lines,
        "handoff",
        when=Least(F("at"), Subquery(handoff.annotate(then=moment_of(OuterRef("verb"))).values("then"))),
        who="actor_name",
        about=Subquery(sent.values("other"), output_field=CharField()),
        code="verb",
        more=Coalesce(
            KeyTextTransform("reason", "details"),
            Subquery(handoff.values("reason")),
            Value(""),
            output_field=CharField(),
        ),
        figure=Subquery(sent.values("ours")),
    )


def moment_of(verb):
    """When the handoff itself says that this was; nothing where it does not."""
    return Case(*(When(Exact(verb, Value(name)), then=then) for name, then in WHEN.items()))


def moment(case, row):
    at, who, other, verb, reason, sender = row[3:9]
    if verb == "confirm":
        said = OURS if who else THEIRS
    else:
        said = (SENDER if sender else RECEIVER).get(verb, "")
    text = reason_in_words(GIVES_A_REASON[verb], reason) if verb in GIVES_A_REASON else ""
    return Moment(at, str(said) % {"other": other}, who, text)


timeline.beside("handoff", rows, moment)
