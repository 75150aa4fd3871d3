"""Make an evaluation folder of questions about pages, of which every second one lacks the passage that answers.

    python -m training.pages_to_questions PAIRS.jsonl FOLDER [--asked PAIRS.jsonl] [--odd]

Lines of PAIRS.jsonl are ``{lang, question, title, passage, answer|null, answerable}``, all passages of a page under its
title. Every page is an article. Questions are asked of those pages only that the shipped reader did not learn from;
of each second one (with --odd of each other one) the passages that answer are left out, so that the page is the right
one and does not say what is asked. With --asked the questions are those of another file over the same pages, such as
the same ones in another language.
"""

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path

from training.json_lines import Record, read_records, write_set

PARTS, KEPT = 486, 90
"""A page is kept from the reader whose title's checksum is below `KEPT` of `PARTS`."""


def is_kept_from_the_reader(title: str) -> bool:
    """Whether no pair of the page of this title was learned from."""
    return zlib.crc32(title.encode()) % PARTS < KEPT


def make_set(pages: Sequence[Record], asked: Sequence[Record], *, odd: bool) -> tuple[list[Record], list[Record]]:
    """Return articles and questions; `pages` are the pairs whose passages make articles, `asked` those asked."""
    kept = [title for title in dict.fromkeys(pair["title"] for pair in pages) if is_kept_from_the_reader(title)]
    lacking = set(kept[odd::2])
    answering = {(pair["title"], pair["passage"]) for pair in [*pages, *asked] if pair["answerable"]}
    ids: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for title, passage in dict.fromkeys((pair["title"], pair["passage"]) for pair in pages):
        if title not in lacking or (title, passage) not in answering:
            ids.setdefault(title, f"page{len(ids):04d}")
            texts.setdefault(title, []).append(passage)
    articles = [{"id": ids[title], "title": title, "text": "\n\n".join(texts[title])} for title in texts]
    some = [pair for pair in asked if pair["answerable"] and pair["title"] in kept]
    return articles, [_question(number, pair, lacking, ids) for number, pair in enumerate(some)]


def _question(number: int, pair: Record, lacking: set[str], ids: dict[str, str]) -> Record:
    answerable = pair["title"] not in lacking
    return {
        "id": f"q{number:04d}",
        "lang": pair["lang"].split("-")[0],
        "question": pair["question"],
        "answerable": answerable,
        "article_ids": [ids[pair["title"]]] if answerable else [],
        "answers": [pair["answer"]] if answerable and pair["answer"] else [],
        "evidence": pair["passage"] if answerable else None,
        "kind": "told" if answerable else "look_alike",
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--asked", type=Path, help="the questions, where they are not those of the pages")
    parser.add_argument("--odd", action="store_true", help="the other pages lack what answers")
    arguments = parser.parse_args()
    pages = read_records(arguments.pairs)
    asked = read_records(arguments.asked) if arguments.asked else pages
    articles, questions = make_set(pages, asked, odd=arguments.odd)
    write_set(arguments.folder, articles, questions)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
