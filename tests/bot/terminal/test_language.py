"""The command line speaks Russian or English: which of them, in all that it says, and in nothing that is data."""

import json
import re

import pytest

from bot.terminal.language import chosen, speak

ENGLISH_WORDS = re.compile(r"\b(?:the|and|is|not|run|with|of|for|no|usage|options?|error|show|print)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": ""}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "run"}, "en"),
        ({"LANG": "uk_UA.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "CITEBOT_LANGUAGE": "en"}, "en"),
        ({"LANG": "C", "citebot_language": " RU "}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "CITEBOT_LANGUAGE": "de"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "CITEBOT_LANGUAGE": ""}, "ru"),
    ],
)
def test_the_setting_decides_and_else_the_locale(environment, language):
    assert chosen(environment) == language


def test_a_setting_in_the_file_counts_unless_the_environment_has_one(citebot, tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("CITEBOT_LANGUAGE=ru\nCITEBOT_CITATIONS=99\n", encoding="utf-8")
    assert citebot("status").stderr == "citebot: CITEBOT_CITATIONS='99': нужно целое число от 1 до 10\n"
    monkeypatch.setenv("CITEBOT_LANGUAGE", "en")
    assert citebot("status").stderr == "citebot: CITEBOT_CITATIONS='99': is not a whole number from 1 to 10\n"


def test_a_file_that_cannot_be_read_is_told_in_the_language_of_the_locale(citebot, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    (tmp_path / ".env").write_bytes("# имя\nCITEBOT_LANGUAGE=en\n".encode("cp1251"))

    assert citebot("status").stderr == "citebot: .env не в UTF-8: сохраните его в UTF-8\n"


@pytest.mark.parametrize(
    ("locale", "told"), [("C", "is not one of ru, en"), ("ru_RU.UTF-8", "такого значения нет; возможны ru, en")]
)
def test_a_language_that_is_not_spoken_is_an_error_like_others(citebot, monkeypatch, locale, told):
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("CITEBOT_LANGUAGE", "de")
    done = citebot("status")

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"citebot: CITEBOT_LANGUAGE='de': {told}\n")


@pytest.fixture
def russian(citebot, monkeypatch):
    monkeypatch.setenv("CITEBOT_LANGUAGE", "ru")
    return citebot


COMMANDS = (
    "articles", "ask", "calibrate", "digest", "evaluate", "export", "forget", "health", "index", "rollback", "run",
    "start", "status", "timeline",
)  # fmt: skip


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_help_is_in_russian(russian, command):
    shown = russian(*command, "--help").stdout

    assert shown.startswith(f"Использование: {' '.join(('citebot', *command))} [ПАРАМЕТРЫ]")
    assert "Показать эту справку и выйти." in shown
    # Without commands, options and JSON.
    described = re.sub(r"(?m)^Использование.*$|^  \S+|`[^`]*`|(?s:\{.*?\})|--[\w-]+", "", shown)
    assert ENGLISH_WORDS.findall(described) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["index", "--nothing"], "Ошибка: Нет параметра '--nothing'."),
        (["nothing"], "Ошибка: Нет команды 'nothing'."),
        (["evaluate"], "Ошибка: Не хватает аргумента 'ПАПКА|ВОПРОСЫ.jsonl'."),
        (["evaluate", "nowhere"], "Путь 'nowhere' не существует."),
        (["ask", "--limit", "99", "что?"], "Ошибка: Неверное значение '--limit': 99 вне пределов 1<=x<=50."),
        (["ask", " "], "Ошибка: вопрос пуст"),
        (["index", "--every", "3"], "Ошибка: --every указывают вместе с --watch"),
        (["articles", "--since", "x"], "citebot: --since: 'x' — не дата; запишите её как год, месяц и день, например"),
        (["calibrate", "--false-answers", "2"], "citebot: --false-answers: '2' — не доля от 0 до 1;"),
    ],
)
def test_wrong_usage_is_told_in_russian(russian, arguments, told):
    done = russian(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert ENGLISH_WORDS.findall(re.sub(r"'[^']*'|--[\w-]+|`[^`]*`", "", done.stderr)) == []


def test_errors_problems_and_figures_are_told_in_russian(russian, corpus, home):
    corpus.write("bridge", "Мост", "Мост через Ильму открыли в сентябре.")
    (corpus.folder / "broken.jsonl").write_text('{"id": "a", "text": ""}\n{', encoding="utf-8")
    (corpus.folder / "picture.txt").write_bytes(b"GIF8" + bytes(9))
    broken, picture = corpus.folder / "broken.jsonl", corpus.folder / "picture.txt"

    missing = russian("ask", "что?")
    done = russian("index", corpus.folder)
    again = russian("rollback")
    status = russian("status").stdout

    assert missing.stderr == f"citebot: в {home} ещё нет индекса: выполните `citebot index`\n"
    assert done.stdout.splitlines()[:-1] == [
        "Статьи: добавлено 1, пропущено 3.",
        f'  {broken}:1: поле "text" пустое; в каждой записи нужен текст статьи',
        (
            f"  {broken}:2: неверный JSON (Expecting property name enclosed in double quotes, столбец 2); "
            "в каждой строке должен быть один целый объект JSON"
        ),
        f"  {picture}: это картинка GIF, а не текст; сохраните файл как обычный текст в UTF-8",
    ]
    assert re.fullmatch(
        r"Индекс 000001: отрывков 1, предложений 1, из них векторы вычислены сейчас у 1; \d+,\d с\.",
        done.stdout.splitlines()[-1],
    )
    assert again.stderr == "citebot: индекс 000001 — самый старый из хранимых: возвращаться не к чему\n"
    assert status.startswith("статьи       1\nотрывки      1\nпредложения  1\nиздания      (без издания) 1\n")
    assert status.endswith("\nисправно     да\n")


def test_data_are_the_same_in_every_language(citebot, corpus, monkeypatch):
    (corpus.folder / "broken.jsonl").write_text('{"id": "a", "text": ""}\n{', encoding="utf-8")
    corpus.write("bridge", "Мост", "Мост через Ильму открыли в сентябре.")
    told = []
    for language in ("en", "ru"):
        monkeypatch.setenv("CITEBOT_LANGUAGE", language)
        preview = json.loads(citebot("index", "--dry-run", "--json", corpus.folder).stdout)
        told.append((preview["problems"], json.loads(citebot("status", "--json").stdout)["problems"]))

    assert told[0] == told[1]
    assert "every record needs the text of its article" in told[0][0][0]["reason"]


def test_what_is_said_before_a_question_is_in_the_language_of_the_user(russian, corpus):
    corpus.write("bridge", "Мост", "Мост через Ильму открыли в сентябре.")
    russian("index", corpus.folder)

    assert russian("ask", given="?\n").stdout.startswith("> ?\nНапишите вопрос словами")
    assert russian("ask", given="Thanks!\n").stdout.startswith("> Thanks!\nYou are welcome")


def test_spoken_language_does_not_outlive_a_run(citebot, monkeypatch):
    speak("ru")
    monkeypatch.setenv("CITEBOT_LANGUAGE", "en")

    assert citebot("--help").stdout.startswith("Usage: citebot [OPTIONS] COMMAND [ARGS]...")
