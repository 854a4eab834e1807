"""The release as a paper: to be signed with a pen, or as it was signed. The text is the screen's (R17)."""

from cases import release_text
from cases.drawing import HEIGHT, WIDTH
from orgs.paper import pdf


def release_pdf(release, printed_by, now):
    """The PDF (bytes) of a release in the person's language; `printed_by` is a member, `now` aware."""
    return pdf(document_of(release, printed_by, now))


def document_of(release, printed_by, now):
    """The text with the signatures, or with lines to sign on, for `orgs.paper`.

    What opens nothing says so first, and at the top of every page (R19, R20).
    """
    text = release.text
    words = release_text.words_in(text["language"], text["version"])
    code = f"{words['code']}: {release.text_mark}"
    void = release_text.why_void(release, now)
    return {
        "language": text["language"],
        "title": text["title"],
        **({"void": void} if void else {}),
        "page": words["page"],
        "foot": foot(words, printed_by, now, code),
        "sections": [*text["sections"], _signatures(release, words)],
    }


def foot(words, printed_by, now, *more):
    """What stands at the foot of every paper: who, when, and the law (C20)."""
    who = f"{words['printed']} {printed_by.name}, {printed_by.organization.name}, "
    return [who + release_text.minute(now, words), words["law"], *more]


def _signatures(release, words):
    if not release.signed_at:
        blank = [
            {"blank": True, "lines": [words["sign_here"]]},
            {"blank": True, "lines": [words["name_here"]]},
            {"blank": True, "lines": [words["day_here"]]},
            {"blank": True, "lines": [words["witness_here"]]},
        ]
        return {"title": words["signature"], "note": words["not_signed"], "signatures": blank}
    when = f"{words['when']}: {release_text.minute(release.signed_at, words)}"
    signatures = [_by(release, words, "first", words["signed_by"], release.signer_name, when)]
    if release.cosigner_name:
        signatures.append(_by(release, words, "second", words["with"], release.cosigner_name, when))
    signatures.append({"lines": [f"{words['witness']}: {release.witness.name}", when]})
    return {"title": words["signature"], "signatures": signatures}


def _by(release, words, which, how, name, when):
    mine = {"lines": [f"{how}: {name}", when]}
    drawn = release.drawings.get(which)
    if release.signature_method == "WET_SCAN":
        mine["lines"].append(words["on_paper"])
    elif drawn:
        mine |= {"svg": svg_of(drawn), "alt": f"{words['signature']}: {name}"}
    else:
        mine["lines"].append(words["adopted"])
    return mine


def svg_of(path):
    """A drawn signature as a picture; `path` is made of numbers alone."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="black" stroke-width="3" stroke-linecap="round"/></svg>'
    )
