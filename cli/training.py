"""Train Rasa's model when what training reads has changed, and only then.

A model's file bears the fingerprint of what it was trained from, so that file and fingerprint can never disagree, and
a training that is cut short leaves nothing that looks like a model.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.console import OperatorError
from cli.environment import RASA, rasa_environ
from cli.tether import tethered
from offre_bailleurs.settings import PROJECT_ROOT

MODELS = "models"
READ_BY_TRAINING = ("config.yml", "domain.yml", "data", "bot/nlu", "uv.lock")
"""Files and folders, from the project's root. Whatever else changes, the model stays the same."""


def fingerprint(root: Path = PROJECT_ROOT) -> str:
    """Names the content, and the paths, of everything that training reads: 16 hexadecimal characters."""
    digest = hashlib.sha256()
    for path in sorted(_files(root)):
        name, content = path.relative_to(root).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %b %d %b" % (len(name), name, len(content), content))
    return digest.hexdigest()[:16]


def model_path(root: Path = PROJECT_ROOT) -> Path:
    """Where the model of what stands in the folders now is, once it is trained."""
    return root / MODELS / f"offre-bailleurs-{fingerprint(root)}.tar.gz"


def train(root: Path = PROJECT_ROOT) -> Path:
    """Train now; the model's path. Models of other contents are deleted.

    Raises:
        OperatorError: Rasa refused, its last words are told; or the folder cannot be written.
    """
    model = model_path(root)
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=model.parent, prefix=".training-") as folder:
            _run_rasa_train(root, Path(folder)).replace(model)
        for other in model.parent.glob("offre-bailleurs-*.tar.gz"):
            if other != model:
                other.unlink(missing_ok=True)
    except OSError as error:
        raise OperatorError(f"impossible d'écrire dans le dossier « {model.parent} » ({error.strerror}).") from None
    return model


def _files(root: Path) -> Iterator[Path]:
    for name in READ_BY_TRAINING:
        path = root / name
        if path.is_file():
            yield path
        else:
            yield from (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


def _run_rasa_train(root: Path, folder: Path) -> Path:
    command = [*RASA, "train", "--out", str(folder), "--fixed-model-name", "model"]
    # Rasa caches what each component learned, by its configuration: it cannot see that our components' code changed
    command += ["--config", "config.yml", "--domain", "domain.yml", "--data", "data", "--force"]
    # `make validate` checks the data, strictly; here it would take a fifth of the training again
    command += ["--skip-validation"]
    done = subprocess.run(
        tethered(command, signal.SIGKILL),
        cwd=root,
        env=rasa_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    trained = folder / "model.tar.gz"
    if done.returncode != 0 or not trained.exists():
        sys.stderr.write(done.stdout)
        raise OperatorError(f"l'entraînement a échoué (code {done.returncode}), Rasa en dit plus ci-dessus.")
    return trained
