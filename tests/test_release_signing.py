"""Signing: what was shown is what is signed, once, by a hand; on the device or on paper that is sent in."""

import hashlib
import io
import json
import zlib
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from cases import drawing, release_text
from cases.models import Release, ReleasePaper
from cases.signing import Incomplete
from orgs import clock, uploads
from orgs.models import AuditLine, User
from orgs.paper import HANDED_OVER
from tests.makers.case import SIGNATURE, TERMS, a_person, active_release, draft_release, open_case

DRAWN = [[10, 10, 60, 90, 120, 20, 180, 120, 240, 30], [260, 60, 300, 80, 340, 60]]
ON_PAPER = {**SIGNATURE, "signature_method": "WET_SCAN", "signature": {"kept": "Green folder, drawer 2"}}


@pytest.fixture
def me(world):
    with world.acting(world.stx.advocate) as member:
        yield member


@pytest.fixture
def them(world):
    return world.stt.organization


@pytest.fixture
def talked(me, them):
    return talked_through(me, them)


def talked_through(me, them, **terms):
    release = draft_release(open_case(me), them, me, **terms)
    release.discuss(actor=me)
    return release


def posted(release, **change):
    """What the page of signing sends."""
    said = {
        "signer_type": "ADULT",
        "signer_name": "Bluebird",
        "signature_method": "IN_PERSON_DEVICE",
        "drawn": json.dumps(DRAWN),
        "copy_offered": "given",
        "shown": release.text_mark,
    }
    return {**said, **change}


def sign(world, member, release, **change):
    return world.client(member).post(f"/releases/{release.pk}/sign/", posted(release, **change))


def a_picture(kind="JPEG", size=(600, 800), **save):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind, **save)
    return out.getvalue()


def a_pdf(pages=1, change=None):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(612, 792)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def sent(content, name="scan.jpg", kind="image/jpeg"):
    return SimpleUploadedFile(name, content, kind)


# What was shown is what is signed


def test_a_signature_keeps_what_was_shown_when_and_by_which_form(world, me, them, talked):
    """R17: the text to the letter, its mark, its version and the time lie sealed with the signature."""
    text = talked.text
    assert sign(world, me, talked).status_code == 302
    release = Release.objects.get(pk=talked.pk)
    plain = json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert release.shown == text
    assert release.signature["mark"] == hashlib.sha256(plain.encode()).hexdigest()
    assert release.signature["version"] == release.form_version == release_text.FORM_VERSION
    assert release.signature["at"] == release.signed_at.isoformat()
    assert release.signature["first"] == {"drawn": DRAWN}
    with connection.cursor() as cursor:
        cursor.execute("SELECT signature, shown FROM cases_release WHERE id = %s", [release.pk])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"Bluebird" not in stored and release.signature["mark"].encode() not in stored


def test_the_signed_text_stays_when_names_change_afterwards(me, them, talked):
    """R17: what she signed is what she can read later, whatever the directory says by then."""
    talked.sign(actor=me, **SIGNATURE)
    text = Release.objects.get(pk=talked.pk).text
    talked.person.correct(actor=me, alias="Somebody else")
    again = Release.objects.get(pk=talked.pk)
    assert again.text == text and again.text_mark == again.signature["mark"]


def test_while_somebody_signs_the_device_leads_nowhere_else(world, me, talked):
    """R17, C7: it lies in the hands of the person: no list, no search, no other record is a press away."""
    client = world.client(me)
    page = client.get(f"/releases/{talked.pk}/sign/").content.decode()
    assert 'class="nav"' not in page and "data-lock" in page
    for name in ("caseload", "find", "handoffs"):
        assert f'href="{reverse(name)}"' not in page
    assert 'class="nav"' in client.get(talked.case.get_absolute_url()).content.decode()


def test_a_signature_of_another_text_is_refused_and_the_new_one_is_shown(world, me, talked):
    """R17: between reading and signing somebody changed the terms: nothing opens, what was typed is kept."""
    before = posted(talked, signer_name="As it was typed")
    talked.edit(actor=me, categories=["SAFETY", "COURT"])
    talked.discuss(actor=me)
    answer = world.client(me).post(f"/releases/{talked.pk}/sign/", before)
    page = answer.content.decode()
    talked.refresh_from_db()
    assert answer.status_code == 200 and talked.state == "discussed"
    assert "has changed since it was shown" in page and "As it was typed" in page
    assert Release.objects.get(pk=talked.pk).text_mark in page and before["shown"] not in page


