"""The arithmetic of the benchmarks of readers' questions, on answers that are made."""

import pytest
import readers
import sloppy_forms
from evaluation_model import citation
from readers import FIGURES, Asked, ReaderQuestion, misses, other_bounds, row

from retrieval.types import Answer, Bounds, Certainty

BOUNDS = Bounds(0.6, 0.35)


def question(name, **fields):
    told = {
        "question": f"{name}?", "kind": "who", "style": "clean", "answerable": True, "article_ids": ("a",),
        "answers": ("42",), "before": (), "full": None, "form_of": None, "outdated": (), "message": None,
    }  # fmt: skip
    return ReaderQuestion(id=name, **{**told, **fields})


def answer(confidence, *excerpts, lacking=False):
    """An answer that cites excerpts, each of an article and with a text."""
    cited = tuple(citation(number, *excerpt) for number, excerpt in enumerate(excerpts, start=1))
    return Answer("", Certainty.NONE, confidence, None, cited, (), 0.0, lacking=lacking)


RIGHT, WRONG, OTHER_ARTICLE = ("a", "Их 42."), ("a", "Их 41."), ("b", "Их 42.")


def asked(name, confidence, *excerpts, handled=False, in_full=None, lacking=False, **fields):
    return Asked(question(name, **fields), handled, answer(confidence, *excerpts, lacking=lacking), in_full)


UNANSWERABLE = {"answerable": False, "article_ids": (), "answers": ()}
MESSAGE = {**UNANSWERABLE, "message": "thanks"}
ALL = [
    asked("right and sure", 0.6, RIGHT),
    asked("right, unsure", 0.59, RIGHT),
    asked("right, lacking", 0.9, RIGHT, lacking=True),
    asked("right, refused", 0.34, RIGHT),
    asked("wrong, sure", 0.7, WRONG, RIGHT),
    asked("wrong article, sure", 0.7, OTHER_ARTICLE),
    asked("wrong, unsure", 0.5, WRONG),
    asked("taken for a message", 0.9, RIGHT, handled=True),
    asked("nothing answers, sure", 0.8, WRONG, **UNANSWERABLE),
    asked("nothing answers, unsure", 0.4, WRONG, **UNANSWERABLE),
    asked("nothing answers, refused", 0.2, WRONG, **UNANSWERABLE),
    asked("a message", 0.9, WRONG, handled=True, **MESSAGE),
    asked("a message, searched for", 0.1, WRONG, **MESSAGE),
]
WORTHS = [1, 0.5, 0.5, 0, -1, -1, 0, 0, -1, 0, 1, 1, 0]


@pytest.mark.parametrize(("one", "worth"), [*zip(ALL, WORTHS, strict=True)], ids=[one.question.id for one in ALL])
def test_what_an_answer_is_worth(one, worth):
    assert one.worth(BOUNDS) == worth


def figures(some, bounds=BOUNDS):
    return {name: figure(some, bounds) for name, figure in FIGURES.items()}


def test_the_figures_of_all_questions():
    assert figures(ALL) == {
        "count": "13",
        "utility": f"{sum(WORTHS) / 13:.3f}",
        "first right, whatever sure": f"{5 / 8:.3f}",
        "right and sure": f"{1 / 8:.3f}",
        "right, unsure": f"{2 / 8:.3f}",
        "wrong as sure": f"{2 / 8:.3f}",
        "wrong, unsure": f"{1 / 8:.3f}",
        "refused": f"{2 / 8:.3f}",
        "unanswerable: sure": f"{1 / 3:.3f}",
        "unanswerable: unsure": f"{1 / 3:.3f}",
        "newest first": "0 of 0",
        "messages handled": "0.500",
        "questions taken for messages": "1",
        "same as clean (and as sure)": "–",
        "follow-ups, understood/full": "–",
    }


def test_where_nothing_is_asked_nothing_is_told_of_it():
    found = figures(ALL[:1])

    assert (found["unanswerable: sure"], found["messages handled"], found["refused"]) == ("–", "–", "0.000")


def test_of_facts_that_changed_the_newest_counts():
    some = [asked("new", 0.9, RIGHT, outdated=("41",)), asked("old", 0.9, WRONG, outdated=("41",)), ALL[0]]

    assert figures(some)["newest first"] == "1 of 2"


def test_a_sloppy_form_is_held_against_its_clean_one():
    clean = asked("clean", 0.9, RIGHT)
    forms = [
        asked("same", 0.8, RIGHT, form_of="clean"),
        asked("less sure", 0.4, RIGHT, form_of="clean"),
        asked("another", 0.9, OTHER_ARTICLE, form_of="clean"),
        asked("nothing", 0.9, form_of="clean"),
        asked("of none that is asked", 0.9, RIGHT, form_of="gone"),
    ]

    assert figures([clean, *forms])["same as clean (and as sure)"] == "0.500 (0.250)"


