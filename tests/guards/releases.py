"""Guards of releases (R17-R27), of what joins two records, and of what is told after a death."""

from .guard import constraint, guard

GUARDS = (
    constraint(
        "active-release-has-every-element", "R17", "cases_release", "active_release_has_every_element"
    ),
    guard(
        "missing-elements-stop-a-signature",
        "R17",
        "cases/executing.py",
        (
            "refuse_incomplete(self, set(signing.missing(self)) | self._wrong_signer())",
            "refuse_incomplete(self, self._wrong_signer())",
        ),
    ),
    guard(
        "talked-through-before-signing",
        "R17",
        "cases/signing.py",
        ("        and set(DISCUSSED) <= set(release.discussed),\n", "        and True,\n"),
    ),
    guard(
        "a-typed-name-is-the-signers",
        "R17",
        "cases/signing.py",
        (' and names.same(mine["typed"], name)', ""),
    ),
    guard(
        "a-typed-name-is-the-signers-at-the-form",
        "R17",
        "cases/forms/signing.py",
        ("        if said.get(name) and not names.same(said[typed], said[name]):\n", "        if False:\n"),
    ),
    guard(
        "one-person-signs",
        "R17",
        "cases/signing.py",
        ("        and not any(names.names_two(name) for name in _signers(release))\n", ""),
    ),
    guard(
        "both-sign-where-two-must",
        "R22",
        "cases/signing.py",
        ("[: 2 if by_two else 1]", "[:1]"),
    ),
    guard(
        "one-person-is-named",
        "R18",
        "cases/models/release.py",
        (
            '        if self.recipient_member is None and names.names_two(self.recipient_name or ""):\n',
            "        if False:\n",
        ),
    ),
    guard(
        "what-ended-says-so-on-paper",
        "R20",
        "cases/release_text.py",
        ('    if standing == "active":\n', "    if True:\n"),
    ),
    guard(
        "no-form-to-tell-under-what-ended",
        "R2 R20",
        "cases/views/release.py",
        ("    must_be_open(release, request.user)\n", ""),
    ),
    constraint("categories-are-named", "R18", "cases_release", "release_names_its_categories"),
    guard(
        "one-recipient",
        "R18",
        "cases/forms/release.py",
        ('if said["recipient"] and not unit and not said.get("recipient_name"):', "if False:"),
    ),
    constraint("release-ends-within-90-days", "R19", "cases_release", "release_ends_within_90_days"),
    guard(
        "90-days-at-the-form",
        "R19",
        "cases/forms/release.py",
        ("if end > self.now + timedelta(days=90):", "if False:"),
    ),
    guard(
        "release-ends-by-the-clock",
        "R19",
        "cases/telling.py",
        ("    if at >= release.expires_at:\n        return ENDED\n", ""),
    ),
    guard(
        "signed-release-is-not-edited",
        "R19",
        "cases/models/release.py",
        (
            '"edit": ({"draft", "discussed"}, "draft"),',
            '"edit": ({"draft", "discussed", "active"}, "draft"),',
        ),
    ),
    guard(
        "withdrawal-takes-all-with-it",
        "R20",
        "cases/models/release.py",
        ("            release_ends.ended(self, actor)\n", ""),
    ),
    guard(
        "withdrawal-by-anyone-on-staff",
        "R20",
        "cases/access.py",
        ('    yield role(Role.INTAKE_WORKER, "view", "revoke")\n', ""),
    ),
    guard(
        "told-by-the-row-as-it-stands",
        "R20",
        "cases/models/release.py",
        (
            'held = Release.objects.select_for_update(of=("self",)).get(pk=self.pk)',
            "held = self",
        ),
    ),
    guard(
        "no-is-as-short-as-yes",
        "R21",
        "cases/views/release.py",
        (
            "@require_POST\ndef refuse(request, release):",
            "@step_up\n@require_POST\ndef refuse(request, release):",
        ),
    ),
    guard(
        "signers-by-age",
        "R22",
        "cases/signing.py",
        ("return OF_MINORS if minor else OF_ADULTS", "return (*OF_MINORS, *OF_ADULTS)"),
    ),
    guard(
        "who-harmed-does-not-sign",
        "R22",
        "cases/telling.py",
        ("    return wish.feared or release", "    return release"),
    ),
    constraint("a-drawing-signs-once", "R17", "cases_signaturemark", "drawing_signs_once"),
    guard(
        "each-drawing-has-its-mark",
        "R17",
        "cases/drawing.py",
        ('for which in ("first", "second")]', 'for which in ("first",)]'),
    ),
    guard(
        "drawings-of-before-have-marks",
        "R17",
        "cases/models/signature_mark.py",
        ("        cls.bring_over(release.organization_id)\n", ""),
    ),
    guard("marks-are-only-added-to", "R17", "orgs/rls.py", ('    "cases_signaturemark",\n', "")),
    guard(
        "facts-learned-later-end-a-release",
        "R22 R25",
        "cases/models/person.py",
        ("return self.hold_releases(actor=actor) if set(DECIDES) & set(changes) else 0", "return 0"),
    ),
    guard(
        "who-is-feared-is-feared-in-every-record",
        "R22 R25",
        "cases/models/person.py",
        ("            if merging.relations_of_all(one.relations) != every:\n", "            if False:\n"),
    ),
    guard(
        "no-terms-name-who-is-feared",
        "R22",
        "cases/models/release.py",
        (
            "        if signing.must_never_learn(self.person.relations, self.recipient_name):\n",
            "        if False:\n",
        ),
    ),
    guard(
        "no-kin-for-the-living",
        "R33",
        "cases/death.py",
        ("            self.person.hold_releases(actor=actor)\n", ""),
    ),
    guard(
        "a-missed-ending-opens-nothing",
        "R44",
        "cases/telling.py",
        ('        or (SIGNER if wish.unread or is_wrong(wish, release) else "")\n', ""),
    ),
    guard(
        "another-fact-shuts-what-was-signed",
        "R44",
        "cases/models/person.py",
        ("            if anew:\n", "            if False:\n"),
    ),
    guard(
        "a-child-in-one-record-is-one-in-both",
        "R25",
        "cases/merging.py",
        ("if person.is_minor(clock.now())]:", "if False]:"),
    ),
    guard(
        "taken-apart-each-has-its-own",
        "R25",
        "cases/models/merge.py",
        ("            if back:\n", "            if False:\n"),
    ),
    guard(
        "taken-apart-each-has-its-plan",
        "R25",
        "cases/models/merge.py",
        ("            taking_apart.give_back_plans(before, row, kept, gone, actor)\n", ""),
    ),
    guard(
        "signed-together-ends-apart",
        "R25",
        "cases/taking_apart.py",
        ('            release.revoke(actor=actor, reason="APART")\n', ""),
    ),
    guard(
        "deaths-are-taken-apart",
        "R25",
        "cases/models/merge.py",
        ("            taking_apart.part_death(before, kept, gone, actor)\n", ""),
    ),
    guard(
        "ends-with-childhood",
        "R23",
        "cases/executing.py",
        ("                self._end_with_childhood()\n", ""),
    ),
    guard(
        "a-word-is-no-signature",
        "R24",
        "cases/signing.py",
        (
            'SIGNATURES = ("WET_SCAN", "IN_PERSON_DEVICE")',
            'SIGNATURES = ("WET_SCAN", "IN_PERSON_DEVICE", "ORAL")',
        ),
    ),
    guard(
        "walls-survive-a-merge",
        "R25",
        "cases/models/merge.py",
        ("                Wall.share(kept, gone, actor=actor)\n", "                pass\n"),
    ),
    guard(
        "walls-survive-a-duplicate",
        "R25",
        "referrals/models/intake_ends.py",
        ("            Wall.share(self.person, of.person, actor=actor)  # both", "            # both"),
    ),
    guard(
        "ledger-is-only-added-to",
        "R26",
        "orgs/rls.py",
        ('    "cases_disclosure",\n', ""),
    ),
    guard(
        "only-what-is-covered-is-told",
        "R2 R26",
        "cases/telling.py",
        (
            "if not wish.categories or set(wish.categories) - set(release.categories):",
            "if not wish.categories:",
        ),
    ),
    guard(
        "no-permission-lifts-a-wall",
        "R44",
        "cases/telling.py",
        ("    if wish.walled:\n        return WALLED\n", ""),
    ),
    guard(
        "a-law-asks-where-the-strictest-is-decided",
        "R44",
        "cases/models/disclosure.py",
        ("        if why := telling.why_not(wish):\n            raise NotReleased(why)\n", ""),
    ),
    guard(
        "a-death-shuts-what-was-opened-in-life",
        "R44",
        "cases/telling.py",
        ("    if died_at and release.signed_at <= died_at:", "    if False:"),
    ),
    guard(
        "offer-writes-the-ledger",
        "R26",
        "referrals/models/handing.py",
        ("        file.release.disclose(\n", "        (lambda **told: None)(\n"),
    ),
    guard(
        "a-file-opens-for-whom-it-names",
        "R18 R27",
        "referrals/models/handoff_readers.py",
        ("        if not self.opens_for(member):\n", "        if False:\n"),
    ),
    guard(
        "one-person-by-their-account",
        "R18",
        "cases/telling.py",
        ("        return reader.pk == named.member\n", "        return True\n"),
    ),
    guard(
        "no-offer-to-whom-nobody-fits",
        "R18",
        "referrals/models/handoff_readers.py",
        ("        if not fit:\n", "        if False:\n"),
    ),
    guard(
        "an-older-plan-is-not-offered",
        "R37 R10",
        "referrals/models/handing.py",
        ("            if self.identified and self.plan_is_older:\n", "            if False:\n"),
        tests="tests/test_handoff_plan.py",
    ),
    guard(
        "what-was-read-is-what-leaves",
        "R10 R26",
        "referrals/models/handing.py",
        ("                if shown is not None and shown != self.mark:\n", "                if False:\n"),
        tests="tests/test_handoff_plan.py",
    ),
    guard(
        "who-holds-an-older-plan-is-called",
        "R37",
        "referrals/models/handing.py",
        (
            "            if self.state not in UNDER_RELEASE or older == known or (older and same):\n",
            "            if True:\n",
        ),
        tests="tests/test_handoff_plan.py",
    ),
    guard(
        "worked-by-whom-the-release-names",
        "R18 R10",
        "referrals/models/handoff_receiving.py",
        ("if kept_out or not self.opens_for(advocate):", "if kept_out:"),
    ),
    constraint(
        "a-unit-or-a-person-and-never-both", "R18", "referrals_handoff", "handoff_is_for_a_unit_or_a_person"
    ),
    guard(
        "snapshot-ends-with-its-release",
        "R27",
        "referrals/models/handing.py",
        ("if verb in ENDS_WITH_RELEASE and self.release_has_ended:", "if False:"),
    ),
)
