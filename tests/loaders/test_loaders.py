"""Sources: files and folders, what is read from them and what is said about the rest."""

import gzip
import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retrieval.errors import RetrievalError
from retrieval.loaders import LOADERS, SourceError, load_source
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
SUPPORTED = (
    ".txt, .jsonl, .jsonl.gz, .ndjson, .json, .csv, .tsv, .xml, .rss, .atom, .docx, .odt, .rtf, .pdf, .md, .markdown, "
    ".html, .htm, .xhtml"
)


def bare(record):
    """Take the article out of a record that is one."""
    return record.article if isinstance(record, LoadedArticle) else record


def load(source):
    return [bare(record) for record in load_source(str(source), timezone=MOSCOW)]


def write(path, text="Title\n\nText."):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def notice(folder, reason):
    return LoadNotice(str(folder), None, reason)


def text_article(article_id):
    return Article(id=article_id, title="Title", text="Text.")


def test_a_folder_is_read_recursively_in_the_order_of_its_paths(tmp_path):
    write(tmp_path / "b.txt")
    write(tmp_path / "a" / "z.txt")
    write(tmp_path / "a" / "b" / "c.d.TXT")
    write(tmp_path / "c.jsonl", '{"id": 1, "text": "One"}\n{"id": "two", "text": "Two"}\n')
    (tmp_path / "a" / "y.jsonl.gz").write_bytes(gzip.compress(b'{"id": "packed", "text": "Three"}'))

    assert load(tmp_path) == [
        text_article("a/b/c.d"),
        Article(id="packed", title="", text="Three"),
        text_article("a/z"),
        text_article("b"),
        Article(id="1", title="", text="One"),
        Article(id="two", title="", text="Two"),
    ]


def test_hidden_files_are_passed_over_in_silence_and_unknown_ones_told_by_their_kind(tmp_path):
    write(tmp_path / "article.txt")
    write(tmp_path / ".hidden.txt")
    write(tmp_path / "~$article.docx")
    write(tmp_path / ".txt")
    write(tmp_path / ".git" / "a.txt")
    write(tmp_path / "picture.png")
    write(tmp_path / "a" / "b.c" / "picture.PNG")
    write(tmp_path / "archive.tar.gz")
    write(tmp_path / "txt")
    write(tmp_path / "№ 5. о мостах")

    assert load(tmp_path) == [
        notice(tmp_path, "5 files passed over: 2 .png, 2 without an ending, 1 .tar.gz"),
        text_article("article"),
    ]


def test_many_kinds_that_are_passed_over_are_told_briefly(tmp_path):
    for number in range(12):
        write(tmp_path / f"a.kind{number:02}")
    for number in range(1000):
        (tmp_path / f"{number}.mp3").touch()

    assert load(tmp_path) == [
        notice(
            tmp_path,
            "1,012 files passed over: 1,000 .mp3, 1 .kind00, 1 .kind01, 1 .kind02, 1 .kind03, 1 .kind04, 1 .kind05, "
            "1 .kind06, 5 of other kinds",
        )
    ]


def test_one_file_that_is_passed_over_is_told_too(tmp_path):
    write(tmp_path / "a.png")

    assert load(tmp_path) == [notice(tmp_path, "1 file passed over: 1 .png")]


def test_the_parts_of_a_saved_page_are_not_looked_at(tmp_path):
    for parts in ("Мост_files", "Суд.files", "notes_files"):
        write(tmp_path / parts / "frame.txt")
        write(tmp_path / parts / "deeper" / "picture.png")
    (tmp_path / "Мост.html").touch()
    (tmp_path / "Суд.HTM").touch()

    notes, article, bridge, court = load(tmp_path)

    assert notes == notice(tmp_path, "1 file passed over: 1 .png")
    assert (bridge.source, court.source) == (str(tmp_path / "Мост.html"), str(tmp_path / "Суд.HTM"))
    assert article == text_article("notes_files/frame")


def test_an_empty_folder_holds_nothing(tmp_path):
    assert load(tmp_path) == []


def test_a_hidden_folder_may_be_the_source_itself(tmp_path):
    write(tmp_path / ".articles" / "a.txt")

    assert load(tmp_path / ".articles") == [text_article("a")]


@pytest.mark.parametrize("name", ["a.b.txt", "a.b.TXT"])
def test_a_file_as_source_gives_its_stem_as_id(tmp_path, name):
    assert load(write(tmp_path / "folder" / name)) == [text_article("a.b")]


def test_a_relative_source_names_its_problems_as_the_operator_would(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "news" / "deep" / "empty.txt", "")
    write(tmp_path / "news" / "broken.jsonl", "{}\n")

    assert [(problem.source, problem.line) for problem in load("news/")] == [
        (str(Path("news/broken.jsonl")), 1),
        (str(Path("news/deep/empty.txt")), None),
    ]


