"""Questions on the command line: one, a file of them, or a conversation."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from bot.terminal.json_output import print_answer_json
from bot.terminal.language import spoken
from bot.terminal.printing import print_answer
from bot.terminal.speaking import plain_line, say
from bot.terminal.styled import put
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from bot.settings import Persona
    from bot.terminal.talking import Asking
    from retrieval.library import Library
    from retrieval.types import Answer

NEW_CONVERSATION = "/new"


def answer_one(library: Library, persona: Persona, question: str, asking: Asking, *, as_json: bool) -> None:
    """Print the answer to one question."""
    from bot.terminal.talking import Talk

    _print_answer(Talk(library, persona, asking).reply(question), as_json=as_json)


def answer_batch(library: Library, persona: Persona, file: Path, asking: Asking) -> None:
    """Print one JSON line a question; a broken line is told on standard error and makes the exit code 1."""
    from bot.terminal.talking import Talk

    broken = 0
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                identifier, question = _parse_question(line)
            except ValueError as error:
                broken += 1
                say(f"citebot: {file}:{number}: {spoken(told_by(error))}", error=True)
                continue
            print_answer_json(Talk(library, persona, asking).reply(question), identifier)
    sys.exit(1 if broken else 0)


def _parse_question(line: str) -> tuple[Any, str]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(told("is not JSON ({error})", error=error)) from error
    question = record.get("question") if isinstance(record, dict) else None
    if not isinstance(question, str) or not question.strip():
        raise ValueError(told('expected an object with a "question" that is a text'))
    return record.get("id"), question


def converse(
    library: Library,
    persona: Persona,
    asking: Asking,
    *,
    as_json: bool,
    news: Callable[[], Iterable[str]] = tuple,
) -> None:
    """Answer each line of standard input, as one conversation until `NEW_CONVERSATION` begins another.

    Where a person types, `news` is asked before each line for what is to be told meanwhile.
    """
    from bot.terminal.talking import Talk

    talk = Talk(library, persona, asking)
    for line in _typed_lines(news, echoed=not as_json):
        if line == NEW_CONVERSATION:
            talk.begin_anew()
        else:
            _print_answer(talk.reply(line), as_json=as_json)


def _typed_lines(news: Callable[[], Iterable[str]], *, echoed: bool) -> Iterator[str]:
    """Yield questions and `NEW_CONVERSATION` from standard input, with a prompt where a person types them.

    Where nobody sees them typed, such as those from a file, they are `echoed` before their answers.
    """
    prompt = Console(stderr=True)
    interactive = sys.stdin.isatty()
    if interactive:
        put(prompt, told("Ask about your articles; Ctrl+D ends."), style="dim")
        import readline  # noqa: F401 - line editing and history for input()
    while True:
        for line in news() if interactive else ():
            put(prompt, line, style="dim")
        try:
            line = input("> ") if interactive else next(sys.stdin)
        except (EOFError, StopIteration):
            return
        typed = line.strip()
        if interactive and typed.startswith("/") and typed != NEW_CONVERSATION:
            unknown = told(
                "{command} is no command here; only {known} is.", command=typed.split()[0], known=NEW_CONVERSATION
            )
            put(prompt, unknown, style="dim")
        elif typed:
            if echoed and not interactive:
                click.echo(f"> {plain_line(typed)}")
            yield typed


def _print_answer(answer: Answer, *, as_json: bool) -> None:
    """Print an answer at once, whoever reads along."""
    if as_json:
        print_answer_json(answer)
    else:
        print_answer(Console(highlight=False), answer)
    sys.stdout.flush()
