"""`manage.py verify_audit`: is every line of the audit there, unchanged, in its place? (C14, C15)"""

import sys
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import CommandError
from django.db import transaction

from orgs import audit_file, audit_heads, audit_key
from orgs.audit_chain import BATCH, last_cut, verify
from orgs.management.base import OrganizationsCommand
from orgs.models import SignedHead


class Command(OrganizationsCommand):
    help = (
        "Compute every hash of the audit again and compare it with the signed heads; ends with 1 at a "
        "change, a cut, a gap, or a chain that was rebuilt."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--batch", type=_lines, default=BATCH, help="lines at a time")
        parser.add_argument("--heads", metavar="FILE", help="mails with heads to compare, - for pasted ones")
        parser.add_argument("--key", action="append", default=[], metavar="FILE", help="a public key in PEM")
        parser.add_argument("--file", metavar="FILE", help="check an exported file; asks no database")

    def handle(self, *, organization, batch, heads, key, file, **options):
        keys = _keys(key)
        if file:
            self.stdout.write(_checked(file, keys, _pasted(heads)))
            return
        pasted, lines, chains, codes, late, faults = _pasted(heads), 0, 0, set(), set(), []
        for one in self.each(organization):
            with transaction.atomic():
                chain = verify(one.pk, batch)
                found = [chain.fault] if chain.fault else audit_heads.faults(one.pk, last_cut(one.pk), keys)
                if not found:
                    signed = SignedHead.objects.filter(organization=one)
                    codes |= {(str(day), code) for day, code in signed.values_list("day", "code")}
                    late |= {one.code} if audit_heads.is_late(one.pk) else set()
            lines += chain.lines
            chains += bool(chain.lines)
            faults += [f"{one.code}: {fault}" for fault in found]
        faults += audit_heads.unknown(pasted, codes) if not organization or not faults else []
        if faults:
            raise CommandError("\n".join(faults))
        if late:
            self.stderr.write(
                f"no head was signed for two days: {', '.join(sorted(late))}. Is a worker running?"
            )
        signed = f"; {len(codes)} signed heads fit" if codes else ""
        told = f"; {len(pasted)} told heads are among them" if pasted else ""
        self.stdout.write(f"{lines} lines in {chains} chains, unbroken{signed}{told}")


def _lines(text):
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("a batch has one line at least")
    return number


def _keys(files):
    try:
        return audit_key.public_keys(*files)
    except (OSError, ValueError) as error:
        raise CommandError(f"A public key cannot be read: {error}") from None


def _pasted(path):
    """The heads in a file or in what is pasted. Raises `CommandError` when there is none in it."""
    if not path:
        return []
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from None
    pasted = audit_heads.told(text)
    if not pasted:
        raise CommandError(f"{path} holds no head. A head is a day and eight groups of four signs.")
    return pasted


def _checked(path, keys, pasted):
    try:
        with Path(path).open("rb") as source:
            return audit_file.verify(source, keys, pasted)
    except (OSError, audit_file.Broken) as fault:
        raise CommandError(f"{path}: {fault}") from None
