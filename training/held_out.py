"""What no reader learns from: what ranking is fitted or measured on, and what a run is watched on."""

from training.pages_to_questions import is_kept_from_the_reader
from training.reader_pairs import Pair, shuffled_passages
from training.reader_plans import BAGS

HELD_OUT = {"sberquad-val": ((0, 640), (1600, 2020)), "squad2-en": ((0, 240),)}
"""Passages that ranking is fitted on or measured on (`pairs_to_questions.py`): a reader that had seen them would be
trusted more than it deserves."""
HELD_PAGES = ("rubq-ru", "rubq-en-ru")
"""Sets of which whole pages are kept, the same ones in all (`pages_to_questions.py`)."""
HELD_QUESTIONS = {"wikiqa-en": 130}
"""Sets of sentences that were judged for a question, and of how many questions the sentences are kept."""
WATCHED_BAGS = ("fi", "ko")
"""Languages of bags that only measure."""
_UNUSED_BAGS = ("bn", "id")
"""Languages whose bags teach and measure something else: the Bengali ones never answer, and of the Indonesian ones
those answer whose questions are vague ("what does a policeman do?"), which the manner of asking alone tells."""
_TELLING = 40
"""Characters; sentences above that are not the same by chance."""


def split_held_out(name: str, pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Divide a set's pairs into those to learn from and those held out, by their passages, pages or questions."""
    if name == BAGS:
        used = [pair for pair in pairs if pair.language not in _UNUSED_BAGS]
        return _divided(used, [pair.language in WATCHED_BAGS for pair in used])
    if name in HELD_PAGES:
        return _divided(pairs, [is_kept_from_the_reader(pair.title) for pair in pairs])
    if name in HELD_QUESTIONS:
        questions = _questions_apart(pairs, HELD_QUESTIONS[name])
        return _divided(pairs, [pair.question in questions for pair in pairs])
    order = shuffled_passages([pair.passage for pair in pairs])
    held = {passage for start, end in HELD_OUT.get(name, ()) for passage in order[start:end]}
    return _divided(pairs, [pair.passage in held for pair in pairs])


def _divided(pairs: list[Pair], held: list[bool]) -> tuple[list[Pair], list[Pair]]:
    marked = list(zip(pairs, held, strict=True))
    return [pair for pair, is_held in marked if not is_held], [pair for pair, is_held in marked if is_held]


def _questions_apart(pairs: list[Pair], count: int) -> set[str]:
    """Choose so many questions by their sentences, and all that share a telling sentence with one that is chosen."""
    sentences: dict[str, list[str]] = {}
    for pair in pairs:
        sentences.setdefault(pair.question, []).append(pair.passage)
    chosen = set(shuffled_passages([" ".join(told) for told in sentences.values()])[:count])
    apart: set[str] = set()
    wider = {question for question, told in sentences.items() if " ".join(told) in chosen}
    while wider != apart:
        apart = wider
        shared = {sentence for question in apart for sentence in sentences[question] if len(sentence) > _TELLING}
        wider = apart | {question for question, told in sentences.items() if not shared.isdisjoint(told)}
    return apart
