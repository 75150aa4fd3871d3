"""Example questions: whole ones, short enough for a button, made of headlines and of names in the articles."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bot.texts import Texts
from retrieval.text.clues import clues_in
from retrieval.text.kinds import Clue
from retrieval.text.one_line import on_one_line
from retrieval.text.terms import is_cyrillic, terms_of
from retrieval.text.vocabulary import LIKE_PAST_TENSE, PREPOSITIONS, SAYING, any_of
from retrieval.types import Answer, Article

EXAMPLES = 3
"""Questions that are offered."""
NEWEST = 60
"""Articles of which they are made."""
LONGEST = 40
"""Characters of a button that a phone shows whole."""

_TRIED = 12

_END_OF_CLAUSE = re.compile(r"[:;]|,(?!\d)| [—–-] ")
_PAST_TENSE = re.compile(rf"\b(?!{any_of(LIKE_PAST_TENSE)}\b)[а-яё]{{2,}}л[аои]?(?:ся|сь)?\b")
_PLACE_BEFORE_VERB = re.compile(rf"(?:В|Во|На|Из|С) [^ ]+ (?={_PAST_TENSE.pattern})")
_QUOTED_FIRST = re.compile(r"[«„“\"][^«»„“”\"]+[»”“\"]")
_INSIDE_SENTENCE = re.compile(r"(?<=[а-яё,»] )[А-ЯЁа-яё-]+")

# Who says it stands in the nominative: «рассказал главный инженер Юрий Касаткин». The other cases of most names of men
# end in «у» and «ю», and are left out.
_RUSSIAN_SPEAKER = re.compile(
    rf"\b{any_of(SAYING)}(?: [^ ,.!?:;()]+){{0,6}}? "
    r"([А-ЯЁ][а-яё]*[а-тф-эяё] [А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?)\b"
)
_ENGLISH_SPEAKER = re.compile(
    rf"\b{any_of(SAYING)} (?!(?:Mr|Mrs|Ms|Dr|Sir|Lord|Lady|Professor|Captain)\b)"
    r"([A-Z][\w’'-]+ [A-Z][\w’'-]+)\b(?! [A-Z])"
)
_NAMED = re.compile(r"(?<=[a-z,] )the ([A-Z][\w’-]+(?: [A-Z][\w’-]+){1,3})\b(?![’'])")


@dataclass(frozen=True, slots=True)
class ExampleQuestion:
    """A question, and what a sentence must hold to be worth showing as its answer."""

    text: str
    asks_when: bool = False
    """A date."""
    name: str = ""
    """This name."""


def candidates(articles: Iterable[Article], texts: Texts) -> Iterator[tuple[Article, ExampleQuestion]]:
    """Yield some questions about the newest articles, to be tried out, each with the article that is to answer it.

    Those in the reader's language come first, then those about events, then those about articles of other outlets.
    """
    outlets: set[str | None] = set()
    ranked: list[tuple[bool, bool, bool, Article, ExampleQuestion]] = []
    for article in articles:
        foreign = is_cyrillic(article.title) != (texts.language == "ru")
        repeated = article.source in outlets
        questions = questions_about(article, texts)
        ranked.extend((foreign, bool(question.name), repeated, article, question) for question in questions)
        if questions:
            outlets.add(article.source)
    for *_, article, question in islice(sorted(ranked, key=lambda entry: entry[:3]), _TRIED):
        yield article, question


def is_good(question: ExampleQuestion, answer: Answer, article: Article) -> bool:
    """Tell whether an article answers a question for sure, with a sentence that holds what was asked for."""
    if not answer.answered or answer.citations[0].article_id != article.id:
        return False
    start, end = answer.citations[0].highlight
    evidence = answer.citations[0].excerpt[start:end]
    return question.name in evidence and (not question.asks_when or Clue.DATE in clues_in(evidence))


def questions_about(article: Article, texts: Texts) -> list[ExampleQuestion]:
    """Return questions about an article in the reader's language, the best first; none is longer than `LONGEST`.

    Of an article in another language only the headline is asked about.
    """
    return [question for question in _questions(article, texts) if len(question.text) <= LONGEST]


def _questions(article: Article, texts: Texts) -> Iterator[ExampleQuestion]:
    headline = on_one_line(article.title).rstrip(" .?!…")
    if not headline:
        return
    clause = _END_OF_CLAUSE.split(headline)[0].strip()
    # Few sources name the language; the alphabet tells it well enough for the reader's comfort.
    russian = is_cyrillic(headline)
    if russian == (texts.language == "ru"):
        for happened in _happened(clause, article.text) if russian else [headline]:
            yield ExampleQuestion(texts.say("example-when", happened=happened), asks_when=True)
    yield ExampleQuestion(texts.say("example-known", title=clause))
    if russian != (texts.language == "ru"):
        return
    if (quoted := _QUOTED_FIRST.match(headline)) and quoted[0] != clause:
        yield ExampleQuestion(texts.say("example-known", title=quoted[0]), name=quoted[0])
    for person in (_RUSSIAN_SPEAKER if russian else _ENGLISH_SPEAKER).findall(article.text):
        yield ExampleQuestion(texts.say("example-person", person=person), name=person)
    for name in _NAMED.findall(article.text):
        yield ExampleQuestion(texts.say("example-known", title=f"The {name}"), name=name)


def _happened(clause: str, text: str) -> list[str]:
    """Return what happened, as a Russian question word can stand before it: with a verb, and small unless a name."""
    found = []
    if _PAST_TENSE.search(clause):
        first, _, rest = clause.partition(" ")
        if written := _inside_sentence(first, text):
            found.append(f"{written} {rest}")
        if place := _PLACE_BEFORE_VERB.match(clause):
            found.append(clause[place.end() :])
    return found


def _inside_sentence(word: str, text: str) -> str | None:
    """Return the first word of a headline as it is written inside a sentence; None where the text does not tell."""
    if word.lower() in PREPOSITIONS:
        return word.lower()
    if not (word[0].isalpha() and word.istitle()):
        return word
    terms = terms_of(word)
    same = [each for each in _INSIDE_SENTENCE.findall(text) if terms_of(each) == terms]
    if not same:
        return None
    return word if same[0][0].isupper() else word[0].lower() + word[1:]
