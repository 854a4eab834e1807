"""How a release was signed, in words, for its page."""

from django.utils.translation import gettext as _

from orgs import codes
from orgs.words import exactly


def signature(release):
    """Pairs for `{% facts %}`; empty before it is signed."""
    if not release.signed_at:
        return []
    names = " · ".join(filter(None, (release.signer_name, release.cosigner_name)))
    pairs = [
        (_("Signed by"), names),
        (_("When"), exactly(release.signed_at)),
        (_("Who signed"), codes.load("cases", "signer_types").label(release.signer_type)),
        (_("How"), _how(release)),
        (_("Kept"), release.signature.get("kept", "")),
        (_("Witness"), release.witness.name),
        (_("Talked through by"), release.discussed_by.name),
        (_("Copy"), codes.load("cases", "copy_answers").label(release.copy_offered)),
        (_("Form"), release.form_version),
        (_("Mark of the text"), release.signature.get("mark", "")[:16]),
    ]
    return [pair for pair in pairs if pair[1]]


def _how(release):
    how = str(codes.load("cases", "signature_methods").label(release.signature_method))
    typed = any(release.signature.get(which, {}).get("typed") for which in ("first", "second"))
    return _("%(how)s, by a typed name") % {"how": how} if typed else how
