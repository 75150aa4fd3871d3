"""What articles know of words, as an index holds it, without its vectors and its store."""

from zoneinfo import ZoneInfo

from small_generation import words_in as lexical_of

from retrieval.index.lexicon_builder import LexiconBuilder
from retrieval.loaders import load_source
from retrieval.store.queries import PassageText
from retrieval.text.lexicon import CorpusWords
from retrieval.text.splitting import split
from retrieval.types import Span

MOSCOW = ZoneInfo("Europe/Moscow")


def passages_of(*texts, title=""):
    """One passage of one sentence for each text."""
    return [PassageText(number, title, None, text, (Span(0, len(text)),)) for number, text in enumerate(texts)]


def words_in(passages):
    """The words of passages."""
    builder = LexiconBuilder()
    lexical = lexical_of(list(builder.noting(passages)))
    return CorpusWords(builder.build(), lexical.holds)


def words_of(*texts):
    """The words of sentences."""
    return words_in(passages_of(*texts))


def words_of_sources(*sources):
    """The words of all articles of some files or folders."""
    return words_in(_passages(sources))


def _passages(sources):
    for source in sources:
        for record in load_source(str(source), timezone=MOSCOW):
            article = record.article
            for one in split(article.text, article.title):
                sentences = tuple(Span(span.start - one.start, span.end - one.start) for span in one.sentences)
                yield PassageText(0, article.title, article.published_at, article.text[one.start : one.end], sentences)
