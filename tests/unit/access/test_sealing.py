"""What waits in the database is readable by nobody there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offre_bailleurs.sealing import Unreadable, keyed_digest, seal, unseal

SECRET, OTHER = "s" * 32, "t" * 32


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_is_opened_with_the_same_secret(text: str) -> None:
    sealed = seal(text, secret=SECRET)
    assert sealed.isascii()
    assert unseal(sealed, secret=SECRET) == text


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal("noe@bailleur.example", secret=SECRET) != seal("noe@bailleur.example", secret=SECRET)


@pytest.mark.parametrize("damaged", ["", "é", "x", "{start}", "{start}AAAA{end}", "{end}{start}"])
def test_what_is_damaged_is_not_opened(damaged: str) -> None:
    sealed = seal("noe@bailleur.example", secret=SECRET)
    with pytest.raises(Unreadable):
        unseal(damaged.format(start=sealed[:60], end=sealed[60:]), secret=SECRET)


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        unseal(seal("noe@bailleur.example", secret=SECRET), secret=OTHER)


def test_a_digest_depends_on_the_secret_the_kind_and_the_value() -> None:
    digests = {
        keyed_digest(kind, value, secret=secret)
        for kind in ("login", "address")
        for value in ("ada", "bob")
        for secret in (SECRET, OTHER)
    }
    assert len(digests) == 8
    assert {len(digest) for digest in digests} == {64}
    assert keyed_digest("login", "ada", secret=SECRET) in digests


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert keyed_digest("login", "\ud800", secret=SECRET) != keyed_digest("login", "\ud801", secret=SECRET)
