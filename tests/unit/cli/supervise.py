"""Runs a supervisor in a process of its own, for the tests: `supervise.py SECONDS NAME=PORT=COMMAND…`.

Prints READY once all programs are; SECONDS is how long they may take. A program without a PORT listens nowhere.
"""

import os
import sys
from pathlib import Path

from cli.supervisor import Program, Supervisor

if __name__ == "__main__":
    programs = []
    for argument in sys.argv[2:]:
        name, port, command = argument.split("=", 2)
        programs.append(Program(name, command, f"http://127.0.0.1:{port}/" if port else None))
    supervisor = Supervisor(
        programs, environ=os.environ, folder=Path(), ready_patience=float(sys.argv[1]), termination_patience=1
    )
    raise SystemExit(supervisor.run(on_ready=lambda: print("READY", flush=True)))
