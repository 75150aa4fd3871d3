"""What holds of every page: the file that it is put into, and colours that can be read."""

import re
import stat

import pytest
from html_pages import AGAINST, MARKS_AGAINST, colours, contrast

from bot.report.pages import MARK, check_page_place, render, write_page
from retrieval.errors import ReportError

PAGE = f"<!DOCTYPE html>\n{MARK}\nnew\n"


def test_a_page_is_written_whole_and_a_page_replaced(tmp_path):
    path = tmp_path / "report.html"
    path.write_text(PAGE.replace("new", "old"), encoding="utf-8")
    check_page_place(path)
    write_page(path, PAGE + "\ud800")
    assert path.read_text(encoding="utf-8") == PAGE + "?"
    assert list(tmp_path.iterdir()) == [path]
    other = tmp_path / "other"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode, "as open to others as any new file"


def test_an_empty_file_is_replaced(tmp_path):
    path = tmp_path / "report.html"
    path.touch()
    write_page(path, PAGE)
    assert path.read_text(encoding="utf-8") == PAGE


def test_a_private_page_can_be_read_by_nobody_else(tmp_path):
    path = tmp_path / "report.html"
    write_page(path, PAGE, private=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("act", [check_page_place, lambda path: write_page(path, PAGE)])
def test_what_is_no_page_is_left_alone(tmp_path, act):
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b'{"id": "a"}')
    told = f"{path} is there and is no page of Citebot's: move it away, or give another file"
    with pytest.raises(ReportError, match=f"^{re.escape(told)}$"):
        act(path)
    assert path.read_bytes() == b'{"id": "a"}'


@pytest.mark.parametrize("act", [check_page_place, lambda path: write_page(path, PAGE)])
def test_a_page_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path, act):
    for path, reason in (
        (tmp_path / "absent" / "report.html", "No such file or directory"),
        (tmp_path, "Is a directory"),
    ):
        with pytest.raises(ReportError, match=rf"the report {re.escape(str(path))} cannot be written \({reason}\)"):
            act(path)
    assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.parent.glob(f".{tmp_path.name}*")) == []


def test_a_place_is_checked_without_touching_it(tmp_path):
    check_page_place(tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_every_page_has_the_mark_by_which_it_is_known():
    assert MARK in render("base.html", "en")[:1000]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_and_bars_stand_out(scheme):
    """At least 4.5 to 1 for texts and 3 to 1 for what is drawn, as WCAG 2.2 asks in 1.4.3 and 1.4.11."""
    shades = colours()[scheme]
    too_weak = {
        (name, ground): round(contrast(shades[name], shades[ground]), 2)
        for least, pairs in ((4.5, AGAINST), (3.0, MARKS_AGAINST))
        for name, grounds in pairs.items()
        for ground in grounds
        if contrast(shades[name], shades[ground]) < least
    }
    assert too_weak == {}


def test_both_schemes_name_the_same_colours():
    light, dark = colours()
    assert light.keys() == dark.keys() >= AGAINST.keys() | MARKS_AGAINST.keys()