def test_a_mark_that_was_made_up_or_left_out_signs_nothing(world, me, them, talked):
    """R17: no mark, a wrong one, the mark of another release."""
    other = talked_through(me, them)
    for mark in ("", "0" * 64, other.text_mark):
        assert sign(world, me, talked, shown=mark).status_code == 200
        talked.refresh_from_db()
        assert talked.state == "discussed" and not talked.signed_at


def test_the_same_strokes_sign_nothing_else(world, me, them, talked):
    """R17: a drawn signature that is replayed on another release is refused, by the view and by the table."""
    sign(world, me, talked)
    other = talked_through(me, world.vipd.organization, recipient_unit="St. Croix")
    answer = sign(world, me, other)
    assert answer.status_code == 200 and "on another release already" in answer.content.decode()
    other.refresh_from_db()
    assert other.state == "discussed"
    mark = Release.objects.get(pk=talked.pk).signature_mark
    assert mark
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=other.pk).update(signature_mark=mark)


@pytest.mark.parametrize("version", ["en", "es", "ht"])
def test_each_language_says_every_statement_and_category(me, them, version):
    """R17: the text of each language has all that the law asks for, none left in English by mistake."""
    words, english = release_text.table()[version], release_text.table()["en"]
    assert words.keys() == english.keys()
    assert len(words["statements"]) == len(english["statements"]) == 7
    assert words["categories"].keys() == set(release_text.codes.load("cases", "release_categories").codes)
    assert len(words["months"]) == 12
    if version != "en":
        assert not set(words["statements"]) & set(english["statements"])
    release = draft_release(open_case(me), them, me, language=version, interpreter="Mirlande (invented)")
    text = json.dumps(release.text, ensure_ascii=False)
    for said in ("Bluebird", "Shelter desk", "Mirlande", words["categories"]["SAFETY"], *words["statements"]):
        assert said in text


def test_who_needs_an_interpreter_has_one_who_is_named(world, me, them):
    """R17: the language and the interpreter are elements; the form asks for the name and keeps the rest."""
    case = open_case(me, person=a_person(me, language="ht", interpreter=True))
    client = world.client(me)
    said = {**TERMS, "to": f"{them.pk}:Shelter desk", "language": "ht"}
    said["ends_on"] = (clock.today() + timedelta(days=9)).isoformat()
    refused = client.post(f"/cases/{case.number}/releases/", said)
    assert (
        set(refused.context["form"].errors) == {"interpreter"}
        and TERMS["purpose"] in refused.content.decode()
    )
    assert (
        client.post(f"/cases/{case.number}/releases/", {**said, "interpreter": "Mirlande"}).status_code == 302
    )
    assert Release.objects.get().language == "ht"


@pytest.mark.parametrize("name", ["Ann Able and Bob Baker", "Ann & Bob", "Ana Pérez y Berto Gil"])
def test_a_release_names_one_person(world, me, name):
    """R18: two names are refused beside the answer, and nothing typed is lost."""
    case = open_case(me)
    said = {**TERMS, "to": f"{world.vipd.organization.pk}:", "recipient_name": name}
    said["ends_on"] = (clock.today() + timedelta(days=9)).isoformat()
    refused = world.client(me).post(f"/cases/{case.number}/releases/", said)
    assert refused.status_code == 200 and set(refused.context["form"].errors) == {"recipient_name"}
    assert name in unescape(refused.content.decode()) and not Release.objects.exists()


def test_an_account_of_a_member_is_one_person_whatever_its_name(world, me, them):
    """R18: two approved the name, and it is of one account."""
    with world.acting(world.stt.administrator):
        fields = {"organization": them, "name": "Rosa Paz (Court & Shelter)", "role": "advocate"}
        rosa = User.objects.create_user("rosa@stt.test", None, **fields)
    with world.acting(me):
        named = {"recipient_unit": "", "recipient_name": "rosa paz (court & shelter)"}
        assert draft_release(open_case(me), them, me, **named).recipient_member == rosa.pk


def test_one_person_signs_in_one_name(world, me, talked):
    """R18, R22: each who signs has a field; two in one are refused beside it, and what was typed is kept."""
    answer = sign(world, me, talked, signer_name="Ann Able and Bob Baker")
    assert set(answer.context["form"].errors) == {"signer_name"}
    assert "Ann Able and Bob Baker" in answer.content.decode()
    talked.refresh_from_db()
    assert talked.state == "discussed"


