"""Draw the picture of a conversation in the README from what the bot really answers, as a phone shows it.

    python docs/draw_conversation.py docs/conversation.svg

Needs the sample articles in the index of the settings (`citebot index`).
"""

import html
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from PIL import ImageFont
from telegram import InlineKeyboardMarkup

from bot.rendering.keyboards import answer_keyboard
from bot.rendering.messages import Renderer, page_of
from bot.texts import catalogue
from retrieval.library import Library
from retrieval.question.conversation import Conversation
from retrieval.settings import RetrievalSettings

SCREENS = (
    ("Сколько автомобилей прошло по Покровскому мосту за первые сутки?", "а сколько стоит билет на автобус?"),
    ("почему подорожал мост?", "Кто возглавляет ФРС США?"),
)
"""What is asked on each of the phones."""
SHOWN = 3

PHONE, GAP, HEADER = 390, 30, 56
TEXT, SMALL, LINE = 14, 11, 19
BUBBLE, PADDING, ROUND = 338, 10, 14
BESIDE_TEXT = {"": 0, "quote": 14, "folded": 30}
"""Room beside the text of a quotation: for its bar, and for the sign that it is folded."""
FOLDED_LINES = 3
FONT = "Roboto, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
NARROWER = 0.9
"""Width of these fonts, as a share of the one that is at hand to measure with."""
WALLPAPER, MINE, THEIRS = "#c9dbb5", "#e7fcd3", "#ffffff"
INK, GREY, ACCENT, QUOTE, BUTTON = "#0f1419", "#8a979f", "#3390ec", "#ebf4fd", "#6f8a5a"


@dataclass(frozen=True)
class Span:
    """Text of one look; its tags are Telegram's."""

    text: str
    tags: frozenset[str] = frozenset()


Line = list[Span]


@dataclass
class Canvas:
    """SVG elements, and how far down they reach."""

    left: int
    y: int = HEADER + 14
    drawn: list[str] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        """Draw a filled box."""
        self.drawn.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}" fill="{fill}"/>'
        )

    def write(self, x: float, y: float, line: Line, size: int = TEXT, fill: str = INK, anchor: str = "start") -> None:
        """Write a line of text; `y` is its base line."""
        spans = "".join(f"<tspan{style(span.tags)}>{html.escape(span.text)}</tspan>" for span in line)
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        self.drawn.append(f'<text {place} fill="{fill}" xml:space="preserve">{spans}</text>')

    def draw(self, path: str, fill: str, stroke: str = "none") -> None:
        """Draw a path."""
        self.drawn.append(f'<path d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>')


def main() -> None:
    library = Library.open(RetrievalSettings.load())
    canvases = [screen(library, questions, place * (PHONE + GAP)) for place, questions in enumerate(SCREENS)]
    height = max(canvas.y for canvas in canvases) + 8
    width = len(SCREENS) * (PHONE + GAP) - GAP
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" font-family="{FONT}">'
    ]
    for canvas in canvases:
        behind = Canvas(canvas.left)
        behind.box(canvas.left, 0, PHONE, height, WALLPAPER, 18)
        header(behind)
        pieces += behind.drawn + canvas.drawn
    Path(sys.argv[1]).write_text("\n".join([*pieces, "</svg>\n"]), encoding="utf-8")


def screen(library: Library, questions: Iterable[str], left: int) -> Canvas:
    """Ask the questions of one phone, and draw what is said."""
    texts, canvas, conversation = catalogue("ru"), Canvas(left), Conversation()
    renderer = Renderer(lambda: "citebot")
    for minute, question in enumerate(questions):
        answer = library.ask(question, conversation=conversation, limit=3 * SHOWN)
        conversation = conversation.after(answer)
        time = f"21:0{4 + minute}"
        bubble(canvas, html.escape(question), time, mine=True)
        for part in renderer.answer(page_of(answer, 0, SHOWN), texts):
            bubble(canvas, part.html, time, mine=False)
        keyboard(canvas, answer_keyboard(1, answer, 0, SHOWN, texts))
    return canvas


def header(canvas: Canvas) -> None:
    x = canvas.left
    canvas.draw(f"M{x} {HEADER}V18q0-18 18-18h{PHONE - 36}q18 0 18 18v{HEADER - 18}z", "#ffffff")
    canvas.draw(f"M{x + 24} 20l-8 8 8 8", "none", ACCENT)
    canvas.drawn.append(f'<circle cx="{x + 58}" cy="28" r="19" fill="{ACCENT}"/>')
    canvas.write(x + 58, 34, [Span("C", frozenset("b"))], 17, "#ffffff", "middle")
    canvas.write(x + 88, 25, [Span("Citebot", frozenset("b"))], 16)
    canvas.write(x + 88, 43, [Span("бот")], 13, GREY)


