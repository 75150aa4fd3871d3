"""Which buttons stand under which message."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from telegram import Chat, InlineKeyboardButton, InlineKeyboardMarkup

from bot.rendering.by_article import Group, by_article
from bot.rendering.callback_data import Action, CallbackData, excerpt_key
from bot.rendering.lines import shortened, within_a_line
from bot.rendering.markup import clean
from bot.rendering.messages import headline
from bot.rendering.periods import periods_around
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.articles import article_key
from retrieval.types import Answer, Citation, Digest, Given, NearestArticle

_LONGEST_LABEL = 60
_LONGEST_HEADLINE = 48
"""With its date, which stands last and is to be seen on a phone; of other names that stand beside a few words."""
_IN_A_ROW = 3
_NUMBERS_IN_A_ROW = 5
_SEVERAL = 2

_Row = Sequence[InlineKeyboardButton]


def answer_keyboard(
    exchange: int, answer: Answer, page: int, size: int, texts: Texts, chat_kind: str
) -> InlineKeyboardMarkup:
    """Return what stands under page `page`, each of `size` citations, of a whole answer in a chat of a kind.

    In private the question may be followed: the first page has a button for that.
    """
    first, last = page * size, min((page + 1) * size, len(answer.citations))
    cited = _cited_rows(exchange, by_article(answer.citations[first:last]), page, texts)
    turning = []
    if page:
        turning.append(_button(texts.say("button-back"), CallbackData(Action.PAGE, exchange, page - 1)))
    if last < len(answer.citations):
        turning.append(_button(texts.say("button-more"), CallbackData(Action.PAGE, exchange, page + 1)))
    others = [_period_row(exchange, answer, texts), _outlet_row(exchange, answer, first, last, texts)]
    story = _story_row(exchange, answer, texts)
    follow = _follow_row(exchange, answer, texts) if chat_kind == Chat.PRIVATE and not page else []
    return _keyboard(
        [*cited, turning, story, *others, *nearest_rows(answer.nearest, texts), follow, _ratings(exchange)]
    )


def _period_row(exchange: int, answer: Answer, texts: Texts) -> _Row:
    """Return what leads to the time before that of a question, after it, and to more around it."""
    if answer.period is None:
        return []
    return [
        _button(
            texts.say("button-period", which=name, period=texts.written_period(*days)),
            CallbackData(Action.PERIOD, exchange, days[0].toordinal(), back=days[1].toordinal()),
        )
        for name, days in periods_around(answer.period).items()
    ]


def _story_row(exchange: int, answer: Answer, texts: Texts) -> _Row:
    """Return what tells how the cited story went on, where it moved on several days."""
    if answer.story_days < _SEVERAL:
        return []
    return [_button(texts.say("button-story"), CallbackData(Action.STORY, exchange))]


def _follow_row(exchange: int, answer: Answer, texts: Texts) -> _Row:
    """Return what lets a reader be told of what comes: of an answer, where there is none yet."""
    label = texts.say("button-follow") if answer.answered else texts.say("button-tell-me")
    return [_button(label, CallbackData(Action.FOLLOW, exchange))]


def _outlet_row(exchange: int, answer: Answer, first: int, last: int, texts: Texts) -> _Row:
    """Return what leads to the answers of one outlet, where several are cited and none was asked for."""
    outlets: dict[str, int] = {}
    for citation in answer.citations[first:last]:
        outlets.setdefault(citation.source or "", citation.number)
    outlets.pop("", None)
    if answer.outlet or len(outlets) < _SEVERAL:
        return []
    return [
        _button(
            texts.say("button-outlet", outlet=within_a_line(clean(outlet), _LONGEST_HEADLINE)),
            CallbackData(Action.OUTLET, exchange, number),
        )
        for outlet, number in outlets.items()
    ]


def _cited_rows(exchange: int, groups: Sequence[Group], page: int, texts: Texts) -> list[_Row]:
    """Return what leads around in the cited articles: into each of them, or of one to the whole of it as well."""

    def around(label: str, citation: Citation) -> InlineKeyboardButton:
        return _button(label, CallbackData(Action.AROUND, exchange, citation.number, excerpt_key(citation)))

    if len(groups) == 1:
        citation = groups[0][0]
        whole = CallbackData(Action.ARTICLE, exchange, 0, article_key(citation.article_id), page)
        return [[around(texts.say("button-context"), citation), _button(texts.say("button-article"), whole)]]
    return _in_rows(
        [around(texts.say("button-context-of", number=place), group[0]) for place, group in enumerate(groups, start=1)]
    )


def surroundings_keyboard(exchange: int, number: int, key: str, size: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what stands under the text around citation `number` of an answer."""
    page = (number - 1) // size
    back = _button(texts.say("button-back"), CallbackData(Action.PAGE, exchange, page))
    whole = _button(texts.say("button-article"), CallbackData(Action.ARTICLE, exchange, 0, key, page))
    return _keyboard([[back, whole]])


