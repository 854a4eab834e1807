"""A mail server for the demo and the tests: it keeps every mail on this machine and shows it on a page.

Each mail is one .eml file. Both ports listen on this machine only, and the page can do nothing but show.
"""

import argparse
import re
import secrets
import signal
import threading
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller

from config.devcache import free_port

LOCAL = "127.0.0.1"
ISLANDS = ZoneInfo("America/St_Thomas")
KEY = re.compile(r"[0-9T]{15}-[0-9]{6}-[0-9a-f]{8}")
LINK = re.compile(r"http://(?:localhost|127\.0\.0\.1):[0-9]+/[^\s<>\"']*")
LARGEST_MAIL = 2_000_000  # bytes
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 48rem; padding: 1.5rem 1rem; }
ul { list-style: none; padding: 0; }
li { border-top: 1px solid #8886; padding: .75rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
pre { border-top: 1px solid #8886; padding: 1rem 0; }
dt { float: left; clear: left; width: 6rem; } dd { margin-left: 6rem; }
small { opacity: .8; }
"""


class MailSink:
    """The two servers over one folder. `start()` and `stop()`, or use it as a context manager."""

    def __init__(self, folder, smtp_port=0, http_port=0):
        """Ports of zero mean any free one. `folder` is made when missing."""
        self.folder = Path(folder).absolute()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.smtp_port = smtp_port or free_port()
        self._smtp = Controller(
            self,
            hostname=LOCAL,
            port=self.smtp_port,
            data_size_limit=LARGEST_MAIL,
            server_hostname="localhost",
        )
        self._http = ThreadingHTTPServer((LOCAL, http_port), _page_over(self))
        self.http_port = self._http.server_address[1]

    @property
    def email_url(self):
        """What EMAIL_URL should be."""
        return f"smtp://{LOCAL}:{self.smtp_port}"

    @property
    def page(self):
        """Where a person reads the mail."""
        return f"http://localhost:{self.http_port}/"

    def start(self):
        """Listen on both ports; returns itself."""
        self._smtp.start()
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def stop(self):
        """Close both ports; the files stay."""
        self._smtp.stop()
        self._http.shutdown()
        self._http.server_close()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    async def handle_DATA(self, server, session, envelope):
        """Keep one mail, whole or not at all (called by aiosmtpd)."""
        key = f"{datetime.now(UTC):%Y%m%dT%H%M%S-%f}-{secrets.token_hex(4)}"
        half = self.folder / f"{key}.part"
        half.write_bytes(envelope.original_content or envelope.content)
        half.rename(self.folder / f"{key}.eml")
        return "250 Kept on this machine"

    def keys(self):
        """Keys of the mails, the newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def read(self, key) -> EmailMessage:
        """One mail. Raises `FileNotFoundError` for a key that is none."""
        if not KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return message_from_bytes((self.folder / f"{key}.eml").read_bytes(), policy=policy.default)

    def messages(self):
        """All mails, the oldest first."""
        return [self.read(key) for key in reversed(self.keys())]


def text_of(message):
    """The plain text of a mail; of a mail without one, its source."""
    body = message.get_body(preferencelist=("plain",))
    return body.get_content() if body is not None else message.as_string()


def when(mail, key):
    """When a mail was sent, on the islands' clocks; by the time at which it came where it says none."""
    try:
        sent = parsedate_to_datetime(str(mail["date"]))
    except ValueError:
        sent = datetime.strptime(key[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
    return f"{sent.astimezone(ISLANDS):%A %d %B %Y, %H:%M:%S} V.I. time"


def _document(title, body):
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/style.css"></head><body><h1>{escape(title)}</h1>{body}</body></html>'
    )


def _list_page(sink):
    rows = []
    for key in sink.keys()[:500]:
        mail = sink.read(key)
        rows.append(
            f'<li><a href="/mail/{key}">{escape(str(mail["subject"] or "(no subject)"))}</a><br>'
            f"<small>to {escape(str(mail['to']))}, {when(mail, key)}</small></li>"
        )
    lead = "<p>Everything this demo would have sent. Nothing leaves this machine. Times are those of the "
    lead += "Virgin Islands (America/St_Thomas).</p>"
    return _document(
        "Mail of the demo", lead + (f"<ul>{''.join(rows)}</ul>" if rows else "<p>No mail yet.</p>")
    )


def _mail_page(sink, key):
    mail = sink.read(key)
    told = {"From": mail["from"], "To": mail["to"], "Date": when(mail, key), "Message-Id": mail["message-id"]}
    facts = "".join(f"<dt>{name}</dt><dd>{escape(str(said or ''))}</dd>" for name, said in told.items())
    text = LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text_of(mail)))
    back = '<p><a href="/">All mail</a></p>'
    return _document(str(mail["subject"] or "(no subject)"), f"{back}<dl>{facts}</dl><pre>{text}</pre>")


def _page_over(sink):
    class Page(BaseHTTPRequestHandler):
        server_version, sys_version = "Causeway", ""

        def do_GET(self):
            host = self.headers.get("Host", "").rsplit(":", 1)[0]
            if host not in {"localhost", LOCAL}:  # another site's name led here
                return self.answer(421, _document("Not here", ""))
            try:
                if self.path == "/style.css":
                    return self.answer(200, STYLE, "text/css")
                if self.path == "/":
                    return self.answer(200, _list_page(sink))
                if self.path.startswith("/mail/"):
                    return self.answer(200, _mail_page(sink, self.path.removeprefix("/mail/")))
            except FileNotFoundError:
                pass
            return self.answer(404, _document("No such mail", '<p><a href="/">All mail</a></p>'))

        def answer(self, status, text, kind="text/html"):
            body = text.encode("utf-8", "replace")
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing: the terminal belongs to the demo."""

    return Page


def main():
    """Run until a signal comes: `python -m config.mailsink FOLDER SMTP_PORT HTTP_PORT`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder")
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("http_port", type=int)
    chosen = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with MailSink(chosen.folder, chosen.smtp_port, chosen.http_port):
        ended.wait()


if __name__ == "__main__":
    main()
