"""The table of outlets: what their articles come with -> what readers know them as."""

import json

import pytest
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, hashing_library, settings_for
from web_documents import rss, rss_item
from web_server import XML, WebServer

from retrieval.errors import SettingsError
from retrieval.ingest.outlets import with_shown_outlet
from retrieval.settings import RetrievalSettings
from retrieval.types import Article, LoadedArticle

FEED = "https://feeds.example/rss"


def table(value):
    return settings_for("home", outlets=value).outlets


def shown(value, source, url=None, origin="a.jsonl"):
    loaded = LoadedArticle(Article("1", "Мост", "Открыт.", source=source, url=url), origin, 7)
    found = with_shown_outlet(loaded, table(value))
    assert (found.origin, found.line, found.article.url) == (origin, 7, url)
    return found.article.source


@pytest.mark.parametrize(
    ("value", "source", "url", "outlet"),
    [
        ("iz.ru=Известия,Lenta.ru : Новости=Лента", "iz.ru", None, "Известия"),
        ("iz.ru=Известия,Lenta.ru : Новости=Лента", "Lenta.ru : Новости", "https://lenta.ru/1", "Лента"),
        ("lenta.ru=Лента", "Lenta.ru : Новости", "https://lenta.ru/1", "Лента"),
        (" www.IZ.ru =  Газета   «Известия» ,", "iz.ru", None, "Газета «Известия»"),
        ("iz.ru=Известия", "WWW.iz.ru", None, "Известия"),
        ("iz.ru=Известия", None, "https://www.IZ.ru/1", "Известия"),
        ("лента  новостей=Лента", "Лента новостей", None, "Лента"),
        ("iz.ru=Известия,Вестник=Вестник Талска", "Вестник", "https://iz.ru/1", "Вестник Талска"),
        ("a=b,b=c", "a", None, "b"),
        ("iz.ru=Известия", "sport.iz.ru", "https://sport.iz.ru/1", "sport.iz.ru"),
        ("iz.ru=Известия", None, None, None),
        ("feeds.example=Лента", "Вести", "https://iz.ru/1", "Вести"),
        ("", "iz.ru", "https://iz.ru/1", "iz.ru"),
    ],
)
def test_an_outlet_is_known_by_its_name_or_its_host(value, source, url, outlet):
    assert shown(value, source, url) == outlet


def test_an_entry_without_a_link_is_of_the_host_of_its_feed():
    assert shown("feeds.example=Лента", "Вести", origin=FEED) == "Лента"
    assert shown("feeds.example=Лента", "Вести", "https://iz.ru/1", origin=FEED) == "Вести"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Известия", "'Известия' is no pair; expected pairs such as iz.ru=Известия, with commas between them"),
        ("iz.ru=Известия,=Лента", "'=Лента' is no pair; expected pairs such as iz.ru=Известия, with commas between"),
        ("iz.ru= ", "'iz.ru=' is no pair; expected pairs such as iz.ru=Известия, with commas between them"),
        ("iz.ru=Известия,WWW.iz.ru=Лента", "names 'WWW.iz.ru' twice; leave one of its pairs"),
    ],
)
def test_a_wrong_table_is_one_line_that_names_the_variable(monkeypatch, tmp_path, value, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITEBOT_OUTLETS", value)

    with pytest.raises(SettingsError) as caught:
        RetrievalSettings.load()

    assert str(caught.value).startswith(f"CITEBOT_OUTLETS={value!r}: {message}")
    assert "\n" not in str(caught.value)


def test_the_table_is_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CITEBOT_OUTLETS", "iz.ru=Известия, Lenta.ru : Новости = Лента,iz.ru=Известия")

    assert RetrievalSettings.load().outlets == {"iz.ru": "Известия", "lenta.ru : новости": "Лента"}


def sources_of(library):
    return {article.id.rpartition("#")[2]: article.source for article in library.whole_articles()}


def test_a_changed_table_updates_articles_of_every_kind_and_embeds_nothing(home, corpus):
    """A copy, of which only the outlet is stored, is no exception."""
    records = [
        {"id": "tram", "text": " ".join(TRAM), "source": "talsk.example"},
        {"id": "wheat", "text": " ".join(HARVEST), "source": "agro.example", "url": "https://agro.example/1"},
        {"id": "copy", "text": " ".join(HARVEST), "source": "talsk.example"},
    ]
    corpus.write_lines("news.jsonl", records)
    message = {"id": 5, "type": "message", "date_unixtime": "1725874560", "text": " ".join(COMET)}
    export = {"name": "Афиша", "type": "public_channel", "id": 77, "messages": [message]}
    (corpus.folder / "result.json").write_text(json.dumps(export), encoding="utf-8")
    with WebServer() as server:
        feed = server.serve("/rss", rss(rss_item("bridge", " ".join(BRIDGE), link="https://oblast.example/1")), XML)

        def index(outlets):
            options = {"fetch_delay": 0, "fetch_private_addresses": True, "outlets": outlets}
            library = hashing_library(settings_for(home, corpus.folder, feed, **options))
            report = library.index()
            counts = report.articles
            return (counts.added, counts.changed, counts.unchanged), report.embedded, sources_of(library)

        before = {
            "tram": "talsk.example",
            "wheat": "agro.example",
            "copy": "talsk.example",
            "77/5": "Афиша",
            "bridge": "Новости области",
        }
        after = {
            "tram": "Вестник Талска",
            "wheat": "Аграрий",
            "copy": "Вестник Талска",
            "77/5": "Афиша",
            "bridge": "Область",
        }
        assert index("") == ((4, 0, 0), 8, before)
        pairs = "talsk.example=Вестник Талска,Agro.Example=Аграрий,oblast.example=Область"
        assert index(pairs) == ((0, 3, 1), 0, after)
        assert index(pairs) == ((0, 0, 4), 0, after)
        assert index("") == ((0, 3, 1), 0, before)
