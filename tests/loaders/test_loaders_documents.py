"""Office documents: their paragraphs, a date only where the text tells it, and bounds for what is hostile."""

import sys
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from documents import docx_paragraph, write_archive, write_docx, write_odt, write_pdf, write_rtf

from retrieval.loaders import SourceError, documents, load_source
from retrieval.loaders.document_process import document_process
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
TITLE = "Мост через Ильму открыли"
FIRST = "Новый мост через Ильму открыли для машин в понедельник. Его длина — 840 метров."
SECOND = "По нему сразу пошли автобусы, сообщили в мэрии."
PARAGRAPHS = (TITLE, "9 сентября 2024, 12:36", FIRST, SECOND, "Источник: https://ilma.example/most")
ARTICLE = Article(
    "most",
    TITLE,
    f"{FIRST}\n\n{SECOND}",
    datetime(2024, 9, 9, 12, 36),  # noqa: DTZ001
    "ilma.example",
    "https://ilma.example/most",
)


def write_plain_pdf(path, *paragraphs, title=""):
    return write_pdf(path, [[paragraph] for paragraph in paragraphs], title=title)


WRITERS = {".docx": write_docx, ".odt": write_odt, ".rtf": write_rtf, ".pdf": write_plain_pdf}


def load(path):
    return list(load_source(str(path.parent), timezone=MOSCOW))


def article_of(path):
    [record] = load(path)
    assert isinstance(record, LoadedArticle), record
    return record.article


def reason(path):
    [record] = load(path)
    assert isinstance(record, LoadProblem), record
    assert (record.source, record.line) == (str(path), None)
    return record.reason


@pytest.mark.parametrize("ending", WRITERS)
def test_a_document_is_taken_apart(tmp_path, ending):
    path = WRITERS[ending](tmp_path / f"most{ending}", *PARAGRAPHS)

    assert load(path) == [LoadedArticle(ARTICLE, str(path))]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(
    ("named", "expected", "text"),
    [
        (TITLE, TITLE, f"{FIRST}\n\n{SECOND}"),
        ("Ещё один мост", "Ещё один мост", f"{TITLE}.\n\n{FIRST}\n\n{SECOND}"),
        ("Microsoft Word - most.doc", f"{TITLE}.", f"{FIRST}\n\n{SECOND}"),
        ("Документ1", f"{TITLE}.", f"{FIRST}\n\n{SECOND}"),
    ],
)
def test_the_title_is_that_of_the_properties_or_the_first_line(tmp_path, ending, named, expected, text):
    path = WRITERS[ending](tmp_path / f"most{ending}", f"{TITLE}.", FIRST, SECOND, title=named)

    article = article_of(path)

    assert (article.title, article.text, article.published_at) == (expected, text, None)


