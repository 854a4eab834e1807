"""The few facts beside a case, in words; what is not known is not listed."""

from django.utils.translation import gettext as _

from orgs import codes


def glance(case):
    """(label, value) pairs for `{% facts %}`, without a query beyond the case and its person."""
    person = case.person
    crimes, kinds = codes.load("cases", "victimization"), codes.load("cases", "trafficking_kind")
    language = person.language and str(codes.load("orgs", "languages").label(person.language))
    if language and person.interpreter:
        language = _("%(language)s, with an interpreter") % {"language": language}
    pairs = [
        (_("Urgency"), codes.load("referrals", "priority").label(case.priority)),
        (_("Kind"), "; ".join(str(crimes.label(code)) for code in case.victimizations)),
        (_("Trafficking"), case.trafficking_kind and kinds.label(case.trafficking_kind)),
        (_("Island"), codes.load("orgs", "islands").label(case.island)),
        (_("Language"), language),
        (_("Age"), person.age_group and codes.load("referrals", "age_groups").label(person.age_group)),
        (_("Known as"), person.alias and person.name),
        (_("Also served by"), case.co_served and _("the other organization, under a release")),
        (_("Kept"), case.legal_hold and _("under legal hold")),
    ]
    return [(label, value) for label, value in pairs if value]
