"""The two texts that are accepted."""

from __future__ import annotations

import re

import pytest

from offre_bailleurs.documents import current
from offre_bailleurs.models import Document


@pytest.mark.parametrize("document", list(Document))
def test_each_is_short_says_whose_text_is_official_and_has_a_version(document: Document) -> None:
    text = current(document)
    said = " ".join(text.paragraphs)
    assert re.fullmatch(r"20\d\d-\d\d", text.version)
    assert 6 <= len(re.findall(r"\.(?: |$)", said)) <= 10
    assert "Le texte officiel est celui de la Caf" in said
    assert "  " not in said
    assert "\n" not in said


def test_their_titles_are_the_guide_s() -> None:
    assert [current(document).title for document in Document] == ["Règles d'usage", "Conditions d'utilisation"]


@pytest.mark.parametrize("document", list(Document))
def test_none_bears_a_link_or_invents_a_figure(document: Document) -> None:
    said = " ".join(current(document).paragraphs)
    assert not re.search(r"https?:|www\.|\d", said)
