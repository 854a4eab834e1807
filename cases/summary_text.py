"""A summary of one case as a paper: for the person, or for the advocate's own use at a court.

It holds what was chosen and nothing else of the case. There is no part for notes (R34), for who must not see
it (R42), for reports, demands and what was told under them (R28, R29), or for what other records hold of the
person; and what only the person should read is in no paper that goes to a court.
"""

from django.utils import translation

from cases import release_text
from cases.models import ContactAttempt, CourtDate, FollowUp, Goal, Release, Service
from cases.models.contact import REACHED
from cases.models.goal import KINDS as GOALS
from orgs import codes
from orgs.words import phone

PERSON, COURT = "person", "court"
FOR_PERSON = ("court", "services", "contacts", "planned", "goals", "releases", "kind", "plan")
FOR_COURT = ("court", "services", "contacts", "kind")
PARTS = {PERSON: FOR_PERSON, COURT: FOR_COURT}
MOST = 200  # lines of a part; a paper has an end


def words_in(language):
    """The sentences of the summary, with those of the release for dates and categories."""
    language = release_text.language_of(language)
    return {**release_text.words_in(language), **release_text.table("summary")[language]}


def compose(case, whom, parts, language):
    """The document for `orgs.paper`, without its foot. `whom` is `PERSON` or `COURT`, `parts` codes of it.

    Raises `ValueError` for a part that is not for them.
    """
    if left := set(parts) - set(PARTS[whom]):
        raise ValueError(f"not on a paper for the {whom}: {sorted(left)}")
    words = words_in(language)
    with translation.override(release_text.language_of(language)):
        sections = [_section(part, case, words) for part in PARTS[whom] if part in parts]
        facts = [
            [words["about"], case.person.called],
            [words["number"], case.number],
            [words["opened"], release_text.day(case.opened_at, words)],
            [words["house"], _house(case.organization)],
        ]
        if case.assigned_to:
            facts.append([words["advocate"], case.assigned_to.name])
    return {
        "language": release_text.language_of(language),
        "title": words["title"],
        "page": words["page"],
        "sections": [{"note": words[f"for_{whom}"], "facts": facts}, *sections],
    }


def _house(organization):
    return ", ".join(filter(None, (organization.name, organization.hotline and phone(organization.hotline))))


def _section(part, case, words):
    said = WRITERS[part](case, words)
    kind = "facts" if part in ("plan", "kind") and said else "lines"
    return {"title": words[part], kind: said or [words["nothing"]]}


def _court(case, words):
    kinds, courts = codes.load("cases", "court_kinds"), codes.load("cases", "courts")
    outcomes = codes.load("cases", "court_outcomes")
    for one in CourtDate.objects.filter(case=case).order_by("at", "id")[:MOST]:
        if one.state == "called_off":
            continue
        came = outcomes.label(one.outcome) if one.outcome else ""
        along = words["along"] if one.goes_along else ""
        what = (release_text.minute(one.at, words), kinds.label(one.kind), courts.label(one.court))
        yield " · ".join(str(said) for said in (*what, along, came) if said)


def _services(case, words):
    named = codes.load("cases", "services")
    for one in Service.objects.filter(case=case).order_by("on", "id")[:MOST]:
        said = str(named.label(one.code)).split(" (")[0]  # without the examples of the federal form
        yield f"{release_text.day(one.on, words)} · {said}"


def _contacts(case, words):
    """The days on which they were spoken with; not what was said, nor who could not be reached."""
    spoken = ContactAttempt.objects.filter(case=case, outcome__in=REACHED).order_by("at", "id")
    yield from dict.fromkeys(release_text.day(at, words) for at in spoken.values_list("at", flat=True)[:MOST])


def _planned(case, words):
    for one in FollowUp.objects.filter(case=case).scheduled().order_by("due_at", "id")[:MOST]:
        yield f"{release_text.day(one.due_at, words)} · {one.what}"


def _goals(case, words):
    for one in Goal.objects.filter(case=case, state="set")[:MOST]:
        yield f"{GOALS.label(one.kind)}: {one.words}"


def _releases(case, words):
    rows = Release.objects.filter(case=case).open().select_related("recipient").order_by("expires_at", "id")
    for one in rows[:MOST]:
        what = " ".join(words["categories"].get(code, code) + "." for code in one.categories)
        yield f"{one.addressee}, {words['until']} {release_text.day(one.last_day, words)}. {what}"


def _kind(case, words):
    crimes = codes.load("cases", "victimization")
    kinds = [str(crimes.label(code)) for code in case.victimizations]
    if case.trafficking_kind:
        kinds.append(str(codes.load("cases", "trafficking_kind").label(case.trafficking_kind)))
    return [[words["kind"], kinds]] if kinds else []


def _plan(case, words):
    plan = case.person.plan
    if plan is None:
        return []
    when = "; ".join(str(one) for one in (*plan.times_in_words, plan.when) if one)
    facts = [
        [words["never"], plan.never],
        [words["ways"], ", ".join(str(one) for one in plan.ways_in_words)],
        [words["at"], phone(plan.reach_at) if plan.reach_at else ""],
        [words["when"], when],
        [words["ask_for"], plan.ask_for],
    ]
    return [[label, said] for label, said in facts if said]


def _all(writer):
    return lambda case, words: list(writer(case, words))


WRITERS = {
    "court": _all(_court),
    "services": _all(_services),
    "contacts": _all(_contacts),
    "planned": _all(_planned),
    "goals": _all(_goals),
    "releases": _all(_releases),
    "kind": _kind,
    "plan": _plan,
}
