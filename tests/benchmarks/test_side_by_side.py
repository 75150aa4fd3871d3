"""What benchmarks/side_by_side.py computes and shows, on outcomes that are made; no peer is run."""

import json

import pytest
from peers.compared import CITEBOT, PEERS, variants
from peers.figures import Outcome, Run, figures, refused_by_score
from peers.russian import paragraphs, stems
from peers.sets import AskedQuestion, CutSet, cut, read_set
from peers.system import Article, Passage, SearchedSystem
from peers.table import QUALITY, SPEED, draw, table
from side_by_side import computed, named_peers


def question(name, *articles, answers=(), **fields):
    return AskedQuestion(
        id=name, question=f"{name}?", answerable=bool(articles), article_ids=articles, answers=answers, **fields
    )


def outcome(*articles, excerpt="", sentence=None, score=0.0, took_ms=10.0, refused=False, unsure=False):
    return Outcome(took_ms, took_ms / 2, articles, excerpt, sentence, score, refused, unsure)


QUESTIONS = (
    question("right", "a", answers=("42",)),
    question("second", "b", answers=("Шестьдесят Ёлок",)),
    question("headline", "c"),
    question("nothing"),
)
CITED = (
    outcome("a", excerpt="Их 42. Так было.", sentence="Их 42.", score=0.9, took_ms=10),
    outcome("a", "b", excerpt="Срублено шестьдесят\nелок. Всё.", sentence="Всё.", score=0.5, took_ms=20, unsure=True),
    outcome("c", excerpt="Третье", sentence="Третье", score=0.7, took_ms=30),
    outcome("a", excerpt="", score=0.6, took_ms=40, refused=True),
)


def test_figures_are_of_the_questions_that_tell_and_the_better_round_counts():
    slow = Run(indexing_s=4.0, indexing_cpu_s=6.0, texts=20, peak_memory_mib=900.0, outcomes=CITED)
    quick = Run(indexing_s=2.0, indexing_cpu_s=7.0, texts=20, peak_memory_mib=950.0, outcomes=CITED)
    found = figures("it", 10, QUESTIONS, [slow, quick])
    assert (found.articles_per_second, found.texts_per_second, found.peak_memory_mib) == (5.0, 10.0, 900.0)
    assert (found.p50_ms, found.p95_ms) == (20, 40)
    assert (found.indexing_cpu_s, found.cpu_ms) == (6.0, 12.5)
    assert found.recall_at_1 == pytest.approx(2 / 3)
    assert found.ndcg_at_10 == pytest.approx((1 + 0.63093 + 1) / 3, abs=1e-5)
    assert (found.answer_sentence, found.answer_excerpt) == (0.5, 1.0)
    assert (found.refused_unanswerable, found.silent_unanswerable) == (1.0, 1.0)
    assert (found.refused_answerable, found.silent_answerable) == (pytest.approx(1 / 3), 0.0)


def test_what_points_at_no_sentence_has_no_figure_for_it():
    shown = [outcome("a", excerpt="42"), outcome("b", excerpt="43"), outcome("c"), outcome("a")]
    found = figures("it", 3, QUESTIONS, [Run(1.0, 1.0, 3, 1.0, tuple(shown))])
    assert (found.answer_sentence, found.answer_excerpt) == (None, 0.5)
    assert (found.refused_unanswerable, found.refused_answerable) == (0.0, 0.0)


@pytest.mark.parametrize(("allowed", "refused"), [(0.0, 1 / 3), (0.5, 2 / 3), (1.0, 1.0)])
def test_the_best_bound_on_a_score_refuses_no_more_of_the_answerable_than_is_allowed(allowed, refused):
    assert refused_by_score([0.5, 0.9], [0.3, 0.8, 0.95], allowed) == pytest.approx(refused)
    assert refused_by_score([0.5], [], allowed) is None


def test_peers_are_allowed_as_many_wrong_refusals_as_citebot_makes():
    peer = variants(PEERS[:1])[1]
    scored = tuple(outcome("a", score=score) for score in (0.2, 0.8, 0.9, 0.3))
    runs = {variants(())[0]: [Run(1.0, 1.0, 1, 1.0, CITED)], peer: [Run(1.0, 1.0, 1, 1.0, scored)]}
    some = CutSet("set", ({},), QUESTIONS)
    citebot, other = computed(some, runs)
    assert (citebot.name, citebot.refused_answerable) == (CITEBOT.name, pytest.approx(1 / 3))
    assert (other.name, other.by_score) == (PEERS[0].name, 1.0)


