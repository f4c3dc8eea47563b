"""What is masked in a landlord's message, and what must not be."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import Kind, mask, notice

PASSWORD, IBAN, NIR, CARD = (kind.value for kind in (Kind.PASSWORD, Kind.IBAN, Kind.SOCIAL_SECURITY, Kind.CARD))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mon mot de passe est Toto123!", f"mon mot de passe est {PASSWORD}"),
        ("mon mot de passe est soleil", f"mon mot de passe est {PASSWORD}"),
        ("Mon mot de passe c'est « bleu ciel », merci", f"Mon mot de passe c'est {PASSWORD}, merci"),
        ("mdp: abc", f"mdp: {PASSWORD}"),
        ("mdp : Azerty35 et identifiant jean", f"mdp : {PASSWORD} et identifiant jean"),
        ("MOT DE PASSE = SOLEIL35", f"MOT DE PASSE = {PASSWORD}"),
        ("password = hunter2", f"password = {PASSWORD}"),
        ("mon mdp Azerty35 ne marche pas", f"mon mdp {PASSWORD} ne marche pas"),
        ("le mot de passe que j'ai reçu est Xy12ab", f"le mot de passe que j'ai reçu est {PASSWORD}"),
        (
            "mot de passe provisoire reçu par courrier : Ab12cd",
            f"mot de passe provisoire reçu par courrier : {PASSWORD}",
        ),
        ("Toto123 est mon mot de passe", f"{PASSWORD} est mon mot de passe"),
        ("mon code secret est le 1234", f"mon code secret est le {PASSWORD}"),
        ("mon mot de passe est le suivant : Xy12ab", f"mon mot de passe est le suivant : {PASSWORD}"),
        ("mon mot de passe est 35900007090001", f"mon mot de passe est {PASSWORD}"),
        ("FR76 3000 6000 0112 3456 7890 189 merci", f"{IBAN} merci"),
        ("iban:fr7630006000011234567890189", f"iban:{IBAN}"),
        ("FR76 3000 6000 0112 3456 7890 188", IBAN),
        ("FR76-3000-6000-0112-3456-7890-189.", f"{IBAN}."),
        ("DE89 3704 0044 0532 0130 00", IBAN),
        ("BE68 5390 0754 7034", IBAN),
        ("GB82 WEST 1234 5698 7654 32", IBAN),
        ("Soleil2024!", PASSWORD),
        ("K7QM-2XPA-9TRF-HW3D", PASSWORD),
        ("j'ai reçu k7qm-2xpa-9trf-hw3d et ça ne marche pas", f"j'ai reçu {PASSWORD} et ça ne marche pas"),
        ("1 85 05 78 006 084 36", NIR),
        ("185057800608436", NIR),
        ("n° sécu 1850578006084", f"n° sécu {NIR}"),
        ("2 85 05 2A 006 084", NIR),
        ("2 85 05 2b 006 084 91", NIR),
        ("4111 1111 1111 1111", CARD),
        ("carte 4111111111111111 crypto 123", f"carte {CARD} crypto 123"),
        ("4111-1111-1111-1111 123", f"{CARD} 123"),
        ("41 11 11 11 11 11 11 11", CARD),
        ("5555555555554444", CARD),
        ("3782 822463 10005", CARD),
        ("loyer 650 4111 1111 1111 1111", f"loyer 650 {CARD}"),
    ],
)
def test_what_nobody_should_read_is_masked(typed: str, kept: str) -> None:
    assert mask(typed).text == kept


@pytest.mark.parametrize(
    "typed",
    [
        # N° utilisateur: 14 characters; the second and third are such that a card's check digit fits
        "35900007090001",
        "mon numéro est 359 00007090001",
        "36900007090006",
        "45000000000000",
        "de 35900007090001 à 44900007090002",
        "650 35900007090001",
        "j'ai perdu mon mot de passe, mon numéro utilisateur est 35900007090001",
        "j'ai perdu mon mot de passe mon numéro utilisateur est 35900007090001",
        "A123456",
        "1200€/mois",
        "rue_des_lilas",
        # telephones, dates, addresses, amounts
        "06 12 34 56 78",
        "06 12 34 56 78 ou 02 99 12 34 56",
        "06 12 34 56 78 02 99 12 34 56",
        "+33 6 12 34 56 78",
        "parti le 12/05/2026, arrivé le 01-01-2020",
        "2020 2021 2022 2023",
        "12 rue des Lilas, 35000 Rennes",
        "1 234,56 €",
        "650 700 720 680 590 600",
        "850,00 850,00 850,00 850,00",
        "mon loyer est de 65 euros par mois et 12 jours",
        "4111 1111 1111 1112",
        # questions about passwords and the interface's own labels
        "mon mot de passe est refusé",
        "mon mot de passe est oublie",
        "MON MOT DE PASSE EST PERDU",
        "mon mot de passe n'est pas accepté",
        "mon mot de passe est beaucoup trop long",
        "le mot de passe est valable combien de temps ?",
        "mot de passe 2 fois refusé",
        "mot de passe : que faire ?",
        "mot de passe : bonjour je l'ai perdu",
        "Mot de passe oublié : je fais quoi ?",
        "je clique sur «Mot de passe oublié» et rien",
        "mot de passe/identifiant perdu",
        "quel est mon mot de passe ?",
        "où est mon mot de passe",
        "mon mot de passe jean@exemple.fr",
        "les codes secrets, c'est quoi ?",
        "mot de passe",
        "mot de passe s.v.p",
        "mot de passe 1ère connexion",
        "mot de passe caf.fr",
        "nouveau mot de passe 12/05/2026 refusé",
        "mon mot de passe est, je crois, faux",
        "mon mot de passe est-il valable",
        "le mot de passe est-ce que je peux le changer",
        "votre mot de passe sera-t-il renvoyé",
    ],
)
def test_what_a_landlord_must_be_able_to_say_stays(typed: str) -> None:
    masked = mask(typed)
    assert (masked.text, masked.kinds) == (typed, frozenset())


def test_each_kind_that_was_masked_is_told() -> None:
    masked = mask("mdp: Azerty35, carte 4111111111111111")
    assert masked.kinds == {Kind.PASSWORD, Kind.CARD}
    assert "masqué un mot de passe et un numéro de carte bancaire dans" in notice(masked.kinds)


MASKED = "mot de passe/ est / : /mdp/Toto123/4111 1111 1111 1111/FR7630006000011234567890189/1850578006084"
AROUND = "]/[/«/»/ /,/c'est/mon /35900007090001/oublié/\n"
pieces = st.sampled_from(f"{MASKED}/{AROUND}".split("/"))


@given(st.lists(pieces | st.text(max_size=8), max_size=12).map("".join))
def test_masking_again_changes_nothing(typed: str) -> None:
    once = mask(typed).text
    assert mask(once).text == once


@given(st.from_regex(r"\A\d{3}(?: ?)\d{11}\Z"))
def test_no_user_number_is_ever_masked(user_number: str) -> None:
    assert re.fullmatch(r"\d{3} ?\d{11}", user_number)
    assert mask(f"mon N° utilisateur est {user_number}").text.endswith(user_number)


@pytest.mark.parametrize("unit", ["4 ", "41", "FR7", "a1 ", "mot de passe ", "1 85 ", "«", "mon mdp j'ai reçu "])
def test_no_text_is_long_to_mask(unit: str) -> None:
    begun = time.perf_counter()
    mask((unit * 1_000)[:1_000])
    assert time.perf_counter() - begun < 0.5
