"""The notebooks run from top to bottom, as a reader would run them."""

import shutil
from pathlib import Path

import pytest

from tuopin.resources import find_data

nbformat = pytest.importorskip("nbformat", reason="needs the extra: pip install 'tuopin[notebook]'")
nbclient = pytest.importorskip("nbclient", reason="needs the extra: pip install 'tuopin[notebook]'")

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def read_texts(notebook: object) -> list[str]:
    """The plain text that each cell shows; frames are left out, since pandas lays them out anew with each version."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]  # type: ignore[attr-defined]
    plain = [output for output in outputs if "text/html" not in output.get("data", {})]
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in plain]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_showed_when_it_was_written(path: Path, tmp_path: Path) -> None:
    shutil.copytree(find_data(), tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.read(path, as_version=4)
    shown = read_texts(notebook)
    assert len(notebook.cells) < 20
    assert shown
    client = nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path / "notebooks")}}
    )
    client.execute()
    assert read_texts(notebook) == shown


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_names_no_folder_of_the_machine_that_ran_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert str(Path.home()) + "/" not in text
    assert str(path.parent.parent) not in text