def test_a_table_has_a_row_for_each_system_and_a_dash_for_what_it_does_not_do(tmp_path):
    found = figures("it", 10, QUESTIONS[:3], [Run(2.0, 3.0, 20, 900.0, (*CITED[:2], outcome("c")))])
    head, rule, row = table("news", [found], SPEED)
    assert head.startswith("| set | system | articles/s | ")
    assert rule.count("|") == head.count("|") == row.count("|")
    assert row == "| news | it | 5.0 | 10 | 10 | 20 | 3 | 7 | 900 |"
    assert table("news", [found], QUALITY)[2] == "| news | it | 0.667 | 0.877 | 0.500 | 1.000 | 15 | – | 0.333 | – |"
    draw({"news": [found]}, tmp_path / "bars.svg")
    assert "it" in (tmp_path / "bars.svg").read_text(encoding="utf-8")


def test_a_set_is_cut_to_the_articles_that_are_asked_about_first(tmp_path):
    articles = [{"id": name, "title": "", "text": text} for name, text in zip("abcd", "1223", strict=True)]
    asked = [
        {"id": "1", "question": "?", "answerable": True, "article_ids": ["c", "d"]},
        {
            "id": "2",
            "question": "?",
            "answerable": True,
            "article_ids": [],
            "once": ["a"],
            "now": "2024-05-09T11:40:00",
        },
        {"id": "3", "question": "?", "answerable": False, "article_ids": []},
    ]
    for name, records in (("articles", articles), ("questions_seen", asked)):
        lines = [json.dumps(record) + "\n" for record in records]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    whole = read_set("set", tmp_path)
    assert [record["id"] for record in whole.articles] == ["a", "b", "d"]  # c says what b says
    assert [one.article_ids for one in whole.questions] == [("b", "d"), ("a",), ()]
    assert whole.questions[1].now == "2024-05-09T11:40:00"
    some = cut(whole, 2, None)
    assert [record["id"] for record in some.articles] == ["b", "d"]
    assert [one.id for one in some.questions] == ["1", "3"]
    assert [one.id for one in cut(whole, None, 2).questions] == ["1", "2"]
    with pytest.raises(ValueError, match="no question is left that an article answers"):
        cut(whole, 0, None)


def test_a_question_about_an_article_that_is_not_there_is_told(tmp_path):
    (tmp_path / "articles.jsonl").write_text('{"id": "a", "text": "1"}\n', encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text('{"id": "1", "question": "?", "article_ids": ["z"]}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="names article 'z', which is not in articles"):
        read_set("set", tmp_path)


def test_paragraphs_are_joined_and_cut_between_sentences():
    assert paragraphs("Раз.\n\nДва.\nТри раза.", longest=10) == ["Раз.\nДва.", "Три раза."]
    assert paragraphs("Первое слово. Второе слово. Третье.", longest=28) == ["Первое слово. Второе слово.", "Третье."]


def test_each_word_is_cut_in_the_language_of_its_letters():
    assert stems("Ученые видели running trains") == ["учен", "видел", "run", "train"]


class Words(SearchedSystem):
    """Finds what shares words."""

    def search(self, question, count):
        assert question == "Где кот?"
        found = [Passage("a", "Одно. Другое о котах.", 2.0), Passage("b", "Третье.", 1.0), Passage("a", "Ещё.", 0.5)]
        return found[: count // 5]

    def similarities(self, question, texts):
        return [len(set(stems(question)) & set(stems(text))) for text in texts]


def test_a_peer_shows_its_best_passage_and_points_at_the_nearest_sentence():
    system = Words(points_at_sentences=True)
    reply = system.ask("Где кот?", None)
    assert (reply.articles, reply.excerpt, reply.sentence) == (("a", "b"), "Одно. Другое о котах.", "Другое о котах.")
    assert system.judged("Где кот?", None, reply) == reply
    assert Words(points_at_sentences=False).ask("Где кот?", None).sentence is None


def test_an_article_is_read_under_its_headline():
    assert Article("a", "Заголовок", "Текст.", "", "").whole == "Заголовок\n\nТекст."
    assert Article("a", "", "Текст.", "", "").whole == "Текст."


def test_peers_are_named_without_regard_to_case():
    assert [peer.name for peer in named_peers("txtai, lancedb")] == ["txtai", "LanceDB"]
    assert named_peers("") == ()
    with pytest.raises(Exception, match="'vespa': expected some of sentence-transformers"):
        named_peers("vespa")
