"""Hits to an answer or a refusal, with passages and probabilities made by hand."""

from datetime import date, datetime

import pytest
from hashing_model import cited

from retrieval.answering.composing import compose
from retrieval.question.parsing import parse
from retrieval.ranking.search import SearchResult
from retrieval.types import ANYTHING, ArticleHeader, Bounds, Certainty, NearestArticle, Passage, SearchHit, Span

TODAY = date(2024, 9, 10)
ASKED = parse("Когда открыли мост?", TODAY)


def passage(number, article_id, *sentences, source="iz.ru", published=None, start=100):
    """A passage that begins at character 100 of its article."""
    spans, at = [], start
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    moment = datetime.fromisoformat(published) if published else None
    header = ArticleHeader(article_id, article_id.title(), moment, source, None, "ru")
    return Passage(number, header, start, at - 1, " ".join(sentences), tuple(spans))


HALF = Bounds(0.5, 0.5)


def composed(
    passages,
    scores,
    *,
    confidence=0.9,
    limit=3,
    bounds=HALF,
    probabilities=None,
    stories=None,
    events=None,
    question=ASKED,
    answers=(),
    earlier=(),
    lacking=False,
):
    hits = []
    for one, score in zip(passages, scores, strict=True):
        shares = (probabilities or {}).get(one.id, tuple(1 / len(one.sentences) for _ in one.sentences))
        hits.append(SearchHit(one.id, score, shares, dict(answers).get(one.id, ())))
    found = SearchResult(tuple(hits), confidence, 1, frozenset(earlier), lacking)
    by_id = {one.id: one for one in passages}
    return compose(question, found, by_id, limit=limit, bounds=bounds, stories=stories, events=events)


BRIDGE = passage(1, "bridge", "Мост открыли в июне.", "Он стоил дорого.", published="2024-06-02T10:00")
TRAM = passage(2, "tram", "Трамвай вышел на линию.", published="2024-07-01T09:00")
COMET = passage(3, "comet", "Комета видна ночью.")


def test_an_answer_cites_verbatim_with_places_in_the_article():
    answer = composed([BRIDGE, TRAM], [0.8, 0.2], probabilities={1: (0.9, 0.1)})

    first = answer.citations[0]
    assert (answer.answered, answer.confidence, answer.as_of) == (True, 0.9, date(2024, 7, 1))
    assert (first.number, first.article_id, first.title, first.source) == (1, "bridge", "Bridge", "iz.ru")
    assert first.excerpt == "Мост открыли в июне. Он стоил дорого."
    assert (first.start, first.end) == (100, 137)
    assert first.highlight == (0, 20)
    assert first.score == pytest.approx(0.8)
    assert [citation.article_id for citation in answer.citations] == ["bridge", "tram"]
    assert answer.nearest == ()


def test_below_the_minimum_it_abstains_and_names_the_nearest_articles_once():
    again = passage(4, "bridge", "Мост ремонтируют.", published="2024-06-02T10:00")
    far = passage(5, "far", "Дождь шёл весь день.")
    answer = composed([BRIDGE, again, TRAM, COMET, far], [0.4, 0.3, 0.2, 0.1, 0.1], confidence=0.49)

    assert (answer.answered, answer.citations, answer.as_of) == (False, (), None)
    assert answer.confidence == 0.49
    assert answer.nearest == (
        NearestArticle("bridge", "Bridge", datetime.fromisoformat("2024-06-02T10:00")),
        NearestArticle("tram", "Tram", datetime.fromisoformat("2024-07-01T09:00")),
        NearestArticle("comet", "Comet", None),
    )


def test_an_unsure_answer_cites_one_excerpt_and_names_the_nearest_of_the_other_articles():
    again = passage(4, "bridge", "Мост ремонтируют.", published="2024-06-02T10:00")
    hits = [BRIDGE, again, TRAM, COMET], [0.5, 0.2, 0.2, 0.1]
    answer = composed(*hits, confidence=0.4, bounds=Bounds(0.6, 0.3))

    assert (answer.certainty, answer.answered) == (Certainty.UNSURE, False)
    assert [citation.article_id for citation in answer.citations] == ["bridge"]
    assert answer.as_of == date(2024, 6, 2)
    assert [article.article_id for article in answer.nearest] == ["tram", "comet"]


