"""Reads the name of a person as it is typed: « Julie Martin », « c'est Mme Le Goff », « MARTIN Julie »."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offre_bailleurs.contacts import read_name
from offre_bailleurs.french.tenant_phrase import Kind, is_particle, read_phrase
from offre_bailleurs.french.text import fold, plain

_LEAD = re.compile(
    r"(?:(?:non|oui|alors|donc|bon|euh|pardon|en fait|plut[oô]t)\b[ ,]*)*"
    r"(?:c['’ ]est|ce sera|il s['’]agit de|(?:elle|il) s['’ ]appelle|s['’ ]appelle|(?:elle|il) se nomme"
    r"|(?:je (?:veux|voudrais) )?(?:ajoute[rz]?|cr[ée]{1,2}[rz]?)"
    r"|(?:(?:son|le|mon) )?(?:nom(?: de famille)?|pr[ée]noms?)(?: (?:c['’ ]est|est))?\s*[:=]?"
    r"|pour|ma coll[eè]gue|mon coll[eè]gue|m\.|mr\.?|mme\.?|mlle|monsieur|madame|mademoiselle)(?=[\s:]|$)[\s:,]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(pr[ée]nom|nom(?: de famille)?)\b(?: (?:c['’ ]?est|est|de))?\s*[:=]?\s*", re.IGNORECASE)
_EDGES = ' ,;:.!«»"'
_MOST_WORDS = 6
_NOT_NAMES = frozenset(
    """
    abandonne abandonner abandonnez acces adresse adresses agent agents aucun aucune annule annulez arrete arreter
    arretez assistant assistante attends attendez autorise avoir bah ben bref casse chose collaborateur collaboratrice
    collegue collegues conge connais conseiller conseillere continuez coucou creation cree creer courriel courriels
    date dacc daccord donne dossiers droit droits embauche employe employee employes equipe erreur ete etre euh
    expliquer ferme fermer gestionnaire gestionnaires groupe groupes habilitation habilitations hello help humain idee
    ignore impossible info infos internet laisse laisser laissez liste mail mails marche mdp menu merde mettre modifie
    modifiez navre nom noms norme nul nulle obligatoire obligatoires ouvre page parce parler passe passer passez
    peu personne personnes pfff plait portail prenom prenoms pr quitter quitte quitter rajoute rajouter rien robot
    rubrique salarie salariee secretaire service simple site sortir stagiaire stop super telephone tel test utilisateur
    utilisateurs utilisatrice valide validez verite vite vrai ajoute ajouter ajoutez accord plutot pareil sais
    voila voici zut recommencer recommence retour precedent revenir arriere suivante passons sedentaire itinerant
    itinerante compris comprends rapport hein ah oh hum genial parfait parfaite cool top
    """.split()  # noqa: SIM905 - words to read, not a list to parse
)
"""What is said in the middle of a form and is nobody's name, or hardly."""


@dataclass(frozen=True)
class Names:
    """What a text tells of a name; None where it does not."""

    first_name: str | None = None
    last_name: str | None = None

    def __bool__(self) -> bool:
        return bool(self.first_name or self.last_name)


def looks_like_a_name(text: str) -> bool:
    """Whether a text is nothing but words that can be names: « Julie Martin », not « je ne sais pas »."""
    words = read_phrase(_bare(text)).words
    telling = [word for word in words if word.kind is Kind.TELLING]
    return (
        0 < len(words) <= _MOST_WORDS
        and bool(telling)
        and all(word.kind is Kind.TELLING or is_particle(word.text) for word in words)
        and not any(word.text.isdigit() or word.text in _NOT_NAMES for word in words)
    )


def may_be_capitalised_name(text: str) -> bool:
    """« Julie Avril »: ordinary words too, when each has a capital of its own."""
    words, written = read_phrase(_bare(text)).words, _bare(text).split()
    return (
        0 < len(words) <= _MOST_WORDS
        and all(word[0].isupper() or _is_particle(word) for word in written)
        and not any(word.kind is Kind.NEUTRAL and not is_particle(word.text) for word in words)
        and not any(word.text.isdigit() or word.text in _NOT_NAMES for word in words)
    )


def read_names(text: str) -> Names:
    """A last name alone, or a first and a last name, told apart by labels, by capitals, else by their order.

    Raises:
        Refused: something in it cannot stand in a name.
    """
    labelled = _labelled(text)
    if labelled:
        return labelled
    bare = _bare(text)
    last, comma, first = bare.partition(",")
    if comma and first.strip():
        return Names(read_name(first), read_name(last))
    words = bare.split()
    if len(words) < 2:
        return Names(last_name=read_name(bare))
    shouted = [len(word) > 1 and word.isupper() for word in words]
    if any(shouted) and not all(shouted):  # « MARTIN Julie », « Julie LE GOFF »
        capitals = " ".join(word for word, loud in zip(words, shouted, strict=True) if loud)
        others = " ".join(word for word, loud in zip(words, shouted, strict=True) if not loud)
        return Names(read_name(others), read_name(capitals))
    start = next((place for place, word in enumerate(words) if not _is_particle(word)), len(words) - 1)
    if start:  # « Le Goff », « de la Tour »: the last name comes first, and mostly alone
        rest = " ".join(words[start + 1 :])
        return Names(read_name(rest) if rest else None, read_name(" ".join(words[: start + 1])))
    return Names(read_name(words[0]), read_name(" ".join(words[1:])))


def read_first_name(text: str, last_name: str | None) -> str:
    """A first name; a last name that is already known may stand beside it.

    Raises:
        Refused: something in it cannot stand in a name.
    """
    labelled = _labelled(text)
    if labelled.first_name:
        return labelled.first_name
    words = _bare(text).split()
    known = fold(last_name or "").split()
    others = [word for word in words if fold(word) not in known]
    return read_name(" ".join(others or words))


def _is_particle(word: str) -> bool:
    return fold(word) in (
        "le",
        "la",
        "les",
        "l'",
        "de",
        "du",
        "des",
        "d'",
        "van",
        "von",
        "der",
        "den",
        "el",
        "al",
        "ben",
    )


def _bare(text: str) -> str:
    """The text less « elle s'appelle », « Mme » and the like."""
    bare = plain(text).strip(_EDGES)
    while (lead := _LEAD.match(bare)) and lead.end():
        bare = bare[lead.end() :].strip(_EDGES)
    return bare


def _labelled(text: str) -> Names:
    """« nom Martin, prénom Julie », in either order; nothing when not both are named."""
    written = plain(text)
    labels = list(_LABEL.finditer(written))
    if len(labels) != 2 or len({label[1].lower().startswith("p") for label in labels}) != 2:
        return Names()
    ends = [labels[1].start(), len(written)]
    told = {
        label[1].lower().startswith("p"): re.sub(
            r"[ ,;]*(?:\bet\b(?: (?:son|le))?)?[ ,;]*$", "", written[label.end() : end]
        )
        for label, end in zip(labels, ends, strict=True)
    }
    return Names(read_name(told[True].strip(_EDGES)), read_name(told[False].strip(_EDGES)))
