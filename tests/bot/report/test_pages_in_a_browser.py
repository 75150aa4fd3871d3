"""The pages in a real browser: nothing stands out at the side, nothing is loaded, nothing goes wrong.

They need Chromium or Chrome on the machine (Debian: `apt-get install chromium`), and are skipped without.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from asked_questions import REFUSED, SURE, UNSURE, ask
from browsers import PATIENCE_MS, launched_browser
from evaluation_model import article_of, citation, evaluate, known, trial_of
from hashing_model import Corpus, hashing_library

from bot.people.store import PeopleStore
from bot.report.evaluation_page import render_evaluation
from bot.report.operator_page import gather_report, render_operator_page
from bot.settings import BotSettings

NOW = datetime(2024, 9, 10, 15, 30, tzinfo=ZoneInfo("Europe/Moscow"))
LONG = "безмежнодлинноеслово" * 20
ADDRESS = "https://example.org/" + "a-long-address-" * 30
NASTY = "<script>document.title = 'caught'</script><img src='https://example.org/x.png'>"
PAGES = ("operator-en", "operator-ru", "operator-empty", "evaluation-en", "evaluation-ru")

STANDING_OUT = """() => [...document.querySelectorAll("body *")]
  .filter(element => !element.closest(".unseen, thead, svg"))
  .filter(element => {
    const box = element.getBoundingClientRect();
    return box.right > innerWidth + 0.5 || box.left < -0.5;
  })
  .map(element => element.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def browser():
    with launched_browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The files of `PAGES`, by name."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        report, empty = _operator_report(folder / "home", folder / "articles"), _operator_report(folder / "none", None)
        for language in ("en", "ru"):
            made[f"operator-{language}"] = render_operator_page(report, language)
            made[f"evaluation-{language}"] = render_evaluation(_trial(), language)
        made["operator-empty"] = render_operator_page(empty, "en")
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


def _operator_report(home, articles):
    settings = BotSettings(_env_file=None, home=home, sources=(str(articles),), reader="off")
    library = hashing_library(settings)
    people = None
    if articles:
        records = [
            {"id": "a", "title": LONG, "date": "2024-09-09", "source": LONG, "text": "Мост открыли."},
            {"id": "b", "title": NASTY, "date": "2024-09-01", "source": ADDRESS, "text": "Мост строят."},
        ]
        Corpus(articles).write_lines("articles.jsonl", records)
        library.index()
        asked = [
            (LONG, REFUSED, {}),
            (ADDRESS, UNSURE, {"cited": ["a"], "disliked": True, "took": 123456.0}),
            (NASTY, SURE, {"cited": ["b"], "disliked": True}),
            *(("Мост?", SURE, {"days": number / 50}) for number in range(200)),
        ]
        ask(home, NOW - timedelta(hours=1), *asked)
        people = PeopleStore.open_to_read(home, None)
    report = gather_report(library, people, settings, 7, NOW)
    if people:
        people.close()
    return report


def _trial():
    fields = {"article_ids": [ADDRESS], "answers": [LONG], "evidence": LONG, "kind": LONG}
    questions = [known("wrong", **fields), known("right", **fields), known(NASTY, kind="absent")]
    told = {
        "wrong": (0.9, ["b"], [citation(1, ADDRESS, LONG)]),
        "right": (0.8, [ADDRESS], [citation(1, ADDRESS, LONG)]),
        NASTY: (0.7, [], [citation(1, NASTY, NASTY)]),
    }
    articles = [article_of(ADDRESS, LONG)]
    names = ("citebot", "BM25 alone", "dense passages alone")
    systems = (evaluate(questions, told, articles=articles, name=name) for name in names)
    return trial_of(*systems, folder=ADDRESS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_loads_nothing_and_has_no_faults(browser, pages, name, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE_MS)
    page, requests, faults = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    address = pages[name].as_uri()
    page.goto(address, wait_until="load")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(STANDING_OUT) == []
    assert (requests, faults) == ([address], [])
    assert page.title() != "caught"
    assert page.locator("h1").is_visible()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    assert dark == (scheme == "dark")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_what_a_page_tells_can_be_seen_on_a_phone_and_on_a_desk(browser, pages, width):
    context = browser.new_context(viewport={"width": width, "height": 740})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(pages["operator-en"].as_uri(), wait_until="load")
    text = page.inner_text("main")
    for told in ("203\n", LONG, ADDRESS, NASTY, "found useless · shown:", "000001, published on"):
        assert told in text, told
    tables = page.get_by_role("table")
    assert tables.count() == 3
    assert page.get_by_role("columnheader", name="Refused").count() == 1
    assert page.get_by_role("rowheader").count() >= 7 + 5 + 2
    context.close()
