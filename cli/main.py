"""The `bailleurs` command: its subcommands, their words and options.

What each does stands in a module of its own, imported when it runs: `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console import Commands, say, say_logins
from offre_bailleurs.settings import settings

app = typer.Typer(
    cls=Commands,
    help="L'assistant Offre Bailleurs : le servir, l'entraîner, l'essayer, l'entretenir.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


adviser = typer.Typer(help="Les conseillers : leur donner un accès au portail, ou le fermer.", no_args_is_help=True)
app.add_typer(adviser, name="adviser")


@app.command()
def serve() -> None:
    """Préparer ce qui manque, puis servir le portail, le chat et les actions, jusqu'à Ctrl-C."""
    from cli.serve import serve as run

    raise typer.Exit(run(settings()))


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Entraîner même si rien n'a changé.")] = False,
) -> None:
    """Entraîner le modèle de compréhension, si ce qu'il lit a changé."""
    from cli import training

    model = training.model_path()
    if model.exists() and not force:
        say(f"Rien n'a changé : le modèle reste {model.name}.")
        return
    say("Entraînement du modèle de compréhension (quelques minutes)…")
    say(f"Modèle prêt : {training.train().name}.")


@app.command()
def migrate() -> None:
    """Mettre à jour les tables de la base de données."""
    from cli import checks, data

    checks.check_data_dir(settings().data_dir)
    checks.check_database(settings().database_url)
    data.migrate(settings())
    say("La base de données est à jour.")
    checks.check_no_demo(settings())
    checks.say_remarks(settings())


@app.command()
def demo() -> None:
    """Ajouter les données de démonstration, si la base est vide, et afficher identifiants et mots de passe."""
    from cli import data

    data.refuse_in_production(settings(), "la démonstration")
    migrate()
    if data.seed_demo_if_empty(settings()):
        say("Données de démonstration ajoutées.")
    else:
        say("La base contient déjà des données : rien n'est ajouté.")
    say_logins(data.known_demo_logins())


@app.command()
def token(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="L'identifiant de connexion.")],
) -> None:
    """Afficher un jeton d'identité signé, comme en donne le portail (refusé en production)."""
    from cli import data

    typer.echo(data.identity_token(settings(), login))


