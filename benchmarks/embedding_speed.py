"""How much faster Citebot embeds than sentence-transformers with its defaults, and how near the machine's peak.

    python benchmarks/embedding_speed.py articles.jsonl [--articles 48] [--rounds 3] [--threads 2]
        [--arithmetic float32|bfloat16|int8]

Takes files of articles: JSON Lines with ``text`` and perhaps ``title``, or plain text. Both sides load the same model
folder. Stock is `SentenceTransformer.encode` as it comes: float32, 32 texts a batch. It embeds the articles'
paragraphs, and for the comparison by tokens the very sentences that Citebot embeds, each with its title before it.
Rounds of both alternate, so that whatever else the machine does hits both; ratios are those of a round, their medians
are printed. The peak is the best product of two large square matrices in the arithmetic that Citebot embeds in. What a
processor without AVX-512 and AMX does is measured with `processor_without.c` (how, stands there).
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # for both sides, as the product has it

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
from retrieval.models.products import Arithmetic, best_arithmetic
from retrieval.models.sentence_encoder import BertEncoder
from retrieval.text.splitting import split

OPERATIONS_PER_TOKEN = 2 * 12 * (4 * 384 * 384 + 2 * 384 * 1536)
"""Multiplications and additions in the products with the model's weights."""
SQUARES = (512, 1024, 2048)
PRODUCT = {Arithmetic.INT8: "_int_mm"}
"""What PyTorch calls the product of two matrices of numbers of which it is not `mm`."""


def read_articles(path: Path) -> Iterator[tuple[str, str]]:
    """Yield title and text of each article of a file."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".jsonl":
        yield "", content
        return
    for line in content.splitlines():
        article = json.loads(line)
        yield article.get("title") or "", article["text"]


def sentences_of(title: str, text: str) -> list[str]:
    """All sentences of an article, each as the model reads it."""
    passages = split(text, title)
    return [embedding_text(title, text[each.start : each.end]) for passage in passages for each in passage.sentences]


def seconds(work: Callable[[], object]) -> float:
    """Tell how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak(arithmetic: Arithmetic) -> float:
    """Operations a second of the best product of square matrices."""
    best = 0.0
    for size in SQUARES:
        left, right = (torch.randn(size, size).mul(10).to(getattr(torch, arithmetic.value)) for _ in range(2))
        multiply = getattr(torch, PRODUCT.get(arithmetic, "mm"))
        best = max(best, *(2 * size**3 / seconds(lambda: multiply(left, right)) for _ in range(5)))  # noqa: B023
    return best


def show(name: str, stock: list[float], citebot: list[float], amount: float) -> None:
    """Print the medians of both by amount, and the median ratio of their rounds."""
    ratio = statistics.median(theirs / ours for theirs, ours in zip(stock, citebot, strict=True))
    figures = [amount / statistics.median(values) for values in (stock, citebot)]
    print(f"{name:<22} stock {figures[0]:9,.2f}   citebot {figures[1]:9,.2f}   {ratio:.2f} times as fast", flush=True)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--articles", dest="count", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--arithmetic", type=Arithmetic, default=best_arithmetic(), metavar="NAME")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    articles = [article for path in options.articles for article in read_articles(path)]
    random.Random(0).shuffle(articles)  # nothing secret
    articles = articles[: options.count]
    sentences = [sentence for title, text in articles for sentence in sentences_of(title, text)]
    paragraphs = [line.strip() for _, text in articles for line in text.splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as home:
        files = resolve_model(None, Path(home), announce=print)
        stock = SentenceTransformer(files.location, device="cpu")
        encoder = BertEncoder(Path(files.location), options.arithmetic)
        embedder = Embedder(encoder, name=files.name, fingerprint="", prompts=("query: ", "passage: "))

    tokens = [sum(embedder.encoder.lengths(encoder.read(texts))) for texts in (sentences, paragraphs)]
    print(
        f"{len(articles)} articles: {len(sentences)} sentences with titles, {tokens[0]} tokens; {len(paragraphs)} "
        f"paragraphs, {tokens[1]} tokens; {options.threads} threads, {options.arithmetic.value}"
    )
    cosines = np.sum(stock.encode_document(sentences[:200]) * embedder.embed_documents(sentences[:200]), axis=1)
    print(f"cosine of the two      mean {cosines.mean():.6f}   least {cosines.min():.6f}", flush=True)
    by_paragraph, by_sentence, citebot, shares = [], [], [], []
    for _ in range(options.rounds):
        best = peak(options.arithmetic)
        by_paragraph.append(seconds(lambda: stock.encode(paragraphs)))
        citebot.append(seconds(lambda: embedder.embed_documents(sentences)))
        by_sentence.append(seconds(lambda: stock.encode_document(sentences)))
        best = max(best, peak(options.arithmetic))
        shares.append((tokens[0] * OPERATIONS_PER_TOKEN / citebot[-1] / 1e9, best / 1e9))
    show("articles a second", by_paragraph, citebot, len(articles))
    show("tokens a second", by_sentence, citebot, tokens[0])
    done, best = sorted(shares, key=lambda share: share[0] / share[1])[len(shares) // 2]
    print(
        f"products               {done:,.0f} of {best:,.0f} billion operations a second, {done / best:.0%} of the peak"
    )


if __name__ == "__main__":
    main()
