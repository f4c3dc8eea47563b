"""The intent model: learns, is saved without executable content, and comes back the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.linear_model import Hyperparameters, LinearIntentModel

EXAMPLES = [
    ("bonjour", "greet"),
    ("bonjour à tous", "greet"),
    ("salut", "greet"),
    ("salut à tous", "greet"),
    ("bonjour, salut", "greet"),
    ("j'ai perdu mon identifiant", "lost_login"),
    ("identifiant perdu", "lost_login"),
    ("mon identifiant est perdu", "lost_login"),
    ("650 euros", "inform"),
    ("le loyer est de 720 euros", "inform"),
    ("Martin", "inform"),
    ("Durand", "inform"),
    ("Petit", "inform"),
    ("Moreau", "inform"),
]
TEXTS, INTENTS = zip(*EXAMPLES, strict=True)


@pytest.fixture(scope="module")
def model() -> LinearIntentModel:
    return LinearIntentModel.fit(TEXTS, INTENTS)


def best(model: LinearIntentModel, text: str) -> str:
    return model.intents[int(model.probabilities(text).argmax())]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Salut !", "greet"),
        ("où est mon identifiant perdu", "lost_login"),
        ("six cents euros", "inform"),
        ("Kervella", "inform"),  # a word that nobody knows is a name
    ],
)
def test_it_understands_what_it_has_not_seen(model: LinearIntentModel, text: str, intent: str) -> None:
    assert best(model, text) == intent


def test_gibberish_is_not_understood_rather_than_off_topic() -> None:
    off_topic = [("quel temps fait-il", "off_topic"), ("zkjh wxqp", "off_topic"), ("il fait beau temps", "off_topic")]
    texts, intents = zip(*EXAMPLES, *off_topic, strict=True)
    model = LinearIntentModel.fit(texts, intents)
    assert model.best("quel beau temps") == ("off_topic", pytest.approx(model.probabilities("quel beau temps").max()))
    assert model.probabilities("quel beau temps").sum() == pytest.approx(1)
    gibberish = model.probabilities("zkjhq wxqpz")
    if model.intents[int(gibberish.argmax())] == "off_topic":
        assert gibberish.max() <= 0.25


def test_the_probabilities_add_up_to_one(model: LinearIntentModel) -> None:
    probabilities = model.probabilities("j'ai perdu mon identifiant")
    assert probabilities.shape == (len(model.intents),) == (3,)
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities >= 0).all()


WITH_OFF_TOPIC = [
    *EXAMPLES,
    *((text, "off_topic") for text in ("quel temps fait-il", "quel temps demain", "une recette de gâteau")),
]


@pytest.mark.parametrize("text", ["quel temps", "mon identifiant", "bonjour"])
def test_off_topic_has_its_share_of_the_probability(text: str) -> None:
    model = LinearIntentModel.fit(*zip(*WITH_OFF_TOPIC, strict=True))
    probabilities = model.probabilities(text)
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities >= 0).all()
    off_topic = probabilities[model.intents.index("off_topic")]
    assert off_topic > 0.5 if text == "quel temps" else off_topic < 0.9


def test_a_message_torn_between_two_topics_is_not_off_topic() -> None:
    model = LinearIntentModel.fit(*zip(*WITH_OFF_TOPIC, strict=True))
    off_topic = model.intents.index("off_topic")
    torn, clear = np.full(len(model.intents), -1.0), np.full(len(model.intents), -1.0)
    torn[[0, 1]] = clear[0] = 0.5
    assert model.calibrated(torn)[off_topic] == pytest.approx(model.calibrated(clear)[off_topic])
    assert model.calibrated(torn).max() < model.calibrated(clear).max()


@pytest.mark.parametrize(
    "part", [{"normalises": False}, {"corrects_spelling": False}, {"hears": False}, {"spoilt_copies": 0}]
)
def test_each_part_can_be_left_out(part: dict[str, bool | int], tmp_path: Path) -> None:
    model = LinearIntentModel.fit(TEXTS, INTENTS, Hyperparameters(**part))  # type: ignore[arg-type]
    model.save(tmp_path)
    loaded = LinearIntentModel.load(tmp_path)
    assert best(model, "mon identifiant") == "lost_login"
    np.testing.assert_array_equal(loaded.probabilities("mon identifant"), model.probabilities("mon identifant"))


def test_a_misspelt_message_is_understood(model: LinearIntentModel) -> None:
    assert best(model, "mon idebtifiant") == "lost_login"


@pytest.mark.parametrize("text", ["", "😀", "..."])
def test_nothing_typed_is_nothing_understood(model: LinearIntentModel, text: str) -> None:
    assert np.isfinite(model.probabilities(text)).all()


def test_a_saved_model_comes_back_the_same(model: LinearIntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = LinearIntentModel.load(tmp_path)
    assert loaded.intents == model.intents
    assert loaded.hyperparameters == model.hyperparameters
    for text in (*TEXTS, "un texte jamais vu", ""):
        np.testing.assert_array_equal(loaded.probabilities(text), model.probabilities(text))


def test_a_saved_model_is_data_only(model: LinearIntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"intents.json", "weights.npz"}
    json.loads((tmp_path / "intents.json").read_text(encoding="utf-8"))
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:  # refuses Python objects
        assert {arrays[name].dtype.kind for name in arrays} == {"f", "i", "u", "S"}


def test_training_twice_gives_the_same_model(model: LinearIntentModel) -> None:
    again = LinearIntentModel.fit(TEXTS, INTENTS)
    every = np.arange(len(model.coefficients))
    np.testing.assert_array_equal(again.coefficients.rows(every), model.coefficients.rows(every))


def test_hyperparameters_are_kept(tmp_path: Path) -> None:
    chosen = Hyperparameters(longest_piece=3, min_count=1)
    LinearIntentModel.fit(TEXTS, INTENTS, chosen).save(tmp_path)
    assert LinearIntentModel.load(tmp_path).hyperparameters == chosen


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LinearIntentModel.load(tmp_path)


def test_two_intents_are_too_few() -> None:
    with pytest.raises(ValueError, match="three different intents"):
        LinearIntentModel.fit(["oui", "non", "nan"], ["affirm", "deny", "deny"])
