"""Forms keep what people typed, say what is wrong, and lead to it."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django import forms

from config.views.styleguide import MISTAKES, SampleForm
from orgs.forms.base import (
    CausewayForm,
    LocalDateField,
    LocalDateTimeField,
    LongTextField,
    PhoneField,
    Radios,
)


class Elements(HTMLParser):
    """Every element of a page with its attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.all = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.all if "id" in attrs]

    def named(self, name):
        return next(attrs for _, attrs in self.all if attrs.get("name") == name)


@pytest.fixture(scope="module")
def wrong():
    form = SampleForm(MISTAKES)
    return form, str(form)


def test_what_was_typed_is_kept_when_it_is_wrong(wrong):
    _, html = wrong
    assert 'value="340 555 01"' in html
    assert "Rings, then hangs up." in html


def test_the_summary_stands_first_and_links_to_every_field_that_is_wrong(wrong):
    form, html = wrong
    page = Elements(html)
    tag, attrs = page.all[0]
    assert (attrs["role"], attrs["tabindex"]) == ("alert", "-1")
    links = [attrs["href"][1:] for tag, attrs in page.all if tag == "a"]
    assert len(links) == len(form.errors) == 6
    assert set(links) <= set(page.ids)


def test_ids_are_never_said_twice(wrong):
    _, html = wrong
    ids = Elements(html).ids
    assert len(ids) == len(set(ids))


def test_hint_and_error_are_tied_to_their_field(wrong):
    form, html = wrong
    page = Elements(html)
    phone, note = page.named("phone"), page.named("note")
    assert phone["aria-invalid"] == "true"
    assert phone["aria-describedby"] in page.ids
    assert note["aria-describedby"] in page.ids
    group = next(attrs for tag, attrs in page.all if tag == "fieldset")
    assert group["aria-describedby"].split() == ["id_how_helptext", "id_how_error"]


def test_label_hint_field_and_error_come_in_this_order(wrong):
    form, _ = wrong
    html = form["how"].as_field_group()
    parts = ["<legend", 'class="hint"', 'type="radio"', 'class="error"']
    assert [html.index(part) for part in parts] == sorted(html.index(part) for part in parts)


def test_browsers_are_told_to_remember_nothing(wrong):
    _, html = wrong
    page = Elements(html)
    for name in ("phone", "email", "note", "when"):
        assert page.named(name)["autocomplete"] == "off"


def test_a_choice_explains_itself_and_dashes_are_not_offered():
    field = forms.ChoiceField(
        choices=[("", "---------"), ("a", "First")], widget=Radios(hints={"a": "Because"})
    )
    html = str(type("F", (CausewayForm,), {"f": field})())
    assert "<small>Because</small>" in html
    assert "---------" not in html


def test_a_list_opens_on_a_word():
    assert "Choose…" in str(SampleForm()["island"])


class Late(CausewayForm):
    """A question that comes with the others, and one that is asked when it is known what of."""

    years = forms.IntegerField(min_value=3, max_value=9)

    def __init__(self, *args):
        super().__init__(*args)
        self.ask("kind", forms.ChoiceField(choices=[("", "---------"), ("a", "A")]))


def test_a_question_that_is_added_speaks_as_the_others_do():
    """And a number beyond its bounds is answered with the bound, in the same voice."""
    form = Late({"years": "2"})
    assert form.errors == {"years": ["Give 3 or more."], "kind": ["Choose an answer."]}
    assert Late({"years": "10", "kind": "a"}).errors == {"years": ["Give 9 or less."]}
    assert "Choose…" in str(form["kind"]) and "-----" not in str(form["kind"])


def test_names_with_markup_stay_text():
    html = str(SampleForm({"note": "<b>x</b>", "phone": '"><script>'}))
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("340 773 9272", "+13407739272"),
        ("(340) 773-9272", "+13407739272"),
        ("773 9272", "+13407739272"),
        ("1 888 373 7888", "+18883737888"),
        ("340 773 9272 ext 12", "+13407739272;ext=12"),
        ("+1 809 555 1234", "+18095551234"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_understood(typed, cleaned):
    assert PhoneField(required=False).clean(typed) == cleaned


@pytest.mark.parametrize("typed", ["340 555 01", "nobody", "0", "+", "340 773 9272 9272 9272"])
def test_half_a_telephone_number_is_not(typed):
    with pytest.raises(forms.ValidationError):
        PhoneField().clean(typed)


def test_a_stored_number_is_shown_as_it_is_read():
    assert PhoneField().prepare_value("+13407739272") == "340 773 9272"


@pytest.mark.parametrize("typed", ["2026-11-23T10:42", "2026-11-23 10:42", " 2026-11-23T10:42:00 "])
def test_a_moment_is_st_thomas_time_whatever_zone_the_reader_is_in(typed):
    from django.utils import timezone

    with timezone.override("Asia/Tokyo"):
        assert LocalDateTimeField().clean(typed) == datetime(2026, 11, 23, 14, 42, tzinfo=UTC)


def test_a_stored_moment_is_shown_in_st_thomas_time():
    field = LocalDateTimeField(initial=datetime(2026, 11, 23, 14, 42, tzinfo=UTC))
    html = str(type("F", (CausewayForm,), {"f": field})())
    assert 'value="2026-11-23T10:42"' in html


@pytest.mark.parametrize("typed", ["tomorrow", "2026-13-01T10:00", "2026-11-23"])
def test_what_is_no_moment_is_said(typed):
    with pytest.raises(forms.ValidationError):
        LocalDateTimeField().clean(typed)


def test_a_day_can_be_typed_the_american_way():
    assert LocalDateField().clean("11/23/2026") == date(2026, 11, 23)


def test_a_line_break_counts_once():
    field = LongTextField(max_length=5)
    assert field.clean("ab\r\ncd") == "ab\ncd"
