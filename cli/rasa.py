"""`python -m cli.rasa ARGUMENTS…`: Rasa's own command, without the libraries that nothing of ours uses (`bot.absent`),
and less the notices meant for the developers of its libraries.

PYTHONWARNINGS and filters cannot do it: several of those libraries put a filter of their own before ours.
"""

from __future__ import annotations

import sys
import warnings
from typing import TextIO

from bot.absent import leave_idle, stand_in

_FOR_DEVELOPERS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_show = warnings.showwarning


def _show_to_operators(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Replaces `warnings.showwarning`: what says that the bot's own files are wrong goes on being shown."""
    if issubclass(category, _FOR_DEVELOPERS) or str(message).startswith("pkg_resources is deprecated"):
        return
    _show(message, category, filename, lineno, file, line)


def main() -> None:
    """Run Rasa with the arguments of this process."""
    stand_in()
    command = sys.argv[1:2]
    if command == ["run"]:
        leave_idle()
    warnings.showwarning = _show_to_operators
    from rasa.__main__ import main as rasa  # here: the notices come while it is imported

    from offre_bailleurs.settings import SettingsError

    if command == ["train"]:
        from bot.rasa_patches.domain import write_plain_domain

        write_plain_domain()
    if command == ["run"]:
        from bot.logs import take_over

        take_over()
    try:
        rasa()
    except SettingsError as error:  # as every other process says it: one line
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
