"""`install.py`: what `make run` does before anything is installed."""

import ast
import io
import os
import platform
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from places import ROOT

import install

PIP = """
import sys
sys.stderr.write(" ".join(sys.argv[1:]) + "\\n")
if "--require-hashes" in sys.argv:
    if open("fate").read() == "other hash":
        print("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.")
        sys.exit(1)
    sys.exit()
print("Collecting tiny<2 (from citebot==0.1.0)")
print("  Downloading tiny-1.4-py3-none-any.whl (181.2 MB)")
print("Installing collected packages: tiny, citebot")
if open("fate").read() == "fail":
    print("ERROR: No matching distribution found for tiny<2")
    sys.exit(1)
"""
"""Stands in for pip, and says what it was called with."""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project that nothing is installed for; its environment gets a pip that installs nothing."""
    for name in ("CITEBOT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "fate").write_text("succeed", encoding="utf-8")
    (tmp_path / "locks").mkdir()
    for name in ("run", "extras", "test"):
        (tmp_path / "locks" / f"{name}.txt").touch()
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "LOCKED_FOR", (sys.version_info[:2], sys.platform, platform.machine()))
    make, real_run = install.Environment.make, subprocess.run

    def run_without_pip(command, **options):
        return real_run([*command[:3], *(["--without-pip"] if "venv" in command else []), *command[3:]], **options)

    def make_with_pip(environment, python):
        make(environment, python)
        [packages] = environment.folder.glob("lib/python*/site-packages")
        packages.joinpath("pip.py").write_text(f"if __name__ == '__main__':{PIP.replace(chr(10), chr(10) + '    ')}")

    monkeypatch.setattr(install.subprocess, "run", run_without_pip)  # to fetch it takes seconds
    monkeypatch.setattr(install.Environment, "make", make_with_pip)
    return tmp_path


def run(*extras, stream=None):
    stream = stream or io.StringIO()
    install.install(list(extras), "run", install.Display(stream))
    return re.sub(r"in \d+ s", "in 5 s", stream.getvalue())


def called_with(project):
    log = (project / ".venv" / "install.log").read_text("utf-8")
    return [line for line in log.splitlines() if line.startswith("install ")]


def locked_by(project):
    """The lock that was installed from, if any, before Citebot itself."""
    *locked, _ = called_with(project)
    assert len(locked) < 2
    return [re.search(r"--require-hashes --no-deps --requirement .*/locks/(\w+)\.txt$", each)[1] for each in locked]


STEPS = (
    "1. Making .venv (some seconds) …\n"
    "2. Installing packages (1.5 GB; the first time one to five minutes) …\n"
    "Installed in 5 s.\n"
)


def test_it_tells_each_step_and_does_nothing_the_next_time(project):
    assert run() == STEPS
    assert called_with(project)[-1].endswith("--editable .")
    assert "hashes" not in called_with(project)[-1]
    assert run() == ""


def test_what_is_asked_for_beside_and_what_changed_is_installed_and_what_was_asked_before_stays(project):
    run("documents")
    assert run() == ""
    run("test", "check")
    assert called_with(project)[-1].endswith("--editable .[check,documents,test]")
    (project / "pyproject.toml").write_text("[project]\nname='other'\n", encoding="utf-8")
    assert run() == STEPS.partition("\n")[2]
    assert called_with(project)[-1].endswith("--editable .[check,documents,test]")


@pytest.mark.parametrize(
    ("extras", "lock"),
    [([], "run"), (["documents"], "extras"), (["documents", "postgres"], "extras"), (["documents", "test"], "test")],
)
def test_what_is_locked_is_installed_with_its_hashes_first(project, extras, lock):
    run(*extras)
    assert locked_by(project) == [lock]


def test_a_lock_that_changed_is_installed(project):
    run()
    (project / "locks" / "run.txt").write_text("tiny==1.5\n", encoding="utf-8")
    assert run() == STEPS.partition("\n")[2]
    assert locked_by(project) == ["run"]


def test_a_file_with_another_hash_ends_it(project):
    (project / "fate").write_text("other hash", encoding="utf-8")
    stream = io.StringIO()
    with pytest.raises(install.InstallError):
        install.install([], "run", install.Display(stream))
    assert stream.getvalue().splitlines()[-1].startswith("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES")
    assert len(called_with(project)) == 1
    assert not install.Environment(project).holds([])


@pytest.mark.parametrize("other", [((3, 11), "darwin", "arm64"), ((3, 99), "linux", "x86_64"), "no file"])
def test_where_nothing_is_locked_a_line_says_that_the_bounds_hold(project, monkeypatch, other):
    if other == "no file":
        (project / "locks" / "run.txt").unlink()
    else:
        monkeypatch.setattr(install, "LOCKED_FOR", other)
    first, second, third = STEPS.splitlines(keepends=True)
    here = f"Python {install.told_version(sys.version_info)} ({sys.platform}, {platform.machine()})"
    told = f"No packages are locked for {here}: taking any that pyproject.toml allows.\n"
    assert run() == first + second + told + third
    assert locked_by(project) == []


def test_a_terminal_sees_how_far_it_is(project):
    shown = run(stream=Terminal())
    assert "\r\033[K   fetching package 1: tiny (181.2 MB)" in shown
    assert "\r\033[K   unpacking 2 packages" in shown
    assert shown.endswith("\r\033[KInstalled in 5 s.\n")


@pytest.mark.parametrize("fate", ["gone", "other packages"])
def test_an_environment_whose_python_is_gone_is_made_anew(project, fate):
    run()
    if fate == "gone":
        (project / ".venv" / "bin" / "python").unlink()
    else:
        [packages] = project.glob(".venv/lib/python*")
        packages.rename(packages.with_name("python3.0"))
    assert run() == "Making .venv anew: its Python is gone or another one.\n" + STEPS
    assert not list(project.glob(".venv/lib/python3.0"))


def test_a_failure_shows_what_pip_said_and_where_the_rest_is_and_the_next_run_tries_again(project):
    (project / "fate").write_text("fail", encoding="utf-8")
    stream = io.StringIO()
    with pytest.raises(install.InstallError) as failed:
        install.install([], "run", install.Display(stream))
    assert stream.getvalue().splitlines()[-1] == "ERROR: No matching distribution found for tiny<2"
    assert str(failed.value) == (
        f"The packages could not be installed; all that pip said is in {project}/.venv/install.log."
    )
    (project / "fate").write_text("succeed", encoding="utf-8")
    assert run() == STEPS.partition("\n")[2]


def test_a_python_that_is_too_old_is_named_or_a_newer_one_is_taken(project, monkeypatch):
    monkeypatch.setattr(install.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(install.shutil, "which", lambda _name: None)
    with pytest.raises(install.InstallError) as failed:
        run()
    assert str(failed.value) == (
        "Citebot needs Python 3.11 or newer; this is 3.9. Install it, then: make run PYTHON=python3.11"
    )
    assert not (project / ".venv").exists()
    monkeypatch.setattr(install.shutil, "which", lambda name: sys.executable if name == "python3.12" else None)
    assert run() == f"Using {sys.executable}, since python3 is 3.9.\n{STEPS}"


def test_where_no_environment_can_be_made_the_mend_is_told(project):
    with pytest.raises(install.InstallError) as failed:
        install.Environment(project).make("/bin/false")
    assert str(failed.value).endswith("On Debian and Ubuntu: apt install python3-venv")


def test_it_asks_for_the_python_that_the_project_needs_and_is_told_in_both_languages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={install.told_version(install.NEEDED)}"
    source = (ROOT / "install.py").read_text("utf-8")
    said = re.sub(r'"\s+"', "", source[source.index("def say") :])
    for english, russian in install.RUSSIAN.items():
        assert f'"{english}"' in said
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", russian))


def test_it_can_be_read_by_the_pythons_that_it_refuses():
    ast.parse((ROOT / "install.py").read_text("utf-8"), feature_version=(3, 7))


def test_russian_is_spoken_where_the_locale_is_russian(monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
    assert install.say("unpacking {count} packages", count=2) == "распаковываю пакеты: 2"
    monkeypatch.setenv("CITEBOT_LANGUAGE", "en")
    assert install.say("unpacking {count} packages", count=2) == "unpacking 2 packages"


def test_the_command_line_ends_with_one_line(tmp_path):
    (tmp_path / "install.py").write_text((ROOT / "install.py").read_text("utf-8"), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("not toml", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "ru_RU.UTF-8", "PIP_NO_INDEX": "1"}
    ended = subprocess.run(
        [sys.executable, tmp_path / "install.py"], capture_output=True, encoding="utf-8", env=environment, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[-1] == (
        f"citebot: Не получилось поставить пакеты; всё, что сказал pip, лежит в {tmp_path}/.venv/install.log."
    )


def test_a_folder_that_cannot_be_written_is_one_line(project, monkeypatch, capsys):
    run()
    (project / ".venv" / "installed.json").unlink()
    (project / ".venv" / "install.log").unlink()
    (project / ".venv" / "install.log").mkdir()  # as good as one of somebody else's, also for root
    monkeypatch.setattr(install.sys, "argv", ["install.py"])
    with pytest.raises(SystemExit) as ended:
        install.main()
    assert ended.value.code == 1
    [*_, last] = capsys.readouterr().err.splitlines()
    assert last.startswith("citebot: Citebot cannot be installed here: [Errno ")
    assert str(project / ".venv" / "install.log") in last


PYTORCH = re.compile("torch|triton|cuda-.*|nvidia-.*")
"""Whose build is for each machine to choose."""


def locked(name):
    """The packages of a lock with their versions; each has a hash."""
    lines = (ROOT / "locks" / name).read_text("utf-8").replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    assert all(re.search(r" --hash=sha256:[0-9a-f]{64}( |$)", entry) for entry in entries)
    found = [Requirement(entry.partition(" --hash")[0]) for entry in entries]
    assert all(re.fullmatch("==[^*]+", str(each.specifier)) for each in found)
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in found}


@pytest.mark.parametrize(("name", "extras"), [*install.LOCKS, (install.LOCK_OF_ALL, None)])
def test_a_lock_has_all_that_the_project_asks_for_within_its_bounds(name, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    wanted = [
        *project["dependencies"],
        *(each for extra in (optional if extras is None else extras) for each in optional[extra]),
    ]
    if extras is not None:
        assert extras <= set(optional)
    found = locked(name)
    for each in map(Requirement, wanted):
        if not PYTORCH.fullmatch(each.name):
            assert found[canonicalize_name(each.name)] in each.specifier, each
    assert not [package for package in found if PYTORCH.fullmatch(package)]
    # What one lock has the larger one has as well, in the same version.
    assert found.items() <= locked(install.LOCK_OF_ALL).items()


def test_the_locks_are_of_the_python_that_install_says():
    for name in (*(name for name, _ in install.LOCKS), install.LOCK_OF_ALL):
        head = (ROOT / "locks" / name).read_text("utf-8").splitlines()[:6]
        assert (
            head[1]
            == f"# This file is autogenerated by pip-compile with Python {install.told_version(install.LOCKED_FOR[0])}"
        )
        assert head[4] == "#    make lock"
    assert install.LOCKED_FOR[0] == install.NEEDED
