"""The guides for those who refer."""

from django.utils.translation import gettext_lazy as _

from orgs.roles import Role

from .guide import Guide, Picture, Section

OFFICER = Guide(
    "officer",
    _("For officers and others who refer"),
    _("Six short pages, about 90 seconds. You need no name, and no story of what was done."),
    (Role.OFFICER, Role.SYSTEM_ADVOCATE),
    (
        Section(
            _("Before the first real one"),
            (
                _("Practice with an invented person: the same questions, and nothing is sent or kept."),
                _("“Know the signs” says what you may see at a scene, and how to ask safely."),
            ),
            "practice",
            _("Practice"),
        ),
        Section(
            _("Refer someone"),
            (
                _("On My referrals, choose “Refer someone”."),
                _(
                    "Ask the person first, alone. Without their agreement the form offers only "
                    "what a law allows."
                ),
                _("Each page is saved when you press “Save and continue”. Going back loses nothing."),
                _(
                    "Say how to reach the person safely, and what must never be done. If you do "
                    "not know, say so."
                ),
                _("Look over the answers on the last page, see to whom it goes, and send it."),
            ),
            "my_referrals",
            _("My referrals"),
            Picture("officer-step", _("The first of the six pages: did the person ask for this?"), 390, 620),
        ),
        Section(
            _("No signal"),
            (
                _(
                    "The page stays with all that you typed and says “Not sent yet”. Press again "
                    "when there is "
                    "signal. Leave the page open: nothing is stored on the phone, so that nobody "
                    "finds it there."
                ),
                _("If it cannot wait, call the desk. The numbers are on the receipt and on the last page."),
            ),
        ),
        Section(
            _("Afterwards"),
            (
                _("Show the person the receipt: the reference, and the number to call."),
                _(
                    "“Read by the desk”: somebody there has read it. What becomes of the person "
                    "shows nowhere."
                ),
                _("If the desk cannot read something you wrote, its question stands on top of My referrals."),
                _("“Recall” takes it back until somebody has read it. After that, write a message."),
            ),
            "my_referrals",
            _("My referrals"),
            Picture("officer-receipt", _("The receipt: reference, telephone, what happens next"), 390, 700),
        ),
        Section(
            _("What you are never told"),
            (
                _(
                    "Whether the person was reached, wanted help or got it. Federal law keeps "
                    "that with the person. "
                    "A desk that is silent is a desk that keeps the law. Only a release that the "
                    "person signs "
                    "changes it."
                ),
            ),
        ),
    ),
)

HEAD = Guide(
    "unit",
    _("For the head of a unit"),
    _("How your unit refers: sent, read in time, questions not answered. Nothing about any person."),
    (Role.UNIT_SUPERVISOR,),
    (
        Section(
            _("Every day"),
            (
                _("On My unit, answer what a desk asks, or have it answered."),
                _("What no desk has read in time is listed with a number: call it."),
            ),
            "my_unit",
            _("My unit"),
            Picture("unit", _("My unit: tiles with figures, and what waits"), 1280, 640),
        ),
        Section(
            _("Your unit’s referrals"),
            (
                _("You see all that the unit sent, as its officers do, and can answer and recall for them."),
                _("Refer someone yourself as an officer does: the guide for officers shows how."),
            ),
            "my_referrals",
            _("My referrals"),
        ),
        Section(
            _("When somebody leaves"),
            (
                _("Drafts that were not sent wait for you under “Who leaves”: send them or let them go."),
                _("Records at the end of their period wait until two people have agreed to delete them."),
            ),
            "leavers",
            _("Who leaves"),
        ),
    ),
)
