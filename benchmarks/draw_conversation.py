"""Draw the picture of a conversation in the README from what the bot really answers.

    python benchmarks/draw_conversation.py docs/conversation.svg

Needs the sample articles in the index of the settings (`citebot index`). Telegram's own look differs.
"""

import html
import re
import sys
from io import StringIO

from rich.align import Align
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text
from telegram import InlineKeyboardMarkup

from bot.handlers.keyboards import answer_keyboard
from bot.rendering import Renderer, page_of
from bot.texts import catalogue
from retrieval.conversation import Conversation
from retrieval.library import Library
from retrieval.settings import RetrievalSettings

QUESTIONS = (
    "Сколько автомобилей прошло по Покровскому мосту за первые сутки?",
    "а сколько стоит билет на автобус?",
    "Кто возглавляет ФРС США?",
)
WIDTH, BUBBLE, SHOWN = 96, 84, 2
STYLES = {"b": "bold", "u": "underline", "i": "italic", "a": "blue", "blockquote": "on grey93"}


def main() -> None:
    console = Console(width=WIDTH, record=True, file=StringIO())
    library, texts = Library.open(RetrievalSettings.load()), catalogue("ru")
    renderer = Renderer(lambda: "citebot")
    conversation = Conversation()
    for question in QUESTIONS:
        answer = library.ask(question, conversation=conversation, limit=3 * SHOWN)
        conversation = conversation.after(answer)
        console.print(Align.right(Panel(question, style="cyan", expand=False)))
        for part in renderer.answer(page_of(answer, 0, SHOWN), texts):
            console.print(Panel(formatted(part.html), width=BUBBLE))
        console.print(buttons(answer_keyboard(1, answer, 0, SHOWN, texts)), "")
    console.save_svg(sys.argv[1], title="Citebot", theme=DEFAULT_TERMINAL_THEME)


def formatted(message: str) -> Text:
    """Turn Telegram's HTML into styled text."""
    pieces = re.split(r"<(/?)(\w+)[^>]*>", message)
    markup = escape(html.unescape(pieces[0]))
    for closing, tag, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        markup += ("[/]" if closing else f"[{STYLES[tag]}]") + escape(html.unescape(text))
    return Text.from_markup(markup)


def buttons(keyboard: InlineKeyboardMarkup) -> Text:
    """Draw the buttons below a message."""
    rows = ("  ".join(f"[reverse] {escape(button.text)} [/]" for button in row) for row in keyboard.inline_keyboard)
    return Text.from_markup("\n".join(f"  {row}" for row in rows))


if __name__ == "__main__":
    main()
