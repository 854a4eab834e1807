"""Every code table is complete, says where it comes from, and reads as its form does."""

import json
import re

import pytest

from orgs.clocks import PRIORITIES
from orgs.codes import APPS, ROOT, load, table_names, texts_of

TABLES = [(app, name) for app in APPS for name in table_names(app)]

SIZES = {
    ("cases", "victimization"): 26,
    ("cases", "special_classification"): 8,
    ("cases", "services"): 35,
    ("cases", "race"): 10,
    ("cases", "gender"): 5,
    ("cases", "age"): 7,
    ("cases", "otip_services"): 19,
    ("cases", "trafficking_kind"): 4,
    ("cases", "exploitation_industry"): 31,
    ("cases", "release_categories"): 10,
    ("cases", "signer_types"): 6,
    ("orgs", "islands"): 4,
    ("referrals", "basis"): 7,
    ("referrals", "priority"): 4,
    ("referrals", "intake_end_reasons"): 7,
}


@pytest.mark.parametrize(("app", "name"), TABLES)
def test_a_table_has_a_source_and_clean_rows(app, name):
    data = json.loads((ROOT / app / "codes" / f"{name}.json").read_text(encoding="utf-8"))
    codes = [row["code"] for row in data["codes"]]
    assert data["source"].strip()
    assert len(codes) == len(set(codes)) == len(load(app, name))
    for row in data["codes"]:
        assert re.fullmatch(r"[A-Za-z0-9_]{1,40}", row["code"])
        assert row["label"].strip() == row["label"] != ""
        assert row.get("hint", "x").strip()


@pytest.mark.parametrize(("app", "name"), TABLES)
def test_a_table_gives_choices_labels_and_hints(app, name):
    table = load(app, name)
    assert table.codes == tuple(code for code, _ in table.choices)
    assert load(app, name) is table
    for row in table:
        assert row.code in table and table.get(row.code) is row is table[row.code]
        assert str(table.label(row.code)) == str(row.label)
        assert table.hint(row.code) == row.hint
        assert not row.group or row.group in [group.code for group in table.groups]


@pytest.mark.parametrize(("table", "size"), SIZES.items())
def test_a_federal_list_is_complete(table, size):
    assert len(load(*table)) == size


def test_an_unknown_code_is_shown_as_it_is():
    table = load("referrals", "priority")
    assert table.label("long_gone") == "long_gone"
    assert table.get("long_gone") is None and "long_gone" not in table
    with pytest.raises(FileNotFoundError):
        load("referrals", "no_such_table")


def test_services_are_offered_under_the_letters_of_the_form():
    groups = load("cases", "services").grouped_choices
    assert [str(label)[:12] for label, _ in groups] == [
        "Information ",
        "Personal Adv",
        "Emotional Su",
        "Shelter/Hous",
        "Criminal/Civ",
    ]
    assert [len(rows) for _, rows in groups] == [4, 10, 7, 3, 11]


def test_the_priorities_are_those_that_have_clocks():
    assert load("referrals", "priority").codes == PRIORITIES


def test_without_agreement_only_a_legal_basis_is_open_to_law_enforcement():
    """R14: without the person's agreement only the legal bases are offered, with their duty spelled out."""
    basis = load("referrals", "basis")
    for_officers = [row for row in basis if "law_enforcement" in row.extra["by"]]
    assert {row.code for row in for_officers if not row.extra["agreed"]} == {
        "mandated_report",
        "inter_agency",
    }
    for row in for_officers:
        assert row.extra["agreed"] or row.extra["legal"]
        assert "Your duty:" in str(row.hint)


def test_the_law_is_named_in_the_duty_of_a_legal_basis():
    """R14: the duty is spelled out."""
    for row in load("referrals", "basis"):
        if row.extra.get("legal"):
            assert "V.I.C." in str(row.hint)


def test_nothing_offers_all_records():
    for row in load("cases", "release_categories"):
        assert "all" not in re.findall(r"\w+", str(row.label).lower())


def test_a_signer_is_never_an_abuser():
    for row in load("cases", "signer_types"):
        if row.code in ("MINOR_WITH_PARENT", "PARENT_ONLY", "GUARDIAN", "NEXT_OF_KIN"):
            assert re.search(r"non-abusive|not an abuser", str(row.label).lower())


def test_numbers_to_call_are_whole_and_reach_every_island():
    numbers = load("orgs", "numbers")
    for row in numbers:
        digits = re.sub(r"\D", "", row.extra["shown"])
        assert row.extra["number"].removeprefix("+1") == digits.removeprefix("1")
    reached = {island for row in numbers if row.extra["kind"] == "help" for island in row.extra["islands"]}
    assert reached == set(load("orgs", "islands").codes)
    assert numbers["human_trafficking"].extra["number"] == "+18883737888"


def test_every_label_can_be_translated():
    for app, name in TABLES:
        marked = texts_of(json.loads((ROOT / app / "codes" / f"{name}.json").read_text(encoding="utf-8")))
        for row in load(app, name):
            assert str(row.label) in marked
            assert not row.hint or str(row.hint) in marked