@pytest.mark.parametrize(
    ("confidence", "certainty", "shown"),
    [
        (0.6, Certainty.SURE, 2),
        (0.59, Certainty.UNSURE, 1),
        (0.3, Certainty.UNSURE, 1),
        (0.29, Certainty.NONE, 0),
        (0.0, Certainty.NONE, 0),
    ],
)
def test_the_bounds_decide_how_sure_an_answer_is(confidence, certainty, shown):
    answer = composed([BRIDGE, TRAM], [0.8, 0.2], confidence=confidence, bounds=Bounds(0.6, 0.3))

    assert (answer.certainty, len(answer.citations)) == (certainty, shown)
    assert answer.answered is (certainty is Certainty.SURE)
    assert answer.message is None


@pytest.mark.parametrize(
    ("bounds", "certainty", "shown"),
    [
        (Bounds(0.6, 0.3), Certainty.UNSURE, 1),
        (Bounds(0.3, 0.2), Certainty.UNSURE, 1),
        (Bounds(0.95, 0.92), Certainty.NONE, 0),
        (HALF, Certainty.NONE, 0),
        (ANYTHING, Certainty.SURE, 2),
    ],
)
def test_what_lacks_something_decisive_is_unsure_at_most_whatever_the_bounds(bounds, certainty, shown):
    answer = composed([BRIDGE, TRAM], [0.8, 0.2], confidence=0.9, bounds=bounds, lacking=True)

    assert (answer.certainty, len(answer.citations), answer.lacking) == (certainty, shown, True)


def test_the_confidence_that_is_told_is_the_one_that_decides():
    answer = composed([BRIDGE], [1.0], confidence=0.59996, bounds=Bounds(0.6, 0.3))

    assert (answer.confidence, answer.certainty) == (0.6, Certainty.SURE)


def test_where_anything_will_do_nothing_is_refused():
    assert composed([TRAM], [1.0], confidence=0.0, bounds=ANYTHING).answered


def test_what_was_before_is_told_as_such():
    answer = composed([TRAM, BRIDGE], [0.6, 0.4], earlier=[1])

    told = [(citation.article_id, citation.earlier) for citation in answer.citations]
    assert told == [("tram", False), ("bridge", True)]
    assert answer.as_of == date(2024, 7, 1)


def test_where_nothing_was_found_there_is_nothing_to_cite_however_sure():
    answer = compose(ASKED, SearchResult((), 1.0), {}, limit=3, bounds=ANYTHING)

    assert (answer.answered, answer.citations, answer.nearest) == (False, (), ())


def test_hits_whose_passage_is_gone_are_passed_over():
    hits = (SearchHit(9, 0.7, (1.0,)), SearchHit(2, 0.3, (1.0,)))
    answer = compose(ASKED, SearchResult(hits, 0.9), {2: TRAM}, limit=3, bounds=Bounds(0.5, 0.5))

    assert [citation.article_id for citation in answer.citations] == ["tram"]


def test_no_more_citations_than_the_limit():
    assert len(composed([BRIDGE, TRAM, COMET], [0.5, 0.3, 0.2], limit=1).citations) == 1
    assert len(composed([BRIDGE, TRAM, COMET], [0.5, 0.3, 0.2], limit=2).citations) == 2


def test_a_third_citation_that_is_far_behind_the_first_is_noise_and_a_second_is_not():
    scores = [0.98, 0.0097, 0.0097]

    assert len(composed([BRIDGE, TRAM, COMET], scores).citations) == 2
    assert len(composed([BRIDGE, TRAM, COMET], [0.98, 0.0099, 0.0099]).citations) == 3


def test_a_good_passage_gives_a_second_excerpt_before_a_worse_one_gives_its_first():
    long = "Слово " * 60 + "конец."
    two = passage(1, "two", f"Первое {long}", f"Второе {long}")
    answer = composed([two, TRAM], [0.9, 0.1], probabilities={1: (0.7, 0.3)})

    assert [(citation.article_id, round(citation.score, 2)) for citation in answer.citations] == [
        ("two", 0.63),
        ("two", 0.27),
        ("tram", 0.1),
    ]


