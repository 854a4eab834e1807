"""The shapes and words that `orgs.guard` looks for; one entry a kind, each with its reason beside it."""

import re

from orgs.guard_words_creole import CREOLE
from orgs.guard_words_spanish import SPANISH


def _any(*patterns: str) -> re.Pattern:
    return re.compile(r"(?:" + "|".join(patterns) + r")", re.IGNORECASE)


def _words(*patterns: str) -> re.Pattern:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


# Between the parts of a number, as `orgs.guard` writes all dashes, dots, slashes and low lines.
_BETWEEN = r"(?:\s?[-./_·]\s?|\s{1,2})"
# Between the name of a number and the number: "no.", "number", "#", "is", ":".
_NUMBERED = r"(?:[\s#:=]|\b(?:no|nos|num|number|nbr|is|was|ends?\ in|ending)\b\.?)*"
_TO_DIGITS = r"(?=[A-Z0-9-]*\d{4})"
_DIGITS = _TO_DIGITS + r"[A-Z]{0,2}[\d-]{5,}"

# Taken out before numbers are looked for. A phone number has a separator, a plus or ten digits that no
# name of a number goes before; a date has its own shape.
MASKED = [
    re.compile(r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]?\d{4}(?![\w-])"),
    re.compile(r"(?<!\w)\+\d(?:[ .()-]{0,2}\d){6,14}(?![\w-])"),
    re.compile(r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.]\d{4}\b"),
]

NUMBERS = {
    # Three, two and four digits with separators, the taxpayer numbers that begin with 9 included; without
    # separators, or the last four alone, only after the name of the number.
    "ssn": _any(
        rf"(?<![\w-])\d{{3}}{_BETWEEN}\d{{2}}{_BETWEEN}\d{{4}}(?![\w-])",
        rf"\b(?:ssn|itin|soc(?:ial)?\ sec(?:urity)?){_NUMBERED}\d{{4}}(?:\d{{5}})?\b",
        rf"\bsocial{_NUMBERED}\d{{9}}\b",
    ),
    # A-number: the letter and eight or nine digits, often in threes. Receipts: three letters, ten digits.
    "immigration_number": _any(
        r"(?<![\w-])A[- #]{0,2}\d{8,9}(?![\w-])",
        r"(?<![\w-])A[- #]{0,2}\d{2,3}[-./_· ]\d{3}[-./_· ]\d{3}(?![\w-])",
        r"\b(?:EAC|WAC|LIN|SRC|NBC|MSC|IOE|YSC)[- ]?\d{10}\b",
        rf"\b(?:passport|alien|uscis|i-94|visa){_NUMBERED}{_TO_DIGITS}[A-Z]{{0,2}}[\d-]{{6,}}",
    ),
    # NIC: one letter and nine digits. FBI (UCN) and SID numbers have no shape of their own, so only after
    # their name.
    "criminal_justice_number": _any(
        r"(?<![\w-])[B-Z]\d{9}(?![\w-])",
        rf"\bNIC(?:\s|\#|/|:|no\b|number)*{_NUMBERED}[A-Z]\d{{6,}}",
        rf"\b(?:FBI|UCN)(?:/UCN)?{_NUMBERED}(?=[A-Z0-9]*\d{{3}})[A-Z0-9]{{6,9}}\b",
        rf"\b(?:SID|state\ id(?:entification)?){_NUMBERED}{_TO_DIGITS}[A-Z]{{0,2}}-?\d{{5,}}",
    ),
    # Driver license numbers differ from place to place: any run of digits straight after the name.
    "licence": _any(
        rf"\b(?:driver'?s?'?|driving|operator'?s?'?)\s+(?:licen[cs]e|permit){_NUMBERED}{_DIGITS}",
        rf"\blicen[cs]e\ (?:no|num|number|nbr|\#){_NUMBERED}{_DIGITS}",
        rf"\b(?:DL|DLN|OLN){_NUMBERED}{_DIGITS}",
    ),
}

