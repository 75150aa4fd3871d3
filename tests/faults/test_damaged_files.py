"""Every kind of file of a home, damaged in each way: never a wrong quotation, and one line that tells what helps."""

import os
import shutil

import pytest
from damaging import flip_bit, truncate
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, Corpus, hashing_library, settings_for

from retrieval.doctor.examining import examine
from retrieval.doctor.findings import Level
from retrieval.doctor.repairing import repair
from retrieval.errors import RetrievalError

ZOO = [(f"Слон {number} пришёл в город.", f"Жираф {number} ушёл из города вчера.") for number in range(3)]
ZEBRA = ("Зебра спит в тени.",)
TEXTS = [" ".join(sentences) for sentences in (BRIDGE, HARVEST, COMET, TRAM, *ZOO, ZEBRA)]
"""Of both homes: with the other one's database its articles are quoted, and to the letter."""
QUESTIONS = (BRIDGE[1], COMET[0], TRAM[1])
FILES = (
    "citebot.sqlite",
    "current",
    "generations/000002/articles.npy",
    "generations/000002/layout.npz",
    "generations/000002/lexicon.npz",
    "generations/000002/manifest.json",
    "generations/000002/notes.npz",
    "generations/000001/layout.npz",
    "segments/000001/arrays",
    "segments/000001/segment.json",
    "segments/000001/vectors.faiss",
    "segments/000002/arrays",
    "known-files",
    "sources.json",
)
DAMAGES = {
    "truncated": lambda path, _other: truncate(path),
    "flipped": lambda path, _other: flip_bit(path),
    "emptied": lambda path, _other: path.write_bytes(b""),
    "another's": lambda path, other: shutil.copyfile(other, path),
}
UNHARMED = {"known-files", "sources.json"}
"""Notes, without which a run reads more."""
SAYS_THE_SAME = ("current", "truncated")
"""Only the end of its line is gone."""
ALL = [(file, damage) for file in FILES for damage in DAMAGES]
A_SHARE = [(file, list(DAMAGES)[number % len(DAMAGES)]) for number, file in enumerate(FILES)]
LOST = "citebot.sqlite"


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Two homes of two generations each, which nobody changes."""
    folder = tmp_path_factory.mktemp("homes")
    ours = Corpus(folder / "articles")
    for name, sentences in (("bridge", BRIDGE), ("harvest", HARVEST), ("comet", COMET)):
        ours.write(name, *sentences)
    other = Corpus(folder / "others")
    for number, sentences in enumerate(ZOO):
        other.write(f"zoo-{number}", *sentences)
    for corpus, home, sentences in ((ours, "home", TRAM), (other, "other", ZEBRA)):
        library = hashing_library(settings_for(folder / home, corpus.folder))
        library.index()
        corpus.write("tram" if home == "home" else "zebra", *sentences)
        library.index()
        library.home.database.close()
    return folder


def answers(library):
    """What is answered: a list of quotations, each of which is in its article; or why not, in one line."""
    try:
        found = [citation for question in QUESTIONS for citation in library.ask(question, limit=2).citations]
    except RetrievalError as error:
        told = str(error)
        return told if "\n" not in told and ("citebot" in told or "check" in told) else [told]
    assert all(any(citation.excerpt in text for text in TEXTS) for citation in found)
    return [(citation.article_id, citation.excerpt) for citation in found]


@pytest.mark.parametrize(("name", "damage"), ALL if os.environ.get("DAMAGED_FILES") == "all" else A_SHARE)
def test_a_damaged_file_misquotes_nothing_is_named_and_mended(homes, tmp_path, name, damage):
    sources = homes / "articles"
    home = tmp_path / "home"
    shutil.copytree(homes / "home", home)

    def library():
        return hashing_library(settings_for(home, sources))

    def problems():
        opened = library()
        findings = examine(opened.home, opened.model, lambda: None).findings
        return [finding.said for finding in findings if finding.level is Level.PROBLEM]

    right = answers(library())
    DAMAGES[damage](home / name, homes / "other" / name)
    is_same = (home / name).read_bytes() == (homes / "home" / name).read_bytes() or (name, damage) == SAYS_THE_SAME

    found = answers(library())
    assert found == right or isinstance(found, str) or name == LOST, found
    told = problems()
    if name in UNHARMED or is_same:
        assert found == right
        assert told == []
    else:
        assert told, "the doctor finds nothing"
    opened = library()
    list(repair(opened.home, opened.model, opened._progress, library().index))
    if left := problems():  # such a database is not touched: a backup is what helps
        assert name == LOST, left
        assert all("citebot restore FILE" in said for said in left), left
        return
    library().index()
    assert answers(library()) == right
    assert problems() == []
