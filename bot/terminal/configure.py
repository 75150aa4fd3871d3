"""The settings that a newcomer needs: asked for one by one, tried, and written into ``.env``.

In a terminal a wrong answer is asked for again. Where the answers come from a file or another program, one a line, the
first wrong one ends it. Either way nothing is written before the last question is answered.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr, ValidationError

from bot.settings import BotSettings
from bot.terminal.env_file import is_set_outside, require_writable, settings_in, write_settings
from bot.terminal.language import spoken
from bot.terminal.speaking import printable, say
from retrieval.errors import RetrievalError, SettingsError
from retrieval.settings import wrong_values
from retrieval.told import Told, told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.progress import Progress
    from retrieval.types import IndexPreview, LoadProblem

_PREFIX = "CITEBOT_"
_TAKEN_OUT = "-"
_PROBLEMS_SHOWN = 3


class ConfigureStoppedError(SettingsError):
    """The questions were not answered to the end."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A setting that is asked for."""

    field: str
    """Of `BotSettings`."""
    asks: Told
    none: Told | None = None
    """What it means where nothing stands; None where something always does."""
    secret: bool = False
    of_bot: bool = False
    """It is asked only where there is a token."""

    @property
    def variable(self) -> str:
        return _PREFIX + self.field.upper()

    @property
    def default(self) -> str:
        """What holds where it is not set, as one writes it."""
        value = _default(self.field)
        return ",".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


_QUESTIONS = (
    _Question(
        "telegram_token",
        told("The token of the Telegram bot, from @BotFather (not shown while it is typed)"),
        told("no bot, answers in the terminal"),
        secret=True,
    ),
    _Question("sources", told("The articles: files, folders and web addresses, with commas between them")),
    _Question(
        "admin_ids",
        told("Telegram numbers of those who may administer the bot (who writes /whoami to it is told theirs)"),
        told("nobody"),
        of_bot=True,
    ),
    _Question("timezone", told("The time zone of the articles, such as Europe/Moscow")),
    _Question("language", told("The language of the command line: ru or en"), told("that of this machine")),
)


def _questions() -> Iterator[_Question]:
    return (question for question in _QUESTIONS if question.field in BotSettings.model_fields)


def configure(path: Path, progress: Callable[[], Progress]) -> None:
    """Ask, try and write.

    Raises:
        ConfigureStoppedError: there was no answer; the file is as it was.
        SettingsError: an answer is wrong and there is nobody to ask again, or the file cannot be read or written.

    """
    conversation = _Conversation(path, progress)
    try:
        changes = conversation.held()
    except (click.Abort, EOFError) as error:
        raise ConfigureStoppedError(told("stopped; nothing was changed")) from error
    if not changes:
        _say(told("Nothing was changed."))
    else:
        write_settings(path, changes)
        _say(told("Written into {path}: {names}.", path=path, names=", ".join(changes)))
    for name in filter(is_set_outside, changes):
        _say(told("{name} is set in the environment too, which wins over {path}.", name=name, path=path))
    _say(_what_next(path, is_behind=conversation.index_is_behind))


def _what_next(path: Path, *, is_behind: bool) -> Told:
    """Return what to do now; `is_behind` where there is an index, and it holds other articles than the sources."""
    try:
        settings = BotSettings.load()
    except SettingsError as error:
        return told("Next mend what else is wrong in {path} or the environment: {wrong}", path=path, wrong=error)
    if is_behind:
        # `citebot start` leaves an index that there is alone.
        return told("Next: `citebot index` brings the index in step with these articles, then `citebot start`.")
    if settings.telegram_token is None:
        return told("Next: `citebot start` indexes the articles, and answers here.")
    return told("Next: `citebot start` indexes the articles, and runs the bot.")


