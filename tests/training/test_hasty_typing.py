"""Questions as people type them in haste; the single ways are tested with the benchmark that shares them."""

import random

from training.hasty_typing import in_haste, with_an_exchange, without_dots, without_mark

CLEAN = "Кто утверждает бюджет Ёлкино?"
SLIPPED = with_an_exchange(CLEAN)


def test_ways_are_mixed_and_one_is_always_taken():
    typed = {in_haste(CLEAN, random.Random(seed)) for seed in range(200)}
    expected = set()
    for slipped in (CLEAN, SLIPPED):
        for dotless in (slipped, without_dots(slipped)):
            for unmarked in (dotless, without_mark(dotless)):
                expected |= {unmarked, unmarked.lower()}
    assert typed == expected - {CLEAN}
    assert len(typed) == 15


def test_a_word_of_one_letter_has_nothing_to_exchange():
    assert with_an_exchange("Почему ааааааа?") == "Почему ааааааа?"


def test_only_the_mark_at_the_end_is_left_out():
    assert without_mark("Когда? И где?..") == "Когда? И где"
