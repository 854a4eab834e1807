"""Guards of who is too near to a record: walls, insiders, and the officer who harms (R42)."""

from .guard import constraint, guard

GUARDS = (
    guard(
        "walls",
        "R42",
        "orgs/access.py",
        ("return rows if wall is None else rows.exclude(wall)", "return rows"),
    ),
    guard(
        "holds-counted-before-the-wall",
        "R42",
        "cases/models/hold.py",
        ("lifted_at=None, case__in=seen)", "lifted_at=None)"),
        tests="tests/test_retention_pages.py",
    ),
    guard(
        "load-counted-before-the-wall",
        "R42",
        "cases/loads.py",
        (
            "rows.exclude(model.behind_wall(viewer)).exclude(assigned_to=None)",
            "rows.exclude(assigned_to=None)",
        ),
        tests="tests/test_retention_pages.py tests/test_loads.py",
    ),
    guard(
        "a-wall-takes-what-they-hold",
        "R42",
        "cases/models/wall.py",
        ("            letting_go.let_go(person, fresh, actor=actor)\n", "            pass\n"),
    ),
    guard(
        "walled-members-are-not-asked",
        "R42",
        "referrals/models/intake_moves.py",
        (
            "            walled = Wall.objects.filter(person_id=self.person_id, user=member).exists()\n"
            '            self.refuse(verb, "walled" if walled else "not_this_member")\n',
            "            pass\n",
        ),
    ),
    guard(
        "find-stays-before-the-wall",
        "R42",
        "cases/models/person.py",
        (
            'self.filter(organization_id=member.organization_id).exclude(walled(member, "pk"))',
            "self.filter(organization_id=member.organization_id)",
        ),
    ),
    guard(
        "marked-packet-is-written-on-inside",
        "R42",
        "referrals/models/referral.py",
        ("if actor.organization_id == self.receiver_id and self.is_frozen(actor):", "if False:"),
    ),
    guard(
        "marked-packet-moves-for-nobody",
        "R42",
        "referrals/models/frozen.py",
        (
            "        if self.is_frozen(actor):\n            self.refuse(verb",
            "        if False:\n            self.refuse(verb",
        ),
    ),
    guard(
        "no-outcome-of-a-marked-packet",
        "R42",
        "referrals/models/outcome.py",
        ('                raise NotReleased("frozen")\n', "                pass\n"),
    ),
    guard(
        "kept-from-the-officer",
        "R42",
        "referrals/models/referral.py",
        (
            "organization_id=member.organization_id).exclude(kept_from=member.pk)",
            "organization_id=member.organization_id)",
        ),
    ),
    guard(
        "heads-alone-are-told",
        "R42",
        "referrals/models/frozen.py",
        ("            routes.tell_heads(self)\n", "            routes.tell_referrer(self)\n"),
    ),
    guard(
        "heads-words-are-kept-too",
        "R42",
        "referrals/models/frozen.py",
        ("        return self.referrer_id if kept.exists() else None\n", "        return None\n"),
    ),
    guard(
        "an-answer-is-never-kept",
        "R42",
        "referrals/models/referral.py",
        ('self.kept_from(actor) if kind == "message" else None', "self.kept_from(actor)"),
    ),
    guard(
        "who-filed-is-no-head",
        "R42",
        "referrals/models/routes.py",
        ("heads.exclude(pk=referral.referrer_id).values_list", "heads.values_list"),
    ),
    guard(
        "heads-see-when-a-supervisor-says-so",
        "R42",
        "referrals/access.py",
        (
            '"refer_out", "mark_officer")  # fmt: skip\nOPEN',
            '"refer_out", "mark_officer", "show_heads")  # fmt: skip\nOPEN',
        ),
    ),
    guard(
        "a-mark-holds-for-every-packet-of-theirs",
        "R42",
        "referrals/models/officer.py",
        ("            share_marks(people, actor)\n", ""),
    ),
    guard(
        "a-mark-goes-with-the-person",
        "R25 R42",
        "cases/models/wall.py",
        ("            letting_go.join(list(known), actor)\n", ""),
    ),
    guard(
        "a-wall-reaches-what-was-merged",
        "R25 R42",
        "cases/letting_go.py",
        ("for key in room.same(more)} | _merged(more) |", "for key in room.same(more)} |"),
    ),
    guard(
        "whom-a-handoff-knows-is-remembered",
        "R25 R42 R35",
        "referrals/models/handoff_receiving.py",
        ("            SamePerson.say(person, known, actor=actor)\n", ""),
    ),
    guard(
        "a-wall-reaches-who-was-said-to-be-the-same",
        "R25 R42",
        "cases/letting_go.py",
        (" | _merged(more) | _said(more)) - keys", " | _merged(more)) - keys"),
    ),
    guard(
        "a-merge-takes-along-what-has-no-name-on-a-person",
        "R25 R28",
        "cases/models/merge.py",
        ("Person._meta.get_fields(include_hidden=True):", "Person._meta.get_fields():"),
    ),
    guard(
        "the-glass-looks-into-every-record",
        "R32 R42",
        "cases/glass.py",
        ('known = retention.everybody("SELECT %(expressions)s")', 'known = "%(expressions)s"'),
    ),
    guard(
        "a-wall-lifted-opens-nothing-else",
        "R18 R32 R42",
        "cases/models/case.py",
        ("        if not restricted and not self.restricted_by_walls:\n", "        if False:\n"),
    ),
    guard(
        "the-walls-of-both-stand-around-each",
        "R25 R42",
        "cases/models/merge.py",
        ("                Wall.share(row.kept, actor=actor)  #", "                pass  #"),
    ),
    guard(
        "held-as-one-is-held-as-two",
        "R25 R35",
        "cases/models/merge.py",
        ("            taking_apart.hold_both(kept, gone, actor)\n", ""),
    ),
    guard(
        "a-mark-waits-for-what-comes-back",
        "R25 R42",
        "referrals/models/receiver.py",
        ('            self.mark_again("acknowledge", actor)\n', ""),
    ),
    guard(
        "a-mark-comes-before-a-word",
        "R42",
        "referrals/models/referral.py",
        ('                self.mark_again("write", actor)\n', "                pass\n"),
    ),
    constraint("marked-on-a-packet-alone", "R42", "referrals_intake", "officer_marked_on_a_packet"),
    guard(
        "the-audit-hides-every-record-of-theirs",
        "R42",
        "orgs/audit_search.py",
        ("    lines = lines.exclude(subject_id__in=subjects_hidden_from(member))\n", ""),
    ),
    guard(
        "an-old-line-names-nobody-who-is-walled",
        "R42",
        "orgs/audit_search.py",
        ('    lines = lines.exclude(verb__in=ON_WALLS, details__contains={"member": str(member.pk)})\n', ""),
    ),
    guard(
        "no-page-says-who-was-walled",
        "R42",
        "orgs/templatetags/audit.py",
        ("    if says_who_is_walled(line.verb, line.details):\n", "    if False:\n"),
    ),
    guard(
        "who-is-walled-is-keyed",
        "R42",
        "cases/models/wall.py",
        ("person, member=keyed(person, member.pk))", "person, member=str(member.pk))"),
    ),
    guard(
        "no-file-of-the-audit-shows-it",
        "R42",
        "orgs/audit_file.py",
        ("            if is_hidden(*about):\n", "            if False:\n"),
    ),
    guard(
        "everybody-but-the-named-is-outside",
        "R42",
        "cases/models/wall.py",
        ('            cls.build_all(person, list(others), actor=actor, reason="staff")\n', ""),
    ),
    guard(
        "a-newcomer-is-outside",
        "R42",
        "cases/migrations/0014_staff_as_clients.py",
        ("person.organization_id = NEW.organization_id AND person.named_only", "false"),
    ),
    guard(
        "outside-of-every-record-of-theirs",
        "R25 R42",
        "cases/models/wall.py",
        ("            enclose_all(known.values())\n", ""),
    ),
    guard(
        "nobody-is-let-in-to-their-own-record",
        "R42",
        "cases/models/wall.py",
        ('            if walls.filter(reason="self").exists():\n', "            if False:\n"),
    ),
    guard(
        "lines-of-a-packet-that-left-stay-hidden",
        "R42",
        "referrals/apps.py",
        ('            yield walled.order_by().values(hidden=F("referral_id"))\n', ""),
    ),
    guard(
        "references-of-a-packet-that-left-stay-hidden",
        "R42",
        "referrals/apps.py",
        ('            yield lines.order_by().values(hidden=F("subject_label")).distinct()\n', ""),
    ),
    guard(
        "nobody-is-named-for-their-own-record",
        "R42",
        "cases/models/wall.py",
        ("if themselves is not None and themselves.pk in inside:", "if False:"),
    ),
)
