"""`llm-wrap eval report`: predictions against their set, beside the baselines, as Markdown or HTML."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from llm_wrap.cli.eval_run import TRAIN, Source, load_source
from llm_wrap.cli.output import check_out, write_text
from llm_wrap.errors import InputError, SettingsError
from llm_wrap.evaluation.agreement import join_readings, measure_agreement
from llm_wrap.evaluation.baselines.keywords import say_keywords
from llm_wrap.evaluation.baselines.majority import say_majority
from llm_wrap.evaluation.baselines.tfidf import say_tfidf
from llm_wrap.evaluation.fields import Field, make_fields
from llm_wrap.evaluation.items import EvalSet, load_rows, read_json_lines
from llm_wrap.evaluation.predictions import Prediction, PredictionFile, read_predictions
from llm_wrap.evaluation.report.blocks import Block
from llm_wrap.evaluation.report.content import build_report
from llm_wrap.evaluation.report.html import render_html
from llm_wrap.evaluation.report.markdown import render_markdown
from llm_wrap.evaluation.score import SystemScore, join_predictions, score_system
from llm_wrap.labelling.themes import load_themes

SECOND = Path("evals/labels/second.jsonl")
ADJUDICATED = Path("evals/labels/adjudicated.jsonl")
_BASELINES = "majority", "keywords", "TF-IDF + LR"


def run_report(files: Sequence[Path], out: Path | None, format_: str | None, themes_file: Path | None) -> int:
    """Writes the report of the first file, with the others and the baselines beside it."""
    check_out(out)
    blocks = make_blocks(files, themes_file)
    html = format_ == "html" or (format_ is None and out is not None and out.suffix.lower() in (".html", ".htm"))
    write_text(render_html(blocks) if html else render_markdown(blocks), out)
    return 0


def make_blocks(files: Sequence[Path], themes_file: Path | None = None) -> tuple[Block, ...]:
    """What the report says, for either renderer."""
    require_extra()
    told = [read_predictions(file) for file in files]
    evals = find_set(told[0], files[0])
    themes = load_themes(themes_file)
    fields = make_fields(evals, themes)
    names = name_systems(told, files)
    systems = [
        score_system(name, join_predictions(evals, file.rows), fields) for name, file in zip(names, told, strict=True)
    ]
    systems += score_baselines(evals, fields)
    agreement = measure_agreement(evals, fields, SECOND, ADJUDICATED) if SECOND.is_file() else ()
    return build_report(evals, told[0].header, systems, agreement)


def score_baselines(evals: EvalSet, fields: Sequence[Field], *, draws: int = 2000) -> list[SystemScore]:
    """What any model has to beat; fitted on evals/train, which a test keeps apart from dev and test."""
    if not any(TRAIN.glob("*.jsonl")):
        print(f"llm-wrap: no {TRAIN} here: the baselines that are fitted on it are left out", file=sys.stderr)
        return []
    fitted_on = load_rows(sorted(TRAIN.glob("*.jsonl")), "training items").items
    said: list[list[Prediction]] = [
        say_majority(fitted_on, evals.items),
        say_keywords(evals.items),
        say_tfidf(fitted_on, evals.items),
    ]
    scores = [
        score_system(name, join_predictions(evals, rows), fields, draws=draws)
        for name, rows in zip(_BASELINES, said, strict=True)
    ]
    if SECOND.is_file():
        decisions = [row for _, row in read_json_lines(ADJUDICATED)] if ADJUDICATED.is_file() else []
        readings = join_readings(evals, SECOND, decisions)
        scores += [score_system("second reader", readings, fields, draws=draws)] if readings else []
    return scores


def find_set(file: PredictionFile, path: Path) -> EvalSet:
    """The set that predictions are of. InputError where its texts are other ones now."""
    try:
        evals = load_source(Source.from_plain(file.header.source))
    except KeyError as error:
        raise InputError(f"{path}: does not say what it labelled ({error})") from error
    if evals.digest[:16] != file.header.hashes["texts"]:
        raise InputError(f"{path}: the items of {evals.name} have changed since; label them again: llm-wrap eval run")
    return evals


def name_systems(told: Sequence[PredictionFile], files: Sequence[Path]) -> list[str]:
    """The models' names, with the file's where two are of one model."""
    names = [file.header.model for file in told]
    return [f"{name} ({path.stem})" if names.count(name) > 1 else name for name, path in zip(names, files, strict=True)]


def require_extra() -> None:
    """SettingsError, in words, where the extra `eval` is not installed."""
    from importlib.util import find_spec

    missing = [name for name in ("numpy", "scipy", "sklearn", "matplotlib") if find_spec(name) is None]
    if missing:
        raise SettingsError(f"the figures need {missing[0]}: install the extra: pip install -e '.[eval]'")
