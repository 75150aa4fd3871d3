"""The documentation says what there is, all of it and nothing else."""

import ast
import re
import sqlite3
import subprocess
import tomllib
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from places import ROOT

from bot.cli import cli
from bot.handlers.commands import COMMANDS
from bot.people.store import PeopleStore
from bot.settings import BotSettings

README, COMMAND_PAGE, SETTINGS_PAGE = (
    (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/commands.md", "docs/settings.md")
)
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SETTINGS = {f"CITEBOT_{name.upper()}" for name in BotSettings.model_fields}

_SETTING = re.compile(r"\bCITEBOT_[A-Z][A-Z_]*\b")
_TABLE_ROW = re.compile(r"^\| `(CITEBOT_\w+)` \| (?:`(.*?)`)?", re.MULTILINE)
_PEOPLE_SQL = re.compile(r'^sqlite3 data/state/people\.sqlite "([^"]+)"$', re.MULTILINE)
_EXAMPLE_LINE = re.compile(r"^# (CITEBOT_\w+)=(.*)$", re.MULTILINE)
_COMMAND = re.compile(r"\bcitebot [a-z]+\b")
_SLASH = re.compile(r"`/([a-z]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
TRANSLATED = {
    "README.md": "README.ru.md",
    "docs/start.md": "docs/ru/start.md",
    "docs/articles.md": "docs/ru/articles.md",
    "docs/operating.md": "docs/ru/operating.md",
    "docs/privacy.md": "docs/ru/privacy.md",
    "docs/troubleshooting.md": "docs/ru/troubleshooting.md",
}
"""Pages in English, and the same in Russian."""
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# Words of the places where this is made; put together here, since this file is looked through as well.
_OF_THE_WORKSHOP = re.compile(
    "|".join(("/" + "work/", "issue" + r"s? #?\d", "issues" + " (?:show|new|close)")), re.IGNORECASE
)


def _files_of_the_repository() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def _pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]


def _modules() -> list[Path]:
    modules = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("retrieval/**/*.py")])
    return [module for module in modules if module.stat().st_size]


def _default(setting: str) -> str:
    """The default of a setting as one writes it; "" for none, and where it is worked out."""
    value = BotSettings.model_fields[setting.removeprefix("CITEBOT_").lower()].get_default(call_default_factory=True)
    if setting == "CITEBOT_QUIET_HOURS":
        return "-".join(map(str, value))
    if isinstance(value, tuple | dict):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


def test_the_page_of_settings_has_every_one_with_its_default() -> None:
    rows = dict(_TABLE_ROW.findall(SETTINGS_PAGE))
    assert rows.keys() == SETTINGS
    assert rows == {setting: _default(setting) for setting in SETTINGS}


def test_the_example_has_every_setting_with_its_default_below_a_comment() -> None:
    lines = dict(_EXAMPLE_LINE.findall(EXAMPLE))
    assert lines == {setting: _default(setting) for setting in SETTINGS}
    for paragraph in EXAMPLE.strip().split("\n\n")[1:]:
        *comment, last = paragraph.splitlines()
        assert comment, last
        assert all(line.startswith("# ") for line in comment)
        assert _EXAMPLE_LINE.fullmatch(last), last


def test_the_example_can_be_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting, raising=False)
    defaults = BotSettings.load()
    (tmp_path / ".env").write_text(_EXAMPLE_LINE.sub(r"\1=\2", EXAMPLE), encoding="utf-8")
    assert BotSettings.load() == defaults
    (tmp_path / ".env").write_text(EXAMPLE.replace("# CITEBOT_CITATIONS=3", "CITEBOT_CITATIONS=2"), encoding="utf-8")
    assert BotSettings.load().citations == 2