@pytest.mark.parametrize("why", ["never", "two"])
def test_a_recipient_who_cannot_be_is_said_beside_the_answer(world, me, why):
    """R18, R22: one who must never learn of it, or a name that two there have; nothing typed is lost."""
    with world.acting(world.vipd.administrator):
        for at in "ab" if why == "two" else "":
            fields = {"organization": world.vipd.organization, "name": "Victor Bad", "role": "officer"}
            User.objects.create_user(f"{at}@vipd.test", None, **fields)
    with world.acting(me):
        relations = {"never": ["Victor Bad"]} if why == "never" else {}
        case = open_case(me, person=a_person(me, relations=relations))
    said = {**TERMS, "to": f"{world.vipd.organization.pk}:", "recipient_name": "Victor Bad"}
    said["ends_on"] = (clock.today() + timedelta(days=9)).isoformat()
    refused = world.client(me).post(f"/cases/{case.number}/releases/", said)
    assert refused.status_code == 200 and set(refused.context["form"].errors) == {"recipient_name"}
    assert TERMS["purpose"] in refused.content.decode() and not Release.objects.exists()


def test_a_release_of_another_language_is_shown_in_english(me, them):
    assert draft_release(open_case(me), them, me, language="fr").text["language"] == "en"


@pytest.mark.parametrize(
    "drawn",
    [
        "[[1,1]]", "[[5,5,5,5,5,5,5,5,5,5,5,5,5,5]]", '"x"',
        "{}", "[1,2]", "[[1,2,3]]", "[[-1,5]]", "[[0.5,1]]",
        "[[true,false]]", "[[9999,1]]", "[" * 5000, json.dumps([[1, 1]] * 500), "nonsense", "\x00",
    ],
)  # fmt: skip
def test_what_is_no_drawing_signs_nothing(world, me, talked, drawn):
    """R17: a dot, a forged or monstrous drawing: an error that says what to do, and nothing is lost."""
    answer = sign(world, me, talked, drawn=drawn, signer_name="As it was typed")
    assert answer.status_code == 200 and "As it was typed" in answer.content.decode()
    talked.refresh_from_db()
    assert talked.state == "discussed"


def test_two_sign_where_two_must(world, me, them):
    """R22: a minor and a parent each sign with their own hand."""
    person = a_person(me, age_group="minor")
    release = draft_release(open_case(me, person=person), them, me)
    release.discuss(actor=me)
    two = {**SIGNATURE, "signer_type": "MINOR_WITH_PARENT", "cosigner_name": "Marta", "not_abuser": True}
    with pytest.raises(Incomplete):
        release.sign(actor=me, **two)
    two["signature"] = {"first": {"typed": "Bluebird"}, "second": {"drawn": DRAWN}}
    release.sign(actor=me, **two)
    assert release.is_open and list(release.drawings) == ["second"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"signature": {"first": {"typed": "Ana"}}},
        {"signer_name": "Ana Reyes and Carlos Reyes", "signature": {"first": {"drawn": DRAWN}}},
        {
            "signer_type": "MINOR_WITH_PARENT",
            "cosigner_name": "Marta",
            "signature": {"first": {"typed": "Bluebird"}, "second": {"typed": "Bluebird"}},
        },
        {
            "signer_type": "MINOR_WITH_PARENT",
            "cosigner_name": "Marta & Carlos",
            "signature": {"first": {"drawn": DRAWN}, "second": {"drawn": DRAWN[:-1]}},
        },
    ],
)
def test_a_signature_is_of_its_signer_however_it_came(world, me, them, wrong):
    """R17: a typed name is the signer's own and a signer is one person, whatever form or program asks."""
    person = a_person(me, age_group="minor" if "cosigner_name" in wrong else "adult")
    release = draft_release(open_case(me, person=person), them, me)
    release.discuss(actor=me)
    with pytest.raises(Incomplete) as refused:
        release.sign(actor=me, **{**SIGNATURE, "not_abuser": True, **wrong})
    assert refused.value.missing == ["signature"]
    assert not release.is_open


