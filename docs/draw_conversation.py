"""Take the picture of a conversation in the README: what the bot really answers, as Telegram shows it.

    python docs/draw_conversation.py docs/conversation.png

Needs the sample articles in the index of the settings (`citebot index`), Chromium, and the fonts Roboto and Noto Color
Emoji (on Debian: `apt-get install chromium fonts-roboto fonts-noto-color-emoji`).
"""

import html
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image
from telegram import InlineKeyboardButton

from bot.rendering.acts import line_for
from bot.rendering.keyboards import answer_keyboard
from bot.rendering.messages import Renderer, page_of
from bot.texts import catalogue
from retrieval.library import Library
from retrieval.question.acts import act_of
from retrieval.question.conversation import Conversation
from retrieval.settings import RetrievalSettings

SCREENS = (
    ("сколько стоит трамвай в белокамске", "а проездной?"),
    ("что случилось в пятницу?", "Кто возглавляет Банк России?", "спасибо!"),
)
"""What is asked on each of the phones."""
ASKED_AT = datetime(2024, 12, 2, 21, 4)  # noqa: DTZ001 - the library takes a moment in the settings' time zone
SHOWN = 3
"""Excerpts at once, as the bot shows them in private; it finds three times as many."""

TEMPLATE = "conversation.html.jinja"
WIDTH, HEIGHT, SCALE = 860, 1060, 2
"""CSS pixels, and how many of the picture's each of them is."""
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
SHADES, COLOURS, OPAQUE = 32, 224, 255
"""Entries of the picture's palette: translucent ones of the shadow, and others; and how opaque those are."""


class Message(NamedTuple):
    """What the template shows as one bubble."""

    html: str
    time: str
    rows: Sequence[Sequence[InlineKeyboardButton]] = ()
    mine: bool = False


def main() -> None:
    library = Library.open(RetrievalSettings.load())
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    screens = [list(messages(library, questions)) for questions in SCREENS]
    page = pages.get_template(TEMPLATE).render(screens=screens, width=WIDTH, height=HEIGHT)
    small(photographed(page)).save(sys.argv[1], optimize=True)


def messages(library: Library, questions: Iterable[str]) -> Iterator[Message]:
    """Ask the questions of one phone, and yield what is written on both sides."""
    texts, conversation = catalogue("ru"), Conversation()
    renderer = Renderer(lambda: "citebot")
    for minute, question in enumerate(questions):
        moment = ASKED_AT + timedelta(minutes=minute)
        time = f"{moment:%H:%M}"
        yield Message(html.escape(question), time, mine=True)
        if act := act_of(question):
            yield Message(html.escape(line_for(act, texts) or ""), time)
            continue
        answer = library.ask(question, conversation=conversation, limit=3 * SHOWN, now=moment)
        conversation = conversation.after(answer)
        *parts, last = (laid_out(part.html) for part in renderer.answer(page_of(answer, 0, SHOWN), texts))
        yield from (Message(part, time) for part in parts)
        yield Message(last, time, answer_keyboard(1, answer, 0, SHOWN, texts, "private").inline_keyboard)


def laid_out(message: str) -> str:
    """Return Telegram's HTML as a browser's: a quotation breaks the line by itself."""
    message = message.replace("<blockquote expandable>", '<blockquote class="folded">')
    return re.sub(r"\n?(<blockquote)|(</blockquote>(?:<i>)?)\n", r"\1\2", message)


def photographed(page: str) -> Image.Image:
    """Return what Chromium shows of a page, on transparent ground."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not chromium:
        sys.exit("There is no Chromium to take the picture with: install it, e.g. with apt-get install chromium")
    with TemporaryDirectory() as folder:
        shown, taken = Path(folder, "page.html"), Path(folder, "page.png")
        shown.write_text(page, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}"]
        look = [f"--force-device-scale-factor={SCALE}", "--default-background-color=00000000"]
        look += [f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={taken}"]
        subprocess.run([chromium, *options, *look, shown.as_uri()], check=True, capture_output=True)
        return Image.open(taken).convert("RGBA")


def small(picture: Image.Image) -> Image.Image:
    """Return a picture with a palette, whose translucent pixels are all black, as those of a shadow are."""
    opaque = picture.convert("RGB")
    reduced = opaque.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    alpha = np.asarray(picture.getchannel("A"))
    shades = COLOURS + alpha.astype(int) * SHADES // 256
    indices = np.where(alpha == OPAQUE, np.asarray(reduced), shades).astype(np.uint8)
    result = Image.fromarray(indices)
    result.putpalette([*(reduced.getpalette() or [])[: 3 * COLOURS], *[0] * (3 * SHADES)])
    result.info["transparency"] = bytes([OPAQUE] * COLOURS + [shade * 256 // SHADES for shade in range(SHADES)])
    return result


if __name__ == "__main__":
    main()
