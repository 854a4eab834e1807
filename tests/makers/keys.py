"""Secrets of an organization that a test makes for itself, without members."""

from orgs.sealing import Secrets


def published(organization):
    """Fresh secrets, with their public half on the unsaved organization."""
    secrets = Secrets.new(organization.pk)
    organization.public_key, organization.key_version = secrets.newest.public_key, secrets.current
    return secrets
