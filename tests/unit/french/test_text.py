"""Two ways of typing the same name or address compare equal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.french.text import fold, plain


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  L’Haÿ-les-Roses ", "l'hay-les-roses"),
        ("Élodie D`Ambrosio", "elodie d'ambrosio"),
        ("E\u0301lodie", "elodie"),
        ("n´est", "n'est"),
        ("Sœur Lætitia ŒUVRE", "soeur laetitia oeuvre"),
        ("12\u00a0bis,\u202frue\tdes\nLilas", "12 bis, rue des lilas"),
        ("Saint–Malo", "saint-malo"),
        ("ＤＵＰＯＮＴ １２", "dupont 12"),
        ("ﬁn juin", "fin juin"),
        ("1ᵉʳ", "1er"),
        ("٦٥٠", "650"),
        ("²650", "²650"),
        ("du\x00pont\u200b\u00ad\u202e", "dupont"),
        ("G\u0301\u0302\u0303\u0304aston", "gaston"),
        ("Straße", "strasse"),
        ("", ""),
        ("\u200b \u00a0", ""),
    ],
)
def test_folding_leaves_what_counts(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_plain_text_keeps_case_and_accents() -> None:
    assert plain(" Élodie\u00a0 D’Ambrosio\x07 ") == "Élodie D'Ambrosio"


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert plain(plain(text)) == plain(text)


@settings(deadline=None)
@given(st.text())
def test_case_and_outer_spaces_never_matter(text: str) -> None:
    assert fold(f"\u00a0{text} ") == fold(text)
    assert fold(fold(text).upper()) == fold(fold(text).upper().lower())


@settings(deadline=None)
@given(st.text())
def test_folded_text_is_one_visible_line(text: str) -> None:
    folded = fold(text)
    assert "  " not in folded
    assert folded.replace(" ", "") == "" or folded.replace(" ", "x").isprintable()
