"""`make nlu`: several ways of understanding French side by side, in one run.

Writes the table and the commonest confusions into bench/nlu/README.md, and the picture beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import yaml

from bench.nlu import scores
from bench.nlu.corruptions import CORRUPTIONS
from bench.nlu.measure import CLEAN, Measured, measure
from bench.nlu.messages import thinned, trained, two_questions, unseen
from bench.nlu.picture import commonest, draw
from bench.nlu.pipelines import DATA, pipelines
from bench.nlu.threshold import LOST, choose
from bot.nlu.linear_model import Hyperparameters
from offre_bailleurs.settings import PROJECT_ROOT

HERE = Path(__file__).parent
README = HERE / "README.md"
PICTURE = HERE / "confusions.svg"
_TABLE = re.compile(r"(<!-- table -->\n).*?(<!-- end -->)", re.DOTALL)
_TABLE_OF_SHARE = re.compile(r"(<!-- table of a share -->\n).*?(<!-- end -->)", re.DOTALL)
_CHOICE = re.compile(r"(<!-- threshold -->\n).*(<!-- end of threshold -->)", re.DOTALL)

_ROWS: tuple[tuple[str, Callable[[Measured], float], str], ...] = (
    ("accuracy, as written", lambda of: scores.accuracy(of.understood[CLEAN]), "{:.1%}"),
    ("macro F1, as written", lambda of: scores.macro_f1(of.understood[CLEAN]), "{:.1%}"),
    *(
        (f"accuracy, {name}", lambda of, name=name: scores.accuracy(of.understood[name]), "{:.1%}")
        for name in CORRUPTIONS
    ),
    ("off topic, ROC AUC", lambda of: scores.off_topic_auc(of.understood[CLEAN]), "{:.3f}"),
    ("in scope lost at 95 % of off-topic refused", lambda of: scores.scope_lost(of.understood[CLEAN]), "{:.1%}"),
    ("off topic refused, as set", lambda of: scores.refused(of.understood[CLEAN], off_topic=True), "{:.1%}"),
    ("in scope refused, as set", lambda of: scores.refused(of.understood[CLEAN], off_topic=False), "{:.1%}"),
    ("expected calibration error", lambda of: scores.calibration_error(of.understood[CLEAN]), "{:.3f}"),
    ("two questions: both found", lambda of: of.two.both, "{:.1%}"),
    ("two questions: one found", lambda of: of.two.one, "{:.1%}"),
    ("two questions: none found", lambda of: of.two.none, "{:.1%}"),
    ("one question taken for several", lambda of: of.split, "{:.1%}"),
    ("a message through Rasa, p50", lambda of: median(of.parsed.seconds) * 1000, "{:.2f} ms"),
    ("a message through Rasa, p95", lambda of: quantiles(of.parsed.seconds, n=20)[-1] * 1000, "{:.2f} ms"),
    ("training, wall clock", lambda of: of.training.wall, "{:.0f} s"),
    ("training, CPU", lambda of: of.training.cpu, "{:.0f} s"),
    ("model loaded", lambda of: of.parsed.loading, "{:.1f} s"),
    ("resident memory", lambda of: of.parsed.resident, "{:.0f} MB"),
)


def table(measured: Sequence[Measured], every: int) -> str:
    """The Markdown table, the commonest confusions of the last pipeline, and the picture."""
    last = measured[-1].understood[CLEAN]
    names = " | ".join(each.pipeline.name for each in measured)
    off_topic = sum(one.meant == "off_topic" for one in last)
    return "\n".join(
        [
            f"| | {names} |",
            "|---|" + "---|" * len(measured),
            *(f"| {what} | {' | '.join(form.format(of(each)) for each in measured)} |" for what, of, form in _ROWS),
            "",
            f"Measured on {datetime.now(UTC).date().isoformat()} with Python {platform.python_version()}, "
            f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}: trained on "
            f"{'all' if every == 1 else f'one in {every} of'} {len(trained())} examples, "
            f"{len(last)} messages never trained on ({off_topic} of them off topic), "
            f"{len(two_questions())} with two questions.",
            "",
            *([] if every > 1 else _confusions(measured[-1])),
        ]
    )


def _confusions(last: Measured) -> Iterator[str]:
    yield f"What {last.pipeline.name} confuses most, as written (meant → understood):"
    yield ""
    yield from (f"* {meant} → {intent}: {times}" for meant, intent, times in commonest(last.understood[CLEAN]))
    yield ""
    yield f"![The intents that are confused]({PICTURE.name})"
    yield ""


def _compare(arguments: argparse.Namespace, models: Path) -> None:
    with TemporaryDirectory(prefix="bench-nlu-data-") as name:
        data = DATA if arguments.every == 1 else thinned(arguments.every, Path(name))
        measured = [
            measure(pipeline, models, unseen(), two_questions(), data)
            for pipeline in pipelines(with_default=not arguments.without_default)
            if arguments.only is None or pipeline.folder in arguments.only
        ]
    written = table(measured, arguments.every)
    print(written)
    if arguments.dry_run:
        return
    if arguments.every == 1:
        draw(measured[-1].understood[CLEAN], PICTURE, "Messages never trained on: what is taken for what")
    _write(_TABLE if arguments.every == 1 else _TABLE_OF_SHARE, written)


def _choose(folds: int) -> None:
    steps = {step["name"]: step for step in yaml.safe_load((PROJECT_ROOT / "config.yml").read_text())["pipeline"]}
    known = {field.name for field in fields(Hyperparameters)}
    settings = steps["bot.nlu.classifier.LinearIntentClassifier"]
    now = Hyperparameters(**{name: value for name, value in settings.items() if name in known})
    in_force = steps["FallbackClassifier"]["threshold"]
    chosen = choose(trained(), now, in_force, folds)
    written = "\n".join(_choice_lines(chosen.hyperparameters, chosen.threshold, folds))
    for name, understood, threshold in (("now", chosen.before, in_force), ("chosen", chosen.after, chosen.threshold)):
        written += (
            f"\n| {name} | {threshold:.2f} | {scores.accuracy(understood):.1%} "
            f"| {scores.calibration_error(understood):.3f} | {scores.off_topic_auc(understood):.3f} "
            f"| {scores.refused(understood, off_topic=True):.1%} | {scores.refused(understood, off_topic=False):.1%} |"
        )
    print(written)
    _write(_CHOICE, written + "\n")


def _choice_lines(chosen: Hyperparameters, threshold: float, folds: int) -> Iterator[str]:
    yield f"Chosen by {folds}-fold cross-validation on the {len(trained())} examples: threshold {threshold:.2f},"
    yield f"temperature {chosen.temperature:.2f}, off_topic_own {chosen.off_topic_own}, off_topic_rival "
    yield f"{chosen.off_topic_rival}, off_topic_offset {chosen.off_topic_offset}. At most {LOST:.0%} of what was"
    yield "understood rightly in scope is refused."
    yield ""
    yield "| | threshold | accuracy | calibration error | off topic, ROC AUC | off topic refused | in scope refused |"
    yield "|---|---|---|---|---|---|---|"


def _write(place: re.Pattern[str], written: str) -> None:
    README.write_text(place.sub(lambda match: match[1] + written + match[2], README.read_text()))


def main() -> None:
    """Compare the pipelines, or choose the threshold."""
    parser = argparse.ArgumentParser(prog="make nlu", description=__doc__)
    parser.add_argument("--without-default", action="store_true", help="leave out DIET, whose training takes long")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these: bare normaliser spelling sounds shipped")
    parser.add_argument("--models", type=Path, help="a folder to keep the trained models in, to measure again later")
    parser.add_argument("--every", type=int, default=1, help="train on one example in that many of each intent")
    parser.add_argument("--dry-run", action="store_true", help="print the table only")
    parser.add_argument("--threshold", action="store_true", help="choose the threshold by cross-validation, no more")
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation")
    arguments = parser.parse_args()
    if arguments.threshold:
        _choose(arguments.folds)
        return
    with TemporaryDirectory(prefix="bench-nlu-models-") as name:
        _compare(arguments, arguments.models or Path(name))


if __name__ == "__main__":
    main()
