"""The log of the local stack is for people on the screen, and complete in its file."""

import io
import json
from pathlib import Path

import pytest

from local.console import Console


class Screen(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def shown(tmp_path: Path, line: str, *, terminal: bool = False) -> str:
    screen = Screen(terminal=terminal)
    console = Console(tmp_path / "log" / "local.log", screen)
    console.function_line("recommend", line)
    console.close()
    return screen.getvalue()


def test_structured_lines_are_made_readable(tmp_path: Path) -> None:
    line = json.dumps({"level": "WARNING", "location": "x:1", "message": "기본 추천", "reason": {"vendor": "claude"}})
    said = shown(tmp_path, line)
    assert said.endswith('WARNING 기본 추천 reason={"vendor": "claude"}\n')
    assert "recommend" in said
    assert "location" not in said
    assert line in (tmp_path / "log" / "local.log").read_text()


def test_metrics_go_to_the_file_only(tmp_path: Path) -> None:
    assert shown(tmp_path, '{"_aws": {}, "ai.recommendation.duration": 4}') == ""
    assert "ai.recommendation.duration" in (tmp_path / "log" / "local.log").read_text()


@pytest.mark.parametrize("line", ["plain", "{not json", "[1]", '"text"', "{}"])
def test_any_other_line_is_shown_as_it_is(tmp_path: Path, line: str) -> None:
    assert line.strip("{}") in shown(tmp_path, line)


def test_colours_are_for_terminals_only(tmp_path: Path) -> None:
    line = '{"level": "ERROR", "message": "x"}'
    assert "\x1b[31m" in shown(tmp_path, line, terminal=True)
    assert "\x1b" not in shown(tmp_path, line)


def test_a_full_disk_does_not_stop_the_log_on_the_screen() -> None:
    screen = Screen(terminal=False)
    console = Console(Path("/dev/full"), screen)
    console.say("local", "still here")
    console.close()
    assert "still here" in screen.getvalue()
