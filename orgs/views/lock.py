"""Locking the screen, unlocking it, and giving back what was typed (C7)."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from orgs import sealing, session
from orgs.forms.account import UnlockForm
from orgs.keyring import holding
from orgs.session import Standing


@require_POST
def lock(request):
    """Lock at once; the page from which it was asked then shows the lock page."""
    session.lock(request, by="member")
    return redirect(came_from(request))


@require_POST
def stay(request):
    """Typing in a page counts as being here; the request itself has already said so.

    It is told in how many seconds everybody signs in again (C8), so that the page can say it in time.
    """
    return HttpResponse(status=204, headers={"Causeway-Ends": session.left(request)})


@require_POST
@sensitive_post_parameters("passphrase")
def unlock(request):
    """The passphrase opens the screen: back to the page, or to the button that was pressed too late."""
    back = local(request, request.POST.get("next"))
    kept = request.POST.get("kept", "")
    if request.standing is Standing.LOCKED:
        form = UnlockForm(request.POST, member=request.user)
        if not form.is_valid():
            return lock_page(request, form=form, back=back, kept=kept)
        session.unlock(request, form.cleaned_data["passphrase"])
    secrets = holding.opened(request)
    if secrets is None:
        return redirect(back)
    with sealing.opening(secrets):
        page = continue_page(request, kept)
        if kept and page is None:
            messages.warning(request, _("What was typed could not be brought back. Please type it again."))
        return page or redirect(back)


def resume(request):
    """After signing in or confirming again: what was typed before, with a button to send it."""
    if request.standing is not Standing.OPEN:
        return redirect("home")
    return continue_page(request, request.session.get("kept", "")) or redirect("home")


def lock_page(request, *, form=None, back=None, kept="", lost=""):
    """The page that stands in the place of every other; it tells neither who is signed in nor what was open.

    `kept` is sealed, see `session.keep`; `lost` says what was not, and why.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if back is None:
        back = request.get_full_path() if request.method == "GET" else came_from(request)
    form = form or UnlockForm(member=request.user)
    return render(request, "lock.html", {"form": form, "next": back, "kept": kept, "lost": lost})


def continue_page(request, text):
    """The page with what was kept and a button that sends it, or None when nothing was."""
    kept = text and session.kept(request, text)
    if not kept or not url_has_allowed_host_and_scheme(kept[0], allowed_hosts=None):
        return None
    path, fields = kept
    return render(request, "continue.html", {"path": path, "fields": fields})


def came_from(request):
    """The path of our own page that led here, else the first page."""
    parts = urlsplit(request.headers.get("Referer", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    own = parts.netloc == request.get_host() and parts.path not in {reverse("lock"), reverse("unlock")}
    return local(request, path) if own else reverse("home")


def local(request, url):
    """`url` when it is a path of this host, else the first page."""
    safe = url and url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if safe else reverse("home")