def article_keyboard(shown: CallbackData, pages: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return what stands under the page of an article that is `shown`; None where there is nothing to press."""
    turning = _turning(shown, pages, texts)
    answer = CallbackData(Action.PAGE, shown.exchange, shown.back)
    back = [_button(texts.say("button-back"), answer)] if shown.exchange else []
    return _keyboard([turning, back]) if turning or back else None


def story_keyboard(shown: CallbackData, pages: int, texts: Texts) -> InlineKeyboardMarkup | None:
    """Return what stands under the page of a story day by day that is `shown`; None where it is the only one."""
    turning = _turning(shown, pages, texts)
    return _keyboard([turning]) if turning else None


def _turning(shown: CallbackData, pages: int, texts: Texts) -> _Row:
    """Return what leads to the pages before and after the one that is `shown`, in place."""
    page, turning = shown.number, []
    if page:
        label = texts.say("button-previous", page=page)
        turning.append(_button(label, replace(shown, number=page - 1)))
    if page + 1 < pages:
        label = texts.say("button-next", page=page + 2)
        turning.append(_button(label, replace(shown, number=page + 1)))
    return turning


def nearest_keyboard(nearest: Iterable[NearestArticle], texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each article, which opens it."""
    return InlineKeyboardMarkup(nearest_rows(nearest, texts))


def nearest_rows(nearest: Iterable[NearestArticle], texts: Texts) -> list[_Row]:
    """Return a row for each article, whose button opens it."""
    return [
        [
            _button(
                _headline(article, texts),
                CallbackData(Action.OPEN, key=article_key(article.article_id)),
            )
        ]
        for article in nearest
    ]


def examples_keyboard(examples: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Return a button for each question and the key of the article that it is about."""
    return InlineKeyboardMarkup(
        [[_button(question, CallbackData(Action.EXAMPLE, key=key))] for question, key in examples]
    )


def missed_keyboard(exchanges: Iterable[int]) -> InlineKeyboardMarkup:
    """Return a button for each question that was not answered well, with its place in the list."""
    buttons = [
        _button(str(place), CallbackData(Action.MISSED, exchange)) for place, exchange in enumerate(exchanges, start=1)
    ]
    return _keyboard(
        [buttons[start : start + _NUMBERS_IN_A_ROW] for start in range(0, len(buttons), _NUMBERS_IN_A_ROW)]
    )


def judging_keyboard(exchange: int, offered: Iterable[NearestArticle], texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each article that may answer a question, and one that says that none does."""
    rows = [
        [_button(_headline(article, texts), CallbackData(Action.JUDGE, exchange, key=article_key(article.article_id)))]
        for article in offered
    ]
    return _keyboard([*rows, [_button(texts.say("button-no-article"), CallbackData(Action.JUDGE, exchange))]])


def digest_keyboard(digest: Digest, texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each story of a digest, which opens its article."""
    told = (NearestArticle(each.article_id, each.title, each.published_at) for each in digest.citations)
    return nearest_keyboard(told, texts)


def followed_keyboard(follow: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what stands under what is new: a button that ends the follow."""
    return _keyboard([[_button(texts.say("button-unfollow"), CallbackData(Action.UNFOLLOW, follow))]])


def following_keyboard(follows: Iterable[int], texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each follow, with its place in the list, that ends it."""
    return _keyboard(
        _in_rows(
            [
                _button(texts.say("button-unfollow-of", number=place), CallbackData(Action.UNFOLLOW, follow))
                for place, follow in enumerate(follows, start=1)
            ]
        )
    )


def offer_keyboard(batch: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return what stands under articles that an operator has sent: to add them, or not."""
    add = _button(texts.say("button-add"), CallbackData(Action.ADD, batch))
    return _keyboard([[add, _button(texts.say("button-do-not-add"), CallbackData(Action.DECLINE, batch))]])


def given_keyboard(given: Mapping[int, Given], page: int, pages: int, texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each of what was given by hand, by its place in the list, which takes it back."""
    rows: list[_Row] = [[_take_back_button(place, each, texts)] for place, each in given.items()]
    return _keyboard([*rows, _turning(CallbackData(Action.GIVEN, number=page), pages, texts)])


def _take_back_button(place: int, given: Given, texts: Texts) -> InlineKeyboardButton:
    title = f"{place}. {within_a_line(clean(given.title), _LONGEST_HEADLINE)}"
    return _button(texts.say("button-take-back", title=title), CallbackData(Action.TAKE_BACK, int(given.batch)))


def language_keyboard() -> InlineKeyboardMarkup:
    """Return a button for each language, in its own words."""
    names = [(code, catalogue(code).say("language-name")) for code in LANGUAGES]
    return _keyboard(_in_rows([_button(name, CallbackData(Action.LANGUAGE, key=code)) for code, name in names]))


def _headline(article: NearestArticle, texts: Texts) -> str:
    return headline(article.title, article.article_id, article.published_at, texts, _LONGEST_HEADLINE)


def _ratings(exchange: int) -> _Row:
    return [_button("👍", CallbackData(Action.USEFUL, exchange)), _button("👎", CallbackData(Action.USELESS, exchange))]


def _button(label: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(shortened(label, _LONGEST_LABEL), callback_data=data.packed())


def _in_rows(buttons: Sequence[InlineKeyboardButton]) -> list[_Row]:
    return [buttons[start : start + _IN_A_ROW] for start in range(0, len(buttons), _IN_A_ROW)]


def _keyboard(rows: Iterable[_Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
