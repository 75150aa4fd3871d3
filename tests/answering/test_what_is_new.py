"""What is new to whoever follows a question, over a real index that grows: to the point, and never twice."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hashing_model import Corpus, hashing_library, settings_for

from retrieval.types import Certainty, Followed, News

if TYPE_CHECKING:
    from retrieval.library import Library

ASKED_AT = datetime(2024, 7, 1, 12)  # noqa: DTZ001 - articles carry naive times
FLOODED = "Сколько домов затопило в Старопрудске?"
NIGHT = {
    "id": "night",
    "title": "Паводок в Старопрудске",
    "date": "2024-06-28T08:00:00",
    "source": "iz.ru",
    "text": "Паводок в Старопрудске затопил 63 дома. Жителей вывозят на лодках.",
}
EVENING = {
    **NIGHT,
    "id": "evening",
    "title": "Вода в Старопрудске прибывает",
    "date": "2024-06-28T20:00:00",
    "text": "В Старопрудске затопило уже 217 домов. Школу отдали под ночлег.",
}
REPRINT = {**NIGHT, "id": "reprint", "date": "2024-06-29T08:00:00", "source": "tass.ru"}
REPEATED = {
    **NIGHT,
    "id": "repeated",
    "title": "Паводок: что известно",
    "date": "2024-06-29T18:00:00",
    "text": "В Старопрудске затопило 63 дома, повторил в субботу мэр. Воду раздают на площади.",
}
OF_NOTHING_ELSE = {**NIGHT, "id": "theatre", "title": "Премьера", "text": "Театр показал новую пьесу о море."}


class Newsroom:
    """A library over a file of articles to which more come."""

    def __init__(self, folder: Path) -> None:
        self._corpus = Corpus(folder / "news")
        self._articles: list[dict[str, str]] = []
        self.library: Library = hashing_library(settings_for(folder / "home", folder / "news"))

    def publish(self, *articles: dict[str, str]) -> None:
        self._articles += articles
        self._corpus.write_lines("news.jsonl", self._articles)
        self.library.index()

    def follow(self, question: str) -> Followed:
        """Ask a question and follow it; it is answered for sure, as the settings want it."""
        return self.library.followed(self.library.ask(question, limit=3, now=ASKED_AT), ASKED_AT)

    def news_for(self, followed: Followed) -> News | None:
        return self.library.news_for(followed, 3)


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def waiting(newsroom: Newsroom) -> Followed:
    """Return what somebody follows who was told that nothing is found."""
    newest = newsroom.follow("Театр?").newest_passage
    return Followed(FLOODED, ASKED_AT, (), newest)


def test_another_number_than_was_shown_is_new_and_only_once(newsroom: Newsroom) -> None:
    newsroom.publish(NIGHT)
    followed = newsroom.follow(FLOODED)
    assert newsroom.news_for(followed) is None
    newsroom.publish(EVENING)
    news = newsroom.news_for(followed)
    assert news is not None
    assert [each.article_id for each in news.answer.citations] == ["evening"]
    assert [report.article_id for report in news.followed.known] == ["evening"]
    told = Followed(FLOODED, ASKED_AT, (*followed.known, *news.followed.known), news.followed.newest_passage)
    assert newsroom.news_for(told) is None
    newsroom.publish(OF_NOTHING_ELSE)
    assert newsroom.news_for(told) is None


@pytest.mark.parametrize("later", [REPRINT, REPEATED], ids=["reprint", "same number"])
def test_what_repeats_what_was_shown_is_not_new(newsroom: Newsroom, later: dict[str, str]) -> None:
    newsroom.publish(NIGHT)
    followed = newsroom.follow(FLOODED)
    newsroom.publish(later)
    assert newsroom.news_for(followed) is None


def test_a_number_that_is_corrected_in_the_article_that_was_shown_is_new(newsroom: Newsroom) -> None:
    newsroom.publish(NIGHT)
    followed = newsroom.follow(FLOODED)
    newsroom._articles.clear()
    newsroom.publish({**NIGHT, "text": NIGHT["text"].replace("63", "88")})
    news = newsroom.news_for(followed)
    assert news is not None
    assert "88 дом" in news.answer.citations[0].excerpt


def test_the_first_answer_is_new_where_there_was_none_and_an_old_article_is_not(newsroom: Newsroom) -> None:
    newsroom.publish(OF_NOTHING_ELSE, NIGHT)
    followed = waiting(newsroom)
    assert newsroom.news_for(followed) is None, "it was there when the question was asked"
    newsroom.publish(EVENING)
    news = newsroom.news_for(followed)
    assert news is not None
    assert news.answer.citations[0].article_id == "evening"


def test_the_newest_of_a_topic_is_new_when_it_is_later(newsroom: Newsroom) -> None:
    newsroom.publish(NIGHT)
    followed = newsroom.follow("Что нового о паводке в Старопрудске?")
    assert [report.article_id for report in followed.known] == ["night"]
    newsroom.publish({**EVENING, "title": "Паводок в Старопрудске отступил", "date": "2024-07-03T09:00:00",
                      "text": "Паводок в Старопрудске отступил, дорогу открыли. Насосы увезли в область."})  # fmt: skip
    news = newsroom.news_for(followed)
    assert news is not None
    assert [each.article_id for each in news.answer.citations] == ["evening"]


def test_yesterday_is_that_of_the_day_on_which_it_was_asked(newsroom: Newsroom) -> None:
    newsroom.publish(OF_NOTHING_ELSE)
    asked = Followed("Что затопило вчера в Старопрудске?", ASKED_AT, (), newsroom.follow("Театр?").newest_passage)
    newsroom.publish({**EVENING, "date": "2024-08-20T09:00:00"})
    assert newsroom.news_for(asked) is None
    dam = "Старопрудск вчера затопило снова: прорвало дамбу. Рынок закрыли."
    newsroom.publish({**EVENING, "id": "then", "date": "2024-06-30T21:00:00", "text": dam})
    news = newsroom.news_for(asked)
    assert news is not None
    assert news.answer.citations[0].article_id == "then"


def test_what_is_just_sure_enough_for_who_asks_is_no_message_to_who_waits(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.publish(OF_NOTHING_ELSE)
    question = "Что отдали под ночлег?"
    followed = Followed(question, ASKED_AT, (), newsroom.follow("Театр?").newest_passage)
    newsroom.publish(EVENING)
    confidence = newsroom.library.ask(question, now=ASKED_AT).confidence
    assert 0 < confidence < 1

    newsroom.library = with_bound(tmp_path, confidence)
    assert newsroom.library.ask(question, now=ASKED_AT).certainty is Certainty.SURE
    assert newsroom.news_for(followed) is None

    newsroom.library = with_bound(tmp_path, confidence - 0.2 * (1 - confidence))
    news = newsroom.news_for(followed)
    assert news is not None
    assert news.answer.citations[0].article_id == "evening"


def with_bound(folder: Path, sure: float) -> "Library":
    """Open the library with another confidence from which an answer is sure."""
    return hashing_library(settings_for(folder / "home", folder / "news", min_confidence=sure))


def test_news_that_lack_a_number_of_the_topic_are_none_of_it(newsroom: Newsroom) -> None:
    law = {**NIGHT, "id": "law", "title": "Закон 42 внесён", "text": "Закон № 42 внёс в среду депутат Сапелкин."}
    discussed = {**law, "id": "discussed", "text": "Закон № 42 обсудили в четверг, рассказал депутат Сапелкин."}
    newsroom.publish(NIGHT, law, discussed)
    followed = newsroom.follow("Что нового о законе 42?")
    assert {report.article_id for report in followed.known} == {"discussed", "law"}
    markets = "Закон о рынках поддержал депутат Сапелкин. Рынки откроют раньше."
    newsroom.publish({**EVENING, "id": "markets", "title": "Закон о рынках", "text": markets})
    assert newsroom.news_for(followed) is None
    signed = {**EVENING, "id": "signed", "title": "Закон 42 подписан", "date": "2024-07-02T09:00:00"}
    newsroom.publish({**signed, "text": "Закон № 42 подписан в понедельник, сообщил депутат Сапелкин."})
    news = newsroom.news_for(followed)
    assert news is not None
    assert [each.article_id for each in news.answer.citations] == ["signed"]


@pytest.mark.parametrize(
    ("question", "told", "is_new"),
    [
        ("Подорожал ли проезд в автобусах Туманска?", "Подорожал проезд в автобусах Туманска.", True),
        ("Дадут ли жителям Старопрудска новые дома?", "Жителям Старопрудска дадут новые дома.", False),
    ],
    ids=["surely", "less surely"],
)
def test_a_later_article_that_surely_tells_what_is_asked_is_new_without_a_thread(
    newsroom: Newsroom, question: str, told: str, is_new: bool
) -> None:
    before = "Мост через Туманку не закрыли, проезд в автобусах Туманска не подорожал, новые дома жителям не дадут."
    newsroom.publish({**NIGHT, "text": f"{NIGHT['text']} {before}"})
    followed = newsroom.follow(question)
    assert {report.article_id for report in followed.known} == {"night"}
    newsroom.publish({**EVENING, "title": "Вечер", "text": f"{told} Вода прибывает."})
    assert (newsroom.news_for(followed) is not None) is is_new
