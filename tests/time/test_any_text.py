"""Whatever a text says, reading its times ends well: no error, days in order, words as they stand there."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.time.articles import days_told
from retrieval.time.lexicon import WORDS
from retrieval.time.questions import period_of

TEXTS = st.lists(
    st.sampled_from(
        [*sorted(WORDS), "5", "31", "0", "99", "2024", "15-го", "90-е", "20:00", "31.02.2024", ",", "-", "дом"]
    ),
    max_size=7,
).map(" ".join) | st.text(max_size=40)
DAYS = st.dates() | st.sampled_from([date.min, date.max, date(2024, 2, 29)])


@settings(deadline=None)  # the dictionary is loaded by the first of them
@given(TEXTS, DAYS)
def test_any_question_has_a_period_within_it_or_none(question, today):
    found = period_of(question, today)

    if found:
        assert found.period.first <= found.period.last
        assert found.period.words == question[found.start : found.end] != ""


@settings(deadline=None)  # the dictionary is loaded by the first of them
@given(TEXTS, DAYS)
def test_any_sentence_tells_of_days_in_order_or_of_none(sentence, published):
    for told in days_told(sentence, published):
        assert told.first <= told.last
        assert told.words in sentence
