"""The guides for those who keep a house in order, and for those who see totals or health alone."""

from django.utils.translation import gettext_lazy as _

from orgs.roles import Role

from .guide import Guide, Picture, Section

ADMINISTRATOR = Guide(
    "administrator",
    _("For organization administrators"),
    _(
        "Who can come in, who is on duty, which clocks run, who opened what. No names of people "
        "helped, no notes."
    ),
    (Role.ADMINISTRATOR,),
    (
        Section(
            _("The first day"),
            (
                _("Invite a second administrator first: much is decided by two."),
                _(
                    "Make the recovery kit and give its three parts to three people. Without it, "
                    "what was written "
                    "is lost when the passphrases are."
                ),
                _("Invite the others. Each sets a passphrase and a second factor of their own."),
                _("A victim service puts somebody on the duty desk, so that packets reach a person."),
            ),
            "members",
            _("Members"),
            Picture("admin-members", _("Members, each with a role and what can be changed"), 1280, 620),
        ),
        Section(
            _("Somebody leaves"),
            (
                _("Set a last day: the account closes by itself, and what they have moves to the others."),
                _("In a hurry, close it this minute; sort out after."),
                _("Change the keys afterwards: what they could open, they open no more."),
            ),
            "members",
            _("Members"),
        ),
        Section(
            _("Settings"),
            (
                _(
                    "Numbers that are shown to others, hours, clocks, what mail may say when. A "
                    "changed clock holds "
                    "for what already runs."
                ),
            ),
            "organization_settings",
            _("Settings"),
        ),
        Section(
            _("The audit"),
            (
                _(
                    "Every opening of a record is a line. Once a week, read what stands out and "
                    "say what it was."
                ),
                _("“Who opened this record?” answers for one reference or number."),
                _("A figure is a question and no accusation."),
            ),
            "audit",
            _("Audit"),
        ),
        Section(
            _("Every 90 days"),
            (_("Go through the accounts: keep, change or close each. It is on record that you looked."),),
            "review_accounts",
            _("Go through the accounts"),
        ),
    ),
)

OVERSIGHT = Guide(
    "oversight",
    _("For oversight"),
    _("Totals by quarter, island and kind. No row, no name, and nothing from which one could be worked out."),
    (Role.OVERSIGHT,),
    (
        Section(
            _("How to read the figures"),
            (
                _("Counted is each referral that was sent, once, whatever became of it."),
                _(
                    "Small figures are not shown, and neither are others from which one could be worked out. "
                    "A dash says nothing about how many there were."
                ),
                _(
                    "Most victims never come to the notice of anybody who could refer them. A "
                    "low figure is no sign "
                    "that little happens."
                ),
                _("There is no figure on outcomes, and none by officer."),
            ),
            "totals",
            _("Totals"),
            Picture("oversight-totals", _("The page of totals"), 1280, 560),
        ),
    ),
)

OPERATOR = Guide(
    "operator",
    _("For the operator of the installation"),
    _("Health, queues and sizes. What they hold cannot be read here."),
    (Role.OPERATOR,),
    (
        Section(
            _("What to look at"),
            (
                _("The last tick is seconds old, nothing is due and not fired, mail does not wait for long."),
                _(
                    "A member who sees “Something broke” tells you a reference: it finds the "
                    "line of the log, and "
                    "says nothing of what was on the page."
                ),
            ),
            "operator",
            _("Operator"),
        ),
    ),
)
