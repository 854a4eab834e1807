"""The ledger for the person: what was told about me, to whom, when, under what, in their language (R26)."""

from cases import release_text


def words_in(language):
    """The sentences of the ledger, with those of the release for ways, categories and dates."""
    language = release_text.language_of(language)
    return {**release_text.words_in(language), **release_text.table("ledger")[language]}


def compose(person, lines, language):
    """The ledger as a document for screen and paper; `lines` are `Disclosure`s, the newest first.

    What was told stands in the words in which it was told; everything around it is in `language`.
    """
    words = words_in(language)
    moments = [_moment(line, words) for line in lines]
    told = {"moments": moments} if moments else {"lines": [words["nothing"]]}
    return {
        "language": release_text.language_of(language),
        "title": words["title"],
        "subtitle": f"{words['about']}: {person.called}",
        "intro": words["intro"],
        "sections": [{"title": words["told"], **told}],
    }


def _moment(line, words):
    whom = filter(None, (line.recipient_name, line.recipient and line.recipient.name))
    way = words["methods"].get(line.method, "")
    what = f"{words['read']}: {words['outcomes'].get(line.code, line.code)}" if line.code else line.what
    return {
        "when": release_text.minute(line.at, words),
        "heading": " · ".join(filter(None, (", ".join(whom), way))),
        "text": [what],
        "why": " ".join(_why(line, words)),
        "url": line.release.get_absolute_url() if line.release else "",
    }


def _why(line, words):
    """Which parts of which permission, or that a law demanded it; and who told it."""
    for code in line.categories:
        yield words["categories"].get(code, code) + "."
    if line.release and line.release.signed_at:
        ends = line.release.ended_at or line.release.expires_at
        yield f"{words['under']} {release_text.day(line.release.signed_at, words)},"
        yield f"{words['until']} {release_text.day(ends, words)}."
    elif line.basis != "release":
        yield f"{words['demanded']}: {line.law}."
    yield f"{words['by']}: {line.by.name}."