_HURT = (
    r"beaten|choked|strangled|suffocated|punched|kicked|slapped|stabbed|whipped|burned|burnt|gagged|drugged"
)
_WHOM = r"her|him|them|me|us|(?:the|that|this)\ (?:victim|woman|girl|man|boy|child|kid|person)"
_WHO = r"she|he|they|who|victim|woman|girl|man|boy|child|person"

ENGLISH = {
    # A threat to have somebody deported is a sign of trafficking, and papers that were taken are one too:
    # both may be said.
    "immigration_status": (
        r"undocumented|indocumentad[oa]s?|sin papeles",
        r"illegal (?:alien|immigrant|migrant)s?|illegals|aliens?|(?:non-?citizen|noncitizen)s?",
        r"(?:here|in the (?:country|US|territory)|entered(?: the (?:country|US|territory))?) illegally",
        r"immigration status|citizenship status|(?:not|isn't) (?:a )?(?:US|U\.S\.) citizen",
        r"(?:visa )?overstay(?:ed|s|ing)?(?: (?:her|his|their|a|the) visas?)?|out of status",
        r"(?:expired|tourist|student|work|fiancee?|[TU]|[HJBFKLP]-?\d[AB]?)[- ]?visas?",
        r"visas? (?:has |is |was |had )?(?:expired|status|ran out|holders?)",
        r"(?:has|have|had|with) no papers|without (?:legal )?papers",
        r"green ?card|lawful permanent resident|asylum(?:[- ]seekers?| case| claim)?|refugee status",
        r"deportation order|removal (?:proceedings|order)|ordered removed|(?:was|were|been) deported",
        r"ICE (?:detainer|hold)|I-?(?:94|130|360|485|589|751|765|864|914|918)",
    ),
    "criminal_justice": (
        r"NCIC|NLETS|rap sheet|triple[- ]I|III (?:check|hit|record|return)s?",
        r"criminal (?:history|histories|records?)|arrest (?:history|records?)|police record",
        r"prior (?:arrest|conviction|offense)s?|priors",
        r"(?:wanted person|warrant) (?:check|hit|return)s?|outstanding warrants?|open warrants?",
        r"(?:sex )?offender registry|on (?:probation|parole) for",
    ),
    "medical": (
        r"HIV(?:[- ]?positive)?|(?-i:AIDS)|(?-i:ST[DI]s?)|herpes|chlamydia|gonorrh?ea|syphilis|hepatitis",
        r"pregnan\w*|ansent|miscarr\w*|abortion|ectopic",
        r"rape kits?(?: results?)?",
        r"(?:sexual assault|forensic|SANE) (?:kit|exam)s? (?:results?|found|shows?|showed)",
        r"diagnos\w*|tested (?:positive|negative)|test results?|lab results?",
        r"drug (?:test|screen)\w*|toxicology",
        r"medical (?:records?|findings?|history)|psychiatric (?:history|hold)|schizophreni\w*|bipolar|PTSD",
        r"overdosed?|lacerat\w*|contusions?|fractur\w*|h(?:a)?ematomas?|petechiae?|concussion",
    ),
    # What somebody did, in the past. A danger that lies ahead ("he will hurt her if he hears") may be said.
    "narrative": (
        r"(?:gang[- ])?rap(?:ed|ing)|sodomi[sz]\w*|penetrat\w*|ejaculat\w*|semen|fondl\w*|molest(?:ed|ing)",
        r"genitals?|genitalia|vagina\w*|penis|anus|anal(?:ly)?",
        r"(?:forced|made) (?:her|him|them|me) to (?:have|perform|do) (?:sex|oral)\w*|forced (?:sex|oral)",
        rf"(?:{_HURT})(?: and \w+)? (?:{_WHOM})",
        rf"(?:{_WHO}) (?:was|were|got|has been|had been) (?:{_HURT})",
        r"(?<!will )(?<!would )(?<!could )(?<!might )(?<!may )(?<!can )(?<!to )beat (?:her|him|them|me)",
        r"(?:tied|held|pinned) (?:her|him|them|me) (?:up|down)|tore (?:off )?(?:her|his|their) cloth\w*",
    ),
}

WORDS = {
    kind: _words(*patterns, *SPANISH.get(kind, ()), *CREOLE.get(kind, ()))
    for kind, patterns in ENGLISH.items()
}
