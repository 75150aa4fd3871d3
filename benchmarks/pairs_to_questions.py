"""Make an evaluation folder of question-passage pairs: every passage an article, every pair a question.

    python benchmarks/pairs_to_questions.py PAIRS.jsonl FOLDER [--passages 1000] [--absent 300] [--cut 300] [--skip 0]

Lines of PAIRS.jsonl are ``{lang, question, passage, answer|null, answer_start|null, answerable}``. Beside the pairs'
own unanswerable questions two kinds are made: ``absent``, whose passages are left out, and ``cut``, whose passages
stay as look-alikes without the sentence that answers. FOLDER gets `articles.jsonl` and `questions.jsonl`.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

from reader_pairs import shuffled_passages

from retrieval.splitting import split


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--absent", type=int, default=0, help="passages left out, their questions kept")
    parser.add_argument("--cut", type=int, default=0, help="passages that lose the sentence that answers")
    parser.add_argument("--skip", type=int, default=0, help="passages passed over first, for a set apart")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    by_passage = defaultdict(list)
    for line in arguments.pairs.open(encoding="utf-8"):
        pair = json.loads(line)
        by_passage[pair["passage"]].append(pair)
    passages = shuffled_passages(list(by_passage), arguments.seed)[arguments.skip :]
    articles, questions = [], []
    for number, passage in enumerate(passages[: arguments.passages + arguments.absent + arguments.cut]):
        kind = "pair" if number < arguments.passages else "absent"
        text = passage
        if number >= arguments.passages + arguments.absent:
            kind, text = "cut", without_answers(passage, by_passage[passage])
        if kind != "absent" and text.strip():
            articles.append({"id": f"p{number:05d}", "title": None, "text": text})
        questions += [make_question(pair, f"p{number:05d}", kind) for pair in by_passage[passage]]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("articles", articles), ("questions", questions)):
        numbered = ({"id": f"{name[0]}{number:05d}"} | record for number, record in enumerate(records))
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in numbered]
        (arguments.folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


def without_answers(passage: str, pairs: list[dict]) -> str:
    """The passage less every sentence in which one of the answers stands."""
    answers = [pair["answer"] for pair in pairs if pair["answer"]]
    sentences = [passage[span.start : span.end] for found in split(passage) for span in found.sentences]
    return " ".join(sentence for sentence in sentences if not any(answer in sentence for answer in answers))


def make_question(pair: dict, article_id: str, kind: str) -> dict:
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


if __name__ == "__main__":
    main()
