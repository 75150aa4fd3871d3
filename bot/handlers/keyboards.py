"""Which buttons stand under which message."""

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.handlers.cited import key_of
from bot.handlers.presses import Action, Press
from bot.rendering import headline
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.articles import article_key
from retrieval.types import Answer, NearestArticle

_LONGEST_LABEL = 60
_IN_A_ROW = 5

_Row = Sequence[InlineKeyboardButton]


def answer_keyboard(exchange: int, answer: Answer, page: int, size: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what stands under page `page`, each of `size` citations, of a whole answer."""
    if not answer.citations:
        return InlineKeyboardMarkup([*nearest_rows(answer.nearest, texts), _ratings(exchange)])
    first, last = page * size, min((page + 1) * size, len(answer.citations))
    around = [
        _button(f"¶ {number}", Press(Action.AROUND, exchange, number, key_of(citation)))
        for number, citation in enumerate(answer.citations[first:last], start=first + 1)
    ]
    turning = []
    if page:
        turning.append(_button(texts.say("button-back"), Press(Action.PAGE, exchange, page - 1)))
    if last < len(answer.citations):
        turning.append(_button(texts.say("button-more"), Press(Action.PAGE, exchange, page + 1)))
    return _keyboard([*_in_rows(around), turning, _ratings(exchange)])


def surroundings_keyboard(exchange: int, number: int, key: str, size: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what stands under the text around citation `number` of an answer."""
    back = _button(texts.say("button-back"), Press(Action.PAGE, exchange, (number - 1) // size))
    return _keyboard([[back, _button(texts.say("button-article"), Press(Action.ARTICLE, exchange, 0, key))]])


def article_keyboard(exchange: int, key: str, page: int, pages: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return what stands under a page of an article; None where there is nothing to press."""
    turning = []
    if page:
        label = texts.say("button-previous", page=page)
        turning.append(_button(label, Press(Action.ARTICLE, exchange, page - 1, key)))
    if page + 1 < pages:
        label = texts.say("button-next", page=page + 2)
        turning.append(_button(label, Press(Action.ARTICLE, exchange, page + 1, key)))
    back = [_button(texts.say("button-back"), Press(Action.PAGE, exchange))] if exchange else []
    return _keyboard([turning, back]) if turning or back else None


def nearest_keyboard(nearest: Iterable[NearestArticle], texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each article, which opens it."""
    return InlineKeyboardMarkup(nearest_rows(nearest, texts))


def nearest_rows(nearest: Iterable[NearestArticle], texts: Texts) -> list[_Row]:
    """Return a row for each article, whose button opens it."""
    return [
        [
            _button(
                headline(article.title, article.article_id, article.published_at, texts),
                Press(Action.OPEN, key=article_key(article.article_id)),
            )
        ]
        for article in nearest
    ]


def examples_keyboard(examples: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Return a button for each question and the key of the article that it is about."""
    return InlineKeyboardMarkup([[_button(question, Press(Action.EXAMPLE, key=key))] for question, key in examples])


def language_keyboard() -> InlineKeyboardMarkup:
    """Return a button for each language, in its own words."""
    names = [(code, catalogue(code).say("language-name")) for code in LANGUAGES]
    return _keyboard(_in_rows([_button(name, Press(Action.LANGUAGE, key=code)) for code, name in names]))


def _ratings(exchange: int) -> _Row:
    return [_button("👍", Press(Action.USEFUL, exchange)), _button("👎", Press(Action.USELESS, exchange))]


def _button(label: str, press: Press) -> InlineKeyboardButton:
    short = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
    return InlineKeyboardButton(short, callback_data=press.data())


def _in_rows(buttons: Sequence[InlineKeyboardButton]) -> list[_Row]:
    return [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]


def _keyboard(rows: Iterable[_Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
