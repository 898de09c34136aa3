"""The short forms of the proofs in tests/proofs; the long ones are commands, with their figures in the README."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.llm.test_faults import FAULTS, Fault
from tests.proofs import kill, llm_faults, race
from tests.proofs.postfix import find_missing

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="kernel timers that kill are Linux's")
SLOW = (
    "hang",
    "one-byte drip",
    "status 503",
    "status 429, long",
    "200 MB answer, unannounced",
    "wrong enum",
    "no HTTP",
)


@linux_only
@pytest.mark.parametrize("sent_folder", [True, False])
def test_kills_cost_no_mail_and_make_none_twice(sent_folder: bool) -> None:
    tally = kill.run_proof(
        14, seed=7, sent_folder=sent_folder, targets=("parse", "render", "store", "send", "dot", "settle"), settle_s=1.0
    )
    assert tally.landed >= 14
    assert tally.holds, str(tally)


@linux_only
def test_kills_cost_no_mail_before_postfix() -> None:
    if missing := find_missing():
        pytest.skip(f"needs {missing}")  # also in CI: whose images have it or not, and the proof itself is a command
    tally = kill.run_proof(
        6, seed=7, sent_folder=False, server="postfix", targets=("render", "send", "dot", "settle"), settle_s=1.0
    )
    assert tally.landed >= 6
    assert tally.holds, str(tally)


@linux_only
def test_the_harness_tells_blind_retry() -> None:
    tally = kill.run_proof(8, seed=7, strategy="blind-retry", targets=("dot",))
    assert tally.duplicates, str(tally)
    assert not tally.holds


@linux_only
def test_the_harness_tells_mark_then_send() -> None:
    tally = kill.run_proof(6, seed=7, strategy="mark-then-send", targets=("send",))
    assert tally.lost, str(tally)
    assert tally.absent
    assert not tally.holds


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_processes_at_once_send_each_mail_once() -> None:
    outbox = race.race_outbox(8, 25)
    assert outbox.holds, outbox
    assert outbox.senders > 1, "there was a race"
    mornings = race.race_mornings(8, 2)
    assert mornings.holds, mornings


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in SLOW], ids=lambda fault: fault.name)
def test_the_mail_leaves_by_its_deadline(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm_faults, "LABELS_S", 1.0)
    monkeypatch.setattr(llm_faults, "MARGIN_S", 8.0)  # imports and a busy machine; the proof itself has two seconds
    result = llm_faults.meet(fault, tmp_path)
    assert result.holds(fault), result


def test_every_slow_fault_is_one_of_the_table() -> None:
    assert set(SLOW) <= {fault.name for fault in FAULTS}
