"""What takes input from outside, and what has to hold whatever that is: one target a kind of input.

Each check takes bytes, and fails by an exception or an assertion. Tests and coverage-guided fuzzers call the same ones.
"""

import gzip
import io
import json
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

from documents import write_docx, write_odt, write_pdf, write_rtf
from mutating import as_text
from places import CASES, DATA

from bot.services import silence
from retrieval.backups.archive import FORMAT, read_archive
from retrieval.backups.archive import LIST as LIST_NAME
from retrieval.calibrated import CalibrationFile
from retrieval.documents.worker import answer_to
from retrieval.errors import BackupError, IndexMismatchError, IndexMissingError, QuestionsError
from retrieval.evaluation.questions import load_questions
from retrieval.fetching.errors import FetchError
from retrieval.fetching.kept import ResponseFolder
from retrieval.fetching.responses import _retry_after
from retrieval.fetching.robots import Robots
from retrieval.fetching.unpacking import unpack_file
from retrieval.fetching.urls import follow, parse_address
from retrieval.index.generation import GenerationFolder
from retrieval.index.manifest import parse_manifest
from retrieval.index.segments import SegmentFolder
from retrieval.ingest.heard import read_sources
from retrieval.ingest.known_files import KnownFile, KnownFiles
from retrieval.ingest.recipe import content_hash
from retrieval.loaders import documents, load_one
from retrieval.loaders.document_process import UnusableFileError
from retrieval.loaders.feeds import is_json_feed, read_feed, read_json_feed
from retrieval.loaders.sitemaps import read_sitemap
from retrieval.loaders.web_pages import charset_of
from retrieval.question.canonical import canonical
from retrieval.question.conversation import Conversation
from retrieval.question.parsing import parse
from retrieval.text.amounts import amounts_in
from retrieval.text.clues import clues_in
from retrieval.text.languages import detect_language
from retrieval.text.splitting import split
from retrieval.text.whole import whole_with_places
from retrieval.time.articles import days_told
from retrieval.time.questions import period_of
from retrieval.types import LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2024, 9, 10)

STORABLE = ("id", "title", "source", "url", "language")
LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """What takes one kind of input: valid inputs to begin with, and the check of any."""

    seeds: Sequence[bytes]
    check: Callable[[bytes], None]
    cost: int = 1
    """How many times as long as others it takes: so many times fewer are tried of a full length."""


def require_one_line(reason: str) -> None:
    """One line that any stream and any database takes."""
    assert reason.strip()
    assert len(reason.splitlines()) == 1, reason
    assert len(reason) <= LONGEST_REASON
    assert "\0" not in reason
    reason.encode()


def require_sound(article) -> None:
    """What every article is that is stored."""
    assert article.id
    assert article.text.strip()
    assert article.published_at is None or article.published_at.tzinfo is None
    for value in (article.text, *(getattr(article, name) or "" for name in STORABLE)):
        assert "\0" not in value
        value.encode()
    content_hash(article)


_ONE_ARTICLE = frozenset((".txt", ".md", ".html", ".docx", ".odt", ".rtf", ".pdf"))
_FOLDER = tempfile.TemporaryDirectory(prefix="fuzzed-")
FOLDER = Path(_FOLDER.name)


def _load(name: str, data: bytes) -> list:
    path = FOLDER / name
    path.write_bytes(data)
    with mock.patch.object(documents, "document_process", _InThisProcess):
        records = list(load_one(path, name, timezone=MOSCOW))
    # An export may hold no messages and a table no rows; what is one article is one, or says why not.
    assert records or path.suffix not in _ONE_ARTICLE or path.name.startswith("messages")
    for record in records:
        if isinstance(record, LoadProblem):
            require_one_line(record.reason)
        else:
            assert isinstance(record, LoadedArticle)
            require_sound(record.article)
    return records


class _InThisProcess:
    """What takes documents apart, without the bounds of its own process."""

    def extract(self, path, ending):
        answer = json.loads(json.dumps(answer_to(path, ending)))
        if problem := answer.get("problem"):
            raise UnusableFileError(problem)
        return answer


def file_target(name: str, *seeds: bytes, cost: int = 1) -> Target:
    """A file that a source holds."""
    return Target(seeds, lambda data: _load(name, data) and None, cost)


