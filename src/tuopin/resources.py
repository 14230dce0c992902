"""Where the ontology and the reference data are: in a checkout or in an installed wheel."""

from pathlib import Path

from tuopin.errors import FileError

_HERE = Path(__file__).parent


def _find_folder(name: str) -> Path:
    for folder in (_HERE / f"_{name}", _HERE.parent.parent / name):
        if folder.is_dir():
            return folder
    raise FileError("resource-missing", file=str(_HERE / f"_{name}"))


def find_ontology() -> Path:
    """The folder of the ontology.

    >>> (find_ontology() / "tuopin.ttl").is_file()
    True
    """
    return _find_folder("ontology")


def find_data() -> Path:
    """The folder of the data that tuopin comes with: the reference and the curated facts.

    >>> (find_data() / "places.csv").is_file()
    True
    """
    return _find_folder("data")