@app.command()
def chat(
    login: Annotated[
        str | None, typer.Option("--as", metavar="LOGIN", help="Parler connecté, refusé en production.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="L'adresse du chat. Par défaut CHAT_URL.")] = None,
) -> None:
    """Parler à l'assistant dans le terminal, ou lui faire lire un scénario : un message par ligne."""
    from cli import data
    from cli.chat import talk

    identity = data.identity_token(settings(), login) if login else None
    raise typer.Exit(talk(url or settings().chat_url, identity))


@app.command()
def ask(
    sentences: Annotated[
        list[str], typer.Argument(metavar="PHRASE…", help="Plusieurs phrases forment une seule conversation.")
    ],
    profile: Annotated[
        str | None, typer.Option(help="Qui parle : particulier (landlord) ou organisme (organisation).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Pour un programme.")] = False,
) -> None:
    """Montrer comment des phrases sont comprises et ce qui est répondu, sans serveur ni base de données."""
    from cli.ask import ask as run

    run(sentences, profile=profile, as_json=as_json)


@app.command()
def lint() -> None:
    """Vérifier ce que l'assistant sait : réponses, exemples, règles (docs/writing-answers.md)."""
    from cli.content.lint import lint as run

    raise typer.Exit(run())


@app.command()
def examples(
    to: Annotated[Path | None, typer.Option("--to", metavar="DOSSIER", help="Par défaut results/examples/.")] = None,
    also_exported: Annotated[bool, typer.Option("--all", help="Aussi ce qui a déjà été proposé.")] = False,
    measures: Annotated[bool, typer.Option("--measure/--no-measure", help="Mesurer avant et après.")] = True,
    every: Annotated[int, typer.Option(min=1, metavar="N", help="Un coup d'œil : entraîner sur un exemple sur N.")] = 1,
    mark: Annotated[bool, typer.Option("--mark", help="Retenir que ces groupes ont été proposés.")] = False,
) -> None:
    """Proposer comme exemples les phrases non comprises que des conseillers ont classées ; data/ n'est pas touché."""
    from cli.examples.command import examples as run

    run(to=to, also_exported=also_exported, measures=measures, every=every, mark=mark)


@app.command()
def outbox(
    retry: Annotated[
        int | None, typer.Option("--retry", metavar="N°", help="Remettre en attente un message en échec.")
    ] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Seulement ce qui attend d'être envoyé.")] = False,
) -> None:
    """Montrer les courriels, lettres et appels : envoyés, en attente, en échec ; ni noms, ni adresses, ni contenus."""
    from cli import outbox as messages

    if retry is not None:
        messages.retry(retry)
        say(f"Le message {retry} est de nouveau en attente.")
        return
    messages.show(only_waiting=waiting)


@app.command()
def figures(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Tout recompter à partir des événements gardés.")] = False,
) -> None:
    """Montrer où en est le compte des conversations, ou tout recompter : les chiffres restent les mêmes."""
    from cli import figures as command

    if rebuild:
        command.rebuild()
        return
    command.show()


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compter seulement ; rien n'est effacé.")] = False,
) -> None:
    """Effacer ce qui n'est plus à garder : conversations, demandes, messages, phrases (à lancer chaque jour)."""
    from cli import purge as command

    for what, count in (command.count if dry_run else command.purge)(settings()).items():
        say(f"{what} : {count}.")
    if dry_run:
        say("Rien n'a été effacé.")


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Où l'écrire ; créé s'il manque.")],
    keep: Annotated[int, typer.Option(min=0, metavar="JOURS", help="Effacer ensuite les plus anciennes.")] = 0,
) -> None:
    """Sauvegarder la base, les courriels et les lettres dans un fichier, pendant que tout tourne."""
    from cli import keeping

    keeping.backup(settings(), folder, keep=keep)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Une sauvegarde de `bailleurs backup`.")],
    replace: Annotated[bool, typer.Option("--replace", help="Effacer ce que la base contient.")] = False,
) -> None:
    """Restaurer une sauvegarde dans DATABASE_URL, serveurs arrêtés, et la vérifier."""
    from cli import keeping

    keeping.restore(settings(), file, replace=replace)


@app.command()
def status(
    worker: Annotated[str | None, typer.Option(help="Seulement ce travailleur : outbox ou desk.")] = None,
) -> None:
    """Dire si tout va bien : base, files d'attente, travailleurs. Code 1 si quelque chose demande une intervention."""
    from cli import status as command
    from offre_bailleurs.operation.heartbeats import WORKERS

    if worker is not None and worker not in WORKERS:
        raise typer.BadParameter(f"{' ou '.join(WORKERS)} est attendu.")
    raise typer.Exit(command.status(settings(), worker=worker))


@adviser.command("add")
def add_adviser(
    first_name: Annotated[str, typer.Argument(metavar="PRÉNOM")],
    last_name: Annotated[str, typer.Argument(metavar="NOM")],
    email: Annotated[str, typer.Argument(metavar="COURRIEL")],
) -> None:
    """Donner un accès à un conseiller, et afficher son identifiant et un mot de passe provisoire, une seule fois."""
    from cli import advisers

    advisers.add(first_name, last_name, email)


@adviser.command("renew")
def renew_adviser(login: Annotated[str, typer.Argument(metavar="IDENTIFIANT")]) -> None:
    """Afficher un nouveau mot de passe provisoire pour un conseiller ; l'ancien ne sert plus."""
    from cli import advisers

    advisers.renew(login)


@adviser.command("close")
def close_adviser(login: Annotated[str, typer.Argument(metavar="IDENTIFIANT")]) -> None:
    """Fermer l'accès d'un conseiller pour de bon ; les demandes qu'il avait prises attendent de nouveau."""
    from cli import advisers

    advisers.close(login)


@adviser.command("list")
def list_advisers() -> None:
    """Montrer les conseillers : identifiant, nom, accès."""
    from cli import advisers

    advisers.show()
