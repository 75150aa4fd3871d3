"""Learn what is said to the bot itself from the vector of a text: `retrieval/answering/small_talk.npz`.

    python -m training.small_talk --pairs PAIRS.jsonl … --articles ARTICLES.jsonl … [--write] [--test MESSAGES.jsonl]

Learned from `messages/messages.jsonl`, written for this, from the closed lists of phrases, and from what is no small
talk: the readers' questions of `questions/`, questions of PAIRS (`question` of each line), and a few words of each
headline of ARTICLES (`title`), which are as short as small talk is. MESSAGES has lines of ``{text, message}``, where
`message` is null for a question; what is told of them is printed.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from retrieval.answering.small_talk import FILE, QUESTION, Learned, SmallTalk
from retrieval.models.embedding import Embedder
from retrieval.models.model import model_named
from retrieval.question.acts import LISTS, act_of
from retrieval.types import Act
from training.json_lines import read_records
from training.news_questions import QUESTIONS

MESSAGES = Path(__file__).parent / "messages" / "messages.jsonl"
_PHRASES_AN_ACT = 60
_QUESTIONS_A_FILE = 350
_HEADLINES_A_FILE = 300
_WORDS_OF_A_HEADLINE = (2, 4)
_STRENGTH = 300.0
"""The inverse of the penalty: chosen on messages that were not learned from."""
_BATCH = 32

Labelled = tuple[str, str]
"""A text, and the act that it is or `QUESTION`."""


def labelled(pairs: Sequence[Path], articles: Sequence[Path]) -> list[Labelled]:
    """Return all that is learned from."""
    chance = random.Random(1)
    found = [(record["text"], record["act"] or QUESTION) for record in read_records(MESSAGES)]
    acts = {Act(act) for _, act in found if act != QUESTION}
    for act in sorted(acts):
        phrases = sorted(LISTS[act])
        found += [(" ".join(phrase), act.value) for phrase in phrases[:: 1 + len(phrases) // _PHRASES_AN_ACT]]
    found += [(record["question"], QUESTION) for record in read_records(QUESTIONS)]
    for file in pairs:
        questions = list(dict.fromkeys(record["question"] for record in read_records(file)))
        chance.shuffle(questions)
        found += [(question, QUESTION) for question in questions[:_QUESTIONS_A_FILE]]
    for file in articles:
        titles = [record["title"] for record in read_records(file) if record["title"]]
        chance.shuffle(titles)
        found += [(some_words(title, chance), QUESTION) for title in titles[:_HEADLINES_A_FILE]]
    return found


def some_words(title: str, chance: random.Random) -> str:
    """Return a few words of a headline as somebody types keywords."""
    words = title.lower().split()
    count = chance.randint(*_WORDS_OF_A_HEADLINE)
    first = chance.randrange(max(1, len(words) - count))
    return " ".join(words[first : first + count])


def vectors_of(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32]:
    """Embed texts as questions, of shape (texts, dimension)."""
    batches = [texts[first : first + _BATCH] for first in range(0, len(texts), _BATCH)]
    return np.concatenate([embedder.embed_queries(batch) for batch in batches])


def fit(texts: Sequence[Labelled], embedder: Embedder) -> Learned:
    """Fit what `SmallTalk` weighs a vector with."""
    vectors = vectors_of([text for text, _ in texts], embedder)
    middle = vectors.mean(axis=0)
    model = LogisticRegression(C=_STRENGTH, max_iter=3000, class_weight="balanced")
    model.fit(vectors - middle, [label for _, label in texts])
    biases = model.intercept_ - model.coef_ @ middle
    return Learned(tuple(model.classes_.tolist()), model.coef_.astype(np.float32), biases.astype(np.float32))


def told(small_talk: SmallTalk, file: Path) -> Iterator[str]:
    """Yield what is told of the messages of a file: the shares, and each that went wrong."""
    records = read_records(file)
    found = [act_of(record["text"]) or small_talk.act_of(record["text"]) for record in records]
    messages = [act for record, act in zip(records, found, strict=True) if record["message"]]
    questions = [act for record, act in zip(records, found, strict=True) if not record["message"]]
    yield f"{sum(map(bool, messages))} of {len(messages)} messages told, {sum(map(bool, questions))} questions taken"
    for record, act in zip(records, found, strict=True):
        if bool(act) != bool(record["message"]):
            yield f"  {record['message']} -> {act}: {record['text']}"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--articles", type=Path, nargs="*", default=[])
    parser.add_argument("--models", type=Path, default=Path("data/state/models"), help="where the model is unpacked")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    parser.add_argument("--test", type=Path, help="messages and questions to try it on")
    arguments = parser.parse_args()
    embedder = model_named(None, arguments.models).load(print)
    if arguments.pairs or arguments.articles:
        weights = fit(labelled(arguments.pairs, arguments.articles), embedder)
        if arguments.write:
            np.savez_compressed(FILE, labels=weights.labels, weights=weights.weights, biases=weights.biases)
    for line in told(SmallTalk(embedder), arguments.test) if arguments.test else ():
        print(line)


if __name__ == "__main__":
    main()
