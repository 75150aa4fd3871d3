"""The pages that posts link to, as they are kept: one a post, the one that it links to now."""

from dataclasses import replace

import pytest
from test_received import LATER, SENT, WORDS, counts, post
from web_documents import page
from web_server import Served, WebServer

from retrieval.progress import Progress
from retrieval.store.linked import received_link
from retrieval.upkeep import Upkeep

KINDS_OF_HOMES = ("folder", "server")
BODY = f"{WORDS}, а капитан рассказал, что рейсов прибавится, если пассажиров в августе будет столько же."


def linking(address, *, number=7, changed_at=SENT):
    kept = post(number, changed_at=changed_at)
    return [kept, received_link(kept, WORDS, address)]


@pytest.fixture
def web():
    with WebServer() as server:
        server.paths |= {"/a": Served(page("Паром", BODY, LATER).encode()), "/b": Served(page("Паром", BODY).encode())}
        yield server


@pytest.fixture
def upkeep(indexed):
    settings = indexed.home.settings.model_copy(update={"fetch_private_addresses": True, "fetch_delay": 0.0})
    return Upkeep(replace(indexed.home, settings=settings), indexed.model, Progress())


def read(upkeep):
    told = []
    upkeep.read_links(lambda address, reason: told.append((address.rpartition("/")[2], reason)))
    return told


def kept(indexed):
    return {each.article_id.rpartition("/")[2] for each in indexed.home.received.taken_in()}


def test_what_a_post_linked_to_when_it_was_last_changed_counts(indexed, upkeep, web):
    upkeep.receive(linking(f"{web.root}/a", changed_at=SENT + 60))
    upkeep.receive(linking(f"{web.root}/b", changed_at=SENT + 30))
    assert read(upkeep) == [("a", "")]
    assert counts(upkeep.take_in()) == (2, 0, 0)
    upkeep.receive(linking(f"{web.root}/a", changed_at=SENT + 90))
    assert read(upkeep) == []
    upkeep.receive(linking(f"{web.root}/b", changed_at=SENT + 120))
    assert (kept(indexed), read(upkeep), kept(indexed)) == ({"7"}, [("b", "")], {"7", "b"})
    upkeep.receive(linking(None, changed_at=SENT + 150))
    assert counts(upkeep.take_in()) == (0, 0, 1)


def test_of_a_post_that_was_changed_while_its_page_was_read_the_new_link_waits(indexed, upkeep, web):
    first = web.paths["/a"]

    def changed_meanwhile(handler):
        upkeep.receive(linking(f"{web.root}/b", changed_at=SENT + 60))
        first(handler)

    web.paths["/a"] = changed_meanwhile
    upkeep.receive(linking(f"{web.root}/a"))
    read(upkeep)
    assert kept(indexed) == {"7"}
    assert (read(upkeep), kept(indexed)) == ([("b", "")], {"7", "b"})


def test_the_link_of_a_forgotten_post_is_not_followed_and_a_forgotten_page_does_not_come_back(indexed, upkeep, web):
    upkeep.receive([post()])
    upkeep.take_in()
    upkeep.receive(linking(f"{web.root}/a"))
    assert upkeep.forget(["https://t.me/ilma/7"])
    assert (read(upkeep), web.requests) == ([], [])
    upkeep.receive(linking(f"{web.root}/b", number=8, changed_at=SENT + 60)[1:])
    read(upkeep)
    upkeep.take_in()
    assert upkeep.forget([f"{web.root}/b"])
    upkeep.receive(linking(f"{web.root}/b", number=9)[1:])
    read(upkeep)
    assert counts(upkeep.take_in()) == (0, 0, 0)
    assert kept(indexed) == set()
