"""Fetching: what is asked for again, how politely, where it ends, and where it does not go."""

import gzip
import itertools
import logging
import os
import socket
import threading
import time
import zlib

import pytest
from web_server import FakeTime, Served, WebServer

from retrieval.errors import StoppedError
from retrieval.fetching.addresses import is_address, printable_address
from retrieval.fetching.errors import FetchError, HostGivenUpError, MissingError
from retrieval.fetching.fetcher import Fetcher, FetchLimits
from retrieval.fetching.kept import ResponseFolder
from retrieval.fetching.network import is_public

LIMIT = 1_000_000


@pytest.fixture
def server():
    with WebServer() as server:
        yield server


@pytest.fixture
def clock():
    return FakeTime()


@pytest.fixture
def folder(tmp_path):
    return ResponseFolder(tmp_path / "fetched")


@pytest.fixture
def make_fetcher(folder, clock):
    """Make fetchers on one folder, each a run of its own."""
    opened = []

    def make(*, private_addresses=True, announce=lambda _: None, step=lambda: None, **limits):
        fetcher = Fetcher(
            folder,
            limits=FetchLimits(**limits),
            private_addresses=private_addresses,
            announce=announce,
            step=step,
            sleep=clock.sleep,
            clock=clock.clock,
        )
        opened.append(fetcher)
        return fetcher

    yield make
    for fetcher in opened:
        fetcher.__exit__(None, None, None)


def reason(fetcher, address, **others):
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(address, limit=others.pop("limit", LIMIT), **others)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# What is asked for again


def test_what_has_not_changed_is_not_sent_again(server, make_fetcher):
    address = server.serve("/a", "one", etag='"1"', modified="Mon, 09 Sep 2024 09:36:00 GMT")

    bodies = [make_fetcher().fetch(address, limit=LIMIT).body for _ in range(3)]

    assert bodies == [b"one"] * 3
    assert server.statuses("/a") == [200, 304, 304]


def test_what_has_changed_is_sent_and_kept(server, make_fetcher):
    address = server.serve("/a", "one", etag='"1"')
    make_fetcher().fetch(address, limit=LIMIT)
    server.serve("/a", "two", etag='"2"')

    assert make_fetcher().fetch(address, limit=LIMIT).body == b"two"
    assert make_fetcher().kept(address).body == b"two"
    assert server.statuses("/a") == [200, 200]


def test_without_validators_it_is_asked_for_in_full(server, make_fetcher):
    address = server.serve("/a", "one")
    for _ in range(2):
        make_fetcher().fetch(address, limit=LIMIT)

    assert server.statuses("/a") == [200, 200]


def test_a_damaged_kept_response_counts_as_none(server, make_fetcher, tmp_path):
    address = server.serve("/a", "one", etag='"1"')
    make_fetcher().fetch(address, limit=LIMIT)
    files = list((tmp_path / "fetched").iterdir())
    for file in files:
        file.write_bytes(file.read_bytes()[:-12])

    assert make_fetcher().kept(address) is None
    assert make_fetcher().fetch(address, limit=LIMIT).body == b"one"
    assert server.statuses("/a") == [200, 200]


def test_a_failure_leaves_what_is_kept(server, make_fetcher):
    address = server.serve("/a", "one", etag='"1"')
    make_fetcher().fetch(address, limit=LIMIT, version="v1")
    server.serve("/a", status=404)

    assert "404 Not Found" in reason(make_fetcher(), address)
    assert (make_fetcher().kept(address).body, make_fetcher().kept(address).version) == (b"one", "v1")


def test_kept_responses_that_nobody_asks_for_are_deleted_after_a_month(server, make_fetcher, folder, tmp_path):
    for path in ("/old", "/new"):
        make_fetcher().fetch(server.serve(path, path), limit=LIMIT)
    long_ago = time.time() - 31 * 86_400
    for file in (tmp_path / "fetched").iterdir():
        os.utime(file, (long_ago, long_ago))
    assert make_fetcher().kept(server.root + "/new") is not None

    folder.forget_unused()

    assert make_fetcher().kept(server.root + "/new").body == b"/new"
    assert make_fetcher().kept(server.root + "/old") is None


# Robots


