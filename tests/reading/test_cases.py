"""The cases of evals/reading: none that was right may become wrong."""

from __future__ import annotations

import pytest

from llm_wrap.evaluation.reading_accuracy import score_reading
from llm_wrap.evaluation.reading_cases import MODULES, load_reading_cases
from tests.conftest import ROOT

CASES = load_reading_cases(ROOT / "evals" / "reading")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_keeps_its_promise(module: str) -> None:
    """95 % precision and 85 % recall over all of its cases, our own without a miss."""
    cases = [case for case in CASES if case.module == module]
    assert len(cases) >= 20
    scores = score_reading(cases)
    right, found, expected = (sum(getattr(one, name) for one in scores) for name in ("right", "found", "expected"))
    assert right / found >= 0.95
    assert right / expected >= 0.85
    assert [one.wrong for one in scores if one.split == "own"] in ([], [()])


def test_nothing_is_right_by_accident() -> None:
    """A reading that finds nothing has no recall: the cases can fail."""
    empty = [case for case in CASES if case.module == "calendar" and case.told["events"]]
    spoilt = [type(case)(**{**_fields(case), "told": {**case.told, "text": "Nothing."}}) for case in empty]
    assert sum(score.right for score in score_reading(spoilt)) == 0


def _fields(case: object) -> dict[str, object]:
    return {name: getattr(case, name) for name in ("module", "name", "split", "told")}
