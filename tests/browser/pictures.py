"""The README's pictures, taken anew from the real site: `python -m tests.browser.pictures`.

Writes docs/images/chat.png (a declaration about to be validated), phone.png (the same on a telephone, once it is
transmitted) and recap.png (the page that is kept). Needs Chromium, and pdftoppm of poppler-utils.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

from offre_bailleurs.demo import LANDLORD_35
from offre_bailleurs.settings import PROJECT_ROOT
from tests.browser.chromium import NoBrowser, chromium
from tests.browser.site import demo_site
from tests.browser.visitor import Visitor

IMAGES: Final = PROJECT_ROOT / "docs" / "images"
PHONE: Final = (390, 844)
SHARP: Final = 2
"""Pixels to a CSS pixel: a README is read on dense screens too."""
RECAP_DPI: Final = 110
COLOURS: Final = 256
"""Enough for flat colours and the edges of letters: no eye tells the difference, and the file is a third as heavy."""


def main() -> int:
    """Take the pictures; 1 when Chromium is absent."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    try:
        with chromium() as browser, demo_site() as site:
            visitor = Visitor(browser, site, scale=SHARP)
            visitor.sign_in(LANDLORD_35)
            visitor.assistant.open()
            visitor.assistant.say("Je déclare le loyer de Chloé Églantine")
            visitor.assistant.press("Oui")
            visitor.assistant.say("655,50")
            _shoot(visitor, "chat.png")
            visitor.assistant.press("Valider")
            visitor.page.reload()
            visitor.resize(PHONE)
            visitor.assistant.wait_until_answered()
            _shoot(visitor, "phone.png")
            address = str(visitor.assistant.file_link.get_attribute("href"))
            _print_page(visitor.context.request.get(address).body(), "recap.png")
    except NoBrowser as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _shoot(visitor: Visitor, name: str) -> None:
    visitor.page.mouse.move(0, 0)  # nothing is hovered over
    path = IMAGES / name
    visitor.page.screenshot(path=path, caret="hide")
    _lighten(path)


def _print_page(pdf: bytes, name: str) -> None:
    path = IMAGES / name
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "page"
        subprocess.run(
            ["pdftoppm", "-png", "-singlefile", "-r", str(RECAP_DPI), "-", str(printed)], input=pdf, check=True
        )
        path.write_bytes(printed.with_suffix(".png").read_bytes())
    _lighten(path)


def _lighten(path: Path) -> None:
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.relative_to(PROJECT_ROOT)}: {few.width} × {few.height}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    raise SystemExit(main())
