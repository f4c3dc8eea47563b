"""What a sentence that was not understood looks like when it leaves its conversation."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import lexicon
from bot.privacy.placeholders import PLACEHOLDER, PLACEHOLDERS
from bot.privacy.sentences import LONGEST, mask_sentence
from cli.content.reading import read_content
from offre_bailleurs.french.text import fold
from offre_bailleurs.settings import PROJECT_ROOT

FIRST_NAMES = [
    "Aurélien",
    "Zélie",
    "Fatoumata",
    "Tiphaine",
    "Mahaut",
    "Bogdan",
    "Ximena",
    "Öykü",
    "Ottilie",
    "Wandrille",
]
NAMES = [
    *("Kerguilloux", "Benchemsi", "Traquenard", "Vandenbroucke", "Oyarzabal", "Szczepański", "Lejosne", "Rakotoarisoa"),
    *("Mbemba", "Ostrowska", "Dieulafoy", "Quillévéré", "Abdelmoumen", "Grosdidier", "Petitpas", "Fontanarosa"),
    *("Etxeberria", "N'Diaye", "O'Brien", "Le Quintrec", "d'Aspremont", "De Oliveira", "Ben Youssef", "Lajoie"),
]
FRAMES = [
    "mon locataire {} ne répond plus à mes courriers",
    "le loyer de {} a changé",
    "M. {} est parti",
    "madame {} me doit deux mois",
    "ma locataire s'appelle {}",
    "est-ce que {} a déclaré ses revenus ?",
    "bonjour, je suis {} et je cherche une réponse",
    "{} n'a pas payé",
    "c'est pour {}, au deuxième étage",
]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("M. Durand, 12 rue des Lilas, me doit 650 €", "M. [nom], [adresse], me doit [montant]"),
        ("le loyer de petit", "le loyer de [nom]"),
        ("loyer de mme petit svp", "loyer de mme [nom] svp"),
        ("LE LOYER DE DURAND EST DE 650 EUROS", "LE LOYER DE [nom] EST DE [montant]"),
        ("Petit n'a pas payé", "[nom] n'a pas payé"),
        ("Camille Mardi et J. Roux", "[nom] et [nom]"),
        ("Le Meur", "[nom]"),
        ("le T2 de l'avenue de la gare", "le T2 de l'[adresse]"),
        ("3 place de l'église, 35310 Saint-Thurial svp", "[adresse] svp"),
        ("mon logement de Nantes", "mon logement de [lieu]"),
        ("écrivez à jean.bon@exemple.fr ou jean.bon arobase exemple point fr", "écrivez à [courriel] ou [courriel]"),
        ("voir https://exemple.fr/x?id=35 et exemple.com", "voir [lien] et [lien]"),
        ("appelez le 06.12.34.56.78 ou +33 2 99 00 00 00", "appelez le [téléphone] ou [téléphone]"),
        ("mon n° est 359 00007090001 ou A123456", "mon n° est [numéro] ou [numéro]"),
        ("FR76 3000 6000 0112 3456 7890 189", "[numéro]"),
        ("mon mdp est Toto123!", "mon mdp est [mot de passe]"),
        ("mon mdp est [mot de passe masqué]", "mon mdp est [mot de passe]"),
        ("parti le 12/05/2026, depuis le 3 mai, ou en 2025", "parti le [date], depuis le [date], ou en [année]"),
        ("six cent cinquante euros puis 1 234,56 € puis 700", "[montant] puis [montant] puis [montant]"),
        ("[Durand] et {Durand}", "[nom] et {[nom]}"),
    ],
)
def test_what_is_personal_is_replaced(said: str, left: str) -> None:
    assert mask_sentence(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "le ramonage est à la charge de qui ?",
        "Bonjour madame, comment faire pour declarer",
        "Petite question : je peux déclarer ?",
        "à la place du locataire",
        "je clique sur «Valider» dans Mon Compte Partenaire et rien",
        "la Caf, l'APL et le PDF",
        "j'ai 3 locataires dans un T2 au 5eme étage",
        "adresse à taper : caf.fr/partenaires",
        "jveu declaré le loyé, cé koi l'recapitulatiff",
        "puis-je donner une date de fin d'accès à 14h30 ?",
        "quand se termine la campagne de juillet",
    ],
)
def test_what_is_asked_stays(said: str) -> None:
    assert mask_sentence(said) == said


def test_questions_that_nobody_trained_on_stay_readable() -> None:
    """Of the words of the unseen messages, most of which name nobody, at most 1 % are masked."""
    unseen = [each.text for each in read_content(PROJECT_ROOT).unseen]
    words = sum(len(re.findall(r"[^\W\d_]+", text)) for text in unseen)
    masked = sum(len(re.findall(r"\[(?:nom|mot)\]", mask_sentence(text))) for text in unseen)
    assert masked / words < 0.01


def _named() -> Iterator[tuple[str, str]]:
    for place, (frame, last) in enumerate(product(FRAMES, NAMES)):
        first = FIRST_NAMES[place % len(FIRST_NAMES)]
        for name in (last, f"{first} {last}"):
            yield name, frame.format(name)


@pytest.mark.parametrize(("case", "share"), [(str, 0.0), (str.lower, 0.01), (str.upper, 0.01)])
def test_names_that_no_list_holds_are_masked(case: object, share: float) -> None:
    assert callable(case)
    said = [(name, mask_sentence(case(sentence))) for name, sentence in _named()]
    left = [
        (name, text)
        for name, text in said
        if any(fold(part) in re.findall(r"[a-z]+", fold(text)) for part in re.findall(r"[^\W\d_]{3,}", name))
    ]
    print(f"{len(left)} of {len(said)}", left[:20])
    assert len(left) <= share * len(said)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_name_in_small_letters_is_known_by_where_it_stands(frame: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = sorted(lexicon.names())[::20]
    monkeypatch.setattr(lexicon, "names", frozenset)
    left = [name for name in listed if name in mask_sentence(frame.format(name))]
    assert len(left) <= 0.01 * len(listed), left


def test_no_name_of_the_lists_is_an_ordinary_word() -> None:
    assert not lexicon.names() & lexicon.ordinary()
    assert not lexicon.places() & lexicon.ordinary()
    assert lexicon.ambiguous() <= lexicon.ordinary()


PIECES = "M. /madame /Durand/Le Goff/ de /d'/12 rue /place du /35000 /Rennes/650 €/ euros/3 mai/06 12 34 56 78/[nom]/["
MORE = "]/@/exemple.fr/2025/ mille/1234/A1234/- /'/. /, /ZOÉ/petit/loyer/s'appelle /mdp : x1y2 /\n/é/٣/中"
pieces = st.sampled_from(f"{PIECES}/{MORE}".split("/"))


@given(st.lists(pieces | st.text(max_size=6), max_size=14).map("".join))
def test_masking_again_changes_nothing_and_only_placeholders_stand_in_brackets(said: str) -> None:
    once = mask_sentence(said)
    assert mask_sentence(once) == once
    assert not set("[]") & set(PLACEHOLDER.sub("", once))
    assert not re.search(r"\d{4,}|\w@\w", PLACEHOLDER.sub(" ", once))


@given(st.text(st.characters(codec="utf-8"), max_size=1_500))
def test_any_text_is_masked_and_kept_short(said: str) -> None:
    masked = mask_sentence(said)
    assert len(masked) <= LONGEST
    assert all(each in PLACEHOLDERS for each in re.findall(r"\[[^\[\]]*\]", masked))


@pytest.mark.parametrize("length", range(490, 506))
def test_a_long_sentence_is_cut_between_two_words(length: int) -> None:
    masked = mask_sentence("a" * 6 + " x" * ((length - 12) // 2) + " mot de passe : Toto123! 650 € 700 € 800 €")
    assert len(masked) <= LONGEST
    assert mask_sentence(masked) == masked
    assert masked.count("[") == masked.count("]")


@pytest.mark.parametrize("unit", ["4 ", "a.", "a-", "Ab ", "12 rue de la ", "35000 Aa ", "cent ", "x@", "M. ", "zq "])
def test_no_text_is_long_to_mask(unit: str) -> None:
    begun = time.perf_counter()
    mask_sentence((unit * 1_000)[:2_000])
    assert time.perf_counter() - begun < 1