# On paper


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_the_paper_is_kept_sealed_and_drawn_anew(world, me, talked, kind):
    """R17, R11: the picture is made new: no place, no camera; in the table it is ciphertext."""
    exif = Image.Exif()
    exif[0x010F] = "CAMERA-OF-ANA"
    exif.get_ifd(0x8825)[2] = (18.0, 20.0, 30.0)
    picture = a_picture(kind, exif=exif)
    assert b"CAMERA-OF-ANA" in picture
    answer = sign(
        world, me, talked, signature_method="WET_SCAN", drawn="", kept="Drawer", paper=sent(picture)
    )
    assert answer.status_code == 302
    paper = ReleasePaper.objects.get(release=talked.pk)
    with Image.open(io.BytesIO(paper.content)) as kept:
        assert kept.format == "JPEG" and not kept.getexif() and kept.size == (600, 800)
    assert b"CAMERA-OF-ANA" not in paper.content
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_releasepaper")
        assert b"JFIF" not in bytes(cursor.fetchone()[0])


def test_a_paper_that_was_used_signs_nothing_else(world, me, them, talked):
    """R17: the same scan on a second release is a copy."""
    picture = a_picture()
    paper = {"signature_method": "WET_SCAN", "drawn": "", "kept": "Drawer"}
    assert sign(world, me, talked, **paper, paper=sent(picture)).status_code == 302
    other = talked_through(me, world.vipd.organization, recipient_unit="St. Croix")
    answer = sign(world, me, other, **paper, paper=sent(picture))
    assert "on another release already" in answer.content.decode()
    assert ReleasePaper.objects.count() == 1


def test_paper_without_a_picture_of_it_signs_nothing(me, talked):
    """R17, R24: to say where a paper lies is not to have it."""
    with pytest.raises(Incomplete):
        talked.sign(actor=me, **ON_PAPER)


def _with_script(writer):
    script = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    names = ArrayObject([TextStringObject("a"), writer._add_object(DictionaryObject(script))])
    tree = DictionaryObject({NameObject("/Names"): names})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})


def _with_file(writer):
    writer.add_attachment("x.exe", b"MZ")


def _opens(writer):
    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def _locked(writer):
    writer.encrypt("secret")


def bomb():
    """A PNG of 60000 × 60000 pixels in a few kilobytes."""

    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = (60000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 50)) + chunk(b"IEND", b"")