def test_follow_ups_are_held_against_the_same_in_full_by_their_first_three_citations():
    some = [
        asked("found", 0.9, WRONG, OTHER_ARTICLE, RIGHT, in_full=answer(0.9, RIGHT)),
        asked("lost", 0.9, WRONG, WRONG, WRONG, RIGHT, in_full=answer(0.9, RIGHT)),
        asked("nothing answers", 0.9, WRONG, in_full=answer(0.9, WRONG), **UNANSWERABLE),
        ALL[0],
    ]

    assert figures(some)["follow-ups, understood/full"] == "0.500/1.000"


def test_a_row_has_all_figures_in_order():
    cells = row("some", ALL, BOUNDS).strip("| ").split(" | ")

    assert cells == ["some", *figures(ALL).values()]


def test_the_most_harmful_miss_comes_first_and_what_is_worth_most_is_none():
    told = misses(ALL, BOUNDS)

    assert len(told) == sum(worth < 1 for worth in WORTHS)
    assert '[-1.0, 0.7, "who", "wrong, sure?", null, "wrong", ["42"], "a", "Их 41."]' in told[:3]


def test_the_best_bounds_are_those_that_part_what_is_right():
    some = [asked("a", 0.8, RIGHT), asked("b", 0.5, RIGHT), asked("c", 0.7, WRONG), asked("d", 0.3, WRONG)]
    best, *others = other_bounds(some)

    assert best == "sure 0.725, unsure 0.025: utility 0.375"
    assert len(others) == 9
    assert all(line.split()[-1] <= "0.375" for line in others)


def test_a_lacking_answer_is_sure_with_no_bounds():
    assert all(line.endswith("utility 0.500") for line in other_bounds([asked("a", 0.9, RIGHT, lacking=True)]))


def test_questions_of_the_files_are_read(tmp_path):
    file = readers.READERS / "samples_seen.jsonl"

    assert len([ReaderQuestion.model_validate_json(line) for line in file.read_text("utf-8").splitlines()]) == 159
    assert len(sloppy_forms.clean_questions(file)) > 40


# Sloppy forms


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("small letters, no mark", "сколько стоит проезд в трамвае белокамска на чёрном"),
        ("no marks at all", "Сколько стоит проезд в трамвае Белокамска на чёрном"),
        ("capitals", "СКОЛЬКО СТОИТ ПРОЕЗД В ТРАМВАЕ БЕЛОКАМСКА НА ЧЁРНОМ?"),
        ("???", "Сколько стоит проезд в трамвае Белокамска на чёрном ???"),
        (
            "politeness around it",
            "Здравствуйте! Подскажите, пожалуйста, сколько стоит проезд в трамвае Белокамска на чёрном? Спасибо 🙏",
        ),
        ("е for ё", "Сколько стоит проезд в трамвае Белокамска на черном?"),
        ("wrong keyboard layout", "crjkmrj cnjbn ghjtpl d nhfvdft ,tkjrfvcrf yf x`hyjv?"),
        ("Latin letters", "skol'ko stoit proezd v tramvae belokamska na chernom?"),
    ],
)
def test_what_a_form_makes_of_a_question(form, typed):
    clean = "Сколько стоит проезд в трамвае Белокамска на чёрном?"

    assert sloppy_forms.FORMS[form](clean) == typed


@pytest.mark.parametrize("form", ["two letters exchanged", "a letter missing"])
def test_a_slip_is_in_the_longest_word_that_is_no_name_and_the_same_each_time(form):
    clean = "Сколько стоит проезд в трамвае Белокамска?"
    slip = sloppy_forms.FORMS[form]
    typed = slip(clean)

    assert slip(clean) == typed != clean
    changed = [words for words in zip(clean.split(), typed.split(), strict=True) if words[0] != words[1]]
    assert [word for word, _ in changed] == ["трамвае"]
    assert set(changed[0][1]) <= set("трамвае")
    assert slip("Кто мэр Белокамска?") == "Кто мэр Белокамска?"


def test_english_is_typed_in_no_other_alphabet():
    clean = "Who is the mayor?"

    assert sloppy_forms.on_wrong_keys(clean) == sloppy_forms.in_latin_letters(clean) == clean


def test_the_table_counts_the_same_first_citation_and_the_same_certainty():
    def pair(clean, sloppy, certainty=Certainty.NONE):
        taken = answer(0.9, sloppy)
        return sloppy_forms.Pair("", answer(0.9, clean), Answer("", certainty, 0.9, None, taken.citations, (), 0.0))

    same, less_sure, another = pair(RIGHT, WRONG), pair(RIGHT, RIGHT, Certainty.UNSURE), pair(RIGHT, OTHER_ARTICLE)

    assert list(sloppy_forms.table({"capitals": [same, less_sure], "???": [another, same]}))[2:] == [
        "| capitals | 2 | 1.000 | 0.500 |",
        "| ??? | 2 | 0.500 | 0.500 |",
        "| all | 4 | 0.750 | 0.500 |",
    ]
