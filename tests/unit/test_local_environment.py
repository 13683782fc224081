"""What the local stack makes of `.env` and the shell's variables."""

from pathlib import Path

import pytest

from local.environment import developer_environment, names_a, read_dotenv
from local.processes import LocalError


def env(tmp_path: Path, text: str) -> Path:
    path = tmp_path / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shell_wins_and_empty_counts_as_not_set(tmp_path: Path) -> None:
    dotenv = env(tmp_path, "# keys\nexport A=1\nB='two words'\nC=\n")
    assert developer_environment(dotenv, {"A": "9", "E": ""}) == {"A": "9", "B": "two words"}


def test_no_file_is_no_variables(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [("A=1\nclaude key\n", 2), ("A=1\n\nCLAUDE_API_KEY\n", 3), ("A='open\nB=2\n", 1), ("=x\n", 1)],
)
def test_a_line_that_sets_nothing_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(LocalError, match=rf"\.env, line {line}: NAME=value was expected"):
        read_dotenv(env(tmp_path, text))


@pytest.mark.parametrize("text", ["CLAUDE_API_KEY='sk-secret\n", "sk-secret\n"])
def test_the_sentence_about_a_broken_line_never_shows_what_stands_there(tmp_path: Path, text: str) -> None:
    with pytest.raises(LocalError) as caught:
        read_dotenv(env(tmp_path, text))
    assert "sk-secret" not in str(caught.value)


def test_a_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe")
    with pytest.raises(LocalError, match=r"\.env can't be read"):
        read_dotenv(tmp_path / ".env")


def test_half_a_backend_counts_as_named_so_that_its_other_half_is_asked_for() -> None:
    assert names_a("database", {"DB_HOST": "db"})
    assert names_a("redis", {"REDIS_PASSWORD": "x"})
    assert not names_a("redis", {"DATABASE_URL": "x"})
