"""The walks: one a role, page by page. Each is a function of the camera of `tests.screenshots`."""

HOUSE = "/organization/"


def visit(camera, me, role, *pages):
    """Open and take each of (name, address), which can be followed by the words of links to press."""
    for name, address in pages:
        first, *words = (address,) if isinstance(address, str) else address
        me.go(first)
        for text in words:
            me.follow(me.page.locator("main a", has_text=text))
        camera.take(me.page, f"{role}-{name}")


def stranger(camera):
    """Whoever is not signed in: the demo's page, signing in, and what went wrong."""
    page = camera.stranger()
    for name, address in (
        ("demo", "/demo/"), ("notice", "/notice/"), ("sign-in", "/sign-in/"), ("not-found", "/nothing-here/"),
    ):  # fmt: skip
        page.goto(address)
        camera.take(page, f"stranger-{name}")


def public(camera):
    """The public door, in each language, from the first page to the end."""
    page = camera.stranger()
    for language in ("es/", "ht/", ""):
        page.goto(f"/p/{language}")
        camera.take(page, f"public-front-{language.strip('/') or 'en'}")
    page.click("main a.button:not(.quiet)")
    camera.take(page, "public-write")
    page.click("main form button.button")
    camera.take(page, "public-write-wrong")
    for text in ("Women’s Coalition", "Myself", "I am in danger now", "I come back here"):
        page.check(f"text={text}")
    page.fill("textarea[name=message]", "Can somebody talk with me? (invented)")
    page.wait_for_timeout(3200)
    page.click("main form button.button")
    camera.take(page, "public-check")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Sent").wait_for()
    camera.take(page, "public-sent")
    number = page.text_content("output")
    page.goto("/p/return/")
    camera.take(page, "public-return")
    page.fill("[name=number]", number)
    page.get_by_role("button", name="Open").click()
    page.get_by_text("Nobody has read it yet").wait_for()
    camera.take(page, "public-letters")
    page.get_by_role("button", name="End this").click()
    camera.take(page, "public-end")


STEPS = (
    {"basis": "opt_in"},
    {"priority": "crisis", "often": "V15"},
    {"island_now": "STX", "island_needed": "STX", "language": "es", "needs": "talk"},
    {"reach_way": "call", "phone": "340 555 0142", "times": "morning", "never": "Never leave a message"},
    {"alias": "Heron (invented)", "age_group": "adult"},
)


def officer(camera):
    """An officer: the list, the six steps with a mistake in one, the receipt, and what comes after."""
    me = camera.who("vipd", "officer")
    visit(camera, me, "officer", ("my-referrals", "/referrals/"), ("practice", "/referrals/practice/"))
    me.go("/referrals/")
    me.press("begin")
    for number, answers in enumerate(STEPS, 1):
        camera.take(me.page, f"officer-step-{number}")
        if number == 2:
            me.page.locator("main form button.button").first.click()
            me.page.locator(".summary").wait_for()
            camera.take(me.page, "officer-step-2-wrong")
        me.answer(**answers)
    camera.take(me.page, "officer-check")
    me.press("send")
    camera.take(me.page, "officer-receipt")
    packet = me.page.url.split("/receipt/")[0].removeprefix(me.demo.url)
    visit(
        camera, me, "officer",
        ("referral", f"{packet}/"), ("recall", f"{packet}/recall/"), ("write", f"{packet}/write/"),
        ("print", f"{packet}/print/"), ("signs", "/referrals/signs/"), ("account", "/account/"),
        ("mail", "/account/mail/"), ("sessions", "/account/sessions/"),
    )  # fmt: skip
    me.go("/referrals/")
    me.push("Several people at once")
    camera.take(me.page, "officer-notice-1")


def head(camera):
    """Who leads a unit of an agency."""
    me = camera.who("vipd", "head")
    visit(camera, me, "head", ("my-referrals", "/referrals/"), ("unit", "/referrals/unit/"))


def intake(camera):
    """The desk: what arrives, what is begun, who is on duty."""
    me = camera.who("wcsc", "intake")
    visit(
        camera, me, "intake",
        ("inbox", "/inbox/"), ("intakes", "/intakes/"), ("new", "/intakes/new/"), ("desk", f"{HOUSE}desk/"),
        ("handoffs", "/handoffs/"), ("find", "/find/"), ("letters", "/letters/"),
    )  # fmt: skip
    me.go("/inbox/")
    packets = me.page.locator('main a[href^="/referrals/VI-"]')
    packet = packets.first.get_attribute("href")
    visit(
        camera, me, "intake", ("packet", packet), ("ask", f"{packet}ask/"), ("reroute", f"{packet}reroute/")
    )
    me.go("/intakes/")
    fresh = me.page.locator("main a", has_text="Mampoo").first.get_attribute("href")
    visit(camera, me, "intake", ("intake", fresh), ("triage", f"{fresh}triage/"))
    me.go("/letters/")
    letter = me.page.locator('main a[href^="/letters/"]').first
    if letter.count():
        visit(camera, me, "intake", ("letter", letter.get_attribute("href")))


