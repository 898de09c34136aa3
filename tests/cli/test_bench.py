"""The hosted benchmark runs from the installed package; what it measures is for whoever runs it."""

from __future__ import annotations

import pytest

from llm_wrap.cli.bench_hosted import bench_hosted
from tests.conftest import SAMPLE


def test_the_hosted_benchmark_has_all_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    bench_hosted(SAMPLE.read_text(encoding="utf-8"), latency_s=0.05, many=10, limit=5)
    brief, loop, many, tokens = capsys.readouterr().out.splitlines()
    assert "5 items with summaries and the day" in brief
    assert "plain instructor loop" in loop
    assert "10 items, 5 at once" in many
    assert "of the wrap's own" in tokens