def test_what_robots_txt_forbids_is_not_asked_for(server, make_fetcher):
    server.serve("/robots.txt", "User-agent: citebot\nDisallow: /closed\n\nUser-agent: *\nDisallow: /", "text/plain")
    fetcher = make_fetcher()

    assert fetcher.fetch(server.serve("/open", "one"), limit=LIMIT).body == b"one"
    assert reason(fetcher, server.serve("/closed/a", "two")) == (
        "must not be fetched: robots.txt of the host forbids it; ask its owner, or take another address"
    )
    assert server.requests == [("/robots.txt", 200), ("/open", 200)]


def test_a_redirect_into_what_robots_txt_forbids_is_not_followed(server, make_fetcher):
    server.serve("/robots.txt", "User-agent: *\nDisallow: /closed", "text/plain")
    address = server.serve("/a", status=301, headers={"Location": "/closed"})

    assert "robots.txt of the host forbids it" in reason(make_fetcher(), address)
    assert server.asked() == {"/a": 1}


def test_where_robots_txt_cannot_be_read_nothing_is_fetched(server, make_fetcher):
    server.serve("/robots.txt", status=500)
    address = server.serve("/a", "one")

    assert reason(make_fetcher(), address) == (
        "cannot be fetched while robots.txt of the host cannot be read: it answers 500 Internal Server Error; try later"
    )
    assert server.requests == [("/robots.txt", 500)] * 3


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_where_there_is_no_robots_txt_all_may_be_fetched(server, make_fetcher, status):
    server.serve("/robots.txt", status=status)

    assert make_fetcher().fetch(server.serve("/a", "one"), limit=LIMIT).body == b"one"


def test_robots_txt_is_asked_for_once_a_run_and_conditionally(server, make_fetcher):
    server.serve("/robots.txt", "User-agent: *\nAllow: /", "text/plain", etag='"1"')
    for _ in range(2):
        fetcher = make_fetcher()
        for path in ("/a", "/b"):
            fetcher.fetch(server.serve(path, "one"), limit=LIMIT)

    assert server.statuses("/robots.txt") == [200, 304]


# Pauses and attempts


def test_a_host_is_asked_with_pauses(server, make_fetcher, clock):
    fetcher = make_fetcher(delay_seconds=2)
    for path in ("/a", "/b", "/c"):
        fetcher.fetch(server.serve(path, "one"), limit=LIMIT)

    assert clock.slept == [2, 2, 2]


@pytest.mark.parametrize(("asked", "held"), [("3", 3), ("600", 10)])
def test_a_host_may_ask_for_longer_pauses_within_bounds(server, make_fetcher, clock, asked, held):
    server.serve("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}", "text/plain")
    fetcher = make_fetcher()
    for path in ("/a", "/b"):
        fetcher.fetch(server.serve(path, "one"), limit=LIMIT)

    assert clock.slept == [1, held]


def test_it_is_tried_again_where_it_may_pass(server, make_fetcher, clock):
    server.paths["/a"] = [Served(status=500), Served(status=503), Served(b"one")]

    assert make_fetcher(delay_seconds=0).fetch(server.root + "/a", limit=LIMIT).body == b"one"
    assert server.statuses("/a") == [500, 503, 200]
    assert clock.slept == [1, 2]


def test_it_waits_as_long_as_the_server_asks(server, make_fetcher, clock):
    server.paths["/a"] = [Served(status=429, headers={"Retry-After": "7"}), Served(b"one")]

    assert make_fetcher(delay_seconds=0).fetch(server.root + "/a", limit=LIMIT).body == b"one"
    assert clock.slept == [7]


def test_it_does_not_wait_longer_than_a_minute(server, make_fetcher, clock):
    address = server.serve("/a", status=429, headers={"Retry-After": "3600"})

    assert reason(make_fetcher(delay_seconds=0), address) == (
        "answers 429 Too Many Requests and asks to come back in 3600 s; the next run tries again"
    )
    assert (server.statuses("/a"), clock.slept) == ([429], [])


def test_a_long_wait_is_told_once(server, make_fetcher, clock):
    address = server.serve("/a", status=429, headers={"Retry-After": "55"})
    told = []
    reason(make_fetcher(delay_seconds=0, announce=told.append), address)

    assert clock.slept == [55, 55]
    assert told == ["waiting 55 s, as the server asks"] * 2


