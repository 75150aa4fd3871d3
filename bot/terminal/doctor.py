"""Everything looked at, a line a finding: settings, articles and index, people, machine, and who must be reached."""

from __future__ import annotations

import stat
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.people.database import PEOPLE_FILE, PeopleError
from bot.people.store import PeopleStore
from bot.settings import BotSettings
from bot.terminal.env_file import settings_in
from bot.terminal.json_output import print_json_line
from bot.terminal.language import spoken
from bot.terminal.speaking import printable, say
from bot.unread_settings import unread_settings
from retrieval.doctor.examining import examine
from retrieval.doctor.findings import Examination, Finding, Level
from retrieval.doctor.repairing import repair
from retrieval.errors import RetrievalError, SettingsError
from retrieval.store.snapshots import faults_in
from retrieval.text.one_line import on_one_line
from retrieval.told import Told, to_be_told, told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.library import Library
    from retrieval.progress import Progress

_LINES = {
    Level.OK: to_be_told("ok: {said}"),
    Level.NOTE: to_be_told("note: {said}"),
    Level.PROBLEM: to_be_told("problem: {said}"),
}
_SECRETS = ("CITEBOT_TELEGRAM_TOKEN", "CITEBOT_TELEGRAM_WEBHOOK_SECRET", "CITEBOT_DATABASE_URL")


class Doctor:
    """Looks at everything, mends what it may, and tells of it."""

    def __init__(self, progress: Progress, open_library: Callable[[BotSettings], Library], *, as_json: bool) -> None:
        self._progress = progress
        self._open_library = open_library
        self._as_json = as_json

    def run(self, *, mend: bool) -> bool:
        """Tell all that is found; return whether nothing is wrong, or nothing any more."""
        found = self._examined()
        repaired: list[str] = []
        if mend and (not found.healthy or found.left_over):
            self._tell(found.findings, problems_only=True)
            failure = self._mend(repaired)
            found = self._examined()
            if failure:
                tell = found.note if found.healthy else found.problem
                tell("repair", failure)
        if self._as_json:
            findings = [{**asdict(finding), "said": printable(finding.said)} for finding in found.findings]
            print_json_line(
                {"healthy": found.healthy, "findings": findings, "repaired": list(map(printable, repaired))}
            )
        else:
            self._tell(found.findings)
        return found.healthy

    def _examined(self) -> Examination:
        of_settings = Examination()
        settings = look_at_settings(of_settings)
        if settings is None:
            return of_settings
        try:
            library = self._open_library(settings)
            found = examine(library.home, library.model, self._progress.step)
        except RetrievalError as error:
            of_settings.problem("database", told_by(error))
            return of_settings
        found.findings[:0] = of_settings.findings
        look_at_people(settings, found)
        look_at_telegram(settings, found)
        return found

    def _mend(self, repaired: list[str]) -> str:
        """Mend, and tell each thing that was; return why it went no further, if it did not."""
        try:
            library = self._open_library(BotSettings.load())
            for done in repair(library.home, library.model, self._progress, library.index):
                repaired.append(done)
                if not self._as_json:
                    say(told("repaired: {said}", said=done))
        except RetrievalError as error:
            return told("not repaired: {reason}", reason=told_by(error))
        return ""

    def _tell(self, findings: list[Finding], *, problems_only: bool = False) -> None:
        if self._as_json:
            return
        for finding in findings:
            if finding.level is Level.PROBLEM or not problems_only:
                say(on_one_line(spoken(Told(_LINES[finding.level], None, {"said": finding.said}))))


def look_at_settings(found: Examination) -> BotSettings | None:
    """Look at ``.env`` and the environment; return the settings, None where one has a wrong value."""
    for warning in unread_settings():
        found.problem("settings", warning)
    path = Path(str(BotSettings.model_config["env_file"]))
    try:
        settings = BotSettings.load()
        if settings.telegram_token:
            settings.required_token()
            settings.webhook()
        if path.exists():
            _look_at_mode(path, found)
    except SettingsError as error:
        found.problem("settings", told_by(error))
        return None
    if found.healthy:
        found.ok("settings", told("all settings are understood"))
    return settings


def _look_at_mode(path: Path, found: Examination) -> None:
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and any(name in settings_in(path) for name in _SECRETS):
        found.problem("settings", told(".env holds a secret and others may read or change it: run `chmod 600 .env`"))


def look_at_people(settings: BotSettings, found: Examination) -> None:
    """Look at what is stored about people."""
    try:
        people = PeopleStore.open_to_read(settings.home, settings.database_url)
    except PeopleError as error:
        found.problem("people", told_by(error))
        return
    if people is None:
        found.ok("people", told("nothing is stored about people yet"))
        return
    is_file = people.engine.dialect.name == "sqlite"
    people.close()
    faults = faults_in(settings.home / PEOPLE_FILE) if is_file else []
    for fault in faults:
        found.problem(
            "people",
            told(
                "{file} is damaged ({fault}): stop the bot and put back the one of a backup, or move it away; then "
                "buttons under earlier answers expire",
                file=settings.home / PEOPLE_FILE,
                fault=fault,
            ),
        )
    if not faults:
        found.ok("people", told("what is stored about people is whole"))


def look_at_telegram(settings: BotSettings, found: Examination) -> None:
    """Ask Telegram who the bot is, where there is a token."""
    if settings.telegram_token is None:
        found.note("telegram", told("no token is set, so Telegram was not asked"))
        return
    from bot.transport.errors import NotRunningError
    from bot.transport.identity import name_of_bot

    try:
        name = name_of_bot(settings.required_token(), settings.telegram_api_url)
    except (RetrievalError, NotRunningError) as error:
        found.problem("telegram", told_by(error))
    else:
        found.ok("telegram", told("Telegram answers, and the bot is {name}", name=name))
