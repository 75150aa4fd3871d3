"""Make an evaluation folder of question-passage pairs: every passage an article, every pair a question.

    python -m training.pairs_to_questions PAIRS.jsonl FOLDER [--passages 1000] [--absent 300] [--cut 300] [--skip 0]

Lines of PAIRS.jsonl are ``{lang, question, passage, answer|null, answer_start|null, answerable}``. Beside the pairs'
own unanswerable questions two kinds are made: ``absent``, whose passages are left out, and ``cut``, whose passages
stay as look-alikes without the sentence that answers. FOLDER gets `articles.jsonl` and `questions.jsonl`.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.text.splitting import split
from training.json_lines import Record, read_records, write_set
from training.reader_pairs import shuffled_passages


@dataclass(frozen=True, slots=True)
class Counts:
    """How many passages become what, in the order in which they are taken."""

    skip: int = 0
    """Passed over first, for a set apart."""
    passages: int = 1000
    """Articles as they are."""
    absent: int = 0
    """Left out, their questions kept."""
    cut: int = 0
    """Articles less the sentences that answer."""

    def kinds(self) -> Iterator[str]:
        """Yield the kind of each passage that is not skipped."""
        yield from ["pair"] * self.passages + ["absent"] * self.absent + ["cut"] * self.cut


def make_set(pairs: Iterable[Record], counts: Counts, seed: int = 1) -> tuple[list[Record], list[Record]]:
    """Return articles and questions; a pair's passage gets into its set by its text alone, so that sets stay apart."""
    by_passage = defaultdict(list)
    for pair in pairs:
        by_passage[pair["passage"]].append(pair)
    passages = shuffled_passages(list(by_passage), seed)[counts.skip :]
    articles, questions = [], []
    for number, (passage, kind) in enumerate(zip(passages, counts.kinds(), strict=False)):
        text = without_answers(passage, by_passage[passage]) if kind == "cut" else passage
        if kind != "absent" and text.strip():
            articles.append({"id": f"p{number:05d}", "title": None, "text": text})
        questions += [make_question(pair, f"p{number:05d}", kind) for pair in by_passage[passage]]
    return articles, [{"id": f"q{number:05d}"} | question for number, question in enumerate(questions)]


def without_answers(passage: str, pairs: Sequence[Record]) -> str:
    """Return the passage less every sentence in which one of the answers stands."""
    answers = [pair["answer"] for pair in pairs if pair["answer"]]
    sentences = [passage[span.start : span.end] for found in split(passage) for span in found.sentences]
    return " ".join(sentence for sentence in sentences if not any(answer in sentence for answer in answers))


def make_question(pair: Record, article_id: str, kind: str) -> Record:
    """Return the question of a pair whose passage became an article, or did not, as `kind` says."""
    answerable = bool(pair["answerable"]) and kind == "pair"
    return {
        "lang": pair["lang"],
        "question": pair["question"],
        "answerable": answerable,
        "article_ids": [article_id] if answerable else [],
        "answers": [pair["answer"]] if answerable and pair["answer"] else [],
        "evidence": pair["passage"] if answerable else None,
        "kind": kind if pair["answerable"] else "look_alike",
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=Counts().passages)
    parser.add_argument("--absent", type=int, default=0, help="passages left out, their questions kept")
    parser.add_argument("--cut", type=int, default=0, help="passages that lose the sentence that answers")
    parser.add_argument("--skip", type=int, default=0, help="passages passed over first, for a set apart")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    counts = Counts(arguments.skip, arguments.passages, arguments.absent, arguments.cut)
    articles, questions = make_set(read_records(arguments.pairs), counts, arguments.seed)
    write_set(arguments.folder, articles, questions)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