LYING = {
    "html": ("kind", lambda: b"<!doctype html><script>alert(1)</script>"),
    "svg": ("kind", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    "gif": ("kind", lambda: a_picture("GIF", (9, 9))),
    "program": ("kind", lambda: b"MZ" + bytes(500)),
    "nothing": ("empty", lambda: b""),
    "half a picture": ("broken", lambda: a_picture()[:5000]),
    "a head alone": ("broken", lambda: b"\xff\xd8\xff\xe0" + bytes(50)),
    "half a PDF": ("broken", lambda: b"%PDF-1.7\n" + bytes(300)),
    "a bomb": ("pixels", bomb),
    "a PDF with a script": ("active", lambda: a_pdf(change=_with_script)),
    "a PDF with a file": ("active", lambda: a_pdf(change=_with_file)),
    "a PDF that starts something": ("active", lambda: a_pdf(change=_opens)),
    "a locked PDF": ("locked", lambda: a_pdf(change=_locked)),
    "a book": ("pages", lambda: a_pdf(21)),
    "too large": ("large", lambda: b"\xff\xd8\xff" + bytes(uploads.LARGEST)),
}


@pytest.mark.parametrize("name", LYING)
def test_a_lying_file_is_refused_and_nothing_typed_is_lost(world, me, talked, name):
    """R17: by its content, whatever its name and type say; the page says why and keeps the rest."""
    why, content = LYING[name]
    answer = sign(
        world,
        me,
        talked,
        signature_method="WET_SCAN",
        drawn="",
        kept="As it was typed",
        paper=sent(content()),
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors["paper"]
    page = answer.content.decode()
    assert "As it was typed" in page
    if why != "empty":  # Django's own field says that one
        assert str(uploads.SAY[why]) in page
    talked.refresh_from_db()
    assert talked.state == "discussed" and not ReleasePaper.objects.exists()


def test_a_pdf_keeps_its_pages_and_nothing_else():
    """R17: title, author and what an earlier version held stay behind."""
    dirty = a_pdf(2, lambda writer: writer.add_metadata({"/Author": "Ana Testperson"}))
    paper = uploads.read_paper(sent(dirty, "x.pdf", "application/pdf"))
    assert paper.kind == "pdf" and b"Ana Testperson" in dirty and b"Ana Testperson" not in paper.content


def test_an_upload_never_touches_a_disk(settings):
    """R11: the only handler keeps files in memory."""
    assert settings.FILE_UPLOAD_HANDLERS == ["orgs.uploads.SmallInMemory"]


def test_the_paper_is_saved_and_never_shown(world, me, talked):
    """C8, C11, C20: after a second factor, as a file whose name says nothing, with a line in the audit."""
    sign(world, me, talked, signature_method="WET_SCAN", drawn="", paper=sent(a_pdf(), "ana.pdf"))
    client = world.client(me)
    answer = client.get(f"/releases/{talked.pk}/paper/")
    assert answer["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == HANDED_OVER
    assert answer.content.startswith(b"%PDF-")
    assert AuditLine.objects.filter(verb="open_paper", subject_id=talked.pk, actor_id=me.pk).count() == 1
    session = client.session
    session["second_factor_at"] -= 3600
    session.save()
    assert client.get(f"/releases/{talked.pk}/paper/")["Location"].startswith("/confirm/")


def test_a_paper_moved_to_another_release_does_not_open(world, me, them, talked):
    """C18: the file is bound to its row like every sealed value."""
    from orgs.sealing import Tampered

    sign(world, me, talked, signature_method="WET_SCAN", drawn="", paper=sent(a_picture()))
    paper = ReleasePaper.objects.get()
    other = ReleasePaper(
        organization_id=paper.organization_id, release=talked_through(me, them), kind="jpeg",
        content=b"\xff\xd8\xff", added_at=clock.now(), added_by=me,
    )  # fmt: skip
    other.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_releasepaper SET content = (SELECT content FROM cases_releasepaper WHERE id = %s) "
            "WHERE id = %s",
            [paper.pk, other.pk],
        )
    with pytest.raises(Tampered):
        _ = ReleasePaper.objects.get(pk=other.pk).content


# The new one takes the place of the old


def test_a_new_release_supersedes_the_one_that_it_covers(me, them):
    """R19, R20: same person, recipient and categories: the older one ends in the same transaction."""
    case = open_case(me)
    old = active_release(case, them, me)
    elsewhere = active_release(case, them, me, recipient_unit="Court desk")
    wider = active_release(case, them, me, categories=["SAFETY", "COURT"], recipient_unit="Other desk")
    new = active_release(case, them, me, categories=["SAFETY", "CONTACT"])
    for release in (old, elsewhere, wider):
        release.refresh_from_db()
    assert (old.state, old.end_reason) == ("superseded", "REPLACED") and not old.is_open
    assert elsewhere.is_open and wider.is_open and new.is_open


def test_a_narrower_release_leaves_the_wider_one_and_the_page_says_so(world, me, them):
    """R18: what the new one does not cover is not taken away silently, nor kept silently."""
    case = open_case(me)
    wide = active_release(case, them, me, categories=["SAFETY", "COURT"])
    narrow = draft_release(case, them, me)
    narrow.discuss(actor=me)
    page = world.client(me).get(f"/releases/{narrow.pk}/sign/").content.decode()
    assert wide.get_absolute_url() in page and "stays." in page
    narrow.sign(actor=me, **SIGNATURE)
    wide.refresh_from_db()
    assert wide.is_open


def test_a_birth_date_that_becomes_known_ends_what_a_parent_signed(me, them):
    """R23: on the birthday when it is to come, at once when it has been."""
    today = clock.today()
    for days, ends in ((10, "shorter"), (-10, "now")):
        person = a_person(me, age_group="minor")
        release = draft_release(open_case(me, person=person), them, me)
        release.discuss(actor=me)
        parent = {**SIGNATURE, "signer_type": "PARENT_ONLY"}
        release.sign(actor=me, **parent, not_abuser=True)
        birthday = today + timedelta(days=days)
        person.correct(actor=me, born=birthday.replace(year=birthday.year - 18))
        release.refresh_from_db()
        if ends == "shorter":
            assert release.is_open and release.expires_at < clock.now() + timedelta(days=11)
        else:
            assert not release.is_open and release.end_reason == "AGED_OUT"


def test_a_signature_as_it_is_drawn_is_numbers_and_nothing_else():
    assert drawing.path_of([[1, 2, 3, 4], [5, 6]]) == "M1 2L3 4M5 6"
    with pytest.raises(ValidationError):
        uploads.read_paper(sent(b"x"))
