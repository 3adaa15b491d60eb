import io

from rich.console import Console

from toolgrad_data.cli.progress import LiveProgress, PlainProgress, SampleRate, progress_on


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_plain_line_at_each_tenth_and_after_a_while() -> None:
    clock = Clock()
    lines: list[str] = []
    shown = PlainProgress(lines.append, clock)
    shown.begin(100, 20, 0)
    for accepted in range(21, 31):
        clock.now += 0.1
        shown.advance(accepted, 0)
    assert lines == ["30/100 samples, 30 accepted, 0 rejected, 600/min, 0:07 left"]
    clock.now += 6
    shown.advance(30, 1)
    assert len(lines) == 2
    assert lines[1].startswith("31/100 samples, 30 accepted, 1 rejected, ")


def test_lines_of_a_long_run_become_rare() -> None:
    clock = Clock()
    lines: list[str] = []
    shown = PlainProgress(lines.append, clock)
    shown.begin(1_000_000, 0, 0)
    for second in range(3600):
        clock.now += 1
        shown.advance(second, 0)
    assert 40 < len(lines) < 120


def test_pace() -> None:
    clock = Clock()
    pace = SampleRate(500, 100, clock)
    assert (pace.per_minute(100), pace.left(100)) == (0.0, "?")
    clock.now = 60
    assert (pace.per_minute(160), pace.left(160)) == (60.0, "5:40")
    clock.now = 6000
    assert pace.left(200) == "5:00:00"


def test_a_terminal_gets_a_bar_and_a_pipe_lines() -> None:
    assert isinstance(progress_on(Console(file=io.StringIO())), PlainProgress)
    screen = io.StringIO()
    live = progress_on(Console(file=screen, force_terminal=True, width=100, _environ={"TERM": "xterm"}))
    assert isinstance(live, LiveProgress)
    live.begin(4, 1, 0)
    live.say("look: [brackets] stay")
    live.advance(1, 1)
    live.end()
    text = screen.getvalue()
    assert "look: [brackets] stay" in text
    assert "2/4" in text
    assert "1 rejected" in text
