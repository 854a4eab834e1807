"""A client of Django's in which a member is signed in, second factor and all, without the pages of it."""

from types import SimpleNamespace

from django.conf import settings
from django.db import transaction
from django.test import Client

from orgs import clock, rules_of_behavior, sealing
from orgs.keyring import holding, members
from orgs.models import MemberKey, User
from orgs.sealing import Tampered, crypto
from orgs.session import seconds
from orgs.tenancy import acting_for
from tests.world import PASSPHRASE


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


_opened = {}  # of the members of the world: passphrases and keys are the same in every copy of the template


def opened(member, passphrase=PASSPHRASE):
    """(private half, secrets) as this member's passphrase opens them."""
    with acting_for(member.organization_id), transaction.atomic():
        salt = MemberKey.objects.filter(user=member).values_list("salt", flat=True).first()
        known = (member.pk, member.organization.key_version, salt and bytes(salt))
        if known not in _opened:
            private = members.open_key(member, passphrase)
            secrets = members.secrets_for(member, private)
            if secrets is None:
                return private, None
            if member.organization.key_version > 1:  # not of the template: a test has made it
                return private, secrets
            _opened[known] = private, secrets
    return _opened[known]


def opening(member):
    """Have open what this member's passphrase opens; where a test has changed it, what a colleague's does."""
    try:
        secrets = opened(member)[1]
    except Tampered:
        with acting_for(member.organization_id), transaction.atomic():
            colleague = User.objects.active().exclude(pk=member.pk).filter(key__isnull=False).first()
        colleague.organization = member.organization
        secrets = opened(colleague)[1]
    return sealing.opening(secrets)


def signed_in_client(member, *, stays=True):
    """A `Client` as it is after both factors; with `stays=False` its time runs out like anyone's."""
    client = HereClient() if stays else Client()
    with acting_for(member.organization_id), transaction.atomic():
        client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session["organization"] = str(member.organization_id)
        bring = SimpleNamespace(session=session, held_key=crypto.new_key())
        holding.put(bring, member, *opened(member))
        session.save()
        client.cookies[settings.CAUSEWAY_KEY_COOKIE_NAME] = holding.as_cookie(bring.held_key)
        stamp(client)
    return client