def test_what_says_the_same_word_for_word_is_cited_once():
    copy = passage(4, "copy", "Мост открыли в июне.", "Он стоил дорого.", source="ria.ru")

    assert [citation.article_id for citation in composed([BRIDGE, copy], [0.6, 0.4]).citations] == ["bridge"]


def test_an_answering_sentence_that_differs_in_a_word_is_cited_beside_the_other():
    no = passage(4, "no", "Мост не открыли в июне.", "Он стоил дорого.", source="ria.ru")

    assert [citation.article_id for citation in composed([BRIDGE, no], [0.6, 0.4]).citations] == ["bridge", "no"]


def test_a_later_version_takes_the_place_of_the_sentence_that_it_corrects():
    corrected = passage(4, "new", "Мост не открыли в июне.", "Он стоил дорого.", published="2024-06-03T10:00")
    answer = composed([BRIDGE, corrected, TRAM], [0.6, 0.3, 0.1], stories={1: 7, 4: 7})

    assert [(citation.number, citation.article_id) for citation in answer.citations] == [(1, "new"), (2, "tram")]


def test_a_later_version_with_another_number_is_another_report():
    first = passage(1, "first", "Погибли 2 человека при взрыве.", published="2024-06-02T10:00")
    later = passage(4, "later", "Погибли 7 человек при взрыве.", published="2024-06-03T10:00")
    answer = composed([first, later], [0.6, 0.4], stories={1: 7, 4: 7})

    assert [citation.article_id for citation in answer.citations] == ["first", "later"]


def test_words_are_marked_where_words_can_answer():
    marked = {1: (Span(113, 119), None)}
    when = composed([BRIDGE], [1.0], probabilities={1: (0.9, 0.1)}, answers=marked)
    whether = composed([BRIDGE], [1.0], answers=marked, question=parse("Открыли ли мост?", TODAY))

    span = when.citations[0].answer_span
    assert span == (13, 19)
    assert when.citations[0].excerpt[slice(*span)] == "в июне"
    assert whether.citations[0].answer_span is None


NEW = passage(4, "new", "Проезд через мост стоит сейчас 45 рублей.", published="2024-07-02T10:00")


def test_an_earlier_report_that_differs_is_cited_though_it_is_of_the_same_outlet():
    old = passage(1, "old", "Проезд через мост стоит сейчас 40 рублей.", published="2024-06-02T10:00")

    assert cited(composed([NEW, old], [0.6, 0.4], earlier=[1])) == ["new", "old"]
    assert cited(composed([NEW, old], [0.6, 0.4])) == ["new"]


def test_an_earlier_report_that_says_the_same_is_not():
    same = passage(1, "old", "Проезд через мост стоит сейчас 45 рублей.", published="2024-06-02T10:00")

    assert cited(composed([NEW, same], [0.6, 0.4], earlier=[1])) == ["new"]


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "is_marked"),
    [
        ("Когда открыли мост?", "Мост открыли в июне.", "в июне", True),
        ("Когда открыли мост?", "Мост открыли в 2019.", "в 2019", True),
        ("Когда открыли мост?", "Мост открыли недавно.", "недавно", False),
        ("Сколько стоит проезд?", "Проезд стоит 40 рублей.", "40 рублей", True),
        ("Сколько стоит проезд?", "Проезд стоит сорок рублей.", "сорок", True),
        ("Сколько стоит проезд?", "Проезд стоит дорого.", "дорого", False),
        ("Сколько человек ушло?", "Ушли трое.", "трое", True),
        ("Кто открыл мост?", "Мост открыл мэр.", "мэр", True),
        ("Почему закрыли мост?", "Мост закрыли из-за дождя.", "из-за дождя", True),
        ("Что открыли?", "Открыли мост.", "мост", True),
        ("Открыли ли мост?", "Мост открыли в июне.", "в июне", False),
        ("Мост 2024", "Мост открыли в июне.", "в июне", False),
    ],
)
def test_words_that_cannot_be_what_is_asked_for_are_not_marked(question, sentence, marked, is_marked):
    start = 100 + sentence.index(marked)
    answers = {1: (Span(start, start + len(marked)),)}
    answer = composed([passage(1, "a", sentence)], [1.0], question=parse(question, TODAY), answers=answers)

    found = answer.citations[0].answer_span
    assert (found and answer.citations[0].excerpt[slice(*found)]) == (marked if is_marked else None)


