"""Guards of closing the loop without telling, and of what is asked (R1-R16, R36)."""

from .guard import constraint, guard, wall

GUARDS = (
    guard(
        "practice-refuses-what-is-refused",
        "R15",
        "referrals/practice.py",
        ("    if not all([page.form.is_valid()", "    if not any([page.form.is_valid()"),
        tests="tests/test_practice.py",
    ),
    guard(
        "a-packet-goes-on-before-any-contact",
        "R3",
        "referrals/models/receiver.py",
        (" or intake.was_begun)", ")"),
    ),
    guard(
        "the-named-person-is-an-account",
        "R18",
        "referrals/models/outcome.py",
        (
            "telling.Named(self.unit_id, member=member and UUID(member))",
            'telling.Named(self.unit_id, self.content.get("to", ""))',
        ),
    ),
    guard(
        "a-unit-reads-what-is-its-own",
        "R18",
        "cases/telling.py",
        ("        return reader.unit_id == named.unit\n", "        return reader.unit_id is not None\n"),
    ),
    guard(
        "a-unit-that-is-not-there-is-nobody",
        "R18",
        "cases/models/release.py",
        (
            '        name = "" if self.recipient_unit else self.recipient_name\n',
            "        name = self.recipient_name\n",
        ),
    ),
    guard(
        "another-unit-is-given-by-two",
        "R18 C10",
        "orgs/models/membership.py",
        ("        if unit is not None and unit.pk != self.unit_id:\n            return True\n", ""),
    ),
    guard(
        "two-of-one-name-are-nobody",
        "R18",
        "orgs/names.py",
        ("        raise Several\n", "        pass\n"),
    ),
    guard(
        "projection-allow-list",
        "R1",
        "referrals/projection.py",
        ('MOVED = ("state",', 'MOVED = ("acknowledged_by_id", "state",'),
    ),
    guard(
        "projection-of-the-read-moment",
        "R1 R3",
        "referrals/projection.py",
        ("seen.acknowledged_at if state in CLOSING else None", "seen.acknowledged_at"),
    ),
    guard(
        "desk-unnamed-to-the-referrer",
        "R1 R3",
        "referrals/models/referral.py",
        ("actor.name if writer in (side.pk, self.organization_id) else", "actor.name if writer else"),
    ),
    guard(
        "outcome-under-its-release",
        "R2",
        "referrals/models/outcome.py",
        ("            release.must_cover([CATEGORY], reader.organization)\n", ""),
    ),
    guard(
        "outcome-about-who-signed",
        "R2 R25",
        "referrals/models/outcome.py",
        ("            if not is_about(self.referral, release):\n", "            if False:\n"),
    ),
    guard(
        "what-was-used-while-one-ends",
        "R25",
        "cases/taking_apart.py",
        ("Q(signed_at__gte=merge.made_at) | used,", "Q(signed_at__gte=merge.made_at),"),
    ),
    guard(
        "a-file-goes-under-the-persons-own-release",
        "R10 R25",
        "referrals/models/handing.py",
        ("            and release.person_id == file.case.person_id\n", ""),
    ),
    guard(
        "outcome-for-its-recipient",
        "R2",
        "referrals/models/outcome.py",
        ("        if outcome.is_for(reader):\n", "        if True:\n"),
    ),
    guard(
        "outcome-gone-from-the-rows",
        "R2",
        "referrals/following.py",
        ("    Outcome.objects.filter(pk__in=over).delete()\n", ""),
    ),
    guard(
        "sent-on-with-what-was-said",
        "R16",
        "referrals/models/receiver.py",
        ("        sent_on.lay(said, to)\n", ""),
    ),
    guard(
        "desk-unnamed-to-the-next-one",
        "R16",
        "referrals/models/sent_on.py",
        ('else one.content | {"by": ""},', "else one.content,"),
    ),
    guard(
        "first-desk-keeps-no-message",
        "R16",
        "referrals/models/sent_on.py",
        ("    referral.messages.filter(organization_id=desk_id).delete()\n", ""),
    ),
    guard(
        "first-desk-keeps-no-person",
        "R16",
        "referrals/models/sent_on.py",
        ("    person.correct(actor=actor, **NOTHING_KNOWN)\n", ""),
    ),
    guard(
        "undeliverable-leaves-the-desk",
        "R16",
        "referrals/models/receiver.py",
        ("            sent_on.forget_words(self, actor.organization_id)\n", ""),
    ),
    guard(
        "intake-writes-nothing-on-the-packet",
        "R3",
        "referrals/models/intake_ends.py",
        (
            "self.ended_by = None, reason, clock.now(), actor\n",
            "self.ended_by = None, reason, clock.now(), actor\n"
            "        if self.packet:\n"
            "            packets = type(self.packet).objects.filter(pk=self.referral_id)\n"
            '            packets.update(priority="information")\n',
        ),
    ),
    guard(
        "same-words-for-every-desk",
        "R3",
        "referrals/projection.py",
        (
            'interval = clock_interval("acknowledge_referral", priority)',
            'interval = clock_interval("acknowledge_referral", priority, {"acknowledge_referral": '
            '{"crisis": {"seconds": 60}, "high_risk": {"seconds": 60}, "standard": {"seconds": 60}}})',
        ),
    ),
    guard(
        "totals-do-not-ask-the-state",
        "R3",
        "orgs/totals.py",
        ("    WHERE r.sent_at >= first", "    WHERE r.state <> 'closed_to_referrer' AND r.sent_at >= first"),
    ),
    guard(
        "acknowledged-before-an-intake",
        "R4",
        "referrals/models/intake.py",
        ('if referral.state != "acknowledged":', "if False:"),
    ),
    guard(
        "clock-of-the-acknowledgement",
        "R4",
        "referrals/reminders.py",
        ('    if referral.state == "delivered":', "    if False:"),
    ),
    guard(
        "closed-by-the-clock",
        "R5",
        "referrals/projection.py",
        ("    return seen.state in CLOSING and seen.closes_at <= now", "    return False"),
    ),
    guard(
        "closed-packet-stays-still",
        "R5",
        "referrals/models/referral.py",
        ('if verb != "close" and self.closes_at and self.closes_at <= now():', "if False:"),
    ),
    guard(
        "same-days-for-every-packet",
        "R5",
        "referrals/models/receiver.py",
        (
            "timedelta(days=settings.REFERRAL_CLOSES_AFTER_DAYS)",
            'timedelta(days=settings.REFERRAL_CLOSES_AFTER_DAYS + (self.priority == "crisis"))',
        ),
    ),
    guard(
        "404-for-strangers",
        "R6",
        "orgs/access.py",
        (
            '        audit.denied(member, verb, model, "unseen")\n        raise Http404',
            '        audit.denied(member, verb, model, "unseen")\n        raise PermissionDenied',
        ),
    ),
    guard(
        "grants-before-rows",
        "R6 R7",
        "orgs/access.py",
        ("rows = self.filter(may)\n", "rows = self.all()\n"),
    ),
    guard(
        "search-among-ones-own",
        "R7",
        "referrals/views/my.py",
        (
            "return mine.filter(reference=normalize(text)).first()",
            "return Referral.objects.filter(reference=normalize(text)).first()",
        ),
    ),
    guard(
        "tokens-of-each-house",
        "R8",
        "orgs/sealing/tokens.py",
        ("    digest = hmac.digest(key, purpose", '    digest = hmac.digest(b"all", purpose'),
    ),
    wall("wall-around-people", "R8 R11", "cases_person", tests="tests/test_schema.py"),
    wall("wall-around-cases", "R8", "cases_case", tests="tests/test_schema.py"),
    guard(
        "system-advocate-is-a-referrer",
        "R9",
        "orgs/roles.py",
        ("Role.UNIT_SUPERVISOR, Role.SYSTEM_ADVOCATE})\nVICTIM", "Role.UNIT_SUPERVISOR})\nVICTIM"),
    ),
    guard(
        "reviewed-by-another",
        "R10",
        "referrals/models/handing.py",
        ("                if self.is_work_of(actor):\n", "                if False:\n"),
    ),
    constraint("connected-by-two-people", "R10", "referrals_handoff", "handoff_connected_by_two_people"),
    constraint("review-by-another-kept-below", "R10", "referrals_handoff", "handoff_reviewed_by_another"),
    constraint("connection-needs-both-words", "R10", "referrals_handoff", "connected_handoff_has_both_words"),
    constraint(
        "identified-handoff-has-a-release", "R10", "referrals_handoff", "identified_handoff_has_a_release"
    ),
    guard(
        "handoff-goes-no-further",
        "R10",
        "referrals/handover.py",
        (
            "if content.get(item.key) and item.category not in categories]",
            "if content.get(item.key) and False]",
        ),
    ),
    guard(
        "transfer-needs-its-category",
        "R10",
        "referrals/models/handing.py",
        ("            and release.lets_through([handover.TRANSFER], self.receiver)\n", ""),
    ),
    guard(
        "a-task-inherits-no-secrets",
        "R11",
        "orgs/sealing/keys.py",
        ("token = _open.set(MappingProxyType({}))\n", "token = _open.set(_open.get())\n"),
    ),
    guard(
        "a-key-opens-with-its-passphrase",
        "R11",
        "orgs/keyring/members.py",
        (
            "return PBKDF2HMAC(SHA256(), crypto.KEY_BYTES, salt, rounds).derive(normal)",
            'return PBKDF2HMAC(SHA256(), crypto.KEY_BYTES, salt, rounds).derive(b"any")',
        ),
    ),
    guard(
        "clear-text-is-never-written",
        "R11",
        "orgs/sealing/base.py",
        (
            '        raise TypeError(f"{self.name} is sealed row by row: assign it and call save() or '
            'bulk_create().")',
            "        return Sealed(str(value).encode())",
        ),
    ),
    guard(
        "rowless-roles",
        "R11 R13",
        "orgs/access.py",
        ("or not member.is_active or member.role in self.model.SHUT_TO:", "or not member.is_active:"),
    ),
    guard(
        "secrets-of-ones-own-house",
        "R12",
        "orgs/sealing/keys.py",
        ("return _open.get()[as_uuid(organization_id)]\n", "return {**_open.get()}.popitem()[1]\n"),
    ),
    guard(
        "roles-follow-the-kind",
        "R12",
        "orgs/roles.py",
        (
            "Kind.LAW_ENFORCEMENT: (Role.OFFICER, Role.UNIT_SUPERVISOR, Role.ADMINISTRATOR)",
            "Kind.LAW_ENFORCEMENT: (Role.OFFICER, Role.UNIT_SUPERVISOR, Role.ADMINISTRATOR, Role.ADVOCATE)",
        ),
    ),
    guard(
        "uncounted-rows-stay-with-the-owner",
        "R13",
        "orgs/definers.py",
        (
            'OWNER_ONLY = (\n    "referrals_sent_in(date)",\n',
            'FUNCTIONS += ("referrals_sent_in(date)",)\nOWNER_ONLY = (\n',
        ),
    ),
    guard(
        "only-lawful-bases",
        "R14",
        "referrals/forms/referral_steps.py",
        ('load("referrals", "basis") if self.kind in code.extra["by"]]', 'load("referrals", "basis")]'),
    ),
    guard(
        "law-is-named",
        "R14",
        "referrals/models/sender.py",
        ('(words.get("citation") or not _needs_citation(self.basis))', "True"),
    ),
    guard(
        "guard-of-free-text",
        "R15 C1",
        "orgs/guard.py",
        ("    if refusals:\n        raise ValidationError(", "    if False:\n        raise ValidationError("),
    ),
    guard(
        "unseen-marks-carry-nothing",
        "R15 C1",
        "orgs/guard.py",
        ('_LINE_ENDS.sub("\\n", text).translate(_IGNORABLE)', '_LINE_ENDS.sub("\\n", text)'),
        tests="tests/unit/test_guard.py",
    ),
    guard(
        "guard-in-spanish-and-creole",
        "R15",
        "orgs/guard_words.py",
        ("*SPANISH.get(kind, ()), *CREOLE.get(kind, ())", ""),
        tests="tests/unit/test_guard.py",
    ),
    guard(
        "pictures-in-papers-tell-no-place",
        "R15",
        "orgs/pdfs.py",
        ("            bare(reader, left)\n", ""),
        tests="tests/test_uploads.py",
    ),
    guard(
        "guard-in-every-field",
        "R15",
        "referrals/forms/referral_steps.py",
        (
            'class GuardedText(LongTextField):\n    """The same for some sentences."""\n\n'
            "    default_validators = [guarded]",
            'class GuardedText(LongTextField):\n    """The same for some sentences."""\n\n'
            "    default_validators = []",
        ),
    ),
    guard(
        "500-characters",
        "R15",
        "referrals/forms/referral_steps.py",
        ("NOTE_LENGTH = 500 ", "NOTE_LENGTH = 5000 "),
    ),
    guard(
        "a-copy-for-each-side",
        "R16",
        "orgs/rls.py",
        (
            'LETTER = (OWN, f"{OWN} OR written_by_id = {MINE}")',
            'LETTER = (f"{OWN} OR written_by_id = {MINE}", f"{OWN} OR written_by_id = {MINE}")',
        ),
    ),
    guard(
        "a-packet-needs-no-name",
        "R36",
        "referrals/models/sender.py",
        ('"who": self.is_group or self.age_group,', '"who": self.is_group or words.get("name"),'),
    ),
    guard(
        "a-person-needs-no-name",
        "R36",
        "cases/forms/person.py",
        (
            'alias = forms.CharField(label=_("Name to use"), max_length=120, required=False)',
            'alias = forms.CharField(label=_("Name to use"), max_length=120)',
        ),
    ),
)
