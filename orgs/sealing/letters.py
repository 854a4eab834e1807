"""Letters: anybody may write one to an organization, only its members read it."""

from . import crypto, keys
from .fields import SealedJSONField
from .values import Sealed


class LetterField(SealedJSONField):
    """A JSON document sealed to the public key of the row's organization (R11, R16).

    Each side of a packet keeps a row, and so a letter, of its own. Writing needs no secrets, reading
    needs those of the row's organization. Bound to organization, table, row and column like any other
    sealed value (C18).
    """

    def seal(self, plain, instance):
        organization = instance.organization
        public_key = crypto.load_public(keys.public_key_of(organization))
        place = self.place(instance.organization_id, instance.pk)
        return Sealed(crypto.seal_letter(plain, public_key, organization.key_version, place))

    def unseal(self, raw, key, place):
        return crypto.unseal_letter(raw, key.private, place)
