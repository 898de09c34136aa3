"""Two months of mornings on a turned clock; the long form is `python -m tests.proofs.soak`."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.conftest import need
from tests.proofs.soak import STARTS, make_plan, soak


@pytest.mark.parametrize("start", STARTS)
def test_every_wrap_reaches_every_reader_once(start: date, tmp_path: Path) -> None:
    plan = make_plan(start, 60, seed=1, interval=60)
    assert plan.off
    assert plan.no_server
    assert plan.no_inbox
    result = soak(plan, tmp_path)
    assert result.faults == []
    assert result.full + result.listed == 2 * result.wraps
    assert result.listed
    assert result.notices
    assert result.missed_runs


def test_a_lost_outbox_would_be_seen(tmp_path: Path) -> None:
    """The proof can fail: without the memory of what was sent, wraps come twice."""
    plan = make_plan(STARTS[0], 7, seed=1, interval=60)

    def forget(moment: datetime) -> None:
        shutil.rmtree(tmp_path / "state", ignore_errors=True)

    faults = soak(plan, tmp_path, before_run=forget).faults
    assert any(fault.startswith("the wrap of") for fault in faults), faults


def test_the_command_itself_on_a_turned_clock(tmp_path: Path) -> None:
    need(shutil.which("faketime") is not None, "faketime (Debian: apt-get install faketime)")
    plan = make_plan(date(2025, 10, 23), 6, seed=3, interval=60)
    result = soak(plan, tmp_path, with_faketime=True)
    assert result.faults == []
    assert result.full + result.listed == 2 * result.wraps > 4
