"""How long a case and what belongs to it are kept, and what of it is counted by year (R35)."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from orgs import codes, retention, yearly
from orgs.words import in_words

CLOSED_CASE = "EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = t.case_id AND c.state = 'closed'"
# What was asked for under a release stays with its case, and so does the release.
CERTIFIED = (
    "EXISTS (SELECT 1 FROM public.cases_certification k JOIN public.cases_disclosure d ON d.id = k.line_id"
    " WHERE d.release_id = t.id)"
)
DUTIES = ("mandatedreport", "otiprequest", "certification", "deadline", "courtdate", "goal")
PERSON_OF_CASE = "(SELECT c.person_id FROM public.cases_case c WHERE c.id = t.case_id)"


def _cases(ids):
    from cases.models import Case

    for case in Case.objects.filter(pk__in=ids).select_related("person"):
        yield case.pk, (case.number, case.person.called, case.get_absolute_url())


def _of_a_case(model):
    """Rows of a case: the case's number and the name to use, and when it was."""

    def describe(ids):
        from django.apps import apps

        from orgs.clock import now

        rows = apps.get_model("cases", model).objects.filter(pk__in=ids).select_related("case__person")
        for row in rows:
            at = getattr(row, "at", None) or row.starts_at
            said = f"{row.case.number}, {in_words(at, now())}"
            yield row.pk, (said, row.case.person.called, row.case.get_absolute_url())

    return describe


def _attempts(ids):
    from cases.models import ContactAttempt
    from orgs.clock import now

    for row in ContactAttempt.objects.filter(pk__in=ids).select_related("person", "case"):
        said = f"{row.case.number if row.case else _now('no case')}, {in_words(row.at, now())}"
        yield row.pk, (said, row.person.called, row.case.get_absolute_url() if row.case else "")


def _coaching(ids):
    """Without saying about whom: that one may be among those who read the list."""
    from cases.models import CoachingNote
    from orgs.clock import now

    for note in CoachingNote.objects.filter(pk__in=ids):
        yield note.pk, (in_words(note.at, now()), "", "")


def register():
    """Tell the room below; called once, when the apps are ready."""
    retention.register(
        retention.Kind(
            "case",
            _("Closed cases"),
            "cases_case",
            "t.state = 'closed' AND t.closed_at <= {cutoff} AND NOT EXISTS"
            " (SELECT 1 FROM public.cases_disclosure d WHERE d.case_id = t.id AND d.at > {cutoff})",
            usual=7,
            least=3,
            describe=_cases,
            person="t.person_id",
            with_it=_("with everything in them, and the person if nothing else here is about them"),
        ),
        retention.Kind(
            "note",
            _("Notes of closed cases"),
            "cases_note",
            f"t.at <= {{cutoff}} AND t.corrects_id IS NULL AND {CLOSED_CASE} AND c.closed_at <= {{cutoff}})",
            usual=7,
            least=3,
            describe=_of_a_case("note"),
            person=PERSON_OF_CASE,
            with_it=_("with what was added to them"),
        ),
        retention.Kind(
            "attempt",
            _("Tries to reach somebody, of closed cases"),
            "cases_contactattempt",
            f"t.at <= {{cutoff}} AND {CLOSED_CASE} AND c.closed_at <= {{cutoff}})",
            usual=7,
            least=1,
            describe=_attempts,
            person="t.person_id",
        ),
        retention.Kind(
            "release",
            _("Ended releases, and what was told under them"),
            "cases_release",
            "coalesce(t.ended_at, t.expires_at) <= {cutoff} AND t.expires_at <= {cutoff}"
            f" AND {CLOSED_CASE} AND c.closed_at <= {{cutoff}}) AND NOT {CERTIFIED}",
            usual=7,
            least=3,
            describe=_of_a_case("release"),
            person="t.person_id",
            with_it=_("with their lines of the ledger"),
        ),
    )
    retention.register(
        retention.Kind(
            "coaching",
            _("Notes on coaching"),
            "cases_coachingnote",
            "t.adds_to_id IS NULL AND t.at <= {cutoff}",
            usual=2,
            least=1,
            describe=_coaching,
            person=PERSON_OF_CASE,
            with_it=_("with what was added to them; one that names a case goes with the case at the latest"),
        )
    )
    retention.loosen(
        "cases_note.attempt_id",
        "cases_service.attempt_id",
        "cases_demand.attempt_id",
        "cases_person.merged_into_id",
    )
    retention.keeps_person("cases_case")
    retention.join(
        "SELECT p.id, p.merged_into_id FROM public.cases_person p WHERE p.merged_into_id IS NOT NULL"
    )
    retention.join("SELECT s.one_id, s.other_id FROM public.cases_sameperson s")
    retention.hold(
        "SELECT h.person_id FROM public.cases_legalhold h WHERE h.lifted_at IS NULL",
        "SELECT d.person_id FROM public.cases_demand d WHERE d.ended_at IS NULL AND d.person_id IS NOT NULL",
        *(f"SELECT d.person_id FROM public.cases_{noun} d WHERE d.due_at IS NOT NULL" for noun in DUTIES),
    )
    yearly.register(
        yearly.Measure(
            "people", _("People entered"), "cases_person", "t.created_at", "t.age_group",
            _label("referrals", "age_groups"),
        ),
        yearly.Measure(
            "opened", _("Cases opened"), "cases_case", "t.opened_at", "t.island", _label("orgs", "islands")
        ),
        yearly.Measure(
            "closed", _("Cases closed"), "cases_case", "t.closed_at", "t.closure_reason",
            _label("cases", "closure_reasons"), where="t.closed_at IS NOT NULL",
        ),
        yearly.Measure(
            "services", _("Services given"), "cases_service",
            "t.\"on\"::timestamp AT TIME ZONE 'America/St_Thomas'",
            "t.code", _label("cases", "services"),
        ),
        yearly.Measure(
            "attempts", _("Tries to reach somebody"), "cases_contactattempt", "t.at", "t.outcome",
            _label("cases", "contact_outcomes"),
        ),
        yearly.Measure(
            "releases", _("Releases signed"), "cases_release", "t.signed_at", "t.language",
            _label("orgs", "languages"), where="t.signed_at IS NOT NULL",
        ),
        yearly.Measure("told", _("Disclosures"), "cases_disclosure", "t.at", "t.basis", _basis),
    )  # fmt: skip


def _label(app, table):
    """A function from a code of a table to its label; what is no code of it stands for itself."""

    def label(code):
        known = codes.load(app, table)
        return str(known.label(code)) if code in known else (code or _now("Not said"))

    return label


def _basis(code):
    return _now("Under a release") if code == "release" else _now("By law")
