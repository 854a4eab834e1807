"""What surrounds every request: a reference, one transaction for one tenant, a signed-in member, no cache."""

import secrets

from django.db import transaction
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from . import audit, sealing, tenancy
from .record import IllegalMove


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
        request.rolls_back = False
        organization_id = request.session.get("organization")
        with (
            tenancy.acting_for(organization_id),
            audit.trail(request.META.get("REMOTE_ADDR", ""), request.reference) as trail,
        ):
            with transaction.atomic():
                response = self.get_response(request)
                if request.rolls_back or response.status_code >= 500:
                    transaction.set_rollback(True)
                else:
                    trail.write_reads()
            if trail.denials:
                with transaction.atomic():
                    trail.write_denials()
        return response

    def process_exception(self, request, exception):
        request.rolls_back = True
        if isinstance(exception, IllegalMove):
            return conflict(request, exception)


def conflict(request, illegal):
    """The page for one who came too late: what the record's state is now, and that nothing was changed."""
    context = {"record": illegal.record, "verb": illegal.verb, "reason": illegal.reason}
    return render(request, "409.html", context, status=409)


class SignedIn:
    """What a member's request brings along: their organization's secrets, opened for this request alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        with sealing.opening(sealing.open_for(request.user)):
            return self.get_response(request)


class NoStore:
    """No page of a member, and none of a person who asks for help, is kept by any cache (C20, R40)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response
