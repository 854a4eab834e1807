"""A client of Django's in which a member is signed in, second factor and all, without the pages of it."""

from django.conf import settings
from django.test import Client

from orgs.tenancy import acting_for


def signed_in_client(member):
    """A `Client` with a session as it is after both factors."""
    client = Client()
    with acting_for(member.organization_id):
        client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["organization"] = str(member.organization_id)
    session.save()
    return client
