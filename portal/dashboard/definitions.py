"""The measures of the dashboard and what each of them counts, in the words that stand beside its figures.

What they say is what `offre_bailleurs.figures.report` and `report_requests` do: change both together. Every sentence is
written with a typewriter's signs; the page prints them as French does (`typeset`).
"""

from __future__ import annotations

from typing import Final

from portal.charts import Shape, Unit
from portal.dashboard.measure import Column, Definition

CONVERSATIONS: Final = Definition(
    slug="conversations",
    title="Conversations",
    sentences=(
        "Nombre de conversations dans lesquelles un bailleur a écrit, ou choisi un bouton ; chacune compte le jour où "
        "elle commence.",
        "Ne comptent pas les pages où l'assistant s'est affiché sans que personne lui parle.",
    ),
    row_name=None,
    columns=(Column("Conversations"),),
    shape=Shape.COLUMNS,
    drawn=(0,),
    tile=("Conversations", 0),
)

WITHOUT_ADVISER: Final = Definition(
    slug="sans-conseiller",
    title="Conversations terminées sans conseiller",
    sentences=(
        "Part des conversations d'où aucune demande n'est parvenue aux conseillers, ni en direct ni par message.",
        "Une demande retirée avant qu'un conseiller réponde compte comme une demande.",
    ),
    row_name=None,
    columns=(Column("Part", Unit.SHARE), Column("Sans conseiller"), Column("Conversations")),
    shape=Shape.LINE,
    drawn=(0,),
    tile=("Terminées sans conseiller", 0),
)

HELPED: Final = Definition(
    slug="aide",
    title="Réponses qui ont aidé",
    sentences=(
        "Part des avis favorables (pouce levé) parmi les avis, favorables ou non, donnés à « Cela répond-il à votre "
        "question ? ». Sur un sujet d'une conversation, seul le dernier avis compte.",
        "Les réponses sur lesquelles personne n'a donné d'avis ne comptent pas.",
    ),
    row_name=None,
    columns=(Column("Part favorable", Unit.SHARE), Column("Favorables"), Column("Défavorables"), Column("Avis")),
    shape=Shape.LINE,
    drawn=(0,),
    tile=("Réponses qui ont aidé", 0),
)

DECLARATIONS: Final = Definition(
    slug="declarations",
    title="Déclarations faites dans la discussion",
    sentences=(
        "Nombre de déclarations de loyer transmises avec « Valider » dans la discussion ; chacune compte le jour où sa "
        "conversation commence.",
        "Ne comptent ni les brouillons, ni ce qui est déclaré autrement que par l'assistant.",
    ),
    row_name=None,
    columns=(Column("Déclarations"),),
    shape=Shape.COLUMNS,
    drawn=(0,),
    tile=("Déclarations transmises", 0),
)

JOURNEYS: Final = Definition(
    slug="parcours",
    title="Parcours menés à terme et abandonnés",
    sentences=(
        "Ce que sont devenus les parcours guidés (déclarer un loyer, retrouver ses codes, créer un utilisateur, "
        "laisser un message) ; chacun compte le jour où il commence.",
        "Abandonné : annulé par le bailleur, ou sans rien de nouveau depuis une heure. S'il est repris ensuite dans la "
        "même conversation, il n'est plus compté comme abandonné.",
        "« Plus tard » garde le brouillon. « Sans suite » : il n'y avait rien à y faire, ou un autre parcours l'a "
        "remplacé.",
    ),
    row_name=None,
    columns=(
        Column("Commencés"),
        Column("Menés à terme"),
        Column("Abandonnés"),
        Column("« Plus tard »"),
        Column("Sans suite"),
        Column("En cours"),
    ),
    shape=Shape.COLUMNS,
    drawn=(1, 2),
    tile=("Parcours abandonnés", 2),
)

STEPS: Final = Definition(
    slug="etapes",
    title="Étapes où les parcours sont abandonnés",
    sentences=(
        "Pour chaque parcours abandonné (voir ci-dessus), la dernière question que l'assistant a posée.",
        "« Silence » : rien de nouveau depuis une heure. « Annulé » : le bailleur a choisi d'arrêter.",
    ),
    row_name="Parcours et étape",
    columns=(Column("Abandonnés"), Column("Silence"), Column("Annulé")),
    shape=Shape.BARS,
    drawn=(0,),
)

TOPICS: Final = Definition(
    slug="sujets",
    title="Sujets les plus demandés",
    sentences=(
        "Nombre de conversations dans lesquelles l'assistant a répondu sur chaque sujet. Une conversation sur deux "
        "sujets compte pour les deux.",
        "« Réponses » compte aussi les fois où la même réponse a été redonnée. Ne comptent pas les questions que "
        "l'assistant n'a pas comprises.",
    ),
    row_name="Sujet",
    columns=(Column("Conversations"), Column("Réponses"), Column("Avis favorables"), Column("Avis défavorables")),
    shape=Shape.BARS,
    drawn=(0,),
    has_total=False,
)

UNANSWERED: Final = Definition(
    slug="incompris",
    title="Phrases sans réponse",
    sentences=(
        "Nombre de phrases que l'assistant n'a pas comprises, le jour où leur conversation commence.",
        "Ne comptent ni les réponses mal comprises à une question d'un parcours, que l'assistant repose alors, ni les "
        "phrases que l'assistant a jugées hors de son domaine, même à tort.",
    ),
    row_name=None,
    columns=(Column("Phrases"),),
    shape=Shape.COLUMNS,
    drawn=(0,),
    tile=("Phrases sans réponse", 0),
    link=("/conseil/a-ameliorer", "Voir ces phrases et les classer"),
)

REASONS: Final = Definition(
    slug="motifs",
    title="Motifs des demandes de conseiller",
    sentences=(
        "Pourquoi un conseiller a été demandé, pour chaque demande parvenue dans la période ; une conversation peut en "
        "faire plusieurs.",
        "« En direct » : dans la discussion, aux heures d'ouverture. « Message » : message laissé, ou demande faite "
        "depuis une page du site.",
    ),
    row_name="Motif",
    columns=(Column("Demandes"), Column("En direct"), Column("Message")),
    shape=Shape.BARS,
    drawn=(0,),
    tile=("Demandes de conseiller", 0),
)

OUTCOMES: Final = Definition(
    slug="issues",
    title="Issue des demandes de conseiller",
    sentences=(
        "Comment se sont terminées les demandes parvenues dans la période : ce que le conseiller a choisi en fermant, "
        "ou ce qui l'a empêché de répondre.",
        "« Pas encore fermée » : en attente, ou chez un conseiller.",
    ),
    row_name="Issue",
    columns=(Column("Demandes"), Column("En direct"), Column("Message")),
    shape=Shape.BARS,
    drawn=(0,),
)

WAIT: Final = Definition(
    slug="attente",
    title="Attente avant un conseiller",
    sentences=(
        "Attente médiane des demandes en direct, de la demande jusqu'à ce qu'un conseiller la prenne pour la première "
        "fois : la moitié a attendu moins, l'autre moitié a attendu plus.",
        "L'attente ne porte que sur les demandes prises : ni celles que personne n'a prises, ni les messages laissés.",
    ),
    row_name=None,
    columns=(Column("Attente médiane", Unit.DURATION), Column("Demandes en direct"), Column("Prises")),
    shape=Shape.LINE,
    drawn=(0,),
    tile=("Attente médiane", 0),
)
