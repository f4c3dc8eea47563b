"""Whether a message asks for a user to be created, or how that is done; and what it tells of the user already."""

from __future__ import annotations

import re

from actions.create_user.draft import Draft, Field
from actions.create_user.names import looks_like_a_name, read_names
from offre_bailleurs.contacts import Refused, read_email
from offre_bailleurs.french.text import fold, plain

_PERSON = r"(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)"
_ASKS = re.compile(
    r"\?"
    r"|\b(?:comment|coment|cmt|koman|pourquoi|pk|quand|combien|quoi|koi|keski|kel|quel(?:le)?s?|lequel)\b"
    r"|\b(?:procedure|etapes?|marche a suivre|expli\w+|dites[- ]moi|indiquer|savoir|possible|difference)\b"
    r"|\b(?:obligatoires?|signifi\w+|introuvable|impossible|cherche|clique|cliker?|cliquer|j?arrive pa)\b"
    rf"|\b(?:faut|peut|peux|puis|dois|doit|doivent|pouvez|est|sont|a|ont|aura|recoit|recoivent)-(?:t-)?{_PERSON}\b"
    r"|\best[- ]ce\b|\b(?:c'est|c|ca se passe) ou\b|\bou$|^ou\b|\b(?:dans|par) (?:quel|ou)\b"
    r"|\bou (?:est|sont|se|c'est|clique|saisir|trouver|aller|ca|on|indique|cree)\b"
    r"|\b(?:a|de|pour|par) qui\b|^qui\b|\bqui (?:peut|doit|a le droit|cree)\b"
    r"|^que\b|\bque (?:veut|mettre|cocher|faire|recoit)|\bca (?:veut|change)\b|^faut\b"
    r"|\bje (?:sais|trouve|vois|comprends?|peux) (?:pas|plus)\b|\bne (?:sais|trouve|vois|comprends?|peux)\b"
    r"|\b(?:itinerant\w*|sedentaire\w*|fixe) ou\b"
    r"|\bn'arrive pas\b|\bpas (?:le )?(?:droit|bouton|menu)\b"
)
"""A question, with or without its mark, or words of somebody who looks for the way."""
_POLITE = re.compile(r"(?i)\b(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|veux-tu|voulez-vous)\b")
"""« Peux-tu ajouter ma collègue » asks for it; with a question mark it stays a question."""
_NOT_CREATED = re.compile(
    r"\b(?:pas (?:encore |toujours )?(?:recue?s?|eu|arrivee?s?)|pas de (?:mail|courriel|code|mot)|pas d'acces)\b"
    r"|\b(?:rien (?:recu|eu)|n'a (?:rien|pas|aucun)|toujours rien|attend toujours|codes du|ou (?:faut |fo )?attendre)\b"
    r"|\b(?:supprim\w*|suppression|retir\w*|ferm\w*|desactiv\w*|reactiv\w*|suspend\w*|bloqu\w*|debloqu\w*|enlev\w*)\b"
    r"|\b(?:revoqu\w*|radi\w*|cou(?:per|pe)|clotur\w*|modifi\w*|corrig\w*|chang\w*|licenci\w*|a quitte|est partie?)\b"
    r"|\b(?:ancien\w*|liste|importer|dupliquer|erreur|obligat\w*|champs?|formulaire|fiche|bouton|menu|rubrique|onglet)\b"
    r"|\b(?:que j'ai|qu'on vient|que je viens|j'ai (?:deja )?(?:cree|ajoute|inscrit|rempli)|je l'ai)\b"
    r"|\b(?:ma chef|personne ne m'a|mon propre)\b"
)
"""Something else about users than one more of them."""
_ACCESS = r"(?:acces|compte|login|identifiant|codes?)"
_CREATES = re.compile(
    r"\b(?:r?ajoute[rzs]?|ajout|crea|cree[rzs]?|cre|creation|inscri(?:re|s|vez|vons)|enregistre[rz]?|enrole[rz]?)\b"
    r"|\b(?:habilite[rz]?|invite[rz]?|integre[rz]?|associe[rz]?|ouvr(?:e|ir|ez)|ouverture|don+e[rz]?|attribue[rz]?)\b"
    r"|\b(?:octroye[rz]?|autorise[rz]?|mets?|mettre|mettez|fais|faire|faites|add|new user|nv|nvelle)\b"
    r"|\bnouve(?:l|au|lle)s? (?:utilisat\w+|collegue|collaborat\w+|salarie|compte|acces|employee?|agent|gestionnaire)\b"
    r"|\bnouvelle personne\b"
    r"|\b(?:veux|voudrais|faut|faudrait|besoin|aimerais|souhaite|souhaiterais|demande) ?"
    rf"(?:d'une?|une?|d')? ?(?:nouvel |nouveau )?{_ACCESS}\b"
    rf"|\b{_ACCESS} (?:pour|pr|a|au)\b|\b(?:deuxieme|second) (?:{_ACCESS}|utilisateur)\b"
)
"""That one more be made."""
_SOMEBODY = re.compile(
    r"\b(?:utilisat\w+|users?|collegues?|colegues?|collaborat\w+|salariee?s?|employee?s?|agente?s?|gestionnaires?)\b"
    r"|\b(?:assistante?s?|secretaires?|stagiaires?|alternante?s?|apprentie?s?|comptables?|remplacante?s?|interimaires?)\b"
    r"|\b(?:adjointe?s?|recrue|personne|quelqu'un|qqun|kelkun|kelk1|acces|comptes?|login|monsieur|madame|mme|mr|m|mlle)\b"
    r"|\b(?:equipe|fille|fils|membre|technicien(?:ne)?|conseillere?)\b"
)
_EMAIL = re.compile(r"[^\s<>()«»,;:\"]+@[^\s<>()«»,;:\"]+")
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'-]*\w"
_WHO = re.compile(rf"\b{_CAPITALISED}(?:\s+(?:(?:de|du|des|la|le|van|von|ben|el)\s+)*(?:d['’])?{_CAPITALISED}){{1,3}}")
_TITLED = re.compile(
    rf"\b(?:[Mm]me|[Mm]lle|[Mm]r|M|[Mm]onsieur|[Mm]adame|[Mm]ademoiselle)\.?\s+({_CAPITALISED}(?:\s+{_CAPITALISED}){{0,2}})"
)
_NOUN = re.compile(
    r"\b(?:coll[èe]gue|collaborat\w+|assistante?|secr[ée]taire|stagiaire|alternante?|apprentie?|comptable|rempla[cç]ante?"
    r"|adjointe?|utilisat\w+|gestionnaire|salari[ée]e?|employ[ée]e?|agente?)[ ,:]+(?:qui s'appelle )?([^\d,;.@]+)",
    re.IGNORECASE,
)
_OPENING = frozenset(
    """ajoute ajouter ajoutez rajoute rajouter rajoutez cree creer creez inscris inscrire inscrivez enregistre
    enregistrer bonjour bonsoir merci madame monsieur mme mr mlle je il nous veuillez pouvez donne donner ouvre ouvrir
    ajout creation invite inviter habilite habiliter caf mon compte partenaire offre bailleurs nouvel nouveau nouvelle
    utilisateur utilisatrice collegue pour mets""".split()  # noqa: SIM905 - words to read, not a list to parse
)
"""Words with a capital that begin a sentence and no name."""


