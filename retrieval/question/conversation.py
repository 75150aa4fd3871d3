"""What is remembered of a conversation, so that «а когда это было?» can be understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.question.bounds import Bounded, as_of_now, restricted, restricts_alone, says_now, without
from retrieval.question.follow_up import asks_little, is_vague, leans, pointing_words, says_nothing
from retrieval.question.news import asked_about, asks_again
from retrieval.question.parsing import parse
from retrieval.question.referents import asks_about_person, can_mean, genders_of, name_in, speaks_of
from retrieval.question.rewording import has_place_for, reword
from retrieval.question.wording import asks, in_full, opening_length, question_words
from retrieval.text.terms import composed, terms_of
from retrieval.text.vocabulary import WHO
from retrieval.types import Certainty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from retrieval.question.outlets import OutletNames
    from retrieval.question.parsing import Question
    from retrieval.question.rewording import Reworded
    from retrieval.question.wording import QuestionWord
    from retrieval.types import Answer

_THINGS = frozenset(("it", "its"))
"""Pronouns that mean what a question was about sooner than what its answer named."""
_NEAR = 0.1
"""From this confidence on a question that was not answered may be about something that the articles hold."""
_SAME_HEADLINE = 1 / 3
"""An article is another one than those before where less of its headline's words stand in what they told."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A few short texts, however long the conversation has been.

    A question that was answered is what the next one leans on; until one has been, the last one that was asked. What
    `dataclasses.asdict` makes of a conversation can be kept as JSON; ``Conversation(**kept)`` brings it back.
    """

    subject: str = ""
    """The last question that stood by itself, or was made to; empty where nothing has been asked yet."""
    latest: str = ""
    """The last question that leant on `subject`, as it was asked; empty where none has."""
    told: Sequence[str] = ()
    """The terms (`retrieval.text.terms`) of the headlines and excerpts that the last answer cited."""
    named: str = ""
    """Whom or what the answer to `subject` named; empty where it named nothing."""
    latest_named: str = ""
    """The same of the last answer to a question that leant on `subject`, if it named anything."""
    unanswered: str = ""
    """The last question, where the articles did not answer it and had answered one before it; otherwise empty."""
    is_near: bool = False
    """Whether something was found that `unanswered` may have been about."""

    def understood(self, question: Question, today: date) -> Question:
        """Complete a question that leans on the conversation; return any other exactly as it is."""
        if not self.subject or self._begins_anew(question):
            return question
        names = question.outlet_names
        if restricts_alone(question.text, question.bounds) or self._asks_news_again(question.text, question.bounds):
            return self._restricted_to(question.bounds, today, names)
        if says_now(question.text):
            return parse(as_of_now(self._asked_last, question.text, today), today, outlet_names=names)
        if self._is_leant_on_by(question.words) or asks_little(question.words):
            return self._completing(question, today)
        return question

    def otherwise(self, question: Question, today: date) -> Question | None:
        """How else a question may be meant that names little, as it is or completed; None where it may not.

        For where what `understood` makes of it finds nothing sure.
        """
        if not self.subject or self._is_leant_on_by(question.words) or not asks(question.words) or question.bounds:
            return None
        if asks_little(question.words):
            return question
        return self._completing(question, today) if is_vague(question.words) else None

    def after(self, answer: Answer) -> Conversation:
        """Return the conversation with one more question, the one that was answered."""
        asked = _taken(answer)
        bounds = Bounded(answer.period, None, answer.outlet)
        is_moved = says_now(asked) or restricts_alone(asked, bounds) or self._asks_news_again(asked, bounds)
        if is_moved and self.subject and answer.understood:
            return self._moved(answer.understood, answer)
        words = question_words(composed(asked))
        is_leaning = self._is_leant_on_by(words) or self._was_completed(answer, words)
        if not is_leaning and says_nothing(words):
            return self
        meant = _leant_on(self, words) if is_leaning else self
        if answer.certainty is Certainty.NONE and self.told:
            # What leant on a question that was not answered either leaves that in its place.
            is_near = answer.confidence >= _NEAR
            return self if meant.subject != self.subject else replace(self, unanswered=asked, is_near=is_near)
        told, name = _terms_told(answer), _named_by(answer)
        if is_leaning:
            reworded = _completed(asked, meant)
            meant = replace(meant, subject=reworded.subject, latest=reworded.latest)
            if reworded.is_exchanged:
                meant = replace(meant, named="" if meant.latest else name, latest_named="")
                name = name if meant.latest else ""
        elif self.subject and is_vague(words) and not self._is_elsewhere(answer):
            meant = replace(self, latest=asked)
        else:
            return Conversation(asked, "", told, name)
        return replace(meant, told=told or self.told, latest_named=name or meant.latest_named, unanswered="")

    @property
    def _asked_last(self) -> str:
        """The last question in full that stands by itself."""
        words = question_words(composed(self.unanswered))
        stands_alone = words and not opening_length(words) and not leans(words, frozenset(self.told))
        return self.unanswered if stands_alone else self.subject

    def _moved(self, asked: str, answer: Answer) -> Conversation:
        """The conversation after its topic was asked of another time or outlet, as `asked`."""
        if answer.certainty is Certainty.NONE and self.told:
            return replace(self, unanswered=asked, is_near=answer.confidence >= _NEAR)
        return Conversation(asked, "", _terms_told(answer) or self.told, _named_by(answer))

    def _asks_news_again(self, text: str, bounds: Bounded) -> bool:
        """Whether it asks once more for the news that were asked for: «а что нового?», "anything about it?"."""
        return asks_again(without(text, bounds), bounded=bool(bounds)) and bool(
            asked_about(self._asked_last, bounded=False)
        )

    def _restricted_to(self, bounds: Bounded, today: date, names: OutletNames | None) -> Question:
        """The last question within other bounds, named as they were."""
        asked = restricted(self._asked_last, bounds, today, names) if bounds else self._asked_last
        question = parse(asked, today, outlet_names=names)
        return replace(question, bounds=replace(question.bounds, outlet=bounds.outlet or question.bounds.outlet))

    def _completing(self, question: Question, today: date) -> Question:
        names = question.outlet_names
        reworded = _completed(question.text, _leant_on(self, question.words))
        return parse(reworded.text, today, topic=reworded.topic, outlet_names=names)

    def _begins_anew(self, question: Question) -> bool:
        """Whether it asks for all there is, and nothing joins it to what was said: «что случилось вчера?»."""
        return question.is_about_all and bool(question.words) and not opening_length(question.words)

    def _was_completed(self, answer: Answer, words: Sequence[QuestionWord]) -> bool:
        """Whether a question that need not have leant on the conversation was answered as if it did."""
        if not self.subject or not is_vague(words) or not answer.understood:
            return False
        topic = _completed(_taken(answer), _leant_on(self, words)).topic
        return bool(topic) and answer.understood.endswith(in_full("", topic))

    def _is_leant_on_by(self, words: Sequence[QuestionWord]) -> bool:
        return bool(self.subject) and leans(words, frozenset(self.told))

    def _is_elsewhere(self, answer: Answer) -> bool:
        """Whether an answer was found where the conversation has not been."""
        if answer.certainty is not Certainty.SURE:
            return False
        words = [word for word in question_words(composed(answer.citations[0].title)) if word.is_content]
        return sum(word.term in self.told for word in words) < len(words) * _SAME_HEADLINE


def _completed(question: str, conversation: Conversation) -> Reworded:
    words = question_words(composed(question))
    return reword(question, conversation.subject, conversation.latest, _name_meant(words, conversation))


def _name_meant(words: Sequence[QuestionWord], conversation: Conversation) -> str:
    """Whom or what, of those that answers named, a pronoun of a question means; empty where none."""
    pointing = pointing_words(words)
    if not pointing or any(word.key in _THINGS for word in pointing):
        return ""
    genders = genders_of(pointing)
    named, latest = conversation.named, conversation.latest_named
    if latest and can_mean(genders, latest) and not speaks_of(genders, question_words(composed(conversation.subject))):
        return latest
    return named if named and can_mean(genders, named) else ""


def _leant_on(conversation: Conversation, words: Sequence[QuestionWord]) -> Conversation:
    """The part of a conversation that a question leans on: what was answered last, or was asked without an answer."""
    if not conversation.unanswered:
        return conversation
    asked = question_words(composed(conversation.unanswered))
    if not leans(asked, frozenset(conversation.told)):
        return Conversation(conversation.unanswered) if _goes_on_from(words, asked, conversation) else conversation
    # «А в Полынске?» asks the same of another place; «а сколько ему лет?» goes on from what is known.
    says_all = asks(words) and (pointing_words(words) or any(word.is_content for word in words))
    return conversation if says_all or not asks(asked) else replace(conversation, latest=conversation.unanswered)


def _goes_on_from(words: Sequence[QuestionWord], asked: Sequence[QuestionWord], conversation: Conversation) -> bool:
    """Whether a question leans on the last one, `asked` and not answered, rather than on what was answered before.

    It does where it means somebody whom that names, or is about the same thing. Otherwise it matters whether the
    articles may hold what was asked: where they do, that has changed the subject.
    """
    if is_vague(asked):
        return False
    genders = genders_of(pointing_words(words))
    if genders and asks_about_person(asked) and speaks_of(genders, asked):
        return True
    before = question_words(composed(conversation.subject))
    terms, of_asked, of_before = (_content(part) for part in (words, asked, before))
    known = of_before if conversation.is_near else of_before | frozenset(conversation.told)
    if terms & (of_asked | known):
        return bool(terms & of_asked)
    if not asks(words[opening_length(words) :]):
        return has_place_for(words, asked) and (conversation.is_near or not has_place_for(words, before))
    if conversation.is_near:
        return not genders or speaks_of(genders, asked) or _asks_who(asked)
    return bool(genders) and speaks_of(genders, asked) and not _can_be_meant(genders, before, conversation.named)


def _can_be_meant(genders: frozenset[str], words: Sequence[QuestionWord], named: str) -> bool:
    return can_mean(genders, named) if named else speaks_of(genders, words)


def _content(words: Sequence[QuestionWord]) -> frozenset[str]:
    return frozenset(word.term for word in words if word.is_content)


def _asks_who(words: Sequence[QuestionWord]) -> bool:
    return any(word.key in WHO for word in words[opening_length(words) :][:1])


def _taken(answer: Answer) -> str:
    """The question that was answered, as it was taken."""
    return answer.canonical or answer.question


def _named_by(answer: Answer) -> str:
    if not answer.citations or answer.citations[0].answer_span is None:
        return ""
    start, end = answer.citations[0].answer_span
    return name_in(answer.citations[0].excerpt[start:end], answer.understood or _taken(answer))


def _terms_told(answer: Answer) -> tuple[str, ...]:
    texts = [text for cited in answer.citations for text in (cited.title, cited.excerpt)]
    return tuple(sorted({term for text in texts for term in terms_of(text)}))
