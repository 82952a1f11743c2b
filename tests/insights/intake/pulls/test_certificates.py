"""Who proves to be the host that was asked for, although the connection goes to the address that was checked."""

import datetime as dates
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.trouble import Broken
from tests.vendors.running import Clock


class _Quiet(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Those who do not trust us hang up."""


def _certificate(name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dates.datetime.now(dates.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dates.timedelta(days=1))
        .not_valid_after(now + dates.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """An https server for api.example.com; every name leads to it. Gives its port and its certificate's file."""
    public, private = _certificate("api.example.com")
    (tmp_path / "public.pem").write_bytes(public)
    (tmp_path / "both.pem").write_bytes(private + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **named: here if "example" in host else real(host, *more, **named)
    )
    yield server.server_address[1], tmp_path / "public.pem"
    server.shutdown()
    server.server_close()
    thread.join()


def _ask(host, port):
    address = f"https://{host}:{port}/x"
    return Client(address, credentials={}, may_be_private=True, clock=Clock()).ask(Request(address=address))


def test_a_certificate_that_nobody_vouches_for_is_refused(secure):
    with pytest.raises(Broken, match="does not prove who it is"):
        _ask("api.example.com", secure[0])


def test_a_certificate_that_this_machine_trusts_is_taken(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    assert _ask("api.example.com", secure[0]).json() == {}


def test_a_trusted_certificate_of_another_host_is_refused(secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))
    with pytest.raises(Broken, match="does not prove who it is"):
        _ask("other.example.com", secure[0])
