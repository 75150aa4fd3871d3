"""Runs the real command line over the model that can be computed by hand.

HASHING_FINGERPRINT is the model's fingerprint; HASHING_SECONDS is how long it takes for 64 sentences.
"""

import os
import time

from hashing_model import HashingEmbedder, HashingLibrary

import retrieval.library
from bot.cli import main

AT_ONCE = 64


class SlowEmbedder(HashingEmbedder):
    def embed_documents(self, texts, *, progress=None):
        for done in range(0, len(texts), AT_ONCE):
            time.sleep(float(os.environ.get("HASHING_SECONDS", "0")))
            if progress:
                progress(min(done + AT_ONCE, len(texts)))
        return super().embed_documents(texts)


class CommandedLibrary(HashingLibrary):
    def __init__(self, settings, progress=None):
        super().__init__(settings, SlowEmbedder(os.environ.get("HASHING_FINGERPRINT", "hashing-1")), progress)


if __name__ == "__main__":
    retrieval.library.Library = CommandedLibrary
    main()
