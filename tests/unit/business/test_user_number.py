"""What can be said of a number that a landlord types as a N° utilisateur (C2, C3)."""

from __future__ import annotations

import pytest

from offre_bailleurs.user_number import TypedNumber, Verdict


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        ("359 00007090001", Verdict.SPECIMEN),
        ("35900007090001", Verdict.SPECIMEN),
        ("351 00001234567", Verdict.RIGHT_LENGTH),
        ("351\u202f00001\u00a0234567", Verdict.RIGHT_LENGTH),
        ("AB100001234567", Verdict.RIGHT_LENGTH),
        ("a123456", Verdict.SPECIMEN_OF_EMAIL),
        ("A 123 456", Verdict.SPECIMEN_OF_EMAIL),
        ("B123456", Verdict.TOO_SHORT),
        ("351 0000123456", Verdict.TOO_SHORT),
        ("351 000012345678", Verdict.TOO_LONG),
    ],
)
def test_a_number_is_judged_by_its_characters_without_spaces(typed: str, verdict: Verdict) -> None:
    assert TypedNumber.of(typed).verdict is verdict
