"""Text files: which bytes are text, and in which encoding."""

import random
from zoneinfo import ZoneInfo

import pytest

from retrieval.loaders import text_files
from retrieval.loaders.markdown import MarkdownLoader
from retrieval.loaders.plain_text import PlainTextLoader
from retrieval.loaders.text_files import UnusableFileError, decode_text, read_text_file
from retrieval.types import LoadNotice

RUSSIAN = (
    "Путин поздравил Ким Чен Ына с годовщиной\n\nСен 9, 2024 / 12:36\n\n"
    "«Примите мои искренние поздравления», — говорится в телеграмме № 76. Это сообщило агентство ЦТАК.\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_common_encodings_of_russian_are_read(encoding):
    assert decode_text(RUSSIAN.encode(encoding)) == RUSSIAN


def test_utf_16_is_read_in_both_byte_orders():
    assert decode_text(b"\xfe\xff" + RUSSIAN.encode("utf-16-be")) == RUSSIAN
    assert decode_text(b"\xff\xfe" + RUSSIAN.encode("utf-16-le")) == RUSSIAN


@pytest.mark.parametrize(
    "text",
    ["Привет, мир", "СРОЧНО: ПУТИН", "ВКонтакте и YouTube: iPhone-приложение «Яндекса» для VIP-клиентов", "Ёлка"],
)
def test_short_and_mixed_windows_1251_is_read(text):
    assert decode_text(text.encode("cp1251")) == text


def test_typographic_quotes_of_windows_1252_are_read():
    text = "He said “hello” — it’s fine… and went home."

    assert decode_text(text.encode("cp1252")) == text


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866", "mac-cyrillic", "iso8859-5", "utf-16-le", "utf-32"])
def test_rare_encodings_are_refused_rather_than_garbled(encoding):
    with pytest.raises(UnusableFileError, match="save it as plain text in UTF-8"):
        decode_text(RUSSIAN.encode(encoding, "ignore"))


@pytest.mark.parametrize("text", ["Le café a été fermé.", "Die Straße über München", "It costs £5 today."])
def test_western_code_pages_are_refused_rather_than_garbled(text):
    with pytest.raises(UnusableFileError, match="is neither UTF-8 nor UTF-16 nor Windows-1251 text"):
        decode_text(text.encode("cp1252"))


@pytest.mark.parametrize("text", [RUSSIAN, "He went home. " * 50, "“Yes”, he said. – “No”."])
def test_a_broken_byte_costs_one_character(text):
    data = text.encode()
    place = len(text[:21].encode())

    assert decode_text(data[:place] + b"\xff" + data[place:]) == f"{text[:21]}\ufffd{text[21:]}"


def test_much_that_is_broken_is_refused():
    data = RUSSIAN.encode()

    with pytest.raises(UnusableFileError, match="is neither UTF-8"):
        decode_text(data.replace("и".encode(), b"\xff").replace("о".encode(), b"\xff").replace("а".encode(), b"\xff"))


@pytest.mark.parametrize(("loader", "name"), [(PlainTextLoader, "a.txt"), (MarkdownLoader, "a.md")])
def test_a_broken_byte_is_told_with_its_line(tmp_path, loader, name):
    path = tmp_path / name
    path.write_bytes(f"# Мост\n\n{RUSSIAN}".encode().replace("телеграмме".encode(), b"\xd0"))
    loaded, problem = loader(ZoneInfo("Europe/Moscow"))(path, article_id="a")

    assert "говорится в \ufffd № 76" in loaded.article.text
    assert problem == LoadNotice(str(path), 7, "has 1 broken character (\ufffd) in its text; save it anew as UTF-8")


@pytest.mark.parametrize("size", [64, 1000, 100_000])
def test_random_bytes_are_refused(size):
    generator = random.Random(size)

    for _ in range(50):
        with pytest.raises(UnusableFileError):
            decode_text(generator.randbytes(size))


def test_random_bytes_without_control_characters_are_refused():
    generator = random.Random(1)

    for _ in range(50):
        with pytest.raises(UnusableFileError):
            decode_text(bytes(generator.choices([*range(32, 127), *range(0xA0, 0x100)], k=200)))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"{\\rtf1\\ansi Hello}", "an RTF document"),
        (b"PK\x03\x04", "a ZIP archive or an office document"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
    ],
)
def test_other_formats_are_named(data, name):
    with pytest.raises(UnusableFileError) as caught:
        decode_text(data)

    assert str(caught.value) == f"is {name}, not text; save it as plain text in UTF-8"


@pytest.mark.parametrize("data", [b"Title\n\nText with a \x00 in it", b"Title\n\n" + b"\x01\x02\x03\x04" * 10])
def test_nul_and_many_control_characters_are_binary(data):
    with pytest.raises(UnusableFileError, match="is binary, not text"):
        decode_text(data)


def test_a_stray_control_character_is_no_reason_to_refuse():
    assert decode_text(b"Title\n\nText\x1a") == "Title\n\nText\x1a"


def test_line_breaks_become_one_kind_and_the_mark_goes(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n\r\nd\xe2\x80\xa8e")

    assert read_text_file(path) == "a\nb\nc\n\nd\u2028e"


def test_a_file_beyond_the_limit_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(text_files, "TEXT_FILE_LIMIT", 1000)
    path = tmp_path / "a.txt"
    path.write_bytes(b"a" * 1001)

    with pytest.raises(UnusableFileError) as caught:
        read_text_file(path)

    assert str(caught.value) == (
        "is 1,001 bytes long and one article may have 1,000; split it, or store its articles as JSON Lines"
    )
    path.write_bytes(b"a" * 1000)
    assert read_text_file(path) == "a" * 1000
