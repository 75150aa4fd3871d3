"""Make an evaluation folder of question-passage pairs: every distinct passage an article, every pair a question.

    python benchmarks/pairs_to_questions.py PAIRS.jsonl FOLDER [--passages 1000] [--seed 1]

Lines of PAIRS.jsonl are ``{lang, question, passage, answer|null, answerable}``. The evidence of a question is its
passage, so passages and articles are ranked alike. FOLDER gets `articles.jsonl` and `questions.jsonl`.
"""

import argparse
import json
import random
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    pairs = [json.loads(line) for line in arguments.pairs.open(encoding="utf-8")]
    passages = sorted({pair["passage"] for pair in pairs})
    random.Random(arguments.seed).shuffle(passages)  # noqa: S311 - sampling, not secrecy
    ids = {passage: f"p{number:05d}" for number, passage in enumerate(passages[: arguments.passages])}
    articles = [{"id": article_id, "title": None, "text": passage} for passage, article_id in ids.items()]
    questions = [
        _question(number, pair, ids[pair["passage"]]) for number, pair in enumerate(pairs) if pair["passage"] in ids
    ]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("articles", articles), ("questions", questions)):
        with (arguments.folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


def _question(number: int, pair: dict, article_id: str) -> dict:
    answerable = bool(pair["answerable"])
    return {
        "id": f"q{number:05d}",
        "lang": pair["lang"],
        "question": pair["question"],
        "answerable": answerable,
        "article_ids": [article_id] if answerable else [],
        "look_alike_ids": [] if answerable else [article_id],
        "answers": [pair["answer"]] if answerable and pair["answer"] else [],
        "evidence": pair["passage"] if answerable else None,
        "kind": "pair",
    }


if __name__ == "__main__":
    main()
