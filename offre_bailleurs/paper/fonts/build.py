"""Makes the fonts of this folder from Adobe's Source Sans 3: see README.md.

Use: python offre_bailleurs/paper/fonts/build.py FOLDER_OF_THE_ORIGINALS
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FAMILY = "Recap Sans"
"""The licence reserves the name "Source" to unmodified fonts."""

WEIGHTS = {"SourceSans3-Regular.ttf": "Regular", "SourceSans3-Semibold.ttf": "Semibold"}

_KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright, names, version, licence


def build(original: Path, weight: str) -> None:
    """Keep every character, and nothing that fpdf2 does not read: layout features, hints, variants of letters."""
    with TTFont(original, recalcTimestamp=False) as font:
        options = Options(
            layout_features=[], hinting=False, glyph_names=False, notdef_outline=True, name_IDs=_KEPT_NAMES
        )
        options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "meta"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=font.getBestCmap())
        subsetter.subset(font)
        postscript_name = f"{FAMILY.replace(' ', '')}-{weight}"
        names = {1: FAMILY, 2: weight, 3: postscript_name, 4: f"{FAMILY} {weight}", 6: postscript_name}
        for number, name in names.items():
            font["name"].setName(name, number, 3, 1, 0x409)
        font.save(Path(__file__).with_name(f"{postscript_name}.ttf"))


if __name__ == "__main__":
    for file_name, weight in WEIGHTS.items():
        build(Path(sys.argv[1]) / file_name, weight)
