"""The demo's mail server keeps what it is given and shows it without believing it."""

import http.client
import smtplib
from email.message import EmailMessage

import pytest

from config.mailsink import MailSink


@pytest.fixture
def sink(tmp_path):
    with MailSink(tmp_path / "mail") as running:
        yield running


def send(sink, subject="Hello", text="One item", **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "causeway@islands.test", "ana@islands.test", subject
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=10) as server:
        server.send_message(mail)


def get(sink, path, host=None):
    asked = http.client.HTTPConnection("127.0.0.1", sink.http_port, timeout=10)
    asked.request("GET", path, headers={"Host": host or f"localhost:{sink.http_port}"})
    answer = asked.getresponse()
    return answer, answer.read().decode()


def test_a_mail_is_kept_whole_in_order_and_survives_a_restart(tmp_path, sink):
    send(sink, "first", "Ünïcode\n.\nand a lone dot")
    send(sink, "second")
    with MailSink(tmp_path / "mail") as restarted:
        for reader in (sink, restarted):
            assert [mail["subject"] for mail in reader.messages()] == ["first", "second"]
            assert reader.messages()[0].get_content().splitlines() == ["Ünïcode", ".", "and a lone dot"]


def test_the_page_lists_and_shows_mails_and_links_only_to_this_machine(sink):
    assert "No mail yet" in get(sink, "/")[1]
    send(sink, text="Look: http://localhost:8000/today/ and http://elsewhere.test/")
    assert "Hello" in get(sink, "/")[1]
    answer, page = get(sink, f"/mail/{sink.keys()[0]}")
    assert '<a href="http://localhost:8000/today/">' in page
    assert "elsewhere.test/" in page and 'href="http://elsewhere' not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_times_are_those_of_the_islands_and_say_so(sink):
    send(sink, "dated", Date="Tue, 24 Nov 2026 02:30:00 +0000")
    send(sink, "odd", Date="some day")
    list_page, mail_page = get(sink, "/")[1], get(sink, f"/mail/{sink.keys()[-1]}")[1]
    assert "America/St_Thomas" in list_page
    for page in (list_page, mail_page):
        assert "Monday 23 November 2026, 22:30:00 V.I. time" in page and "+0000" not in page
    assert list_page.count("V.I. time") == 2


def test_markup_in_a_mail_stays_text(sink):
    send(sink, "<script>1</script>", '<img src=x> http://localhost:1/"><script>2</script>')
    for path in ("/", f"/mail/{sink.keys()[0]}"):
        page = get(sink, path)[1]
        assert "<script" not in page and "<img" not in page


@pytest.mark.parametrize("path", ["/mail/../../secrets/secret_key", "/mail/%2e%2e", "/mail/", "/elsewhere"])
def test_nothing_but_mails_can_be_read(sink, path):
    assert get(sink, path)[0].status == 404


def test_a_foreign_host_name_is_turned_away(sink):
    send(sink)
    answer, page = get(sink, "/", host="evil.test")
    assert answer.status == 421 and "Hello" not in page
