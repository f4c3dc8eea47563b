"""The pictures of the answers: whose address is made whole, and that the one we serve can be read by everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from PIL import Image

from bot.conversations import Body
from bot.output import Replies
from offre_bailleurs.settings import PROJECT_ROOT, settings

SPECIMEN = PROJECT_ROOT / "portal" / "static" / "chat" / "numero-utilisateur.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def portal_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The portal under an address of its own, with a path."""
    monkeypatch.setenv("PORTAL_URL", "https://bailleurs.example/aide/")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("portal_elsewhere")
@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (
            "/static/chat/numero-utilisateur.svg",
            "https://bailleurs.example/aide/static/chat/numero-utilisateur.svg",
        ),
        ("https://x/i.png", "https://x/i.png"),
    ],
)
def test_a_picture_of_ours_is_sent_with_the_portals_address(written: str, sent: str) -> None:
    replies: list[Body] = []
    asyncio.run(Replies(replies).send_response("someone", {"image": written, "text": "Un exemple."}))
    assert replies == [{"text": "Un exemple.", "image": sent}]


def test_the_specimen_is_text_and_nothing_that_the_sites_policy_refuses() -> None:
    picture = ElementTree.parse(SPECIMEN).getroot()  # noqa: S314 - our own file
    words = [element.text for element in picture.iter(f"{SVG}text")]
    assert {"AIDES AU LOGEMENT :", "LOYER ÉTUDIANT", "5 juillet 2016", "N° allocataire 359"} <= set(words)
    assert {"N° utilisateur", "359 00007090001", "14 caractères,", "sans compter l'espace", "Exemple"} <= set(words)
    assert len("359 00007090001".replace(" ", "")) == 14
    for element in picture.iter():
        assert element.tag not in {f"{SVG}style", f"{SVG}script", f"{SVG}image"}
        assert "style" not in element.attrib


def test_the_specimens_two_files_have_the_same_shape() -> None:
    picture = ElementTree.parse(SPECIMEN).getroot()  # noqa: S314 - our own file
    with Image.open(SPECIMEN.with_suffix(".png")) as png:
        assert png.size == (2 * int(picture.attrib["width"]), 2 * int(picture.attrib["height"]))
