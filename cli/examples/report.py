"""The proposal in words, for whoever reviews it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cli.examples.measure import Measured, Understood, figures
from cli.examples.proposal import OFF_TOPIC, Left, Proposal

_MOST = 50
"""Messages listed of those that are understood otherwise."""


def write_report(proposal: Proposal, measured: Measured | None, titles: Mapping[str, str]) -> str:
    """The report, in Markdown."""
    return "\n".join(_lines(proposal, measured, titles)) + "\n"


def _lines(proposal: Proposal, measured: Measured | None, titles: Mapping[str, str]) -> Iterator[str]:
    yield "# Proposition d'exemples"
    yield ""
    yield "Ce que des conseillers ont dit des phrases non comprises. Rien n'est changé dans `data/` : relisez,"
    yield "complétez, puis `git apply examples.patch`, `bailleurs lint`, et l'entraînement."
    yield ""
    yield f"* Exemples proposés : {len(proposal.examples)}, dans {len(proposal.added)} fichier(s)."
    yield f"* Déjà parmi les exemples de leur sujet : {proposal.known}."
    yield f"* À écrire par vous : {len(proposal.to_write)}. Conflits : {len(proposal.conflicts)}."
    yield f"* Réservées à la mesure : {len(proposal.held_out)}. Nouveaux sujets souhaités : {len(proposal.new_topics)}."
    yield ""
    yield "## Compréhension avant et après"
    yield ""
    yield from _measure(measured, proposal)
    for file, examples in sorted(proposal.added.items()):
        yield f"## {_name(examples[0].intent, titles)} : {len(examples)} exemple(s), `{file}`"
        yield ""
        yield from (f"* {_quoted(example.text)}" for example in examples)
        yield ""
    yield from _new_topics(proposal)
    yield from _left(
        "À écrire par vous",
        "Elles cachent un mot, ou portent un signe que Rasa lirait autrement : écrivez-les en mots ordinaires, sans "
        "nom réel, si elles apprennent quelque chose.",
        proposal.to_write,
        titles,
    )
    yield from _left("Conflits", "Un autre sujet a déjà cette phrase, ou la reçoit aussi.", proposal.conflicts, titles)
    yield from _left(
        "Réservées à la mesure",
        "Ce sont des messages d'essai : les apprendre fausserait la mesure. Elles ne sont pas dans le patch.",
        proposal.held_out,
        titles,
    )
    yield from _left("Sans fichier", "Leur sujet n'a pas (ou plus) d'exemples.", proposal.missing, titles)


def _measure(measured: Measured | None, proposal: Proposal) -> Iterator[str]:
    if measured is None:
        yield "Non mesurée (`--no-measure`)." if proposal.examples else "Rien à mesurer : aucun exemple proposé."
        yield ""
        return
    before, after = figures(measured.before), figures(measured.after)
    share = "tous les exemples" if measured.every == 1 else f"un exemple sur {measured.every}"
    yield f"Modèle d'intention seul, entraîné sur {share} ({measured.trained_on}), puis avec les exemples proposés"
    yield f"({len(proposal.examples)}) ; {before.messages} messages d'essai, dont aucun n'est un exemple."
    if measured.every > 1:
        yield "**Coup d'œil seulement** : sur une part des exemples, l'effet des proposés paraît plus grand."
    yield ""
    yield "| | avant | après |"
    yield "|---|---|---|"
    yield f"| Intention juste | {_percent(before.accuracy)} | {_percent(after.accuracy)} |"
    yield f"| Dans le sujet, mais refusé | {_percent(before.scope_refused)} | {_percent(after.scope_refused)} |"
    yield f"| Hors sujet, et refusé | {_percent(before.off_topic_refused)} | {_percent(after.off_topic_refused)} |"
    for intent in sorted({example.intent for example in proposal.examples}):
        right = [_right_of(intent, understood) for understood in (measured.before, measured.after)]
        yield f"| {intent} : justes sur {right[0][1]} | {right[0][0]} | {right[1][0]} |"
    yield ""
    pairs = list(zip(measured.before, measured.after, strict=True))
    lost = [(one, other) for one, other in pairs if one.is_right and not other.is_right]
    won = [(one, other) for one, other in pairs if other.is_right and not one.is_right]
    yield from _changed("Désormais mal compris", lost)
    yield from _changed("Désormais compris", won)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")


def _right_of(intent: str, understood: Sequence[Understood]) -> tuple[int, int]:
    asked = [one for one in understood if one.message.intent == intent]
    return sum(one.is_right for one in asked), len(asked)


def _changed(title: str, pairs: Sequence[tuple[Understood, Understood]]) -> Iterator[str]:
    yield f"{title} : {len(pairs)}."
    yield ""
    for before, after in pairs[:_MOST]:
        yield f"* {_quoted(before.message.text)} ({before.message.intent}) : {before.intent} → {after.intent}"
    if len(pairs) > _MOST:
        yield f"* … et {len(pairs) - _MOST} autres"
    if pairs:
        yield ""


def _new_topics(proposal: Proposal) -> Iterator[str]:
    if not proposal.new_topics:
        return
    yield f"## Nouveaux sujets souhaités : {len(proposal.new_topics)}"
    yield ""
    yield "Chacun demande une réponse (docs/writing-answers.md, «Add a topic»), si les guides en donnent une."
    yield ""
    for group in proposal.new_topics:
        yield f"### {_quoted(group.title)} ({group.size} fois)"
        yield ""
        yield from (f"* {_quoted(sentence)}" for sentence in group.sentences)
        yield ""


def _left(title: str, why: str, left: Iterable[Left], titles: Mapping[str, str]) -> Iterator[str]:
    all_left = list(left)
    if not all_left:
        return
    yield f"## {title} : {len(all_left)}"
    yield ""
    yield why
    yield ""
    for one in all_left:
        yield f"* {_quoted(one.text)} → {_name(one.intent, titles)}{f' : {one.where}' if one.where else ''}"
    yield ""


def _name(intent: str, titles: Mapping[str, str]) -> str:
    return "Hors sujet" if intent == OFF_TOPIC else titles.get(intent, intent)


def _quoted(text: str) -> str:
    """As code, so that nothing that was said is read as Markdown."""
    return "`" + text.replace("`", "'") + "`"
