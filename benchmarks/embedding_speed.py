"""How much faster Citebot's embedder is than sentence-transformers with its defaults, on the same sentences.

    python benchmarks/embedding_speed.py articles.jsonl [--sentences 1500] [--rounds 3]

Takes files of articles: JSON Lines with ``text`` and perhaps ``title``, or plain text. Both sides load the same model
folder. Stock is `SentenceTransformer.encode_document` and `encode_query` as they come: float32, 32 texts a batch.
Rounds of the two alternate, so that whatever else the machine does hits both; figures are medians.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from retrieval.ingest.recipe import embedding_text
from retrieval.models.embedding import Embedder
from retrieval.models.model_files import resolve_model
from retrieval.text.splitting import split

QUESTION = "Кто был первым президентом России и когда он родился?"
QUESTIONS_A_ROUND = 30


def read_articles(path: Path) -> Iterator[tuple[str, str]]:
    """Yield title and text of each article of a file."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".jsonl":
        yield "", content
        return
    for line in content.splitlines():
        article = json.loads(line)
        yield article.get("title", ""), article["text"]


def read_sentences(paths: list[Path]) -> list[str]:
    """Return all sentences of some files of articles, each as the model reads it."""
    return [
        embedding_text(title, text[sentence.start : sentence.end])
        for path in paths
        for title, text in read_articles(path)
        for passage in split(text, title)
        for sentence in passage.sentences
    ]


def seconds(work: Callable[[], object]) -> float:
    """Tell how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(unit: str, stock: list[float], citebot: list[float], *, amount: float, less_is_better: bool) -> None:
    """Print the medians of both and their ratio; each value is multiplied by `amount`."""
    figures = [statistics.median(amount * value for value in values) for values in (stock, citebot)]
    ratio = figures[0] / figures[1] if less_is_better else figures[1] / figures[0]
    print(f"{unit:<28} stock {figures[0]:8,.1f}   citebot {figures[1]:8,.1f}   {ratio:.2f} times as fast")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--sentences", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sentences = read_sentences(options.articles)
    random.Random(0).shuffle(sentences)  # nothing secret
    sentences = sentences[: options.sentences]
    with tempfile.TemporaryDirectory() as home:
        files = resolve_model(None, Path(home), announce=print)
        stock = SentenceTransformer(files.location, device="cpu")
        embedder = Embedder.load(files)

    tokens = sum(map(len, stock.tokenizer(sentences, truncation=True)["input_ids"]))
    print(f"{len(sentences)} sentences, {tokens} tokens, {torch.get_num_threads()} threads, {files.name}")
    cosines = np.sum(stock.encode_document(sentences) * embedder.embed_documents(sentences), axis=1)
    print(f"cosine of the two            mean {cosines.mean():.6f}   least {cosines.min():.6f}")
    speeds: dict[str, list[float]] = {"stock": [], "citebot": []}
    latencies: dict[str, list[float]] = {"stock": [], "citebot": []}
    for _ in range(options.rounds):
        speeds["stock"].append(1 / seconds(lambda: stock.encode_document(sentences)))
        speeds["citebot"].append(1 / seconds(lambda: embedder.embed_documents(sentences)))
        for _ in range(QUESTIONS_A_ROUND):
            latencies["stock"].append(seconds(lambda: stock.encode_query(QUESTION)))
            latencies["citebot"].append(seconds(lambda: embedder.embed_query(QUESTION)))
    compare("documents, tokens a second", speeds["stock"], speeds["citebot"], amount=tokens, less_is_better=False)
    compare("one question, ms (median)", latencies["stock"], latencies["citebot"], amount=1000, less_is_better=True)


if __name__ == "__main__":
    main()