def test_records_come_one_by_one(tmp_path):
    write(tmp_path / "a.txt")
    later = write(tmp_path / "b.txt")
    records = load_source(str(tmp_path), timezone=MOSCOW)

    assert next(records) == LoadedArticle(text_article("a"), str(tmp_path / "a.txt"), None)
    later.unlink()
    assert next(records) == LoadProblem(str(later), None, "cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("./missing//", "missing: no such file or folder; correct the path"),
        ("ftp://me:s3cret@x/y", "ftp://x/y: is no address that is fetched: only http:// and https:// are; correct it"),
        ("article.doc", f"article.doc: has an unknown ending; supported are {SUPPORTED}"),
        ("data.yaml", f"data.yaml: has an unknown ending; supported are {SUPPORTED}"),
        ("result", f"result: has an unknown ending; supported are {SUPPORTED}"),
        (".txt", f".txt: has an unknown ending; supported are {SUPPORTED}"),
        ("binary.txt", "binary.txt: is a PNG picture, not text; save it as plain text in UTF-8"),
        ("empty.jsonl.gz", "empty.jsonl.gz: is not a gzip file though its name ends so; rename it, or make it again"),
        ("", "(empty): is neither a file nor a folder; correct the path"),
        ("  ", "(empty): is neither a file nor a folder; correct the path"),
        ("a\x00b", "a?b: is not a path; correct it"),
        ("article.doc/a.txt", "article.doc/a.txt: cannot be read: Not a directory"),
        ("x" * 5000, "x" * 5000 + ": cannot be read: File name too long"),
    ],
)
def test_a_source_that_cannot_be_read_at_all_is_one_clear_line(tmp_path, monkeypatch, source, message):
    monkeypatch.chdir(tmp_path)
    for name in ("article.doc", ".txt", "data.yaml", "result"):
        write(tmp_path / name)
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.jsonl.gz").touch()

    with pytest.raises(SourceError) as caught:
        load(source)

    assert str(caught.value) == message
    assert isinstance(caught.value, RetrievalError)
    problem = caught.value.problem
    assert (f"{problem.source}: {problem.reason}", problem.line) == (message, None)


def test_a_file_as_source_that_breaks_off_later_is_not_unreadable(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a", "text": "Text."}\n') + b"rubbish")

    article, problem = load(path)

    assert article == Article(id="a", title="", text="Text.")
    assert problem.line is None


def test_broken_records_do_not_make_a_file_unreadable(tmp_path):
    path = write(tmp_path / "a.jsonl", "{}\n")

    assert [problem.line for problem in load(path)] == [1]


def test_rings_of_links_end(tmp_path):
    write(tmp_path / "a" / "article.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "here").symlink_to(tmp_path / "a", target_is_directory=True)

    assert load(tmp_path) == [text_article("a/article")]


def test_a_linked_folder_is_read_once_and_under_its_own_path_if_it_has_one(tmp_path):
    write(tmp_path / "source" / "z" / "inside.txt")
    write(tmp_path / "elsewhere" / "outside.txt")
    (tmp_path / "source" / "a").symlink_to(tmp_path / "source" / "z", target_is_directory=True)
    (tmp_path / "source" / "b").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "source" / "c").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    assert load(tmp_path / "source") == [text_article("b/outside"), text_article("z/inside")]


def test_linked_files_are_read(tmp_path):
    target = write(tmp_path / "elsewhere" / "a.txt")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "b.txt").symlink_to(target)

    assert load(tmp_path / "source") == [text_article("b")]


def test_links_that_lead_nowhere_are_problems(tmp_path):
    (tmp_path / "gone.txt").symlink_to(tmp_path / "missing")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    write(tmp_path / "z.txt")

    gone, itself, article = load(tmp_path)

    assert gone == LoadProblem(
        str(tmp_path / "gone.txt"),
        None,
        "is a link that leads nowhere (No such file or directory); mend or remove it",
    )
    assert (itself.source, itself.line) == (str(tmp_path / "itself"), None)
    assert itself.reason.startswith("is a link that leads nowhere (Too many")
    assert article == text_article("z")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.txt")

    reason = "is not a regular file; remove it or give it another ending"
    assert load(tmp_path) == [LoadProblem(str(tmp_path / "a.txt"), None, reason)]
    with pytest.raises(SourceError, match="is neither a file nor a folder"):
        load(tmp_path / "a.txt")


def test_a_folder_with_the_ending_of_a_file_is_a_folder(tmp_path):
    write(tmp_path / "a.txt" / "b.txt")

    assert load(tmp_path) == [text_article("a.txt/b")]


def refuse(monkeypatch, method, refused):
    original = getattr(Path, method)

    def guarded(self, *arguments, **options):
        if self == refused:
            raise PermissionError(13, "Permission denied", str(self))
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, method, guarded)


def test_what_may_not_be_read_inside_a_folder_is_a_problem(tmp_path, monkeypatch):
    secret = write(tmp_path / "a.txt")
    locked = write(tmp_path / "b" / "c.txt").parent
    write(tmp_path / "d.txt")
    refuse(monkeypatch, "open", secret)
    refuse(monkeypatch, "iterdir", locked)

    assert load(tmp_path) == [
        LoadProblem(str(secret), None, "cannot be read: Permission denied"),
        LoadProblem(str(locked), None, "cannot be listed: Permission denied"),
        text_article("d"),
    ]


def test_a_source_that_may_not_be_read_is_unreadable(tmp_path, monkeypatch):
    path = write(tmp_path / "a.txt")
    refuse(monkeypatch, "open", path)
    refuse(monkeypatch, "iterdir", tmp_path)

    with pytest.raises(SourceError) as of_file:
        load(path)
    with pytest.raises(SourceError) as of_folder:
        load(tmp_path)

    assert str(of_file.value) == f"{path}: cannot be read: Permission denied"
    assert str(of_folder.value) == f"{tmp_path}: cannot be listed: Permission denied"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_names_that_cannot_be_ids_are_problems(tmp_path):
    write(tmp_path / "a\nb.txt")
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xcf\xf0.txt")))
    write(tmp_path / "мир\u00a0и-труд.txt")

    reason = "its name holds control characters or bytes that are not UTF-8; rename it"
    assert load(tmp_path) == [
        LoadProblem(str(tmp_path / "a?b.txt"), None, reason),
        text_article("мир\u00a0и-труд"),
        LoadProblem(str(tmp_path / "??.txt"), None, reason),
    ]


def test_every_ending_is_in_lower_case_and_begins_with_a_dot_or_is_a_whole_name():
    assert ", ".join(LOADERS) == SUPPORTED