@pytest.mark.parametrize(
    ("waiting", "slept"),
    [({"status": 429, "headers": {"Retry-After": "60"}}, 3.0), ({"status": 500}, 1.0), ({}, 3.0)],
    ids=["asked to", "back-off", "delay"],
)
def test_no_wait_keeps_a_run_from_ending(server, make_fetcher, clock, waiting, slept):
    address = server.serve("/a", "one", **waiting)
    limits = {"delay_seconds": 60, "longest_delay_seconds": 60} if not waiting else {"delay_seconds": 0}
    end_at = clock.now + slept

    def step():
        if clock.now >= end_at:
            raise StoppedError("told to stop")

    with pytest.raises(StoppedError):
        make_fetcher(step=step, **limits).fetch(address, limit=LIMIT)

    assert clock.now == end_at
    assert max(clock.slices) <= 0.5


def test_a_run_that_shall_end_asks_nothing_more(server, make_fetcher):
    def step():
        if server.requests:
            raise StoppedError("told to stop")

    with pytest.raises(StoppedError):
        make_fetcher(step=step, delay_seconds=0).fetch(server.serve("/a", "one"), limit=LIMIT)

    assert server.requests == [("/robots.txt", 404)]


def test_a_host_that_wants_to_be_left_alone_is(server, make_fetcher):
    fetcher = make_fetcher()
    reason(fetcher, server.serve("/a", status=503, headers={"Retry-After": "3600"}))

    assert reason(fetcher, server.serve("/b", "one")) == "was not asked, since its host does not answer; try later"
    assert server.asked() == {"/a": 1}


def test_a_moment_to_come_back_at_is_understood(server, make_fetcher, clock):
    past = {"Retry-After": "Mon, 09 Sep 2024 09:36:00 GMT"}
    server.paths["/a"] = [Served(status=503, headers=past), Served(b"one")]
    address = server.serve("/b", status=503, headers={"Retry-After": "Tue, 01 Jan 2999 00:00:00 GMT"})
    fetcher = make_fetcher(delay_seconds=0)

    assert fetcher.fetch(server.root + "/a", limit=LIMIT).body == b"one"
    assert "asks to come back much later" in reason(fetcher, address)
    assert clock.slept == [1]


def test_attempts_end(server, make_fetcher):
    address = server.serve("/a", status=502)

    assert reason(make_fetcher(), address) == "answers 502 Bad Gateway; try later"
    assert server.statuses("/a") == [502] * 3


def test_a_host_that_keeps_failing_is_left_alone_for_the_rest_of_the_run(server, make_fetcher):
    fetcher = make_fetcher()
    for path in ("/a", "/b"):
        reason(fetcher, server.serve(path, status=503))
    with pytest.raises(HostGivenUpError):
        fetcher.fetch(server.serve("/c", "one"), limit=LIMIT)

    assert server.asked() == {"/a": 3, "/b": 3}
    assert make_fetcher().fetch(server.root + "/c", limit=LIMIT).body == b"one"


def test_what_is_missing_is_not_asked_for_again(server, make_fetcher):
    with pytest.raises(MissingError, match="answers 410 Gone; check the address"):
        make_fetcher().fetch(server.serve("/a", status=410), limit=LIMIT)

    assert server.statuses("/a") == [410]


# Ends


@pytest.fixture
def drip(clock):
    """Answers with a byte in a tenth of a second, for as long as somebody listens."""

    def drip(handler, *, head=b"", byte=b"x"):
        handler.log_request(200)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
        for _ in range(600):
            clock.now += 0.1
            handler.wfile.write(byte)
            handler.wfile.flush()

    return drip


@pytest.mark.parametrize("head", [b"Content-Length: 1000\r\n\r\n", b"X-Endless: "], ids=["body", "headers"])
def test_a_server_that_drips_is_cut_off(server, make_fetcher, drip, head):
    server.paths["/a"] = lambda handler: drip(handler, head=head)

    assert reason(make_fetcher(request_seconds=1), server.root + "/a") == "did not finish in time; try later"
    assert server.statuses("/a") == [200]


def test_a_host_that_drips_twice_is_left_alone(server, make_fetcher, drip):
    server.paths["/a"] = server.paths["/b"] = drip
    fetcher = make_fetcher(request_seconds=0.3)
    for path in ("/a", "/b"):
        reason(fetcher, server.root + path)

    assert "was not asked" in reason(fetcher, server.serve("/c", "one"))
    assert server.asked() == {"/a": 1, "/b": 1}


