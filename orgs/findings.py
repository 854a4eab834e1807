"""What stands out in a week of the audit, and how it is said. Pure: figures come in, sentences go out (C16).

A finding compares a member with their own usual week, the mean of the four before, and has a floor, so that
one view more than none is no finding. What is rare enough to be looked at each time has the floor 1.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext, ngettext_lazy

BEFORE = 4  # weeks that make what is usual
TIMES = 2  # more than so many times the usual stands out
OPENS = (
    "view", "match", "view_ledger", "print", "print_ledger", "print_summary", "open_paper", "open_names",
)  # fmt: skip
RIGHTS = (
    "ask_change", "change_member", "approve_change", "invite", "approve_invitation", "accept_invitation",
    "ask_reactivation", "reactivate_member", "readmit_member", "deactivate_member", "shut_out_member",
    "set_last_day", "take_back_last_day", "end_member_sessions", "forget_second_factors", "change_settings",
    "add_unit", "rename_unit", "deactivate_unit", "reactivate_unit",
)  # fmt: skip
KEYS = ("make_recovery_kit", "recover_keys", "give_keys", "replace_key", "rotate_keys")
READS = ("view_audit", "view_access_report", "print_access_report", "receipt", "print_receipt")
FAILS = ("fail_sign_in", "fail_step_up", "fail_unlock", "fail_change_passphrase")


class Kind(NamedTuple):
    """One kind of finding: how many at least, what was done, why it is asked about, and what to do.

    `said` takes one figure `n` and a `name`; `verbs` are counted one by one, where they make the kind.
    """

    floor: int
    title: object
    said: object
    why: object
    verbs: tuple = ()
    always: bool = False  # whatever is usual


KINDS = {
    "denied": Kind(
        3, _later("Doors that stayed shut"),
        ngettext_lazy("%(name)s was turned away once", "%(name)s was turned away %(n)d times", "n"),
        _later("Wrong turns happen. Many may be somebody looking for a record that is not theirs: ask them"
               " what they were looking for."),
    ),
    "many": Kind(
        20, _later("Many records"),
        ngettext_lazy("%(name)s opened %(n)d record", "%(name)s opened %(n)d records", "n"),
        _later("More than their work usually needs. Did they take over a caseload, or cover for somebody?"),
    ),
    "hours": Kind(
        5, _later("Outside working hours"),
        ngettext_lazy("%(name)s looked at a record once outside the desk’s hours and their own shifts",
                      "%(name)s looked at records %(n)d times outside the desk’s hours and their own shifts",
                      "n"),
        _later("Was it a call at night, or a session that somebody else used? Ask them whether it was they."),
    ),
    "beyond": Kind(
        10, _later("Records that are not theirs"),
        ngettext_lazy("%(name)s opened %(n)d record that was not given to them by name but to their role",
                      "%(name)s opened %(n)d records that were not given to them by name but to their role",
                      "n"),
        _later("A role opens more than anybody’s own work. The receipt of a record says who opened it."),
    ),
    "record": Kind(
        5, _later("One record, many readers"),
        ngettext_lazy("%(name)s was opened by %(n)d member", "%(name)s was opened by %(n)d members", "n"),
        _later("A record that many look at may be about somebody whom people talk about. Look at its receipt:"
               " did each of them need it?"),
    ),
    "glass": Kind(
        1, _later("Opened in an emergency"),
        ngettext_lazy("%(name)s broke the glass once", "%(name)s broke the glass %(n)d times", "n"),
        _later("A supervisor reviews each use. Look whether they did, and whether it becomes a habit."),
        ("break_glass",), True,
    ),
    "taken": Kind(
        1, _later("Taken out of Causeway"),
        ngettext_lazy("%(name)s exported or purged lines once",
                      "%(name)s exported or purged lines %(n)d times", "n"),
        _later("A file that has left is watched by nobody. Ask where it is kept, and who can open it."),
        ("export", "export_audit", "purge_audit"), True,
    ),
    "printed": Kind(
        5, _later("Papers"),
        ngettext_lazy("%(name)s made %(n)d paper", "%(name)s made %(n)d papers", "n"),
        _later("Paper lies about. Ask what it was for, and where it is."),
        ("print", "print_ledger", "print_receipt", "print_access_report", "print_summary", "open_paper"),
    ),
    "failed": Kind(
        3, _later("Failed sign-ins and confirmations"),
        ngettext_lazy("%(name)s, or somebody in their name, failed once to sign in or to confirm",
                      "%(name)s, or somebody in their name, failed %(n)d times to sign in or to confirm",
                      "n"),
        _later("Ask them whether it was they. If not, end their sessions and let them set a new passphrase."),
        FAILS,
    ),
    "locked": Kind(
        1, _later("Locked accounts"),
        ngettext_lazy("The account of %(name)s was locked once",
                      "The account of %(name)s was locked %(n)d times", "n"),
        _later("Five wrong tries in a quarter of an hour. Ask them whether it was they."),
        ("lock_account",), True,
    ),
    "rights": Kind(
        1, _later("Accounts, roles and settings"),
        ngettext_lazy("%(name)s changed an account, a role or a setting once",
                      "%(name)s changed accounts, roles or settings %(n)d times", "n"),
        _later("Compare it with what was asked for: somebody joined, left, or changed their work?"),
        RIGHTS, True,
    ),
    "keys": Kind(
        1, _later("Keys"),
        ngettext_lazy("%(name)s made, gave or changed keys once",
                      "%(name)s made, gave or changed keys %(n)d times", "n"),
        _later("A kit or a key opens everything. Was it expected, and where is the kit now?"),
        KEYS, True,
    ),
    "reading": Kind(
        20, _later("Readers of the audit"),
        ngettext_lazy("%(name)s read the audit once", "%(name)s read the audit %(n)d times", "n"),
        _later("The audit tells who works on what. What was the question?"),
        READS,
    ),
    "searches": Kind(
        30, _later("Many searches"),
        ngettext_lazy("%(name)s searched once", "%(name)s searched %(n)d times", "n"),
        _later("Many names one after the other may be somebody looking for a person. Ask whom they looked"
               " for."),
        ("search",),
    ),
    "system": Kind(
        1, _later("Done by nobody here"),
        ngettext_lazy("%(n)d line is not of a member: access that differed from the rules, or an account that"
                      " the operator opened again",
                      "%(n)d lines are not of a member: access that differed from the rules, or accounts that"
                      " the operator opened again", "n"),
        _later("Call whoever runs the machine, and ask what it was."),
        ("compare_access", "rebuild_access", "readmit_administrator"), True,
    ),
}  # fmt: skip
COUNTED = sorted({verb for kind in KINDS.values() for verb in kind.verbs})


class Finding(NamedTuple):
    """What stands out: of which member (id and name) or record, how much, on how many days, against what."""

    kind: str
    count: int
    usual: int
    member: str = ""
    name: str = ""
    role: str = ""
    record: str = ""
    days: int = 0
    verbs: tuple = ()

    @property
    def key(self):
        """Which finding of its week it is."""
        return self.kind, self.member, self.record

    @property
    def figures(self):
        """What the reader is shown of it, for the answer to name; codes and counts alone."""
        return {"count": self.count, "usual": self.usual, "days": self.days}

    @property
    def title(self):
        return KINDS[self.kind].title

    @property
    def why(self):
        return KINDS[self.kind].why

    @property
    def sentence(self):
        """ "Ana R. opened 41 records on 3 days; 9 a week is usual for them in the four weeks before." """
        said = KINDS[self.kind].said % {"name": self.record or self.name, "n": self.count}
        if self.days:
            said += " " + ngettext("on %(n)d day", "on %(n)d days", self.days) % {"n": self.days}
        return f"{said}; {self._usually()}" if not KINDS[self.kind].always else f"{said}."

    def _usually(self):
        if self.kind == "record":
            return (
                ngettext(
                    "%(n)d member a record is usual here in the four weeks before.",
                    "%(n)d members a record are usual here in the four weeks before.",
                    self.usual,
                )
                % {"n": self.usual}
                if self.usual
                else _("no record was opened by anybody in the four weeks before.")
            )
        if self.usual:
            said = _("%(n)d a week is usual for them in the four weeks before.")
            return said % {"n": self.usual}
        return _("less than one a week is usual for them in the four weeks before.")

    def search(self, week):
        """The filters of the audit's search that find its lines, without the empty ones."""
        last = week.last
        asked = {"who": self.member, "record": self.record, "since": week.first, "until": last}
        if self.kind == "denied":
            asked["outcome"] = "denied"
        elif len(self.verbs) == 1:
            asked["verb"] = self.verbs[0]
        elif self.kind in ("many", "hours", "beyond", "record"):
            asked["verb"] = "view"
        return {name: str(value) for name, value in asked.items() if value}


def usual(before):
    """The usual week of one who had these counts in the weeks before, weeks without any included."""
    return round(sum(before) / BEFORE)


def stands_out(kind, count, usually):
    """Whether a count of a kind is asked about, where so many a week are usual."""
    rule = KINDS[kind]
    return count >= rule.floor and (rule.always or count > TIMES * usually)
