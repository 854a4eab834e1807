"""Which texts must be there in every language: what a person without an account, or one who signs, meets.

What is not named here is in English alone, on pages that only members see. A language is offered for a page
only when all of the page can be said in it: half a page in each of two languages helps nobody.
"""

import fnmatch

from config.tongues.sources import Text, everything

# Files all of whose texts are meant.
WHOLE = {
    "The public door": (
        "referrals/views/public.py", "referrals/forms/public.py", "referrals/letterbox.py",
        "referrals/templates/referrals/public/*", "config/templates/public_base.html",
        "orgs/forms/base.py", "config/templates/django/forms/*", "orgs/words.py",
        "orgs/codes/numbers.json", "orgs/codes/islands.json", "orgs/codes/languages.json",
        "referrals/codes/needs.json", "referrals/codes/contact_times.json",
        "config/templates/components/messages.html", "config/templates/components/clock.html",
    ),
    "What went wrong": (
        "config/templates/400.html", "config/templates/403.html", "config/templates/403_csrf.html",
        "config/templates/404.html", "config/templates/405.html", "config/templates/429.html",
        "config/templates/500.html", "config/templates/error.html", "config/templates/plain_base.html",
        "config/templates/key_doubted.html",
    ),
    "Before signing in": (
        "config/templates/account/notice.html", "config/templates/account/login.html",
        "config/templates/account/stop_mail.html",
    ),
    "Mail and push": ("orgs/outbox.py", "config/templates/account/push.js"),
    "Whoever signs a release": ("config/templates/components/drawn_signature.html",),
}  # fmt: skip
# Of other files, the texts that begin like this.
PARTS = {
    "orgs/forms/fields.py": ("Enter the number with its area code", "{n} characters left"),
    "orgs/guard.py": (
        "This looks like a Social Security number", "This looks like a number from a criminal justice system",
        "This looks like a driver license number",
    ),
    "orgs/forms/account.py": ("E-mail address", "Passphrase", "I have read this and agree to it"),
    "orgs/sign_in.py": ("No account opens", "Too many tries from this place"),
    "cases/forms/signing.py": (
        "Signature", "Or the name, typed by who signs", "Or their name, typed", "The typed name is",
        "This typed name is", "The drawing could not be read", "That is too little for a signature",
        "Draw the signature in the box", "This is not the name given above", "Who typed the name ticks",
    ),
}  # fmt: skip
# What Django itself says, for a language that it does not know: the names of days and months, of errors.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ERRORS = (
    "Null characters are not allowed.",
    "Enter a valid value.",
    "Enter a valid email address.",
    "Enter a list of values.",
)
BORROWED = "django"


def needed(language, texts=None):
    """{`Text`: [file that is meant]} that a catalogue of `language` must hold, all of them and no others.

    `texts` are those of `everything`, read anew where they are not given.
    """
    texts = everything() if texts is None else texts
    meant = {text: [one for one in files if _is_meant(text, one)] for text, files in texts.items()}
    found = {text: files for text, files in meant.items() if files}
    if language == "ht":  # Django speaks Spanish
        for said in (*DAYS, *MONTHS, *SHORT_MONTHS, *ERRORS):
            found.setdefault(Text(said), []).append(BORROWED)
    return found


def _is_meant(text, file):
    if any(text.text.startswith(beginning) for beginning in PARTS.get(file, ())):
        return True
    return any(fnmatch.fnmatch(file, pattern) for files in WHOLE.values() for pattern in files)
