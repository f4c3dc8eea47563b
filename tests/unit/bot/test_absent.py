"""What Rasa imports and nothing of ours uses can be missing: Rasa is imported, and whoever would use it is told.

In processes of their own: what is imported stays imported.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.util import find_spec

import pytest
import yaml
from packaging.requirements import Requirement

from bot.absent import ABSENT
from cli.environment import rasa_environ
from offre_bailleurs.settings import PROJECT_ROOT

IMPORTED_AS = {"python-engineio": "engineio", "python-socketio": "socketio", "tensorflow-cpu": "tensorflow"}
BROUGHT_ALONG = {"botocore", "keras"}
"""By boto3 and by TensorFlow."""


def ran(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=PROJECT_ROOT,
        env=rasa_environ(),
        capture_output=True,
        text=True,
        check=False,
    )


def printed(code: str) -> str:
    done = ran(code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def missing() -> list[str]:
    return [name for name in ABSENT if find_spec(name).loader.__class__.__name__ == "_Finder"]  # type: ignore[union-attr]


def test_what_may_be_missing_is_the_group_stock_and_what_that_brings_along() -> None:
    groups = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["dependency-groups"]
    names = [Requirement(text).name for text in groups["stock"]]
    assert {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names} | BROUGHT_ALONG == set(ABSENT)


def test_none_of_it_is_among_what_serving_installs() -> None:
    packages = tomllib.loads((PROJECT_ROOT / "uv.lock").read_text())["package"]
    needs = {package["name"]: {each["name"] for each in package.get("dependencies", ())} for package in packages}
    served, found = {"offre-bailleurs-assistant"}, set[str]()
    while served:
        found |= served
        served = set().union(*(needs[name] for name in served)) - found
    groups = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["dependency-groups"]
    assert found.isdisjoint(Requirement(text).name.lower() for text in groups["stock"])


@pytest.mark.parametrize(
    "use",
    [
        "from tensorflow.keras.layers import Dense; Dense(units=3)",
        "import tensorflow as tf; tf.constant(1.0)",
        "import tensorflow as tf; tf.config.threading.set_intra_op_parallelism_threads(2)",
        "from twilio.rest import Client; Client('a', 'b')",
    ],
)
def test_whoever_would_use_it_is_told(use: str) -> None:
    done = ran(f"import bot; {use}")
    if all(find_spec(name) is not None and name not in missing() for name in ("tensorflow", "twilio")):
        pytest.skip("optional: the group stock is installed here")
    assert done.returncode == 1
    assert "bot.absent.NotInstalled" in done.stderr
    assert "is left out here" in done.stderr


def test_classes_can_be_derived_from_it_and_functions_decorated_with_it() -> None:
    code = (
        "import bot, tensorflow as tf\n"
        "class Layer(tf.keras.layers.Layer):\n"
        "    @tf.function\n"
        "    def call(self): return 'called'\n"
        "print(Layer.call(None), isinstance(3, tf.Tensor))"
    )
    if "tensorflow" not in missing():
        pytest.skip("optional: the group stock is installed here")
    assert printed(code) == "called False"


def test_what_is_installed_is_never_replaced() -> None:
    code = "import bot, matplotlib, scipy, sklearn; print(all(each.__file__ for each in (matplotlib, scipy, sklearn)))"
    assert printed(code) == "True"


def test_a_server_imports_all_of_rasa_without_it_and_without_what_only_training_needs() -> None:
    code = (
        "import sys, bot; from bot.absent import leave_idle, IDLE; leave_idle()\n"
        "import rasa.__main__, rasa.core.run, rasa.core.channels, rasa.engine.recipes.default_components\n"
        "import bot.nlu.classifier, bot.nlu.entities\n"
        "print([name for name in IDLE if getattr(sys.modules.get(name), '__file__', None)])"
    )
    assert printed(code) == "[]"


def test_it_cannot_be_left_idle_once_it_is_imported() -> None:
    done = ran("import bot, scipy; from bot.absent import leave_idle; leave_idle()")
    assert "too late to leave out scipy" in done.stderr


def test_no_component_channel_store_or_broker_of_ours_is_one_of_those_that_need_it() -> None:
    configuration = yaml.safe_load((PROJECT_ROOT / "config.yml").read_text())
    endpoints = yaml.safe_load((PROJECT_ROOT / "endpoints.yml").read_text())
    credentials = yaml.safe_load((PROJECT_ROOT / "credentials.yml").read_text())
    named = {each["name"] for each in (*configuration["pipeline"], *configuration["policies"])}
    named |= {each["type"] for each in endpoints.values() if "type" in each} | set(credentials)
    assert {name for name in named if not name.startswith("bot.")} == {"FallbackClassifier", "RulePolicy"}
