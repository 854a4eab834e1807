"""A client of Django's in which a member is signed in, second factor and all, without the pages of it."""

from django.conf import settings
from django.db import transaction
from django.test import Client

from orgs import clock, rules_of_behavior
from orgs.models import User
from orgs.session import seconds
from orgs.tenancy import acting_for


class HereClient(Client):
    """A client whose member is always just back: when a test moves the clock, nothing locks or ends."""

    here_since = 0

    def request(self, **request):
        cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie.value and abs(seconds() - self.here_since) >= 60:
            stamp(self)
        return super().request(**request)


def stamp(client):
    """Bring the session's times up to the held clock, as if both factors had just been given."""
    session, client.here_since = client.session, seconds()
    session["signed_in_at"] = session["active_at"] = session["second_factor_at"] = client.here_since
    session.save()
    with acting_for(session["organization"]), transaction.atomic():
        User.objects.filter(pk=session["_auth_user_id"]).update(
            rules_version=rules_of_behavior.VERSION, rules_accepted_at=clock.now()
        )


def signed_in_client(member, *, stays=True):
    """A `Client` as it is after both factors; with `stays=False` its time runs out like anyone's."""
    client = HereClient() if stays else Client()
    with acting_for(member.organization_id), transaction.atomic():
        client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["organization"] = str(member.organization_id)
        session.save()
        stamp(client)
    return client
