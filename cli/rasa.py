"""`python -m cli.rasa ARGUMENTS…`: Rasa's own command, without TensorFlow (`bot.absent`) where it is not installed, and
less the notices meant for the developers of its libraries.

PYTHONWARNINGS and filters cannot do it: several of those libraries put a filter of their own before ours.
"""

from __future__ import annotations

import warnings
from typing import TextIO

from bot.absent import stand_in

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
    warnings.showwarning = _show_to_operators
    from rasa.__main__ import main as rasa  # here: the notices come while it is imported

    rasa()


if __name__ == "__main__":
    main()
