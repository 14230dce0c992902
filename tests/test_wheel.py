"""The wheel: what it carries, and that it works installed, away from the checkout."""

import csv
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from tools import ROOT, miss, run

from tuopin.vocabulary import CORE

# Folders of the checkout and where the wheel has them.
CARRIED = {"ontology": "tuopin/_ontology", "data": "tuopin/_data", "src/tuopin": "tuopin"}
LEFT_OUT = ("__pycache__", ".DS_Store")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    if find_spec("build") and find_spec("hatchling"):
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    else:
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
        done = subprocess.run(pip, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            miss(f"hatchling is neither installed nor to be had: {done.stderr[-500:]}")
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it, and the libraries of this one behind it."""
    home = tmp_path_factory.mktemp("installed") / "环境"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel)
    (packages,) = home.glob("lib/python*/site-packages")
    # A path in a .pth file is not searched for .pth files of its own, so the checkout stays out of sight.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def call(home: Path, *words: str | Path, cwd: Path) -> str:
    return run(home / "bin" / "tuopin", *words, cwd=cwd, PYTHONPATH="", LANG="en_GB.UTF-8", LC_ALL="").stdout


@pytest.mark.parametrize("folder", CARRIED)
def test_the_wheel_carries_every_file_of_package_ontology_and_data(wheel: Path, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = {name: archive.read(name) for name in archive.namelist()}
    there = [path for path in (ROOT / folder).rglob("*") if path.is_file() and not set(path.parts) & set(LEFT_OUT)]
    names = {f"{CARRIED[folder]}/{path.relative_to(ROOT / folder).as_posix()}": path for path in there}
    assert [name for name in names if name not in carried] == []
    assert [name for name, path in names.items() if carried[name] != path.read_bytes()] == []
    assert len(names) > 5


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    heads = {name.partition("/")[0] for name in names}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert heads == {"tuopin", f"tuopin-{version}.dist-info"}
    assert [name for name in names if any(part in name for part in (*LEFT_OUT, "tests/", ".pyc"))] == []
    assert [name for name in names if name.endswith("LICENSE")] != []


def test_the_installed_package_is_the_wheel_and_not_the_checkout(home: Path) -> None:
    code = "import tuopin, tuopin.resources as r; print(tuopin.__file__, r.find_ontology(), r.find_data(), sep='\\n')"
    found = run(home / "bin" / "python", "-c", code, cwd=home, PYTHONPATH="").stdout.splitlines()
    assert len(found) == 3
    assert [path for path in found if not Path(path).is_relative_to(home)] == []


def test_the_installed_command_builds_its_own_data_and_answers(home: Path, built: Path, tmp_path: Path) -> None:
    (data,) = home.glob("lib/python*/site-packages/tuopin/_data")
    said = call(home, "build", data, "--no-page", cwd=tmp_path)
    assert "written to build" in said
    assert [path.name for path in tmp_path.iterdir()] == ["build"]
    assert (tmp_path / "build" / "tuopin.nq").read_bytes() == (built / "tuopin.nq").read_bytes()
    rows = list(csv.DictReader(call(home, "query", "sources", "--format", "csv", cwd=tmp_path).splitlines()))
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["query", "--list", "--format", "csv"], "name,zh,en,params"),
        (["check", "{data}"], ""),
        (["--version"], "tuopin "),
    ],
)
def test_the_installed_command_finds_its_queries_shapes_and_words(
    home: Path, tmp_path: Path, words: list[str], answer: str
) -> None:
    (data,) = home.glob("lib/python*/site-packages/tuopin/_data")
    assert call(home, *(word.format(data=data) for word in words), cwd=tmp_path).startswith(answer)


def test_the_installed_ontology_is_whole(home: Path) -> None:
    (ontology,) = home.glob("lib/python*/site-packages/tuopin/_ontology")
    assert [part for part in CORE if not (ontology / part).is_file()] == []
    assert len(list(ontology.glob("queries/*.rq"))) == len(list((ROOT / "ontology" / "queries").glob("*.rq"))) > 20
