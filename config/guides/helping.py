"""The guides for those who work with people at a victim service organization."""

from django.utils.translation import gettext_lazy as _

from orgs.roles import Role

from .guide import Guide, Picture, Section

INTAKE = Guide(
    "intake",
    _("For intake workers"),
    _("Read what comes in before its clock runs out, and see that each has somebody."),
    (Role.INTAKE_WORKER,),
    (
        Section(
            _("What comes in"),
            (
                _("The inbox is in the order of the clocks: what is on top runs out first."),
                _(
                    "“Acknowledge” says that a person here has read it. It says nothing about "
                    "the victim, and "
                    "the referrer sees nothing after it."
                ),
                _(
                    "If something cannot be read, ask about the text as it was written, and "
                    "about nothing else."
                ),
                _("If it is not for your island, send it on: its clock goes with it."),
            ),
            "inbox",
            _("Inbox"),
            Picture("intake-inbox", _("The inbox, with clocks and a button on each line"), 1280, 760),
        ),
        Section(
            _("The conflict check, and triage"),
            (
                _(
                    "Before anybody works with the person, say whether someone here is too near "
                    "to it: a relative, "
                    "a friend, the one who harms. Whoever is too near never sees the record."
                ),
                _("Look at “May be here already”. The same person in two records loses protection."),
                _(
                    "Then ask an advocate. Nobody is responsible by being asked: they accept, or "
                    "they decline."
                ),
            ),
            "intakes",
            _("Open intakes"),
        ),
        Section(
            _("Somebody calls or comes in"),
            (_("“Someone called or came in” begins an intake with an alias, or with no name at all."),),
            "new_intake",
            _("Someone called or came in"),
        ),
        Section(
            _("Letters from the public page"),
            (
                _(
                    "They come from people without an account, who read your answer with a "
                    "number of their own. "
                    "Answer inside Causeway; call only where they asked for it."
                ),
            ),
            "letters",
            _("Letters"),
        ),
        Section(
            _("At the end of your shift"),
            (_("Leave a note for the next shift. It waits, with a clock, until somebody takes it."),),
            "duty_desk",
            _("Duty desk"),
        ),
    ),
)

ADVOCATE = Guide(
    "advocate",
    _("For advocates"),
    _("Today says what is due. The case page says how to reach the person safely, first of all."),
    (Role.ADVOCATE,),
    (
        Section(
            _("Your day"),
            (
                _(
                    "Past their time, due today, the next seven days. Each line has the act that "
                    "it waits for."
                ),
                _("A clock stops only by that act. If you do nothing, your supervisor hears of it."),
                _("When you are asked to take somebody on, accept or decline: until then nobody has them."),
            ),
            "today",
            _("Today"),
            Picture("advocate-today", _("Today, with what is past its time on top"), 1280, 760),
        ),
        Section(
            _("Before you reach out"),
            (
                _(
                    "A plan says how, when and by what name. Without one confirmed in the last "
                    "30 days there is no "
                    "button to log a contact."
                ),
                _("What must never be done stands above every button."),
            ),
            "caseload",
            _("Caseload"),
            Picture("advocate-case", _("A case: the plan first, then what is next"), 1280, 760),
        ),
        Section(
            _("Write down what happened"),
            (
                _(
                    "“Log a contact” takes the attempt, the service, a note and the next "
                    "follow-up in one form."
                ),
                _("A note cannot be changed later: add to it. Notes are never part of a release."),
            ),
        ),
        Section(
            _("A release"),
            (
                _("One recipient, named categories, an end. Talk it through; signing is never a condition."),
                _("Refusing is as short as signing, and nothing closes by it."),
                _("Taking it back, by word or in writing, holds from the next moment."),
            ),
        ),
        Section(
            _("A handoff to the other island"),
            (
                _(
                    "Ask first without a name whether there is room. With a release, draft the handoff; your "
                    "supervisor reads it beside what was signed."
                ),
                _("You stay responsible until both advocates have confirmed that the person has arrived."),
            ),
            "handoffs",
            _("Handoffs"),
        ),
        Section(
            _("You are away"),
            (_("Propose who covers, and until when. Your reminders then ring with them."),),
            "absences",
            _("Who is away"),
        ),
    ),
)

SUPERVISOR = Guide(
    "supervisor",
    _("For supervisors"),
    _("The board in nine minutes: clocks running out, who has how much, what waits for your word."),
    (Role.SUPERVISOR,),
    (
        Section(
            _("The board"),
            (
                _("The figures on top lead to what they count. Red is past its time."),
                _(
                    "“To look at now” is what only supervisors can end: letters, emergencies, "
                    "absences, demands."
                ),
                _("Under “Load” you see who has how much, and move what is too much."),
            ),
            "board",
            _("Board"),
            Picture(
                "supervisor-board", _("The board: figures, what to look at, clocks running out"), 1280, 800
            ),
        ),
        Section(
            _("Review a handoff"),
            (
                _(
                    "On the left what would be sent, on the right what was signed. What goes "
                    "further is named."
                ),
                _("Approve it, or return it with a reason. Nothing leaves before one of you has read it."),
            ),
            "review",
            _("Review"),
            Picture("supervisor-review", _("A handoff beside the release"), 1280, 760),
        ),
        Section(
            _("Closing a case"),
            (_("An advocate asks, you decide, with a list of what is still open."),),
            "caseload",
            _("Caseload"),
        ),
        Section(
            _("Somebody leaves or is away"),
            (
                _(
                    "See what each has, move a whole caseload with a preview, and read what "
                    "could not be moved."
                ),
                _("Walls are kept in every suggestion: who is too near to a person is never offered."),
            ),
            "leavers",
            _("Who leaves"),
        ),
        Section(
            _("A subpoena, or something got out"),
            (
                _(
                    "Nothing leaves before notice to the person, counsel and narrowing. Say to "
                    "the one who serves "
                    "it that you can neither confirm nor deny."
                ),
                _("A breach starts three clocks, and takes two people to close."),
            ),
            "demands",
            _("Legal demands"),
        ),
    ),
)
