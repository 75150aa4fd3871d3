"""Questions, systems and trials whose figures can be computed by hand."""

import json

from retrieval.evaluation.figures import EvidenceFinder, run_questions
from retrieval.evaluation.questions import KnownQuestion
from retrieval.evaluation.trial import IndexingFigures, Trial
from retrieval.types import Answer, Article, ArticleHeader, Bounds, Certainty, Citation, Passage, Span

MIB = 1 << 20


def known(name, **fields):
    """A question; unanswerable where it names no right article."""
    return KnownQuestion(id=name, question=f"{name}?", answerable=bool(fields.get("article_ids")), **fields)


def passage_of(article_id, text, start=0):
    header = ArticleHeader(article_id, article_id.title(), None, None, None, None)
    return Passage(0, header, start, start + len(text), text, (Span(start, start + len(text)),))


def citation(number, article_id, excerpt, highlight=None):
    start, end = (0, len(excerpt)) if highlight is None else highlight
    return Citation(
        number, article_id, article_id.title(), None, None, None, excerpt, 0, len(excerpt), (start, end), 0.5
    )


class FakeSystem:
    """Ranks and cites what it is told: `told` has (confidence, ids of articles or passages, citations) by question."""

    def __init__(self, told):
        self._told = told
        self.asked = []

    def rank(self, question, count):
        found = self._told[question][1]
        return [passage_of(item, "text") if isinstance(item, str) else item for item in found][:count]

    def answer(self, question, limit):
        self.asked.append((question, limit))
        confidence, _, cited = self._told[question]
        return Answer(
            question, Certainty.SURE if cited else Certainty.NONE, confidence, None, tuple(cited[:limit]), (), 0.0
        )


def evaluate(questions, told, *, articles=(), threshold=0.5, name="citebot"):
    """The result of putting questions to a `FakeSystem`."""
    finder = EvidenceFinder({article.id: article for article in articles})
    system = FakeSystem({f"{question}?": outcome for question, outcome in told.items()})
    bounds = None if threshold is None else Bounds(threshold, threshold)
    return run_questions(name, system, questions, finder, bounds=bounds, asked=lambda *_: None)


def article_of(article_id, *paragraphs, title=""):
    return Article(article_id, title, "\n\n".join(paragraphs))


def trial_of(*results, folder="folder"):
    """A trial with round numbers beside its results."""
    indexing = IndexingFigures(12, 34, 1560, 2.0, 6.0, 780.0)
    return Trial(folder, len(results[0].outcomes), indexing, 10.0, 512 * MIB, results)


def write_folder(folder, articles, questions):
    """Write `articles.jsonl` of {id: (title, text)} and `questions.jsonl`; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [{"id": name, "title": title, "text": text} for name, (title, text) in articles.items()]
    for file, lines in (("articles.jsonl", records), ("questions.jsonl", questions)):
        written = [json.dumps(line, ensure_ascii=False) + "\n" for line in lines]
        (folder / file).write_text("".join(written), encoding="utf-8")
    return folder


ARTICLES = {
    "bridge": (
        "Мост через Ильму",
        "Мост через Ильму открыли в сентябре. Его длина составляет 840 метров без подходов.",
    ),
    "harvest": ("Урожай", "Аграрии собрали 120 тонн пшеницы с поля. Урожай оказался выше прошлогоднего на треть."),
    "comet": ("Comet", "The comet passed Saturn late on Monday. Astronomers filmed its tail for eleven hours."),
    "tram": ("Трамвай", "Новый трамвай вышел на линию до вокзала. Билет стоит 42 рубля при оплате картой."),
}
QUESTIONS = [
    {
        "id": "length",
        "question": "Какова длина моста через Ильму?",
        "article_ids": ["bridge"],
        "answers": ["840 метров"],
        "evidence": "Его длина составляет 840 метров без подходов.",
        "kind": "how_many",
    },
    {
        "id": "ticket",
        "question": "Сколько стоит билет на новый трамвай?",
        "article_ids": ["tram"],
        "answers": ["42 рубля"],
        "evidence": "Билет стоит 42 рубля при оплате картой.",
        "kind": "how_many",
    },
    {
        "id": "comet",
        "question": "What did astronomers film for eleven hours?",
        "article_ids": ["comet"],
        "answers": ["tail"],
        "kind": "what",
    },
    {"id": "president", "question": "Кто президент Бразилии?", "answerable": False, "kind": "absent"},
    {"id": "oil", "question": "Сколько стоит баррель нефти?", "answerable": False, "kind": "absent"},
]
