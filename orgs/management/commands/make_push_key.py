"""`manage.py make_push_key FILE`: the key by which push services know this installation (RFC 8292)."""

from . import make_audit_key


class Command(make_audit_key.Command):
    help = "Make the key that signs to push services, and FILE.pub for the pages. Asks no database."
    advice = "Give {file} to workers alone, and {file}.pub to web and workers."
