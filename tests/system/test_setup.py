"""`tools/setup` makes an environment from its lock, finds a Python that really runs, and can be called twice at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = '[project]\nname = "tiny"\nversion = "0"\nrequires-python = "==3.13.*"\n'
LOCK = 'version = 1\nrevision = 3\nrequires-python = "==3.13.*"\n\n[[package]]\nname = "tiny"\nversion = "0"\n'
LOCK += 'source = { virtual = "." }\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without packages, at a path with a space; `tools/setup` is ours."""
    folder = tmp_path / "my project"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "setup", folder / "tools")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "uv.lock").write_text(LOCK)
    return folder


def environment(*first_on_path: Path, **variables: str) -> dict[str, str]:
    """One where our uv is found, and on the PATH only what is named and the system's own programs."""
    uv = subprocess.run([ROOT / "tools" / "setup", "--uv"], capture_output=True, text=True, check=True).stdout.strip()
    path = [*map(str, first_on_path), str(Path(uv).parent), "/usr/bin", "/bin"]
    return {"HOME": os.environ.get("HOME", "/"), "PATH": ":".join(path), **variables}


def start(project: Path, variables: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-I", str(project / "tools" / "setup")]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said(process: subprocess.Popen[str]) -> str:
    return process.communicate()[0]


def test_the_environment_is_made_once_and_then_left_alone(project: Path) -> None:
    first = start(project, environment(PYTHON=sys.executable))
    assert "creating .venv" in said(first)
    python = project / ".venv" / "bin" / "python"
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("Python 3.13.")
    made = (project / ".venv" / "pyvenv.cfg").stat().st_mtime_ns
    again = start(project, environment(PYTHON=sys.executable))
    assert (said(again), again.returncode) == ("", 0)
    assert (project / ".venv" / "pyvenv.cfg").stat().st_mtime_ns == made


def test_a_changed_lock_is_followed(project: Path) -> None:
    said(start(project, environment(PYTHON=sys.executable)))
    (project / "uv.lock").write_text(LOCK + "\n")
    assert "creating .venv" in said(start(project, environment(PYTHON=sys.executable)))


def test_two_calls_at_once_make_it_once(project: Path) -> None:
    both = [start(project, environment(PYTHON=sys.executable)) for _ in range(2)]
    output = "".join(said(process) for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert output.count("creating .venv") == 1


def test_a_shim_that_does_not_run_and_another_version_are_passed_over(project: Path, tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    for name, script in (
        ("python3.13", "echo 'pyenv: python3.13: command not found'; exit 127"),
        ("python3", "exit 1"),
    ):
        (shims / name).write_text(f"#!/bin/sh\n{script}\n")
        (shims / name).chmod(0o755)
    process = start(project, environment(shims, PYTHON="/usr/bin/false"))
    output = said(process)
    assert process.returncode == 0, output
    assert str(shims) not in output


def test_a_lock_that_cannot_be_installed_ends_in_a_sentence(project: Path) -> None:
    (project / "uv.lock").write_text("this is no lock")
    process = start(project, environment(PYTHON=sys.executable))
    assert said(process).splitlines()[-1] == (
        "setup: the packages of uv.lock could not be installed; uv's own words stand above"
    )
    assert process.returncode == 1
