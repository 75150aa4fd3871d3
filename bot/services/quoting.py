"""What a message quotes: in its own words, as a part of another message, or as a post that is passed on."""

from telegram import Message

from bot.services.news import LONGEST_TEXT
from retrieval.question.asking import is_question
from retrieval.question.quoting import asked_quote, asks_whether_true, claims
from retrieval.text.quoted_words import quoted_words

_FEWEST_PASSED_ON = 5
"""Words of a post that is passed on which may be quoted from an article."""


def selected_in(message: Message) -> str:
    """Return the part of another message that a reader selected to reply to; "" where there is none.

    What Telegram selects by itself is the whole of a message, which is replied to and not quoted.
    """
    quote = message.quote
    return quote.text.strip()[:LONGEST_TEXT] if quote is not None and quote.is_manual else ""


def asks_of_selected(text: str) -> bool:
    """Tell whether a message asks of what it stands beside whether that is so, and nothing else."""
    return asks_whether_true(text)


def may_ask_about_quote(text: str) -> bool:
    """Tell whether a message may ask about a quotation: only the articles tell of «правда ли, что …?»."""
    return asked_quote(text) is not None or next(claims(text), None) is not None


def may_be_quoted(text: str, *, forwarded: bool) -> bool:
    """Tell whether a message that is passed on tells something, which an article may have in the same words."""
    return forwarded and not is_question(text) and len(quoted_words(text)) >= _FEWEST_PASSED_ON