def advocate(camera):
    """An advocate: the day, a case with all that belongs to it, a release, a handoff."""
    me = camera.who("wcsc", "advocate")
    visit(
        camera, me, "advocate",
        ("today", "/today/"), ("caseload", "/caseload/"), ("find", "/find/"), ("found", "/find/?q=blue"),
        ("handoffs", "/handoffs/"), ("away", "/away/"), ("away-new", "/away/new/"),
    )  # fmt: skip
    me.go("/caseload/")
    me.follow(me.page.locator("main a", has_text="Bluebird"))
    case = me.page.url.removeprefix(me.demo.url)
    visit(
        camera, me, "advocate",
        ("case", case), ("log", f"{case}log/"), ("plan", f"{case}plan/"), ("note", f"{case}notes/"),
        ("service", f"{case}services/"), ("follow-up", f"{case}followups/"), ("goal", f"{case}goals/"),
        ("release-new", f"{case}releases/"), ("clocks", f"{case}clocks/"), ("ledger", f"{case}disclosures/"),
        ("person", f"{case}person/"), ("close", f"{case}request-closure/"), ("duty-new", f"{case}duties/"),
        ("court-new", f"{case}court-dates/"), ("hand-off", f"{case}hand-off/"),
        ("emergency", "/emergency/"),
    )  # fmt: skip
    me.go(case)
    release = me.page.locator('main a[href^="/releases/"]').first.get_attribute("href")
    visit(camera, me, "advocate", ("release", release), ("revoke", f"{release}revoke/"))
    me.go("/caseload/")
    me.follow(me.page.locator("main a", has_text="Almond"))
    camera.take(me.page, "advocate-case-old-plan")
    visit(camera, me, "advocate", ("gate", me.page.url.removeprefix(me.demo.url) + "log/"))
    me.go("/caseload/")
    me.follow(me.page.locator("main a", has_text="Ibis"))
    camera.take(me.page, "advocate-case-duties")
    visit(camera, me, "advocate", ("help", "/help/"), ("words", "/help/words/"))
    me.go("/today/")
    me.page.keyboard.press("?")
    camera.take(me.page, "advocate-keys")


def supervisor(camera):
    """A supervisor: the board, what waits for review, the house."""
    me = camera.who("wcsc", "supervisor")
    visit(
        camera, me, "supervisor",
        ("board", "/board/"), ("review", "/review/"), ("inbox", "/inbox/"), ("caseload", "/caseload/"),
        ("week", "/board/week/"), ("units", "/board/units/"), ("leavers", "/board/leavers/"),
        ("move-caseload", "/board/move-caseload/"), ("coaching", "/coaching/"), ("away", "/away/"),
        ("duties", "/duties/"), ("demands", "/demands/"), ("breaches", "/breaches/"), ("purges", "/purges/"),
        ("glass-uses", "/emergency/uses/"), ("figures", "/figures/"), ("desk", "/organization/desk/"),
    )  # fmt: skip
    me.go("/review/")
    waiting = me.page.locator('main a[href^="/handoffs/"]').first.get_attribute("href")
    visit(camera, me, "supervisor", ("handoff-review", waiting), ("handoff-return", f"{waiting}return/"))
    me.go("/caseload/")
    asked = me.page.locator("main a", has_text="Limin").first
    if asked.count():
        me.follow(asked)
        camera.take(me.page, "supervisor-case-closing")


def receiver(camera):
    """The other island: what arrives there of a handoff."""
    me = camera.who("frc", "supervisor")
    visit(camera, me, "receiver", ("handoffs", "/handoffs/"), ("board", "/board/"))
    me.go("/handoffs/")
    links = me.page.locator('main a[href^="/handoffs/"]')
    for number in range(min(3, links.count())):
        me.go("/handoffs/")
        visit(camera, me, "receiver", (f"handoff-{number + 1}", links.nth(number).get_attribute("href")))


def administrator(camera):
    """An organization's administrator."""
    me = camera.who("wcsc", "admin")
    visit(
        camera, me, "admin",
        ("members", f"{HOUSE}members/"), ("invite", f"{HOUSE}members/invite/"),
        ("review", f"{HOUSE}members/review/"), ("desk", f"{HOUSE}desk/"), ("settings", f"{HOUSE}settings/"),
        ("permissions", f"{HOUSE}permissions/"), ("audit", f"{HOUSE}audit/"),
        ("audit-week", f"{HOUSE}audit/week/"), ("audit-keep", f"{HOUSE}audit/keep/"),
        ("audit-record", f"{HOUSE}audit/record/"), ("keys", f"{HOUSE}keys/"), ("account", "/account/"),
    )  # fmt: skip
    me.go("/organization/members/")
    links = me.page.locator('main a[href$="/change/"], main a[href$="/deactivate/"]')
    for href in [links.nth(n).get_attribute("href") for n in range(min(1, links.count()))]:
        visit(camera, me, "admin", ("member-change", href))


def oversight(camera):
    """Oversight: totals, and nothing else."""
    visit(camera, camera.who("council", "oversight"), "oversight", ("totals", "/organization/totals/"))


def operator(camera):
    """The operator of the installation."""
    visit(camera, camera.who("operator", "operator"), "operator", ("operator", "/organization/operator/"))


WALKS = {
    "stranger": stranger,
    "public": public,
    "officer": officer,
    "head": head,
    "intake": intake,
    "advocate": advocate,
    "supervisor": supervisor,
    "receiver": receiver,
    "admin": administrator,
    "oversight": oversight,
    "operator": operator,
}
