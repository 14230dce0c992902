"""The README says what is true: its commands give the output that stands below them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import miss

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"^```console\n\$ (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
EXAMPLES = [(found[1], found[2]) for found in CONSOLE.finditer(README)]
ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it after the first command: `data`, `build`, and `tuopin` on the path."""
    place = tmp_path_factory.mktemp("reader")
    shutil.copytree(built, place / "build")
    shutil.copytree(ROOT / "data", place / "data")
    programs = place / "bin"
    programs.mkdir()
    (programs / "tuopin").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tuopin "$@"\n', encoding="utf-8")
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    for program in programs.iterdir():
        program.chmod(0o755)
    return place


def run(command: str, folder: Path) -> str:
    """What a shell shows for a command, warnings of other libraries left out."""
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    told = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**ENVIRONMENT, "PATH": path, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return told.stdout


def test_the_readme_has_examples_that_can_be_run() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[command[:40] for command, _ in EXAMPLES])
def test_a_command_of_the_readme_gives_the_output_below_it(command: str, output: str, folder: Path) -> None:
    program = command.partition(" ")[0]
    if program not in ("tuopin", "python") and shutil.which(program) is None:
        miss(f"{program} is not installed")
    assert run(command, folder) == output


def test_by_line_fifteen_a_sentence_has_gone_in_and_a_fact_and_a_triple_have_come_out() -> None:
    beginning = "\n".join(README.splitlines()[:15])
    assert "5.68亿元" in beginning
    assert "568000000 CNY" in beginning
    assert "tp:carriesOut" in beginning


def test_the_fact_at_the_top_of_the_readme_is_in_the_dataset(folder: Path) -> None:
    things = "https://w3id.org/tuopin/id"
    triples = f"""<{things}/place/431200> tp:carriesOut <{things}/programme/si-gen-si-zou> .
        <{things}/selector/rednet-4216011/817-823> oa:exact "5.68亿元" .
        <{things}/figure/rednet-4216011/817-823> sdmx-measure:obsValue "568000000"^^xsd:decimal"""
    told = run(f"tuopin query 'ASK {{ {triples} }}' -f csv", folder)
    assert told == "answer\ntrue\n"


def test_the_two_commands_stand_on_lines_of_their_own() -> None:
    assert len(re.findall(r"^python3 -m venv \.venv && .*tuopin build$", README, re.MULTILINE)) == 1
    assert len(re.findall(r"^python3 -m venv \.venv && .*pytest$", README, re.MULTILINE)) == 1


def test_every_link_of_the_readmes_leads_somewhere() -> None:
    for file in (ROOT / "README.md", ROOT / "data" / "README.md", ROOT / "ontology" / "README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_the_readme_counts_what_is_there(folder: Path) -> None:
    queries = len(run("tuopin query --list -f csv", folder).splitlines()) - 1
    figures, statements = (
        len((folder / "build" / f"{name}.csv").read_text("utf-8").splitlines()) - 1
        for name in ("figures", "statements")
    )
    assert f"{figures} figures and {statements} statements" in README
    assert f"{queries} questions have names" in README
