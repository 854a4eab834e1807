"""A push service of the tests: a real server with TLS on this machine, which keeps what it is sent."""

import base64
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from orgs import audit_key

FAR = timedelta(days=36_500)


class Told(BaseHTTPRequestHandler):
    """Answers as `server.answer` says: a status, "hang" until `server.go_on`, or "drip" for ever."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.kept.append(SimpleNamespace(line=self.requestline, headers=self.headers, body=body))
        if self.server.answer == "drip":
            while not self.server.go_on.wait(0.05):
                self.wfile.write(b"H")
            return
        if self.server.answer == "hang":
            self.server.go_on.wait(30)
        self.send_response(self.server.answer if isinstance(self.server.answer, int) else 201)
        self.send_header("Location", f"https://localhost:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def service(folder, settings, monkeypatch):
    """Yields the running server; the settings know it, and have keys to push with."""
    _certify(folder / "tls.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    server.daemon_threads, server.handle_error = True, lambda *_: None
    server.kept, server.answer, server.go_on = [], 201, threading.Event()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.place = f"localhost:{server.server_port}"
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "tls.pem"))
    path = audit_key.write(folder / "push.pem")
    settings.CAUSEWAY_PUSH_KEY_FILE = str(path)
    settings.CAUSEWAY_PUSH_PUBLIC_KEY_FILE = str(audit_key.write_public(path))
    settings.CAUSEWAY_PUSH_HOSTS, settings.CAUSEWAY_PUSH_INSIDE = [server.place], True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    server.server_close()


def _certify(path):
    """A certificate of `localhost` that signs itself, and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1).not_valid_before(datetime(2000, 1, 1))
    made = made.not_valid_after(datetime.now(UTC) + FAR)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.sign(key, SHA256()).public_bytes(Encoding.PEM))


def claims_of(authorization):
    """(public key, what is said) of a header of RFC 8292. Raises where the key did not sign it."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid" and parts.keys() == {"t", "k"}
    head, said, signature = parts["t"].split(".")
    assert json.loads(_bytes(head)) == {"typ": "JWT", "alg": "ES256"}
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(parts["k"]))
    r, s = (int.from_bytes(half, "big") for half in (_bytes(signature)[:32], _bytes(signature)[32:]))
    key.verify(encode_dss_signature(r, s), f"{head}.{said}".encode(), ec.ECDSA(SHA256()))
    return key, json.loads(_bytes(said))


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
