"""Where we go and where we do not: our own network, plain http, redirects, endless and oversized answers."""

import socket

import pytest

from insights.intake.pulls import client as asking
from insights.intake.pulls.client import Client, Request
from insights.intake.pulls.destination import destination
from insights.intake.pulls.trouble import Broken, Misdeclared, Refused
from insights.intake.raw import opened
from tests.vendors.listing import TOKEN, Listing
from tests.vendors.running import Clock
from tests.vendors.server import Reply


@pytest.fixture
def listing():
    """An API of one answer."""
    with Listing("none") as api:
        api.answered(1, 1, "Words")
        yield api


def _client(listing, **more):
    told = {"credentials": {"Authorization": f"Bearer {TOKEN}"}, "may_be_private": True, "clock": Clock(), **more}
    return Client(listing.address, **told)


def _resolves(monkeypatch, *addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "::1", "fd00::1", "::ffff:10.0.0.1"]
)
def test_an_address_inside_our_network_is_refused_unless_declared(monkeypatch, inside):
    _resolves(monkeypatch, inside)
    with pytest.raises(Misdeclared, match="private_network"):
        destination("https://api.example.com/x", may_be_private=False)
    assert destination("https://api.example.com/x", may_be_private=True).host == "api.example.com"


@pytest.mark.parametrize("never", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254"])
def test_addresses_that_no_system_has_are_refused_even_when_private_ones_are_declared(monkeypatch, never):
    _resolves(monkeypatch, never)
    with pytest.raises(Misdeclared):
        destination("https://api.example.com/x", may_be_private=True)


def test_one_bad_address_among_good_ones_is_enough_to_refuse(monkeypatch):
    _resolves(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(Misdeclared):
        destination("https://api.example.com/x", may_be_private=False)


def test_only_https_leaves_this_machine(monkeypatch):
    _resolves(monkeypatch, "93.184.216.34")
    with pytest.raises(Misdeclared, match="https"):
        destination("http://api.example.com/x", may_be_private=True)
    _resolves(monkeypatch, "10.0.0.1")
    with pytest.raises(Misdeclared, match="https"):
        destination("http://api.example.com/x", may_be_private=True)


@pytest.mark.parametrize(
    "wrong", ["", "api.example.com", "file:///etc/passwd", "https://", "https://a b/", "https://a:x/"]
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(Misdeclared, match="is no address"):
        destination(wrong, may_be_private=True)


def test_a_name_that_nobody_knows_may_be_known_later(monkeypatch):
    def unknown(*_args, **_more):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Broken, match="cannot be found"):
        destination("https://api.example.com", may_be_private=False)


def test_a_redirect_to_another_host_does_not_take_the_token_along(listing):
    with Listing("none") as other:
        listing.elsewhere = f"{other.address}/answers"
        with pytest.raises(Refused):
            _client(listing).ask(Request(address=f"{listing.address}/moved"))
        assert len(other.calls) == 1
        assert "authorization" not in other.calls[0].headers


def test_a_redirect_on_the_same_host_is_followed_with_the_token(listing):
    listing.elsewhere = "/answers"
    answer = _client(listing).ask(Request(address=f"{listing.address}/moved"))
    assert answer.json()["data"]["total"] == 1


def test_a_redirect_into_our_network_is_refused(listing, monkeypatch):
    real = socket.getaddrinfo
    listing.elsewhere = "http://169.254.169.254/latest/meta-data"
    with pytest.raises(Misdeclared, match="no system"):
        _client(listing).ask(Request(address=f"{listing.address}/moved"))
    assert socket.getaddrinfo is real


def test_redirects_without_end_and_redirects_of_what_we_send_are_refused(listing):
    listing.elsewhere = "/moved"
    with pytest.raises(Misdeclared, match="without end"):
        _client(listing).ask(Request(address=f"{listing.address}/moved"))
    with pytest.raises(Misdeclared, match="has moved"):
        _client(listing).ask(Request(address=f"{listing.address}/moved", body={"a": 1}))


def test_an_answer_is_streamed_into_the_raw_store_as_it_comes(listing, settings):
    listing.fail("/answers", Reply(raw=b"x" * 3_000_000))
    kept = _client(listing).download(Request(address=f"{listing.address}/answers")).kept
    assert kept.size_bytes == 3_000_000
    with opened(kept.name) as file:
        assert file.read() == b"x" * 3_000_000
    assert b"xxxxxxxx" not in next(one for one in settings.RAW_DIR.rglob("*") if one.is_file()).read_bytes()


def test_an_answer_that_is_too_large_is_refused_and_not_kept(listing, settings, monkeypatch):
    settings.MAX_IMPORT_BYTES = 1_000_000
    listing.fail("/answers", Reply(raw=b"x" * 3_000_000), Reply(raw=b"x" * 3_000_000))
    with pytest.raises(Misdeclared, match="larger than"):
        _client(listing).download(Request(address=f"{listing.address}/answers"))
    assert not [one for one in settings.RAW_DIR.rglob("*") if one.is_file()]
    monkeypatch.setattr(asking, "LARGEST_IN_MEMORY", 1_000_000)
    with pytest.raises(Misdeclared, match="64 MB"):
        _client(listing).ask(Request(address=f"{listing.address}/answers"))


def test_an_answer_cut_off_is_not_kept(listing, settings):
    listing.fail("/answers", Reply(raw=b"x" * 3_000_000, cut=True))
    with pytest.raises(Broken, match="broke off"):
        _client(listing).download(Request(address=f"{listing.address}/answers"))
    assert not [one for one in settings.RAW_DIR.rglob("*") if one.is_file()]


def test_who_falls_silent_is_not_waited_for_long(listing, monkeypatch):
    monkeypatch.setattr(asking, "SILENCE_SECONDS", 0.2)
    _, go = listing.hold("/answers")
    with pytest.raises(Broken, match="fell silent"):
        _client(listing).ask(Request(address=f"{listing.address}/answers"))
    go.set()


def test_who_drips_for_ever_is_left(listing, monkeypatch):
    monkeypatch.setattr(asking, "LONGEST_SECONDS", -1.0)
    with pytest.raises(Broken, match="takes too long"):
        _client(listing).ask(Request(address=f"{listing.address}/answers"))


def test_who_is_not_there_is_told_so():
    with Listing("none") as gone:
        address = gone.address
    client = Client(address, credentials={}, may_be_private=True, clock=Clock())
    with pytest.raises(Broken, match="cannot be reached"):
        client.ask(Request(address=address))


def test_a_token_with_a_line_break_is_told_so(listing):
    client = _client(listing, credentials={"Authorization": "Bearer a\nb"})
    with pytest.raises(Misdeclared, match="line breaks") as told:
        client.ask(Request(address=f"{listing.address}/answers"))
    assert "a\nb" not in str(told.value)
