"""`bailleurs ask`: the real model and the real actions, without a server and without the operator's data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from offre_bailleurs.settings import PROJECT_ROOT


def test_a_conversation_is_held_in_one_process_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "cli", "ask", "--json", "--profile", "particulier"),
            *("que faire si on oublie son mot de passe", "je veux déclarer un loyer"),
        ],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "ENVIRONMENT": "development"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["profile"] == "landlord"
    assert [turn["intent"]["name"] for turn in told["turns"]] == ["forgotten_password", "declare_rent"]
    for turn in told["turns"]:
        assert turn["refused"] is None
        assert turn["answers"][0]["text"]
    assert "action_start_declare_rent" in told["turns"][1]["actions"]
    assert list(tmp_path.iterdir()) == []
