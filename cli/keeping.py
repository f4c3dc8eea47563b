"""`bailleurs backup` and `bailleurs restore`."""

from __future__ import annotations

from pathlib import Path

from cli.checks import check_ports
from cli.console import OperatorError, say
from offre_bailleurs.operation import backups, schema
from offre_bailleurs.operation.postgresql import ToolError
from offre_bailleurs.settings import Settings


def backup(settings: Settings, folder: Path, *, keep: int = 0) -> None:
    """Write a backup and tell where; then delete those that are more than `keep` days old (0: none).

    Raises:
        OperatorError: it could not be made.
    """
    try:
        file = backups.back_up(settings, folder)
        manifest = backups.read_manifest(file)
    except backups.BackupError as error:
        raise OperatorError(str(error)) from None
    say(f"Sauvegarde : {file} ({file.stat().st_size / 1e6:.1f} Mo).")
    say(_summary(manifest))
    if keep:
        say(f"Sauvegardes de plus de {keep} jours effacées : {backups.delete_older(folder, days=keep)}.")
    say("Elle contient des données personnelles, et pas SECRET_KEY : gardez les deux à l'abri, séparément.")


def restore(settings: Settings, file: Path, *, replace: bool) -> None:
    """Put a backup back.

    Raises:
        OperatorError: refused, or what came back is not what was kept.
    """
    check_ports(settings)  # servers of this machine would go on with the file that is replaced
    try:
        restored = backups.restore(settings, file, replace=replace)
    except (backups.BackupError, ToolError) as error:
        raise OperatorError(str(error)) from None
    say("Sauvegarde restaurée et vérifiée.")
    say(_summary(restored.manifest))
    say(f"Courriels et lettres remis : {restored.files}.")
    if not restored.same_key:
        say("Attention : SECRET_KEY n'est pas celle de la sauvegarde ; ce qui attendait d'être envoyé est illisible.")
    if restored.manifest.revision < schema.needed():
        say("Ses tables sont plus anciennes que ce programme : `bailleurs migrate`, puis démarrez.")


def _summary(manifest: backups.Manifest) -> str:
    rows = manifest.rows
    return (
        f"Faite le {manifest.created_at}, révision {manifest.revision} : {rows.get('declaration', 0)} déclarations, "
        f"{rows.get('chat_conversation', 0)} conversations, {sum(rows.values())} lignes."
    )
