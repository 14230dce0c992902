"""A dataset in Oxigraph, with rdflib as its face."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from tuopin.errors import FileError
from tuopin.files import find_folder, to_file_error
from tuopin.iris import PREFIXES

if TYPE_CHECKING:
    from rdflib import Dataset

STORE, QUADS = "store", "tuopin.nq"
_RUN = 250_000  # lines that are loaded at a time: Oxigraph holds a load in memory, up to some millions


def open_store(path: Path | str) -> ox.Store:
    """The store of a built dataset, read-only, so that any number of readers may have it open.

    `path` is the folder that ``tuopin build`` wrote, the store's own folder, or a file of quads or triples, which is
    read into memory. Raises `FileError` where there is none.
    """
    path = find_folder(Path(path))
    folder = path / STORE if (path / STORE).is_dir() else path
    if folder.is_file():
        return read_store(folder)
    if not (folder / "CURRENT").is_file():
        raise FileError("store-missing", file=str(path))
    try:
        return ox.Store.read_only(str(folder))
    except OSError as error:
        raise to_file_error(error, folder) from error


def read_store(path: Path) -> ox.Store:
    """A store in memory with what a file in any RDF format says; raises `FileError`."""
    format_ = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if format_ is None:
        raise FileError("rdf-unknown", file=str(path), value=path.suffix)
    store = ox.Store()
    try:
        store.bulk_load(path=str(path), format=format_)
    except (OSError, SyntaxError) as error:
        raise FileError("file-failed", file=str(path), reason=str(error)) from error
    return store


def write_store(quads: Path, folder: Path) -> None:
    """Make a store in the new folder `folder` from a file of N-Quads, and close it, in memory that does not grow.

    Raises `FileError`.
    """
    try:
        store = ox.Store(str(folder))
        with quads.open("rb") as file:
            while run := b"".join(islice(file, _RUN)):
                store.bulk_load(input=run, format=ox.RdfFormat.N_QUADS)
        store.flush()
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise to_file_error(error, folder) from error


def load(path: Path | str = "build") -> "Dataset":
    """A built dataset as an rdflib `Dataset` that Oxigraph holds and answers; its default graph is the union of all.

    It is read-only, and queries know the prefixes of `tuopin.iris.PREFIXES`. Raises `FileError` where `path` holds no
    dataset.
    """
    from oxrdflib import OxigraphStore  # noqa: PLC0415 - rdflib is slow to import
    from rdflib import Dataset  # noqa: PLC0415

    dataset = Dataset(store=OxigraphStore(store=open_store(path)), default_union=True)
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri)
    return dataset


def find_quads(store: ox.Store, graph: str = "") -> Iterator[ox.Quad]:
    """The quads of one named graph, or of all."""
    return store.quads_for_pattern(None, None, None, ox.NamedNode(graph) if graph else None)