def is_request(text: str) -> bool:
    """« Ajoute ma collègue », not « comment ajouter ma collègue »: of the two, the question is the safer reading."""
    said = fold(text)
    if is_question(_POLITE.sub(" ", text)) or _NOT_CREATED.search(said):
        return False
    return bool(_CREATES.search(said) and (_SOMEBODY.search(said) or _WHO.search(plain(text)) or "@" in said))


def is_question(text: str) -> bool:
    """A question by its mark or by its words."""
    return _ASKS.search(fold(text)) is not None


def told(text: str) -> Draft:
    """What a request tells of the user: an email address, a name with capitals."""
    draft, written = Draft(), plain(text)
    address = find_email(text)
    if address is not None:
        draft = draft.give(Field.EMAIL, address)
    titled = _TITLED.search(written)
    name = titled[1] if titled else _name_in(_EMAIL.sub(" ", written))
    if name:
        try:
            names = read_names(name)
        except Refused:
            return draft
        if names.last_name:
            draft = draft.give(Field.LAST_NAME, names.last_name)
        if names.first_name:
            draft = draft.give(Field.FIRST_NAME, names.first_name)
    return draft


def find_email(text: str) -> str | None:
    """The first email address of a text, when it is a good one."""
    for match in _EMAIL.finditer(plain(text)):
        try:
            return read_email(match[0].strip(".'"))
        except Refused:
            continue
    return None


def _name_in(written: str) -> str | None:
    """Two words or more with capitals, less those that begin the sentence."""
    for match in _WHO.finditer(written):
        words = match[0].split()
        while words and fold(words[0]) in _OPENING:
            words.pop(0)
        if len(words) > 1:
            return " ".join(words)
    noun = _NOUN.search(written)  # « ma collègue julie martin »
    return noun[1] if noun and len(noun[1].split()) > 1 and looks_like_a_name(noun[1]) else None
