"""The guard refuses what a referral may not hold, and lets everything pass that it needs."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from orgs import guard
from orgs.forms.base import CausewayForm
from orgs.guard import MESSAGES, Refusal, clean_text, guarded, refuse_numbers, what_is_refused
from referrals.forms.referral_steps import GuardedLine

REFUSED = {
    "ssn": [
        "SSN 078-05-1120",
        "her number is 078 05 1120.",
        "078.05.1120",
        "078–05–1120",
        "078\u200b-05-1120",
        "０７８-０５-１１２０",
        "social security number is 078051120",
        "Social: 078051120",
        "SSN ends in 1120",
        "ssn#1120",
        "912-70-1234",
        "Call 340-555-0142, SSN 078-05-1120",
        "+1 340 555 0142 078-05-1120",
        "078/05/1120",
        "078_05_1120",
        "078·05·1120",
        "078 • 05 • 1120",
        "078 _ 05 _ 1120",
        "078⁄05⁄1120",
    ],
    "immigration_number": [
        "A123456789",
        "A# 012345678",
        "a-123-456-789",
        "A 123 456 789",
        "IOE0912345678",
        "passport no. X12345678",
        "passport number 123456789",
        "A123.456.789",
        "A 123/456/789",
    ],
    "criminal_justice_number": [
        "NIC W123456789",
        "see W123456789",
        "NIC/W123456789",
        "FBI no. 123456AB7",
        "FBI# 12345AB6",
        "UCN 123456AB7",
        "SID: VI1234567",
        "State ID number 1234567",
    ],
    "licence": [
        "driver's license 123456789",
        "driver’s license no. A1234567",
        "drivers licence: 1234567",
        "DL 3405550142",
        "license number 998877",
        "OLN 12345678",
    ],
    "immigration_status": [
        "she is undocumented",
        "an illegal alien",
        "visa overstay",
        "overstayed her visa last year",
        "came on a tourist visa",
        "she wants a T visa",
        "U-visa",
        "H-2B visa",
        "expired visa",
        "entered illegally",
        "no I-94 on file",
        "has no papers",
        "he is out of status",
        "ICE detainer",
        "a green card",
        "está indocumentada",
        "asylum case pending",
        "was deported in 2019",
        "no tiene papeles",
        "ella no tenía papeles",
        "llegó ilegalmente",
        "se le venció la visa",
        "su estatus migratorio",
        "visa de turista",
        "fue deportada en 2019",
        "pidió asilo político",
        "san papye",
        "li pa gen papye",
        "yo pa t gen papye",
        "viza li fini",
        "li antre ilegalman",
        "te depòte l",
        "sans papiers",
    ],
    "criminal_justice": [
        "NCIC check done",
        "has a criminal record",
        "his rap sheet",
        "two prior arrests",
        "outstanding warrant on him",
        "III hit",
        "criminal history attached",
        "tiene antecedentes penales",
        "li gen dosye kriminel",
    ],
    "medical": [
        "she is pregnant",
        "pregnancy",
        "HIV positive",
        "she has AIDS",
        "an STD",
        "rape kit results are back",
        "forensic exam showed",
        "diagnosed in May",
        "tested positive",
        "her fractured arm",
        "bipolar",
        "drug test",
        "es VIH positiva",
        "tiene sífilis",
        "tiene sida",
        "está embarazada",
        "su embarazo",
        "el diagnóstico",
        "dio positivo",
        "resultados del examen",
        "costilla rota",
        "li gen SIDA",
        "li gen sida",
        "li gwo vant",
        "li ansent",
        "li gwòs",
        "tès la pozitif",
        "dosye medikal li",
        "zo li kase",
    ],
    "narrative": [
        "he raped her",
        "was raped on Sunday",
        "he penetrated",
        "choked her",
        "punched and kicked the victim",
        "she was beaten last night",
        "forced her to perform oral",
        "he beat her",
        "semen on the sheet",
        "held her down",
        "tore off her clothes",
        "la violó en el barco",
        "él la violó",
        "la violo anoche",
        "fue violada por él",
        "me violaron",
        "violó a su hija",
        "ha violado a la niña",
        "abusó de ella sexualmente",
        "abusó de la niña",
        "sufrió una violación",
        "la golpeó en la cara",
        "le pegó anoche",
        "la estranguló",
        "fue golpeada",
        "la obligó a tener sexo",
        "la manosearon",
        "le penetró",
        "li te kadejak",
        "yo kadejake l",
        "li vyole l",
        "yo te vyole li",
        "te viole l",
        "li te bat li",
        "yo t ap bat madanm nan",
        "li te trangle l",
        "li fòse l fè sèks",
        "li abize l seksyèlman",
    ],
}

WELCOME = [
    "",
    "340 555 0142",
    "(340) 555-0142",
    "340-555-0142",
    "340.555.0142",
    "3405550142",
    "+13405550142",
    "+1 (340) 555 0142",
    "1-888-373-7888",
    "555-0142",
    "+509 34 12 3456",
    "+44 20 7946 0958",
    "Call 340 555 0142 or 340 555 0143 after 8 pm",
    "driver's license. 340-555-0142",
    "FBI tip line 3405550142",
    "2026-01-15",
    "01/15/2026",
    "15.01.2026 at 10:30",
    "VI-7K3Q-92",
    "Case 26A012345",
    "VIPD case 2026-00123",
    "12A-34 Estate Whim, Frederiksted 00840",
    "9053 Estate Thomas, Suite 101, St. Thomas 00802-1234",
    "#6 Bay Road, apartment 123",
    "Room 340 at the hospital",
    "Receipt 1234 5678 9012 3456",
    "$1,500 owed, 45 people, 12 45 hours",
    "He keeps her passport and driver's license.",
    "He threatens to have her deported.",
    "She works without pay to pay off a Visa card.",
    "At the hospital, wants someone with her at the exam.",
    "Wants a rape crisis advocate.",
    "He will beat her if he hears of this.",
    "Do not leave a message; he checks her phone.",
    "Speaks Spanish, needs an interpreter.",
    "Ask for Marie at the bakery; say you are from the library.",
    "About six women, two of them under 18.",
    "She aids her mother; her kids are with her.",
    "The officer has hit a dead end.",
    "Do not park the marked car in front.",
    "She is analytical, an analyst by trade.",
    "Social worker: 340 555 0142",
    "llámame por la mañana",
    "Llámela por la mañana, no deje mensajes.",
    "Habla español, necesita intérprete.",
    "Él violó la orden de protección dos veces.",
    "La orden fue violada ayer.",
    "Ha violado la orden.",
    "La orden de protección fue violada.",
    "Violación de la orden de alejamiento.",
    "Quiere una consejera por violación.",
    "Él le quitó los papeles y el pasaporte.",
    "Salió de casa sin sus documentos.",
    "No tiene sus papeles: él los guarda.",
    "La amenaza con deportarla.",
    "Le va a pegar si se entera.",
    "Puede golpearla si ve el carro.",
    "Está en el hospital, quiere que la acompañen al examen.",
    "Pegó una nota en la puerta; le pegó una nota en el carro.",
    "Lo que él hace es ilegal.",
    "Pregunte por Ana en la panadería, dígale que es de la biblioteca.",
    "Su hermana la ve los martes; nos vemos a las 9.",
    "Penetró en la casa por la ventana.",
    "Vive con su mamá y dos niños.",
    "pa rele m nan aswè",
    "Pa kite mesaj, li gade telefòn li.",
    "Rele l nan maten; li pale kreyòl sèlman.",
    "Li pral bat li si li konnen.",
    "L ap bat li si li wè machin nan.",
    "Li ka vyole l si l tounen.",
    "Li te vyole lòd la.",
    "Li te frape pòt la.",
    "Li pran papye li; li pa gen papye li.",
    "Li menase fè yo depòte l.",
    "Li bezwen yon moun apre yon kadejak.",
    "Li lopital, li vle yon moun ak li nan egzamen an.",
    "Li rete lakay manman l ak de timoun.",
    "Mande pou Marie nan boulanjri a.",
    "Yo te kale zoranj.",
]

area = st.sampled_from(["340", "787", "939", "809", "212", "888", "305"])
phones = st.builds(
    lambda shape, a, b, c: shape.format(a, b, c),
    st.sampled_from(
        [
            "{} {} {}",
            "({}) {}-{}",
            "({}){}-{}",
            "{}-{}-{}",
            "{}.{}.{}",
            "{}{}{}",
            "+1{}{}{}",
            "+1 {} {} {}",
            "1-{}-{}-{}",
        ]
        + ["+1 ({}) {}-{}", "{}-{}{}"]
    ),
    area,
    st.integers(200, 999).map(str),
    st.integers(0, 9999).map("{:04d}".format),
)


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts]
)
def test_what_may_not_be_here_is_refused_by_its_kind(kind, text):
    """R15: no narrative, SSN, immigration status or medical finding. C1: no criminal-justice information."""
    assert kind in [refusal.kind for refusal in what_is_refused(text)]


@pytest.mark.parametrize("text", WELCOME)
def test_what_an_advocate_needs_to_know_passes(text):
    assert what_is_refused(text) == []
    guarded(text)


@given(
    st.lists(phones, min_size=1, max_size=3), st.sampled_from(["", "Call ", "Her sister: ", "after 8 pm "])
)
def test_a_phone_number_is_never_refused(numbers, before):
    assert what_is_refused(before + ", or ".join(numbers) + ".") == []


@given(st.dates())
def test_a_date_is_never_refused(day):
    for text in (f"{day:%Y-%m-%d}", f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}", f"{day:%m-%d-%Y}"):
        assert what_is_refused(text) == []


@given(
    st.integers(0, 999).map("{:03d}".format),
    st.integers(0, 99).map("{:02d}".format),
    st.integers(0, 9999).map("{:04d}".format),
    st.sampled_from([*"- .", "–", " - "]),
    st.sampled_from(["", "Her number: ", "340 555 0142, "]),
)
def test_the_shape_of_a_social_security_number_is_always_refused(area, group, serial, between, before):
    """C1: an SSN is refused in every free text, whatever stands around it."""
    text = before + between.join([area, group, serial])
    assert Refusal("ssn") in what_is_refused(text)
    with pytest.raises(ValidationError):
        refuse_numbers(text)


@given(st.text())
def test_any_text_can_be_asked_about(text):
    what_is_refused(text)


def test_a_refusal_says_what_was_seen_why_and_what_to_do():
    """R15: guarded with a message that says why."""
    [refusal] = what_is_refused("She is pregnant and has HIV, HIV since 2019.")
    assert refusal.seen == "“pregnant”, “HIV”"
    for kind in MESSAGES:
        message = Refusal(kind, "“word”").message
        assert message.startswith("This ") and "ake" in message and len(message) > 100
        assert ("“word”" in message) == ("%(seen)s" in str(MESSAGES[kind]))


def test_a_number_that_was_refused_is_not_repeated():
    """What may not be kept does not reach an error page or a log either."""
    for kind in ("ssn", "immigration_number", "criminal_justice_number", "licence"):
        for text in REFUSED[kind]:
            [found] = [refusal for refusal in what_is_refused(text) if refusal.kind == kind]
            assert found.seen == "" and not any(part.isdigit() for part in found.message.split())


def test_the_validator_names_every_kind_once():
    with pytest.raises(ValidationError) as raised:
        guarded("078-05-1120, 079-05-1120, pregnant, NCIC")
    assert [error.code for error in raised.value.error_list] == ["ssn", "criminal_justice", "medical"]


def test_notes_of_an_organization_may_use_words_but_not_the_numbers():
    """C1: SSN, FBI, SID, NIC and licence shapes are refused in every free text, a note's too."""
    refuse_numbers("She is pregnant, and will ask for a T visa. Her A-number is A123456789.")
    for kind in ("ssn", "criminal_justice_number", "licence"):
        for text in REFUSED[kind]:
            with pytest.raises(ValidationError):
                refuse_numbers(text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\u200b\u200d\ufeffb", "ab"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069", "ab"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("cafe\u0301", "café"),
        ("  a\tb \n", "a\tb"),
        ("\ud800x", "x"),
        ("\x1b[31mred", "[31mred"),
        ("a\u034f\ufe0f\u180b\U000e0041\U000e0100b", "ab"),
        ("\u3164\u115f\u1160\uffa0", ""),
        ("Ana\u2800Vega\u2800", "Ana Vega"),
    ],
)
def test_a_text_is_kept_without_what_nobody_sees(raw, clean):
    assert clean_text(raw) == clean