class _Conversation:
    """Asks one question after another; nothing is kept but the answers."""

    def __init__(self, path: Path, progress: Callable[[], Progress]) -> None:
        require_writable(path)
        self._file = settings_in(path)
        environment = {name.upper(): value for name, value in os.environ.items() if value}
        self._standing = {**self._file, **environment}
        self._progress = progress
        self._is_attended = sys.stdin.isatty()
        self._answers: dict[str, Any] = {}
        """By fields, as `BotSettings` has them."""
        self.index_is_behind = False
        """There is an index, and `citebot index` would change it."""

    def held(self) -> dict[str, str | None]:
        """Return what shall be changed in the file, by variables; None is for what shall be taken out."""
        _say(told("Enter keeps what stands in brackets; - takes a setting out."))
        changes: dict[str, str | None] = {}
        for question in _questions():
            if question.of_bot and not self._answers["telegram_token"]:
                continue
            text = self._answer_to(question)
            if text is not None and text != self._file.get(question.variable, ""):
                changes[question.variable] = text or None
        return changes

    def _answer_to(self, question: _Question) -> str | None:
        """Return the answer: None to leave what stands, "" to take it out."""
        while True:
            text = self._prompt(question)
            meant = "" if text == _TAKEN_OUT else text or self._standing.get(question.variable, "")
            try:
                value = _read(question.field, meant or question.default)
                self._answers[question.field] = value
                is_kept = self._try(question.field, value)
            except SettingsError as error:
                if not self._is_attended:
                    raise
                _say(error)
                continue
            if is_kept:
                return None if not text else meant

    def _prompt(self, question: _Question) -> str:
        standing = self._standing.get(question.variable, "") or question.default
        shown = standing or question.none
        if question.secret and standing:
            shown = told("the one that is set")
        asked = told("{question} [{shown}]", question=question.asks, shown=shown)
        if self._is_attended:
            answer: str = click.prompt(printable(asked), default="", show_default=False, hide_input=question.secret)
            return answer.strip()
        _say(told("{question}:", question=asked))
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.strip()

    def _try(self, field: str, value: Any) -> bool:
        """Try an answer, and say what came of it; return whether it shall be kept."""
        if field == "telegram_token" and value is not None:
            self._try_token(value)
        elif field == "sources":
            return self._try_sources()
        return True

    def _try_token(self, token: SecretStr) -> None:
        from bot.transport.identity import UnreachableError, name_of_bot

        required = BotSettings.model_construct(telegram_token=token).required_token()
        try:
            api_url = _read("telegram_api_url", self._standing.get("CITEBOT_TELEGRAM_API_URL"))
        except SettingsError as error:  # not asked for here, and told again in the end
            _say(told("  The token cannot be tried: {wrong}", wrong=error))
            return
        try:
            _say(told("  Telegram knows it: {name}", name=name_of_bot(required, api_url)))
        except UnreachableError as error:
            _say(told("  {reason}", reason=error))

    def _try_sources(self) -> bool:
        try:
            preview = self._preview()
        except RetrievalError as error:
            _say(told("  {reason}", reason=error))
            is_doubtful = True
        else:
            for line in _found(preview):
                _say(told("  {line}", line=line))
            counts = preview.articles
            self.index_is_behind = preview.generation is not None and bool(
                counts.added + counts.changed + counts.removed
            )
            is_doubtful = any(_is_missing(source) for source in self._answers["sources"])
        if is_doubtful and self._is_attended:
            return click.confirm(spoken(told("Keep these sources all the same?")), default=False)
        return True

    def _preview(self) -> IndexPreview:
        from retrieval.library import Library

        # Of what is still to be asked for, what stands may be wrong, and does not matter here.
        to_come = {question.field: _default(question.field) for question in _questions()}
        try:
            settings = BotSettings(**(to_come | self._answers))
        except ValidationError as error:
            raise SettingsError(told("The sources cannot be tried: {wrong}", wrong=wrong_values(error))) from error
        return Library(settings, self._progress()).preview()


def _is_missing(source: str) -> bool:
    from retrieval.fetching.addresses import is_address

    try:
        return not is_address(source) and not Path(source).exists()
    except OSError:  # no name of a file can be that long
        return True


def _default(field: str) -> Any:
    return BotSettings.model_fields[field].get_default(call_default_factory=True)


def _read(field: str, text: str | None) -> Any:
    """Return what a text means as a setting; raises `SettingsError`."""
    if not text:
        return _default(field)
    empty = BotSettings.model_construct()
    try:
        BotSettings.__pydantic_validator__.validate_assignment(empty, field, text)
    except ValidationError as error:
        raise SettingsError(wrong_values(error)) from None
    return getattr(empty, field)


def _found(preview: IndexPreview) -> Iterator[Told]:
    counts = preview.articles
    yield told("{count} article", "{count} articles", count=counts.added + counts.changed + counts.unchanged)
    yield from map(_problem, preview.problems[:_PROBLEMS_SHOWN])
    more = len(preview.problems) - _PROBLEMS_SHOWN
    if more > 0:
        yield told("and {count} more problem", "and {count} more problems", count=more)


def _problem(problem: LoadProblem) -> Told:
    place = f"{problem.source}:{problem.line}" if problem.line else problem.source
    return told("{place}: {reason}", place=place, reason=problem.reason)


def _say(sentence: str | SettingsError) -> None:
    say(told_by(sentence) if isinstance(sentence, Exception) else sentence)
