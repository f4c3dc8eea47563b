"""Draws which intents are taken for which: only those that are confused, so that it can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from bench.nlu.scores import Understood

mpl.use("Agg")
from matplotlib import pyplot as plt

_MOST = 24
"""Intents drawn, those with the most confusions."""


def draw(messages: Sequence[Understood], path: Path, title: str) -> None:
    """Write the picture: a row is what was meant, a column what was understood."""
    confused = Counter((message.meant, message.intent) for message in messages if not message.is_right)
    weights = Counter[str]()
    for (meant, intent), count in confused.items():
        weights[meant] += count
        weights[intent] += count
    intents = sorted(intent for intent, _ in weights.most_common(_MOST))
    places = {intent: place for place, intent in enumerate(intents)}
    grid = np.zeros((len(intents), len(intents)))
    for (meant, intent), count in confused.items():
        if meant in places and intent in places:
            grid[places[meant], places[intent]] = count
    side = 3 + 0.36 * len(intents)
    figure, axes = plt.subplots(figsize=(side + 1, side), layout="constrained")
    axes.imshow(grid, cmap="Oranges", vmin=0)
    for (row, column), times in np.ndenumerate(grid):
        if times:
            axes.text(column, row, f"{times:.0f}", ha="center", va="center", fontsize=9)
    axes.set_xticks(range(len(intents)), intents, rotation=90)
    axes.set_yticks(range(len(intents)), intents)
    axes.set_xticks(np.arange(len(intents) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(intents) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    axes.set_title(title)
    mpl.rcParams["svg.hashsalt"] = "offre-bailleurs"  # the same picture is the same file
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def commonest(messages: Sequence[Understood], count: int = 12) -> list[tuple[str, str, int]]:
    """The commonest confusions: meant, understood, how often."""
    confused = Counter((message.meant, message.intent) for message in messages if not message.is_right)
    return [(meant, intent, times) for (meant, intent), times in confused.most_common(count)]
