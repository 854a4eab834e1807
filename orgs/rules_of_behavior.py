"""What every member promises when they join, and again every year; without it nothing opens (C26).

The text is `config/templates/account/rules_text.html`. A new text gets a new version, and everybody is asked.
"""

from datetime import timedelta

from . import audit, clock

VERSION = "2026-11"
LASTS = timedelta(days=365)


def stand(member):
    """Whether this member's promise is of the text that holds now and not older than a year."""
    accepted = member.rules_accepted_at
    return member.rules_version == VERSION and accepted is not None and clock.now() - accepted < LASTS


def accept(member):
    """The member has read and accepted them; with the line that says which text it was."""
    member.rules_version, member.rules_accepted_at = VERSION, clock.now()
    member.save(update_fields=["rules_version", "rules_accepted_at"])
    audit.write(member, "accept_rules", version=VERSION)