def test_what_word_adds_to_a_text(tmp_path):
    body = (
        docx_paragraph("Заголовок", "Title")
        + "<w:p><w:ins><w:r><w:t>Вставлено </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>удалено </w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:b/></w:rPr><w:t>жир</w:t></w:r><w:r><w:t>ный</w:t></w:r>"
        "<w:r><w:br/><w:t>строка</w:t></w:r></w:p>"
        + "<w:sdt><w:sdtContent>" + docx_paragraph("В рамке.") + "</w:sdtContent></w:sdt>"
        + "<w:tbl><w:tr><w:tc>" + docx_paragraph("2024") + "</w:tc><w:tc>" + docx_paragraph("23 600")
        + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip

    article = article_of(write_docx(tmp_path / "a.docx", body=body))

    assert article.title == "Заголовок"
    assert article.text == "Вставлено жирный\nстрока\n\nВ рамке.\n\n2024 | 23 600"


def test_notes_of_word_stand_behind_the_text(tmp_path):
    reference = '<w:p><w:r><w:t>Мост открыт.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    path = write_docx(tmp_path / "a.docx", body=docx_paragraph("Заголовок", "Title") + reference)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = f'<w:footnotes xmlns:w="{space}"><w:footnote w:id="2">{docx_paragraph("С 9 сентября.")}</w:footnote>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/footnotes.xml", note + "</w:footnotes>")

    assert article_of(path).text == "Мост открыт.[1]\n\nС 9 сентября."


def test_what_libreoffice_adds_to_a_text(tmp_path):
    body = (
        "<text:tracked-changes><text:p>Удалено.</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Заголовок</text:h>'
        "<text:p>Один<text:s/>два<text:tab/><text:span>три</text:span><text:line-break/>четыре"
        "<text:note><text:note-body><text:p>сноска</text:p></text:note-body></text:note>."
        "<office:annotation><text:p>замечание</text:p></office:annotation></text:p>"
        "<text:list><text:list-item><text:p>Пункт</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>2024</text:p></table:table-cell></table:table-row>"
        "</table:table>"
    )

    article = article_of(write_odt(tmp_path / "a.odt", body=body))

    assert (article.title, article.text) == ("Заголовок", "Один два три\nчетыре.\n\nПункт\n\n2024")


def test_lines_of_a_pdf_are_joined_and_what_runs_on_every_page_goes(tmp_path):
    pages = [
        [["Вестник Ильмы"], [TITLE], ["Новый мост через Ильму от-", "крыли для машин в понедельник."], ["— 1 —"]],
        [["Вестник Ильмы"], ["Его длина составляет 840 метров, и по нему"], ["2"]],
        [["Вестник Ильмы"], ["сразу пошли", "автобусы."], ["3"]],
    ]

    article = article_of(write_pdf(tmp_path / "a.pdf", *pages))

    assert article.title == TITLE
    assert article.text == (
        "Новый мост через Ильму открыли для машин в понедельник.\n\n"
        "Его длина составляет 840 метров, и по нему сразу пошли автобусы."
    )


def test_a_scan_and_an_encrypted_pdf_are_told_apart(tmp_path):
    scan = write_pdf(tmp_path / "a" / "scan.pdf", [["7"]]) if (tmp_path / "a").mkdir() is None else None
    (tmp_path / "b").mkdir()
    secret = f"/O <{'00' * 32}> /U <{'00' * 32}>"
    encrypted = write_pdf(
        tmp_path / "b" / "a.pdf",
        [[FIRST]],
        trailer=f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 {secret} >>",
    )

    assert reason(scan) == "holds no text: a scan? Recognise its text (OCR) first"
    assert reason(encrypted) == "is encrypted; save it without a password"


def test_other_documents_that_cannot_be_read_are_one_line(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04 cut off")
    write_odt(tmp_path / "c.docx", FIRST)
    write_odt(tmp_path / "d.odt", FIRST, manifest="<manifest><encryption-data/></manifest>")
    write_odt(tmp_path / "e.odt", body="<text:p>" * 400 + "</text:p>" * 400)
    (tmp_path / "f.pdf").write_bytes(b"%PDF-1.4\nrubbish")
    (tmp_path / "g.rtf").write_text("Text.")
    write_docx(tmp_path / "h.docx", TITLE)
    (tmp_path / "i.pdf").write_bytes(b"")
    write_docx(tmp_path / "j.docx", TITLE, FIRST)

    *problems, good = load(tmp_path / "a.docx")

    assert [one.reason for one in problems] == [
        "is encrypted or of an old format; save it anew, without a password",
        "is damaged or no document; save it anew",
        "is not the document that its name says; give it the right ending",
        "is encrypted; save it without a password",
        "is damaged or nested too deeply; save it anew",
        "is damaged or no PDF; save it anew",
        "is not RTF; give it the ending of what it is",
        "holds no text besides its title; is it a picture of a text?",
        "is damaged or no PDF; save it anew",
    ]
    assert good.article.title == TITLE


def test_what_unpacks_without_bounds_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as part:
        for _ in range(60):
            part.write(b" " * 1_000_000)

    assert path.stat().st_size < 100_000
    assert reason(path) == "holds 60,000,000 bytes of XML, where 50,000,000 are read; split it"


def test_entities_are_not_followed(tmp_path):
    rows = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY a0 "x">{rows}]><a>&a9;</a>'
    parts = {"META-INF/manifest.xml": "", "content.xml": bomb}

    assert reason(write_archive(tmp_path / "a.odt", parts)) in {
        "is damaged or nested too deeply; save it anew",
        "holds no text besides its title; is it a picture of a text?",
    }


def test_a_document_that_takes_too_long_costs_no_other(tmp_path, monkeypatch):
    document_process().end()
    monkeypatch.setattr("retrieval.loaders.document_process.TIME_LIMIT", 0.2)
    never_answers = ("-c", "import sys; sys.stdin.read()")
    monkeypatch.setattr("retrieval.loaders.document_process._WORKER", never_answers)
    path = write_docx(tmp_path / "a.docx", TITLE, FIRST)
    assert reason(path) == "takes more than 0 seconds or more memory than a document may; split it"
    monkeypatch.undo()

    assert article_of(path).title == TITLE


def test_a_helper_that_takes_no_request_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.loaders.document_process._PACKAGES", tmp_path / "nowhere")
    monkeypatch.setattr("sys.executable", "/bin/false")
    path = write_docx(tmp_path / "a.docx", TITLE, FIRST)
    document_process().end()

    assert reason(path) == "takes more than 120 seconds or more memory than a document may; split it"


def test_a_helper_that_has_ended_is_started_anew(tmp_path):
    path = write_docx(tmp_path / "a.docx", TITLE, FIRST)
    assert article_of(path).title == TITLE
    process = document_process()
    process._process.kill()
    process._process.wait()

    assert article_of(path).title == TITLE


def test_without_the_libraries_one_line_says_how_to_get_them(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a.docx", "b.pdf", "c.PDF", "d.rtf"):
        (folder / name).touch()
    write_odt(folder / "e.odt", TITLE, FIRST)
    monkeypatch.setattr(documents, "find_spec", lambda _name: None)

    notice, article = load(folder / "a.docx")

    assert notice == LoadNotice(
        str(folder),
        None,
        '4 files passed over: 2 .pdf, 1 .docx, 1 .rtf; to have them read: pip install "citebot[documents]"',
        tuple(str(folder / name) for name in ("a.docx", "b.pdf", "c.PDF", "d.rtf")),
    )
    assert article.article.title == TITLE
    with pytest.raises(SourceError) as caught:
        list(load_source(str(folder / "a.docx"), timezone=MOSCOW))
    assert caught.value.problem.reason == ('is a document; to have such files read: pip install "citebot[documents]"')


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such bound")
def test_the_helper_bounds_its_memory(tmp_path):
    path = write_docx(tmp_path / "a.docx", TITLE, FIRST)
    assert article_of(path).title == TITLE
    with open(f"/proc/{document_process()._process.pid}/limits", encoding="ascii") as limits:  # noqa: PTH123
        [line] = [line for line in limits if line.startswith("Max address space")]
    assert line.split()[3] == str(2 * 1024**3)
