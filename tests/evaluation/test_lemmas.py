"""Which answers a text holds in another form, and which it does not."""

import pytest

from retrieval.evaluation.lemmas import holds_answer_in_any_form, overlap_f1_of_forms


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Роман Вирджинии Вулф вышел весной.", "Вирджиния Вулф"),
        ("Встреча с Вирджинией Вулф", "Вирджинии Вулф"),  # neither is in the nominative
        ("Говорили с Валентиной Ивановой.", "Валентина Иванова"),
        ("Вопрос о Владимире Зеленском", "Владимир Зеленский"),
        ("Речь Ангелы Меркель", "Ангела Меркель"),
        ("Приговор для Петрова", "Петров"),
        ("Поезд из Санкт-Петербурга", "Санкт-Петербург"),
        ("Игрок «Спартака»", "Спартак"),
        ("у зелёной ЁЛКИ", "Зеленая елка"),
        ("у зеленой елки", "зелёная ёлка"),
        ("Вывезли сорок два человека.", "сорока двух человек"),
        ("Вывезли 1\u00a0860 человек.", "1860 человек"),
        ("Участники группы А", "Группа А"),
        ("Группа А сыграла вничью.", "группа а"),  # as it was typed; what is in capitals is a name in capitals only
        # The first word of several has a capital where a sentence begins
        ("В мае откроют парк.", "в мае"),
        ("Парк откроют в мае.", "В мае"),
        ("They saw a fire.", "A fire"),
        ("A fire broke out.", "a fire"),
        ("They ran home.", "run"),
        ("two children", "Two child"),
        ("The US and the EU", "the US"),
        ("Virginia Woolf’s novel", "Virginia Woolf"),
        ("Тарифы выросли на 5 %", "5%"),
        ("в 5G-сетях", "сеть"),
    ],
)
def test_an_answer_is_held_in_any_of_its_forms(text, answer):
    assert holds_answer_in_any_form(text, ["не это", answer]) is True


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # A number inside a number
        ("Вывезли 15 человек.", "5"),
        ("Счёт 2:1", "2"),
        ("4,5 балла", "5 баллов"),
        ("1 860 человек", "860 человек"),
        ("в сетях 5G", "5"),
        ("Мороз −5 градусов", "5 градусов"),
        ("5 человек", "5%"),
        # Another name with the same stem
        ("Валентин Иванов", "Валентина Иванова"),
        ("Её обвинили вместе с Петровой.", "Петров"),
        ("завод в Иваново", "Иванов"),
        ("Пётр Ивановский", "Иванов"),
        ("Речь Анны Меркель", "Ангела Меркель"),
        ("Tiger Woods", "Wood"),
        # Words that all texts have, or none of the answer's own
        ("Она ушла.", "он"),
        ("They told us.", "US"),
        ("Is it late?", "IT"),
        ("Мост и а не дорога", "А"),
        ("группа и а не дорога", "Группа А"),
        ("the us of all", "the US"),
        ("they were late", "be"),
        ("он не стал ждать", "стальной"),
        # Other order, or something between
        ("Вулф и Вирджиния", "Вирджиния Вулф"),
        ("Вирджиния Стивен Вулф", "Вирджиния Вулф"),
        ("Вирджиния", "Вирджиния Вулф"),
        # Nothing to find
        ("Текст.", "…"),
        ("", "текст"),
    ],
)
def test_what_only_looks_alike_is_not_held(text, answer):
    assert holds_answer_in_any_form(text, [answer]) is False


def test_no_answer_is_held_where_there_is_none():
    assert holds_answer_in_any_form("Текст.", []) is False


@pytest.mark.parametrize(
    ("found", "right", "f1"),
    [
        ("Вирджинии Вулф", "Вирджиния Вулф", 1.0),
        ("роман Вирджинии Вулф", "Вирджиния Вулф", 4 / 5),
        ("Вулф Вулф", "Вулф", 2 / 3),  # each word counts once
        ("15 человек", "5 людей", 1 / 2),
        ("15", "5", 0.0),
        ("", "Вулф", 0.0),
    ],
)
def test_overlap_of_forms_by_hand(found, right, f1):
    assert overlap_f1_of_forms(found, right) == pytest.approx(f1)