def test_a_server_that_is_silent_is_given_up(server, make_fetcher):
    given_up = threading.Event()
    server.paths["/a"] = lambda _: given_up.wait(60)

    fetcher = make_fetcher(step_seconds=0.2, attempts=2)
    assert reason(fetcher, server.root + "/a") == "does not answer in time; try later"
    given_up.set()


def test_a_gigabyte_is_not_read(server, make_fetcher):
    sent = itertools.count()

    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(bytes(10**6))
            next(sent)

    server.paths["/a"] = endless
    assert reason(make_fetcher(), server.root + "/a") == "is longer than 1,000,000 bytes; it is not read"
    assert next(sent) < 100


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked(server, make_fetcher, packing):
    bomb = gzip.compress(bytes(10**8)) if packing == "gzip" else zlib.compress(bytes(10**8))
    address = server.serve("/a", bomb, headers={"Content-Encoding": packing})

    assert reason(make_fetcher(), address) == "is longer than 1,000,000 bytes; it is not read"


def bare_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare_deflate)]
)
def test_packed_responses_are_unpacked(server, make_fetcher, packing, pack):
    text = "Мост открыли. ".encode() * 5000
    address = server.serve("/a", pack(text), headers={"Content-Encoding": packing})

    assert make_fetcher().fetch(address, limit=LIMIT).body == text


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip"])
def test_what_was_not_asked_for_is_not_unpacked(server, make_fetcher, packing):
    address = server.serve("/a", bytes(1000), headers={"Content-Encoding": packing})

    assert f"is sent packed as {packing!r}, which was not asked for" in reason(make_fetcher(), address)


def test_damaged_and_cut_off_packing_is_told(server, make_fetcher):
    whole = gzip.compress(b"one " * 1000)
    packed = {"Content-Encoding": "gzip"}
    cut = server.serve("/cut", whole[:-9], headers=packed)
    damaged = server.serve("/damaged", whole[:15] + b"\xff" * 30, headers=packed)

    assert reason(make_fetcher(), cut) == "breaks off in the middle of its gzip data; try later"
    assert reason(make_fetcher(), damaged) == "holds damaged gzip data; have the server mended"
    assert server.asked() == {"/cut": 3, "/damaged": 1}


def test_a_body_that_breaks_off_is_tried_again(server, make_fetcher):
    def broken(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"only this")
        handler.close_connection = True

    server.paths["/a"] = [broken, Served(b"one")]
    assert make_fetcher().fetch(server.root + "/a", limit=LIMIT).body == b"one"


def test_redirects_are_followed_and_the_last_address_is_told(server, make_fetcher):
    address = server.serve("/a", status=302, headers={"Location": "/b?x=1#part"})
    server.serve("/b?x=1", status=308, headers={"Location": server.root + "/c"})
    server.serve("/c", "one", etag='"1"')

    for _ in range(2):
        found = make_fetcher().fetch(address, limit=LIMIT)
        assert (found.body, found.address) == (b"one", server.root + "/c")
    assert server.statuses("/c") == [200, 304]


def test_a_loop_of_redirects_ends(server, make_fetcher):
    address = server.serve("/a", status=302, headers={"Location": "/b"})
    server.serve("/b", status=302, headers={"Location": "/a"})

    assert reason(make_fetcher(), address) == "redirects in a circle; correct the address"
    assert server.asked() == {"/a": 1, "/b": 1}


def test_a_chain_of_redirects_ends(server, make_fetcher):
    for number in range(20):
        server.serve(f"/{number}", status=302, headers={"Location": f"/{number + 1}"})

    assert reason(make_fetcher(), server.root + "/0") == "redirects more than 5 times; correct the address"
    assert len(server.asked()) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:1"])
def test_redirects_lead_to_the_web_only(server, make_fetcher, location):
    address = server.serve("/a", status=302, headers={"Location": location})

    assert reason(make_fetcher(), address) == "redirects to what is not an http or https address; correct it"


@pytest.mark.parametrize(
    "address", ["http://", "https:///feed", "http://[::1/", "http://127.0.0.1:99999/", "http://xn--\\"]
)
def test_what_is_no_address_is_told(make_fetcher, address):
    assert "correct" in reason(make_fetcher(), address)


def test_a_host_that_cannot_be_reached_is_told(make_fetcher):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/feed"
        found = reason(make_fetcher(), address)

    assert found.startswith("cannot be fetched while robots.txt of the host cannot be read: it cannot be reached: ")


# Where it does not go