UNSEEN = st.sampled_from(
    "\u00ad\u034f\u061c\u115f\u17b4\u180b\u200b\u2060\u2065\u3164\ufe0f\ufff0\U0001bca0\U000e0fff"
)


@given(st.lists(UNSEEN, min_size=1, max_size=3).map("".join), st.integers(1, 10))
def test_what_nobody_sees_carries_nothing_past_the_guard(unseen, place):
    """R15, C1: a number or word with unseen marks in it is the same number or word."""
    for text, kind in (("078-05-1120", "ssn"), ("he raped her", "narrative"), ("la violó ayer", "narrative")):
        assert kind in [refusal.kind for refusal in what_is_refused(text[:place] + unseen + text[place:])]


def test_every_code_point_that_unicode_lets_programs_ignore_is_taken_out():
    """The whole list of Unicode 16.0 has 4174: a range that is lost from the table is noticed."""
    unseen = [chr(code) for code, instead in guard._IGNORABLE.items() if instead is None]
    assert len(unseen) == 4174 and clean_text(f"a{''.join(unseen)}b") == "ab"


@pytest.mark.parametrize("typed", ["\u3164", "\u2800\u2800", "\u034f\ufe0f", " \u200b\u00a0\u3000"])
def test_a_field_of_unseen_characters_alone_is_empty(typed):
    """R15: where something must stand, nothing that nobody can see is taken for it."""

    class Form(CausewayForm):
        name = forms.CharField()
        note = GuardedLine()

    form = Form({"name": typed, "note": typed})
    assert not form.is_valid() and set(form.errors) == {"name", "note"}
    assert form.errors["name"] == form.errors["note"]


@given(st.text(st.characters()))
def test_a_clean_text_stays_as_it_is(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)
    clean.encode("utf-8")
    assert "\x00" not in clean and "\r" not in clean