def bubble(canvas: Canvas, message: str, time: str, *, mine: bool) -> None:
    """Draw a message with its tail and its time."""
    inner = BUBBLE - 2 * PADDING
    parts = [(quoted, wrapped(spans, inner - BESIDE_TEXT[quoted])) for quoted, spans in paragraphs(message)]
    shown = [(quoted, lines[:FOLDED_LINES] if quoted == "folded" else lines) for quoted, lines in parts]
    widest = max(measured(line) + BESIDE_TEXT[quoted] for quoted, lines in shown for line in lines)
    last = measured(shown[-1][1][-1]) if not shown[-1][0] else inner
    width = min(BUBBLE, max(widest, last + 42) + 2 * PADDING)
    beside = last + 42 <= width - 2 * PADDING
    height = sum(len(lines) * LINE + (8 if quoted else 0) for quoted, lines in shown) + PADDING + (4 if beside else 18)
    x, y = canvas.left + (PHONE - width - 12 if mine else 12), canvas.y
    colour = MINE if mine else THEIRS
    canvas.box(x, y, width, height, colour, ROUND)
    foot = y + height
    edge, away = (x + width, 1) if mine else (x, -1)
    canvas.draw(f"M{edge - away * 16} {foot - 16}H{edge}q{away * 1} 12 {away * 7} 16h{-away * 24}z", colour)
    canvas.y += 6
    for (quoted, lines), (_, whole) in zip(shown, parts, strict=True):
        content(canvas, lines, x + PADDING, width - 2 * PADDING, quoted, folded=len(lines) < len(whole))
    canvas.write(x + width - PADDING, foot - 6, [Span(time)], SMALL, "#62ac55" if mine else GREY, "end")
    canvas.y = int(foot + 6)


def content(canvas: Canvas, lines: list[Line], x: float, width: float, quoted: str, *, folded: bool) -> None:
    """Draw lines, on the ground of a quotation where they are one."""
    if quoted:
        height = len(lines) * LINE + 4
        canvas.box(x, canvas.y + 2, width, height, QUOTE, 4)
        canvas.box(x, canvas.y + 2, 3, height, ACCENT, 1.5)
        if folded:
            canvas.draw(f"M{x + width - 15} {canvas.y + height - 9}l4.5 4.5 4.5-4.5", "none", ACCENT)
        canvas.y += 4
    for line in lines:
        canvas.write(x + (10 if quoted else 0), canvas.y + 15, line)
        canvas.y += LINE
    canvas.y += 4 if quoted else 0


def keyboard(canvas: Canvas, markup: InlineKeyboardMarkup) -> None:
    """Draw the buttons below a message."""
    for row in markup.inline_keyboard:
        width = (BUBBLE - 4 * (len(row) - 1)) / len(row)
        for place, button in enumerate(row):
            x = canvas.left + 12 + place * (width + 4)
            canvas.box(x, canvas.y, width, 36, BUTTON, 8)
            label = shortened(button.text, width - 20)
            canvas.write(x + width / 2, canvas.y + 23, [Span(label, frozenset("b"))], 14, "#ffffff", "middle")
        canvas.y += 40
    canvas.y += 10


def shortened(label: str, width: float) -> str:
    """Cut a label as a phone does where it does not fit its button."""
    while measured([Span(label, frozenset("b"))]) > width:
        label = label.rstrip("…")[:-1].rstrip() + "…"
    return label


def paragraphs(message: str) -> Iterator[tuple[str, list[Span]]]:
    """Yield what stands in quotations and between them: "", "quote" or "folded", and the text with its looks."""
    for piece in re.split(r"(<blockquote.*?</blockquote>)", message, flags=re.DOTALL):
        quoted = ("folded" if "expandable" in piece else "quote") if piece.startswith("<blockquote") else ""
        text = piece if quoted else piece.removeprefix("\n").removesuffix("\n")
        if text:
            yield quoted, list(formatted(text))


def formatted(text: str) -> Iterator[Span]:
    """Yield the runs of Telegram's HTML."""
    opened: list[str] = []
    pieces = re.split(r"<(/?)(\w+)[^>]*>", text)
    yield Span(html.unescape(pieces[0]))
    for closing, tag, run in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if closing:
            opened.remove(tag)
        else:
            opened.append(tag)
        yield Span(html.unescape(run), frozenset(opened) - {"blockquote"})


def wrapped(spans: Iterable[Span], width: float) -> list[Line]:
    """Break a text into lines that are no wider."""
    lines: list[Line] = [[]]
    for span in spans:
        for word in re.findall(r"\n|[^\S\n]|\S+[^\S\n]?", span.text):
            piece = Span(word, span.tags)
            if word == "\n":
                lines.append([])
            elif measured([*lines[-1], Span(word.rstrip(), span.tags)]) > width:
                last = lines[-1].pop()
                lines[-1].append(Span(last.text.rstrip(), last.tags))
                lines.append([piece])
            else:
                lines[-1].append(piece)
    return lines


def measured(line: Line) -> float:
    return sum(font(bold="b" in span.tags).getlength(span.text) for span in line) * NARROWER


@cache
def font(*, bold: bool) -> ImageFont.FreeTypeFont:
    properties = font_manager.FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    return ImageFont.truetype(font_manager.findfont(properties), TEXT)


def style(tags: frozenset[str]) -> str:
    looks = {"b": 'font-weight="600"', "i": 'font-style="italic"', "u": 'text-decoration="underline"'}
    looks["a"] = f'fill="{ACCENT}"'
    return "".join(f" {looks[tag]}" for tag in sorted(tags))


if __name__ == "__main__":
    main()