@pytest.mark.parametrize("page", [*_pages(), ROOT / ".env.example"], ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    assert set(_SETTING.findall(page.read_text(encoding="utf-8"))) <= SETTINGS


def test_the_page_of_commands_has_every_one_and_every_option() -> None:
    for name, command in cli.commands.items():
        row = re.search(rf"^\| `citebot {name}\b.*$", COMMAND_PAGE, re.MULTILINE)
        assert row, name
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        missing = [option for option in options if f"`{option}" not in row[0] and f" {option}" not in row[0]]
        assert not missing, name


def test_the_readme_has_every_command_of_the_bot() -> None:
    assert [name for name in COMMANDS if f"`/{name}`" not in README] == []


@pytest.mark.parametrize(("english", "russian"), TRANSLATED.items())
def test_a_page_in_russian_has_the_headings_commands_settings_and_links_of_the_english_one(
    english: str, russian: str
) -> None:
    pages = [(ROOT / page).read_text(encoding="utf-8") for page in (english, russian)]
    assert _levels(pages[0]) == _levels(pages[1])
    assert _typed(pages[0]) == _typed(pages[1])
    for what in (_SETTING, _COMMAND, _SLASH):
        assert set(what.findall(pages[0])) == set(what.findall(pages[1]))
    assert _linked(english, pages[0]) == _linked(russian, pages[1])


def _levels(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", _FENCED.sub("", text), re.MULTILINE)]


def _typed(text: str) -> list[str]:
    """What is typed in a shell, without what is said in a language: comments, questions, what stands for something."""
    blocks = re.findall(r"^```(sh|console)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [
        line.removeprefix("$ ")
        for kind, block in blocks
        for line in block.splitlines()
        if kind == "sh" or line.startswith("$ ")
    ]
    return [re.sub(r"\s*#.*|\"[^\"]*\"|<[^>]*>", "", line).strip() for line in lines]


def _linked(page: str, text: str) -> set[str]:
    """The files that a page links to, those of translated pages by their English names; headings are told apart not."""
    targets = (link.partition("#")[0] for link in _LINK.findall(_FENCED.sub("", text)) if "://" not in link)
    found = {str(((ROOT / page).parent / target).resolve().relative_to(ROOT)) for target in targets if target}
    names = {russian: english for english, russian in TRANSLATED.items()}
    return {names.get(name, name) for name in found} - {"README.md"}


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    targets = [link.partition("#")[0] for link in _LINK.findall(text) if "://" not in link]
    assert [target for target in targets if not (page.parent / unquote(target)).exists()] == []


def test_the_page_of_security_names_tests_that_there_are() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert named
    for file, function in named:
        assert re.search(
            rf"^(async )?def {function}\(" if function else "", (ROOT / file).read_text("utf-8"), re.MULTILINE
        )


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == project["version"]


def test_how_it_works_names_every_module_and_folder() -> None:
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    parts = [part for package in ("bot", "retrieval") for part in (ROOT / package).iterdir() if part.name[0] != "."]
    names = {f"{part.name}/" if part.is_dir() else part.name for part in parts if not part.name.startswith("__")}
    assert sorted(name for name in names if f"`{name}`" not in page and name.endswith((".py", "/"))) == []


@pytest.mark.parametrize("module", _modules(), ids=lambda module: str(module.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))


def test_the_container_file_copies_and_runs_what_there_is() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]]
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(let_in)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [line for line in lines if line.startswith(("ENTRYPOINT", "CMD"))] == [
        'ENTRYPOINT ["citebot"]',
        'CMD ["start"]',
    ]
    assert {"start", "health"} <= cli.commands.keys()


def test_no_file_speaks_of_the_workshop() -> None:
    found = []
    for path in _files_of_the_repository():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in _OF_THE_WORKSHOP.finditer(text)]
    assert found == []


def test_what_the_pages_ask_the_database_of_people_can_be_asked(tmp_path: Path) -> None:
    PeopleStore.open(tmp_path, None).close()
    asked = [sql for page in _pages() for sql in _PEOPLE_SQL.findall(page.read_text(encoding="utf-8"))]
    assert len(asked) >= 2
    with closing(sqlite3.connect(tmp_path / "people.sqlite")) as connection:
        for sql in asked:
            assert connection.execute(sql).fetchall() == []


@pytest.mark.parametrize(("file", "count"), [("compose.yaml", 2), ("docs/scaling/compose.yaml", 4)])
def test_a_compose_file_runs_commands_that_there_are(file: str, count: int) -> None:
    services = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["services"].values()
    commands = [service["command"] for service in services if service["image"] == "citebot"]
    assert len(commands) == count
    for name, *options in commands:
        known = {option for parameter in cli.commands[name].params for option in parameter.opts}
        assert set(options) <= known


def test_the_compose_file_asks_for_health() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["bot"]["healthcheck"]["test"] == ["CMD", "citebot", "health"]
