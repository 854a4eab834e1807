"""What surrounds every request: a reference, one transaction for one tenant, a signed-in member, no cache."""

import secrets

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from . import audit, sealing, session, tenancy, typed
from .keyring import holding, published, rotation
from .keyring.members import check_code, public_half
from .models import Organization
from .record import IllegalMove
from .roles import Role
from .session import Standing


class RequestReference:
    """A short reference that the reader can quote and that finds the log line (C22)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.reference = secrets.token_hex(5).upper()
        return self.get_response(request)


class Tenancy:
    """One transaction a request, for the organization of the session; the audit's lines at its end.

    An exception in a view rolls everything back; the denials among the lines are written after that.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.rolls_back, request.doubts = False, set()
        organization_id = request.session.get("organization")
        with (
            tenancy.acting_for(organization_id),
            audit.trail(request.META.get("REMOTE_ADDR", ""), request.reference) as trail,
            typed.watching(),
        ):
            with transaction.atomic():
                response = self.get_response(request)
                if request.rolls_back or response.status_code >= 500:
                    transaction.set_rollback(True)
                else:
                    trail.write_reads(shown=response.status_code == 200)
            if trail.denials:
                with transaction.atomic():
                    trail.write_denials()
        for doubted in request.doubts:
            published.alarm(doubted)
        return response

    def process_exception(self, request, exception):
        request.rolls_back = True
        if isinstance(exception, IllegalMove):
            return conflict(request, exception)
        if isinstance(exception, sealing.Doubted):
            request.doubts.add(exception.organization_id)
            return doubted(request, exception)


def conflict(request, illegal):
    """The page for one who came too late: what the record's state is now, that nothing was changed, and what
    they had typed."""
    context = {"record": illegal.record, "verb": illegal.verb, "reason": illegal.reason}
    return render(request, "409.html", context, status=409)


def doubted(request, doubt):
    """The page where nothing was sealed, because the key was not known to be the organization's own."""
    organization = Organization.objects.filter(pk=doubt.organization_id).first()
    return render(request, "key_doubted.html", {"organization": organization}, status=503)


class SignedIn:
    """What a member's request brings along: their organization's secrets, opened for this request alone.

    A session that is locked (C7), has ended (C8), lacks a second factor (C3), has not agreed to the rules
    (C26) or waits for its keys (R11) opens nothing: its requests get the page on which that can be put right.
    Pages for everybody stay as they are. What a page asks for by itself is no sign that somebody is here, and
    ends nothing: what was typed waits for its reader.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.answer(request)
        holding.send(request, response)
        return response

    def answer(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.standing = session.standing(request)
        secrets = self.open(request) if request.standing is Standing.OPEN else None
        by_itself = request.path_info == reverse("counts")
        if secrets is None:
            return HttpResponse(status=304) if by_itself else self.get_response(request)
        if not by_itself:
            session.touch(request)
        with sealing.opening(secrets):
            if request.user.role == Role.ADMINISTRATOR:
                rotation.catch_up(request.user)
            return self.get_response(request)

    def open(self, request):
        """The secrets that the member holds, or None with the reason in the session's standing."""
        try:
            secrets = holding.opened(request)
        except LookupError:
            session.lock(request, by="key")
            request.standing = Standing.LOCKED
            return None
        if secrets is None:
            request.standing = Standing.WAITING
        elif secrets.doubted:
            session.doubt(request)
        return secrets

    def process_view(self, request, view, args, kwargs):
        standing = getattr(request, "standing", Standing.OPEN)
        if standing is Standing.OPEN or not getattr(view, "login_required", True):
            return None
        return ANSWERS[standing](request, request.resolver_match.url_name)


def ended(request, name):
    """After twelve hours: what was typed waits, sealed, for the next sign-in of the same member."""
    posted = request.method == "POST" and name not in ASIDE
    kept = session.keep(request) if posted else ""
    lost = session.why_not_kept(request, kept) if posted else ""
    kept = kept or request.POST.get("kept", "")  # from a lock page that stood open past the end
    session.end(request, "time")
    if kept:
        request.session["kept"] = kept
    messages.info(request, _("Twelve hours have passed since you signed in. Please sign in again."))
    if lost:
        messages.warning(request, lost)
    back = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect_to_login(back)


def locked(request, name):
    """The lock page in the place of any other, with what was typed sealed in it."""
    from .views.lock import lock_page

    if name == "unlock":
        return None
    posted = request.method == "POST" and name not in ASIDE
    kept = session.keep(request) if posted else ""
    return lock_page(request, kept=kept, lost=session.why_not_kept(request, kept) if posted else "")


def enrolling(request, name):
    """Until there is a second factor nothing opens but the pages that set one up.

    A session that gave only a passphrase is over once a factor was set up in another one.
    """
    from .factors import has_factor

    if name in ASIDE:
        return None
    if has_factor(request.user):
        session.end(request, "second_factor")
        return redirect_to_login(reverse("home"))
    return None if name in SETTING_UP else redirect("enroll")


def agreeing(request, name):
    """Until the rules of behavior are accepted nothing opens but them; what was typed waits, sealed (C26)."""
    if name in ASIDE or name == "rules_of_behavior":
        return None
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    posted = request.method == "POST"
    request.session["kept"] = session.keep(request) if posted else ""
    if posted and (lost := session.why_not_kept(request, request.session["kept"])):
        messages.warning(request, lost)
    back = request.get_full_path() if request.method == "GET" else reverse("home")
    return redirect(f"{reverse('rules_of_behavior')}?{urlencode({'next': back})}")


def waiting(request, name):
    """A member whose key is new: an administrator of theirs gives it the organization's secrets (R11)."""
    if name in ASIDE | SETTING_UP | {"recover_keys"} or name.startswith(OWN):
        return None
    administrator = request.user.role == Role.ADMINISTRATOR
    # Of the key that their passphrase opens: a row may have been changed, and would show alike on both sides.
    code = check_code(public_half(holding.private_key(request)))
    context = {"code": code, "administrator": administrator}
    return render(request, "account/waiting.html", context)


ASIDE = {"lock", "unlock", "stay", "resume", "account_logout"}
SETTING_UP = {"enroll", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
OWN = ("account", "mfa_")  # how pages of one's own account are called
ANSWERS = {
    Standing.ENDED: ended,
    Standing.LOCKED: locked,
    Standing.ENROLLING: enrolling,
    Standing.AGREEING: agreeing,
    Standing.WAITING: waiting,
}


class NoStore:
    """No page of a member, and none of a person who asks for help, is kept by any cache (C20, R40)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html")  # the same for every address and everybody
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response
