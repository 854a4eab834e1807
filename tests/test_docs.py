"""What the pages for lawyers, operators and reviewers name is there."""

import re

import pytest

from tests import rules
from tests.servers import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))  # decisions tell how it was when they were made
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
FILE = re.compile(r"`((?:config|orgs|cases|referrals|docker|docs)/[\w./-]+\.\w+)`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_and_file_that_a_page_names_exists(page):
    """A renamed test or file leaves no page that points at nothing."""
    text = page.read_text()
    for name, function in TEST.findall(text):
        assert (ROOT / name).is_file(), f"{page.name} names {name}"
        assert not function or re.search(rf"^def {function}\(", (ROOT / name).read_text(), re.M), function
    for name in FILE.findall(text):
        assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_every_adversary_says_what_holds_what_does_not_and_what_shows_it():
    """Each chapter of the threat model names a test, and the page ends with its limits."""
    page = (ROOT / "docs" / "threat_model.md").read_text()
    chapters = re.split(r"^## ", page, flags=re.M)[1:]
    numbered = [chapter for chapter in chapters if re.match(r"\d\.", chapter)]
    assert [chapter[0] for chapter in numbered] == list("123456")
    for chapter in numbered:
        title = chapter.splitlines()[0]
        assert TEST.search(chapter), f"{title} names no test"
        assert "Does not hold" in chapter or title.startswith("6"), f"{title} does not say what does not hold"
    assert chapters[-1].startswith("Honest limits")


def test_every_rule_for_counsel_is_on_counsels_page():
    """A rule with † is there with its question, what is in force, and what would change it."""
    page = (ROOT / "docs" / "counsel.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| rule")]
    marked = {number for number, sentence in rules.rules().items() if "†" in sentence}
    named = {row.split("|")[1].strip() for row in rows}
    assert marked and marked <= named
    for row in rows:
        assert len(row.split("|")) == 6 and all(cell.strip() for cell in row.split("|")[1:5]), row
