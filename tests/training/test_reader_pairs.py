"""Sets of pairs and of bags are read as what a reader learns from."""

from training.json_lines import write_records
from training.reader_pairs import NO_BAG, Pair, grouped, read_pairs, shuffled_passages

FLOOD = "Вода поднялась на три метра. Эвакуировали 412 человек."


def test_pairs_are_read_with_answer_and_title(tmp_path):
    plain = {"lang": "ru", "question": "Сколько?", "passage": FLOOD, "answerable": True}
    records = [
        plain | {"answer": "412", "answer_start": FLOOD.index("412")},
        plain | {"answer": "412", "answer_start": None, "title": "Потоп"},
        plain | {"answer": None, "answer_start": None, "answerable": False},
    ]
    write_records(tmp_path / "set.jsonl", records)
    start = FLOOD.index("412")
    assert read_pairs(tmp_path / "set.jsonl") == [
        Pair("ru", "Сколько?", FLOOD, answerable=True, answer=(start, start + 3)),
        Pair("ru", "Сколько?", FLOOD, answerable=True, title="Потоп"),
        Pair("ru", "Сколько?", FLOOD, answerable=False),
    ]


def test_a_bag_becomes_a_pair_of_each_passage_with_text(tmp_path):
    passages = [{"title": "Joki", "text": "Joki virtaa."}, {"title": "", "text": " "}, {"title": "", "text": "Järvi."}]
    bag = {"lang": "fi", "question": "Minne?", "passages": passages, "answerable": True}
    write_records(tmp_path / "bags.jsonl", [bag, bag | {"answerable": False}])
    pairs = read_pairs(tmp_path / "bags.jsonl")
    assert [(pair.passage, pair.title, pair.answerable, pair.bag) for pair in pairs] == [
        ("Joki virtaa.", "Joki", True, 0),
        ("Järvi.", "", True, 0),
        ("Joki virtaa.", "Joki", False, 1),
        ("Järvi.", "", False, 1),
    ]


def test_only_what_is_in_a_bag_is_grouped():
    def pairs(*bags):
        return [Pair("ru", str(number), "", answerable=True, bag=bag) for number, bag in enumerate(bags)]

    groups = grouped(pairs(NO_BAG, NO_BAG, 0, 0, 3, NO_BAG, 3))
    assert [[pair.question for pair in group] for group in groups] == [["0"], ["1"], ["2", "3"], ["4"], ["5"], ["6"]]


def test_passages_are_shuffled_by_nothing_but_themselves():
    assert shuffled_passages(list("абвга")) == shuffled_passages(list("гвба"))
    assert shuffled_passages(list("абвг")) != shuffled_passages(list("абвг"), seed=2)
