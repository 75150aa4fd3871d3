"""What a process reads once and keeps: after `warm` it is there, and in every process that is forked from it later."""

import gc

from retrieval.text.dictionaries import english_lemma, is_proper_name, is_word
from retrieval.text.languages import detect_language


def warm():
    """Load the dictionaries and the detector of languages, which takes longer than to index a few articles."""
    detect_language("A sentence that is long enough for its language to be told.")
    is_proper_name("мост")
    is_word("bridge")
    english_lemma("bridges")
    gc.collect()
    gc.freeze()  # a collection in a forked process would copy all of it