def test_no_private_address_is_connected_to(server, make_fetcher):
    address = server.serve("/a", "secret")

    assert reason(make_fetcher(private_addresses=False), address) == (
        "leads to 127.0.0.1, which is not on the public internet; correct the address, "
        "or allow it with CITEBOT_FETCH_PRIVATE_ADDRESSES=true"
    )
    assert server.requests == []


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"])  # noqa: S104
def test_other_names_of_a_private_address_do_not_help(server, make_fetcher, host):
    port = server.host.rpartition(":")[2]

    assert "which is not on the public internet" in reason(
        make_fetcher(private_addresses=False), f"http://{host}:{port}/a"
    )
    assert server.requests == []


def test_a_name_is_looked_up_once_a_connection(server, make_fetcher, monkeypatch):
    """A name that leads to a public address when it is checked has no second chance to lead elsewhere."""
    looked_up = []

    def rebinding(host, port, *_, **__):
        looked_up.append(host)
        address = "192.0.2.1" if len(looked_up) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = server.host.rpartition(":")[2]

    assert "leads to 127.0.0.1" in reason(make_fetcher(private_addresses=False), f"http://news.example:{port}/a")
    assert (looked_up, server.requests) == (["news.example"], [])


def test_a_redirect_to_a_private_address_is_not_followed(server, make_fetcher, monkeypatch):
    """The first host counts as public here; the second is checked like any other."""
    monkeypatch.setattr("retrieval.fetching.network.is_public", lambda address: address == "127.0.0.1")
    address = server.serve("/a", status=302, headers={"Location": "http://127.0.0.2:9/metadata"})

    assert "leads to 127.0.0.2, which is not on the public internet" in reason(
        make_fetcher(private_addresses=False), address
    )


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:db8::1"),
    ],
)
def test_addresses_that_are_not_public(address):
    assert is_public(address) is False


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address):
    assert is_public(address) is True


# What is told


def test_credentials_reach_their_host_and_nothing_else(server, make_fetcher, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    server.serve("/a", "one", etag='"1"')
    server.serve("/b", status=403)
    with WebServer() as other:
        other.serve("/c", "two")
        server.serve("/moved", status=302, headers={"Location": other.root + "/c"})
        for path in ("/a", "/moved"):
            make_fetcher().fetch(f"http://reader:s3cret@{server.host}{path}", limit=LIMIT)
        told = reason(make_fetcher(), f"http://reader:s3cret@{server.host}/b")
        authorised = [headers["Authorization"] for headers in server.seen_headers if "Authorization" in headers]
        assert authorised == ["Basic cmVhZGVyOnMzY3JldA=="] * 3
        assert not any("Authorization" in headers for headers in other.seen_headers)

    kept = b"".join(gzip.decompress(path.read_bytes()) for path in (tmp_path / "fetched").iterdir())
    assert "s3cret" not in caplog.text + told
    assert b"s3cret" not in kept


def test_it_says_who_it_is(server, make_fetcher):
    make_fetcher().fetch(server.serve("/a", "one"), limit=LIMIT)

    assert {headers["User-Agent"] for headers in server.seen_headers} == {"Citebot/0.1.0"}
    assert {headers["Accept-Encoding"] for headers in server.seen_headers} == {"gzip, deflate"}


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        (" https://iz.ru/xml/rss/all.xml ", "https://iz.ru/xml/rss/all.xml"),
        ("https://me:pass@iz.ru:8443/rss#top", "https://iz.ru:8443/rss"),
        ("https://me@iz.ru", "https://iz.ru"),
        ("http://me:pa/ss@iz.ru/rss", "http://***/ss@iz.ru/rss"),
        ("https://medium.com/@writer/feed", "https://medium.com/@writer/feed"),
        ("https://a.example/feed?rubric=1&token=abc&x=2", "https://a.example/feed?rubric=1&token=***&x=2"),
        ("https://a.example/feed?api_key=abc", "https://a.example/feed?api_key=***"),
        ("http://[::1]:80/a", "http://[::1]:80/a"),
        ("http://a.example/a\nb", "http://a.example/a?b"),
    ],
)
def test_an_address_is_printed_without_secrets(address, printed):
    assert printable_address(address) == printed


@pytest.mark.parametrize("source", ["http", "data/http://x", "ftp://a/b", "", "https.txt"])
def test_what_is_no_address(source):
    assert is_address(source) is False
