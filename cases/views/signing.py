"""The moment of signing, and the papers of it: what is printed, and what was signed with a pen."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cases.forms.signing import SignForm
from cases.models import ReleasePaper
from cases.release_paper import release_pdf
from cases.release_text import language_of
from cases.signing import Incomplete, Replayed
from cases.views.asking import typed
from cases.views.release import page, permitted, say_missing
from orgs import audit, clock, notices
from orgs.paper import handed_over
from orgs.sign_in import step_up

REPLAYED = {
    "text": gettext_lazy(
        "The text has changed since it was shown. It is here again as it stands now: read it together, then "
        "sign."
    ),
    "used": gettext_lazy(
        "This signature or paper is on another release already. Each release is signed anew: sign here, or "
        "choose the paper that was signed for this one."
    ),
    "same": gettext_lazy("Both signatures are the same drawing. Each of the two signs themselves."),
}


@step_up
def sign(request, release):
    release = permitted(request, "sign", release)
    if release.state == "draft":
        return redirect("discuss_release", release=release.pk)
    files = request.FILES if request.method == "POST" else None
    person = release.person
    language = language_of(release.language)
    minor, died = person.is_minor(clock.now()), person.has_died
    form = SignForm(typed(request), files, minor=minor, died=died, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            release.sign(actor=request.user, shown=request.POST.get("shown", ""), **form.signed())
        except Incomplete as refused:
            say_missing(form, refused)
        except Replayed as refused:
            form.add_error(None, REPLAYED[refused.why])
        else:
            notices.say(request, _("Signed. It is open now and can be taken back at any time."))
            return redirect(release)
    return page(request, release, form, 3)


@require_GET
@step_up
def print_release(request, release):
    """The release in the person's language, to sign with a pen or to take along."""
    release = permitted(request, "print", release)
    audit.viewed(request.user, release, "print")
    return handed_over(release_pdf(release, request.user, clock.now()))


@require_GET
@step_up
def open_paper(request, release):
    """The signed paper, to be saved: never shown in a page, and only after a second factor (C8)."""
    release = permitted(request, "open_paper", release)
    paper = ReleasePaper.objects.filter(release=release).first()
    if paper is None:
        notices.say(request, _("No paper is kept with this release."))
        return redirect(release)
    audit.viewed(request.user, release, "open_paper")
    return handed_over(paper.content, *paper.file)
