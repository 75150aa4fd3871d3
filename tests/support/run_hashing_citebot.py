"""Runs the real command line over the model that can be computed by hand.

HASHING_FINGERPRINT is the model's fingerprint. With HASHING_HOLD_AFTER it embeds so many sentences and then waits to
be ended, and makes the file HASHING_HELD, where one is named, to tell so. To the file HASHING_RUNS a line is added at
the end of each indexing run, however it ended, and to HASHING_EMBEDDED each text that was embedded, as JSON.
HASHING_PAUSE is how many seconds it takes for so many texts as it embeds at once, HASHING_TASK how many sentences
machines that share the work take at once.
"""

import json
import os
import time
from pathlib import Path

from hashing_model import HashingEmbedder, hashing_model

import retrieval.library
import retrieval.store.queue
from bot.cli import main

AT_ONCE = 64
HELD_FOR = 120
"""Seconds after which nobody is going to end it any more."""


class HeldEmbedder(HashingEmbedder):
    done = 0

    def embed_documents(self, texts, *, progress=None):
        for start in range(0, len(texts), AT_ONCE):
            if self.done >= int(os.environ.get("HASHING_HOLD_AFTER", "1000000000")):
                wait_to_be_ended(lambda start=start: progress(start))
            time.sleep(float(os.environ.get("HASHING_PAUSE", "0")))
            self.done += len(texts[start : start + AT_ONCE])
            if progress:
                progress(min(start + AT_ONCE, len(texts)))
        if "HASHING_EMBEDDED" in os.environ:
            with Path(os.environ["HASHING_EMBEDDED"]).open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
        return super().embed_documents(texts)


def wait_to_be_ended(step):
    """Take the same step again and again; it raises what ends the run."""
    if "HASHING_HELD" in os.environ:
        Path(os.environ["HASHING_HELD"]).touch()
    deadline = time.monotonic() + HELD_FOR
    while time.monotonic() < deadline:
        step()
        time.sleep(0.01)
    raise TimeoutError("nobody ended the run")


def commanded_model(_name, _home):
    return hashing_model(HeldEmbedder(os.environ.get("HASHING_FINGERPRINT", "hashing-1")))


def telling_its_end(index, path):
    def telling(*arguments, **options):
        try:
            return index(*arguments, **options)
        finally:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write("run\n")

    return telling


if __name__ == "__main__":
    retrieval.library.model_named = commanded_model
    if "HASHING_TASK" in os.environ:
        retrieval.store.queue.TASK_SIZE = int(os.environ["HASHING_TASK"])
    if "HASHING_RUNS" in os.environ:
        library = retrieval.library.Library
        library.index = telling_its_end(library.index, os.environ["HASHING_RUNS"])
    main()