def test_the_question_is_told_in_full():
    assert composed([TRAM], [1.0], question=parse("когда", TODAY, topic="трамвай")).question == "когда (трамвай)?"


def test_an_answer_says_on_what_its_reports_differ_and_cites_the_newest_first():
    first = passage(1, "early", "При пожаре в Ельне погибли двое.", published="2024-09-09T13:30")
    second = passage(2, "late", "При пожаре в Ельне погибли семеро.", source="tass.ru", published="2024-09-09T19:10")

    answer = composed([first, second], [0.6, 0.4], question=parse("Сколько погибших при пожаре в Ельне?", TODAY))

    [difference] = answer.differences
    assert cited(answer) == ["late", "early"]
    assert difference.citations == (1, 2)
    assert [answer.citations[value.citation - 1].excerpt[slice(*value.span)] for value in difference.values] == [
        "семеро",
        "двое",
    ]


# One event, in other words


MAIN = passage(21, "main", "Медведь съел торт в магазине.", source="a.ru", published="2024-09-09T10:00")
RETOLD = passage(22, "retold", "Зверь полакомился сладким.", source="b.ru", published="2024-09-09T11:00")
ONE_EVENT = {21: -1, 22: -1}


def test_an_event_is_cited_from_the_report_that_was_found_first():
    assert cited(composed([MAIN, RETOLD], [0.5, 0.4], events=ONE_EVENT)) == ["main"]
    assert cited(composed([MAIN, RETOLD], [0.4, 0.5], events=ONE_EVENT)) == ["retold"]


def test_reports_of_different_events_are_all_cited():
    assert cited(composed([MAIN, RETOLD], [0.5, 0.4], events={21: -1, 22: -2})) == ["main", "retold"]
    assert cited(composed([MAIN, RETOLD], [0.5, 0.4])) == ["main", "retold"]


def test_what_is_left_of_an_event_makes_room_for_others():
    assert cited(composed([MAIN, RETOLD, TRAM], [0.5, 0.4, 0.3], events=ONE_EVENT, limit=2)) == ["main", "tram"]


def test_several_excerpts_of_one_report_may_be_cited():
    more = passage(23, "main", "Директор оценила убыток.", source="a.ru", published="2024-09-09T10:00", start=500)
    answer = composed([MAIN, RETOLD, more], [0.5, 0.4, 0.3], events={**ONE_EVENT, 23: -1})
    assert cited(answer) == ["main", "main"]


def test_a_report_that_gives_another_number_is_cited_beside():
    two = passage(24, "two", "При взрыве погибли двое.", source="a.ru", published="2024-09-09T10:00")
    seven = passage(25, "seven", "Жертвами стали семь человек, семеро погибли.", published="2024-09-09T19:00")
    assert cited(composed([two, seven], [0.5, 0.4], events={24: -1, 25: -1})) == ["two", "seven"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge at Elmwick opens on December 2.", "Elmwick's bridge will open on the second of December."),
        ("Мост в Ельне откроют 2 декабря.", "В Ельне мост заработает второго декабря."),
        ("The election is on November 5.", "Voters go to the polls on 5 November."),
        ("Каникулы начнутся в понедельник.", "Учиться перестанут с понедельника."),
    ],
)
def test_days_to_come_are_compared_too(one, other):
    first = passage(26, "one", one, published="2024-09-09T10:00")
    second = passage(27, "other", other, published="2024-09-09T19:00")
    assert cited(composed([first, second], [0.5, 0.4], events={26: -1, 27: -1})) == ["one"]


def test_of_copies_it_is_known_in_what_they_differ():
    answer = composed([MAIN, RETOLD], [0.5, 0.4], stories={21: 7, 22: 7}, events=ONE_EVENT)
    assert cited(answer) == ["main", "retold"]
