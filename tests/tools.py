"""Tools from outside Python that tests read our files with.

What `.ci/run` installs for them, in the checkout (TUOPIN_INTEROP names another folder than dist/interop):

    apt-get install --yes --no-install-recommends raptor2-utils serdi openjdk-17-jre-headless maven nodejs npm
    mvn -q -B -f tests/jena.xml dependency:copy-dependencies -DoutputDirectory=$PWD/dist/interop/jena
    npm install --no-save --prefix dist/interop n3@2.13.12 jsonld@9.0.0

They do not lie in build/, which `tuopin build` owns and does not replace while it holds anything else.
"""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent
INTEROP = Path(os.environ.get("TUOPIN_INTEROP") or ROOT / "dist" / "interop")
_MODULES = INTEROP / "node_modules"
# How each tool is called, and the folder that must be there for it.
_TOOLS: dict[str, tuple[list[str], Path]] = {
    "rapper": (["rapper"], ROOT),
    "serdi": (["serdi"], ROOT),
    "riot": (["java", "-cp", f"{INTEROP / 'jena'}{os.sep}*", "riotcmd.riot"], INTEROP / "jena"),
    "n3": (["node", "-e"], _MODULES / "n3"),
    "jsonld": (["node", "-e"], _MODULES / "jsonld"),
    "sha256sum": (["sha256sum"], ROOT),
}


def need(tool: str) -> list[str]:
    """How to call `tool`; without it the test is skipped, and fails where CI=true."""
    command, folder = _TOOLS[tool]
    if shutil.which(command[0]) is None:
        miss(f"{tool}: {command[0]} is not installed")
    if not folder.exists():
        miss(f"{tool}: {folder} is not there (tests/tools.py says how to get it)")
    return command


def need_module(name: str) -> None:
    """Skip the test without this Python module, or fail it where CI=true."""
    if find_spec(name) is None:
        miss(f"{name} is not installed")


def miss(reason: str) -> NoReturn:
    """Skip the test for want of a tool; in CI, where all of them are to be had, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def run(*command: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command that must end well, in a folder and with more in its environment; what it printed."""
    words = [str(word) for word in command]
    spoken = {**os.environ, "NODE_PATH": str(_MODULES), **env}
    done = subprocess.run(
        words,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=spoken,
        timeout=120,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
    )
    assert done.returncode == 0, f"{words[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
    return done