def _zipped(ending: str, part: str, data: bytes) -> None:
    """A document of which one part inside is damaged, and the archive is sound."""
    seed = SEEDS_OF_DOCUMENTS[ending]
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seed)) as sound, zipfile.ZipFile(packed, "w") as damaged:
        for name in sound.namelist():
            damaged.writestr(name, data if name == part else sound.read(name))
    _load(f"a{ending}", packed.getvalue())


def _part(ending: str, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(SEEDS_OF_DOCUMENTS[ending])) as archive:
        return archive.read(part)


def _made(write, name, *arguments, **options) -> bytes:
    return write(FOLDER / name, *arguments, **options).read_bytes()


PARAGRAPHS = (
    "Мост через Ильму открыли в сентябре 2024 года. Его длина составляет 840 метров, сообщили в мэрии 9 сентября.",
    "«Ждали сорок лет», — сказала Анна О'Нил. The bridge cost 1.2 billion crowns (about $50m), 3% more than planned.",
    "Билет стоит 42 рубля; дети до 7 лет — бесплатно.\nПодробнее: https://ilma.example/most?a=1&b=2",
)
TEXT = "\n\n".join(PARAGRAPHS)
TITLED = f"Мост через Ильму открыт\n\n9 сентября 2024, 12:36\n\n{TEXT}\n\nИсточник: ilma.example\n"
SEEDS_OF_DOCUMENTS = {
    ".docx": _made(write_docx, "seed.docx", "Мост открыт", *PARAGRAPHS, title="Мост"),
    ".odt": _made(write_odt, "seed.odt", "Мост открыт", *PARAGRAPHS, title="Мост"),
    ".rtf": _made(write_rtf, "seed.rtf", "Мост открыт", *PARAGRAPHS, title="Мост"),
    ".pdf": _made(write_pdf, "seed.pdf", [["Мост открыт"], [PARAGRAPHS[0][:60], PARAGRAPHS[0][60:]]], title="Мост"),
}
RECORD = {
    "id": "7",
    "title": "Мост",
    "text": TEXT,
    "date": "2024-09-09T12:36:00+03:00",
    "source": "ilma.example",
    "url": "https://ilma.example/most",
    "language": "ru",
}
LINES = "".join(json.dumps(RECORD | {"id": str(number)}, ensure_ascii=False) + "\n" for number in range(3)).encode()
LIST = json.dumps({"articles": [RECORD, RECORD | {"id": 8, "date": 1725874560}]}, ensure_ascii=False).encode()
TABLE = (
    "id;title;date;source;link;lang;text\n"
    f'7;Мост;2024-09-09 12:36;ilma;https://i.example/7;ru;"{PARAGRAPHS[0]}"\n8;;;;;;"{PARAGRAPHS[1]}"\n'
)
MARKDOWN = f"""---
title: "Мост: открыт"
date: 2024-09-09 12:36
source: {{name: Ilma, url: https://ilma.example}}
tags: [мост, ильма]
---
# Мост: открыт

{PARAGRAPHS[0]} [Ссылка](https://ilma.example "t") ![рис](a.png) **важно** `code` [[Заметка|так]] ~~нет~~ ==да==

> {PARAGRAPHS[1]}
> - [ ] раз
>   1. два

| Год | Машин |
|-----|------:|
| 2024 | 23 600 |

{PARAGRAPHS[2]}[^1]

[^1]: Сноска <b>html</b> &amp; &#8212;.
"""
MESSAGES = [
    {"id": 7, "type": "message", "date": "2024-09-09T10:36:00", "date_unixtime": "1725874560", "text": PARAGRAPHS[0]},
    {"id": 8, "type": "message", "date_unixtime": "1725874561", "reply_to_message_id": 7, "forwarded_from": "Ильма",
     "text": [{"type": "bold", "text": "Мост открыт"}, "\n\n", PARAGRAPHS[1], {"type": "link", "text": "https://a.b"}]},
    {"id": 9, "type": "service", "action": "pin_message", "text": ""},
]  # fmt: skip
EXPORT = json.dumps({"name": "Ильма", "type": "public_channel", "id": 12, "messages": MESSAGES}, ensure_ascii=False)
EXPORT_PAGES = (CASES / "11-telegram-html-export" / "ChatExport_2024-09-10" / "messages.html").read_bytes()
ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"><title>Ильма</title><id>urn:1</id>
<entry><title type="html">Мост &amp;amp; &lt;b&gt;дорога&lt;/b&gt;</title><id>urn:2</id>
<link rel="alternate" href="https://ilma.example/2"/><updated>2024-09-09T12:36:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{PARAGRAPHS[0]}</p></div></content></entry>
<entry><title>Второй</title><id>urn:3</id><summary>{PARAGRAPHS[2].replace("&", "&amp;")}</summary></entry></feed>"""
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Ильма</title><link>https://ilma.example</link>
<item><title>Мост</title><link>https://ilma.example/1</link><guid isPermaLink="false">1</guid>
<pubDate>Mon, 09 Sep 2024 09:36:00 +0300</pubDate>
<description><![CDATA[<p>{PARAGRAPHS[0]}</p><script>x</script>]]></description>
<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded><media:content url="https://a.example/i.jpg"/></item>
<item><title>Два &amp; три</title><guid>2</guid><description>{PARAGRAPHS[1]}</description></item></channel></rss>"""
JSON_FEED = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "Ильма", "items": [
        {"id": "1", "url": "https:\\/\\/ilma.example/1", "title": "Мост", "content_html": f"<p>{TEXT}</p>",
         "date_published": "2024-09-09T12:36:00Z"},
        {"id": 2, "content_text": PARAGRAPHS[2], "authors": [{"name": "A"}]}]},
    ensure_ascii=False,
)  # fmt: skip
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://ilma.example/1?a=1&amp;b=2</loc><lastmod>2024-09-09</lastmod><news:news><news:title>Мост</news:title>
<news:publication_date>2024-09-09T12:00:00+03:00</news:publication_date></news:news></url>
<url><loc>https://ilma.example/2</loc></url></urlset>""".encode()
WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Талск</title><link>https://talsk.example</link><language>ru-RU</language>
<wp:base_blog_url>https://talsk.example</wp:base_blog_url>
<item><title>Мост &amp; дорога</title><link>https://talsk.example/7/</link>
<pubDate>Mon, 09 Sep 2024 09:36:00 +0000</pubDate>
<guid isPermaLink="false">https://talsk.example/?p=7</guid>
<content:encoded><![CDATA[<!-- wp:paragraph --><p>{TEXT}</p><!-- /wp:paragraph -->
[gallery ids="1,2"]]]></content:encoded>
<wp:post_id>7</wp:post_id><wp:post_date><![CDATA[2024-09-09 12:36:00]]></wp:post_date>
<wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>""".encode()


def _cases(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(CASES.glob(pattern))]


PAGES = [*((path.read_bytes()) for path in sorted((DATA / "pages").glob("*.html"))), *_cases("13-*/pages/p1.html")]


def _read_served_feed(data: bytes) -> None:
    """A feed as a server sends it, with the charset that it names."""
    content_type, _, body = data.partition(b"\n")
    charset = charset_of(content_type.decode("latin-1"))
    try:
        body = unpack_file(body, limit=1_000_000)
        if is_json_feed(body, content_type=content_type.decode("latin-1")):
            entries = read_json_feed(body, timezone=MOSCOW)
        else:
            entries = read_feed(body, address="https://ilma.example/feed", charset=charset, timezone=MOSCOW)
    except FetchError as error:
        require_one_line(str(error))
        return
    assert len({entry.key for entry in entries}) == len(entries)
    for entry in entries:
        f"{entry.title}{entry.text}{entry.key}{entry.link}{entry.outlet}".encode()


def _read_sitemap(data: bytes) -> None:
    try:
        entries = read_sitemap(unpack_file(data, limit=1_000_000), timezone=MOSCOW, charset=None).entries
    except FetchError as error:
        require_one_line(str(error))
        return
    for entry in entries:
        assert entry.address.lower().startswith(("http://", "https://"))
        f"{entry.address}{entry.title}".encode()


def _read_addresses(data: bytes) -> None:
    text = data.decode(errors="replace")
    for address in (text, f"https://{text}", f"https://ilma.example/{text}"):
        try:
            url, _ = parse_address(address)
            followed = follow(url, text)
        except FetchError as error:
            require_one_line(str(error))
        else:
            assert followed.scheme in {"http", "https"}


def _read_robots(data: bytes) -> None:
    rules = Robots(lambda _address: data).rules_of("https://ilma.example")
    assert rules.delay >= 0
    if refusal := rules.refusal("https://ilma.example/most?a=1"):
        require_one_line(refusal)
    wait = _retry_after(data.decode("latin-1"))
    assert wait is None or wait >= 0


def _read_kept_response(data: bytes) -> None:
    folder = ResponseFolder(FOLDER)
    address = "https://ilma.example/kept"
    folder._path(address).write_bytes(gzip.compress(_json(KEPT_FIELDS) + b"\nbody", compresslevel=1))
    assert folder.find(address).body == b"body"
    for content in (data, gzip.compress(data, compresslevel=1)):
        folder._path(address).write_bytes(content)
        found = folder.find(address)
        if found:
            assert isinstance(found.body, bytes)
            assert {type(found.address), type(found.content_type)} == {str}
            assert {type(found.etag), type(found.last_modified), type(found.version)} <= {str, type(None)}


def _read_text(data: bytes) -> None:
    """What is found out about the text of an article, in the order in which it is stored."""
    text = as_text(data).encode(errors="replace").decode().replace("\0", " ")
    last = 0
    for passage in split(text, text[:60]):
        assert last <= passage.start < passage.end <= len(text)
        last = passage.end
        assert passage.sentences
        before = passage.start
        for sentence in passage.sentences:
            assert before <= sentence.start < sentence.end <= passage.end
            before = sentence.end
            said = text[sentence.start : sentence.end]
            clues_in(said)
            amounts_in(said)
            assert all(told.first <= told.last for told in days_told(said, TODAY))
    found = whole_with_places(text)
    assert len(found.places) == len(found.text) + 1
    assert list(found.places) == sorted(found.places)
    language = detect_language(text)
    assert language is None or len(language) == 2


def _read_question(data: bytes) -> None:
    """A question before any article is looked at."""
    typed = as_text(data)
    meant = canonical(typed, None).text
    for text in (typed, meant):
        question = parse(text, TODAY)
        question.searched  # noqa: B018 - it must not fail
        assert all(text[word.start : word.end] for word in question.words)
        if found := period_of(text, TODAY):
            assert found.period.first <= found.period.last
    Conversation("Сколько стоит мост?", "", ()).understood(parse(meant, TODAY), TODAY)


def _read_questions(data: bytes) -> None:
    path = FOLDER / "questions.jsonl"
    path.write_bytes(data)
    try:
        questions = load_questions(path)
    except QuestionsError as error:
        require_one_line(str(error))
        return
    assert all(question.id.strip() and question.question.strip() for question in questions)


def _read_calibration(data: bytes) -> None:
    (FOLDER / "calibration.json").write_bytes(data)
    try:
        found = CalibrationFile(FOLDER).read()
    except ValueError as error:
        require_one_line(str(error))
    else:
        assert found
        assert 0 <= found.unsure <= found.sure <= 1


def _read_source_states(data: bytes) -> None:
    (FOLDER / "sources.json").write_bytes(data)
    now = datetime(2024, 9, 10, tzinfo=UTC)
    for state in read_sources(FOLDER):
        assert state.silence(now) in {None, "unread", "overdue"}
        state.place.encode(errors="replace")


def _read_told_sources(data: bytes) -> None:
    path = FOLDER / "told-sources.json"
    path.write_bytes(data)
    assert all(isinstance(silent, bool) for silent in silence._read(path).values())


def _read_manifest(data: bytes) -> None:
    try:
        manifest = parse_manifest(data, "manifest.json")
    except IndexMismatchError as error:
        require_one_line(str(error))
    else:
        assert manifest.name


def _read_segment_list(data: bytes) -> None:
    folder = FOLDER / "segments" / "000001"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "segment.json").write_bytes(data)
    try:
        SegmentFolder(FOLDER)._listed("000001")
    except IndexMismatchError as error:
        require_one_line(str(error))


def _read_current(data: bytes) -> None:
    (FOLDER / "current").write_bytes(data)
    generations = GenerationFolder(FOLDER)
    try:
        found = generations.published()
        generations.check(found.number)
    except (IndexMismatchError, IndexMissingError) as error:
        require_one_line(str(error))


def _read_known_files(data: bytes) -> None:
    (FOLDER / "known-files").write_bytes(data)
    KnownFiles(FOLDER, "way").of(1)


def _backup(compression: str) -> bytes:
    files = {"current": b"000001\n", "sources.json": b"{}", "generations/000001/manifest.json": b"{}"}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{compression}") as archive:
        listed = {name: {"size": len(content), "sha256": "0" * 64} for name, content in files.items()}
        about = {
            "format": FORMAT,
            "citebot": "0.1.0",
            "made_at": "2024-09-09T12:36:00Z",
            "generation": 1,
            "articles": 1,
        }
        for name, content in {**files, LIST_NAME: json.dumps({**about, "files": listed}).encode()}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _restore(data: bytes) -> None:
    outside = FOLDER / "restoring"
    with tempfile.TemporaryDirectory(dir=FOLDER) as around:
        path, inside = Path(around) / "backup.tar", Path(around) / "inside"
        path.write_bytes(data)
        inside.mkdir()
        try:
            read_archive(path, inside)
        except BackupError as error:
            require_one_line(str(error))
        assert sorted(each.name for each in Path(around).iterdir()) == ["backup.tar", "inside"]
        assert all(each.is_file() or each.is_dir() for each in inside.rglob("*"))
        assert not any(each.is_symlink() for each in inside.rglob("*"))
    assert not outside.exists()


SENTENCES = (
    "Сколько стоит трамвай в Белокамске?", "а проездной?", "что случилось на прошлой неделе", "ghbdtn rfr ltkf",
    "What share of infections did the tick fever vaccine prevent?", "the latest on the bridge", "skolko stoit tramvaj",
    "по данным Известий и ТАСС за 9–12 сентября 2024 года, кто открыл мост?", "Кто это?",
    "Верно ли, что 1 234,5 млрд руб. — это 15 % от 1e6?", "с 31.12.2023 по 1 января 2025", "спасибо!!!", "???",
    "позавчера утром в 20:00 в 90-е с понедельника по пятницу два года назад", "last three weeks before Easter 2023",
    "what did iz.ru say since May",
)  # fmt: skip
MANIFEST = {
    "format": 6, "number": 7, "previous": 6, "created_at": "2024-09-09T12:36:00Z", "model": "m",
    "model_fingerprint": "f", "dimension": 64, "articles": 3, "passages": 3, "sentences": 6,
    "checksums": {"layout.npz": 1},
    "segments": {"000001": 2},
}  # fmt: skip
CALIBRATION = {
    "sure": 0.6, "unsure": 0.4, "false_answers": 0.1, "made_from": "questions", "calibrated_at": "2024-09-09T12:36:00Z",
    "made_for": {"model": "m", "reader": "off", "reader_passages": 0, "weights": "w"},
}  # fmt: skip
STATES = {"generation": 1, "sources": [{
    "place": "https://ilma.example/rss", "tried_at": "2024-09-09T12:36:00+00:00",
    "read_at": "2024-09-09T12:36:00+00:00", "newest_at": None, "longest_pause": 86400.5}, {
    "place": "/a", "tried_at": "2024-09-09T12:36:00+00:00",
    "read_at": None, "newest_at": "2024-09-09T12:36:00+00:00", "longest_pause": None}]}  # fmt: skip
KEPT_FIELDS = {"address": "https://a.example", "content_type": "text/html", "etag": "e", "last_modified": None}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _known_files() -> bytes:
    mark = (1, 2, 3, 4, 5)
    found = {"/a.txt": KnownFile("a.txt", mark, ["a"], ["00" * 32], [b"1" * 16], [b"2" * 16])}
    KnownFiles(FOLDER, "way").keep(1, found)
    return (FOLDER / "known-files").read_bytes()


FEEDS = [RSS.encode(), ATOM.encode(), *_cases("0[1-9]-*/*.xml")]
_GZIP = partial(gzip.compress, mtime=0)

TARGETS: dict[str, Target] = {
    "text": file_target("a.txt", TITLED.encode(), TITLED.encode("utf-16"), TITLED.encode("cp1251", "replace")),
    "json-lines": file_target("a.jsonl", LINES),
    "json-lines-gzip": file_target("a.jsonl.gz", _GZIP(LINES), _GZIP(LINES) + _GZIP(LINES)),
    "json-list": file_target("a.json", LIST, _json([RECORD, RECORD]), _json(RECORD)),
    "json-feed": file_target("feed.json", JSON_FEED.encode(), *_cases("10-*/*.json")),
    "telegram-json": file_target("result.json", EXPORT.encode()),
    "telegram-html": file_target("messages.html", EXPORT_PAGES, cost=2),
    "csv": file_target("a.csv", TABLE.encode(), TABLE.replace(";", ",").encode("utf-16")),
    "tsv": file_target(
        "a.tsv", TABLE.replace(";", "\t").encode(), TABLE.replace(";", "\t").encode("cp1251", "replace")
    ),
    "markdown": file_target("a.md", MARKDOWN.encode(), _cases("14-*/notes/*.md")[0]),
    "html": file_target("a.html", *PAGES, cost=4),
    "rss": file_target("a.rss", *FEEDS),
    "atom": file_target("a.atom", ATOM.encode()),
    "wordpress": file_target("a.xml", WORDPRESS),
    "docx": file_target("a.docx", SEEDS_OF_DOCUMENTS[".docx"]),
    "odt": file_target("a.odt", SEEDS_OF_DOCUMENTS[".odt"]),
    "rtf": file_target("a.rtf", SEEDS_OF_DOCUMENTS[".rtf"]),
    "pdf": file_target("a.pdf", SEEDS_OF_DOCUMENTS[".pdf"]),
    "docx-inside": Target([_part(".docx", "word/document.xml")], partial(_zipped, ".docx", "word/document.xml")),
    "odt-inside": Target([_part(".odt", "content.xml")], partial(_zipped, ".odt", "content.xml")),
    "served-feed": Target(
        [b"application/rss+xml; charset=windows-1251\n" + feed for feed in FEEDS]
        + [b"application/feed+json\n" + JSON_FEED.encode(), b"\n" + _GZIP(RSS.encode())],
        _read_served_feed,
    ),
    "sitemap": Target([SITEMAP, _GZIP(SITEMAP), *_cases("12-*/sitemap*.xml")], _read_sitemap),
    "address": Target(
        [b"https://user:pass@ilma.example:8443/a?b=1#c", b"//x.example/", b"../../a", "https://ильма.рф/мост".encode()],
        _read_addresses,
        cost=2,
    ),
    "robots": Target(
        [b"User-agent: *\nDisallow: /a*$\nAllow: /\nCrawl-delay: 2.5\n", b"Mon, 09 Sep 2024 09:36:00 GMT", b"120"],
        _read_robots,
    ),
    "kept-response": Target([_json(KEPT_FIELDS) + b"\n<p>"], _read_kept_response),
    "article-text": Target([TEXT.encode(), TITLED.encode(), PARAGRAPHS[1].encode()], _read_text, cost=4),
    "question": Target([sentence.encode() for sentence in SENTENCES], _read_question, cost=4),
    "known-questions": Target(
        [_json({"id": "1", "question": "Кто?", "article_ids": ["a"], "answers": ["б"], "kind": None}) + b"\n"],
        _read_questions,
    ),
    "calibration": Target([_json(CALIBRATION)], _read_calibration),
    "source-states": Target([_json(STATES)], _read_source_states),
    "told-sources": Target([_json({"/a": True, "https://b": False})], _read_told_sources),
    "manifest": Target([_json(MANIFEST)], _read_manifest),
    "segment-list": Target([_json({"a": {"crc32": 1, "size": 2}})], _read_segment_list),
    "current": Target([b"000001\n"], _read_current),
    "known-files": Target([_known_files()], _read_known_files),
    "backup": Target([_backup(""), _backup("gz"), _backup("xz")], _restore),
}
