"""Figures and statements for notebooks: pandas frames and Parquet files."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tuopin.errors import FileError, MissingExtraError
from tuopin.facts import Figure, Record, Statement, field_names, to_dict
from tuopin.files import find_folder, tell_file
from tuopin.records import read_figures, read_statements

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("value", "low", "high")
_BLOCKS = (1 << 20, 1 << 26)  # bytes read at a time; the second where a row is longer than the first


def find_figures(path: Path | str = "build") -> Iterator[Figure]:
    """The figures of a built dataset, one at a time, in the order of sources and texts.

    Raises `FileError` where `path` holds none.
    """
    yield from (located.record for located in read_figures(find_folder(Path(path)) / "figures.csv", []))


def find_statements(path: Path | str = "build") -> Iterator[Statement]:
    """The statements of a built dataset; see `find_figures`."""
    yield from (located.record for located in read_statements(find_folder(Path(path)) / "statements.csv", []))


def to_frame(records: Iterable[Record]) -> "pd.DataFrame":
    """Records as a pandas frame with the fields as columns.

    Numbers are exact `Decimal` objects, and missing where empty; all else is text. Raises `MissingExtraError` without
    pandas.
    """
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise MissingExtraError("extra-missing", value="pandas", extra="pandas") from error
    frame = pd.DataFrame(map(to_dict, records))
    for name in frame.columns.intersection(_NUMBERS):
        frame[name] = pd.Series(
            [Decimal(text) if text else None for text in frame[name]], index=frame.index, dtype=object
        )
    return frame


def write_parquet(table: Path, path: Path, kind: type[Figure] | type[Statement]) -> None:
    """Write a table of records as Parquet, in batches; offsets are integers and all else is text."""
    import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to import
    from pyarrow import csv, parquet  # noqa: PLC0415

    types = {name: pa.int32() if name in ("start", "end") else pa.string() for name in field_names(kind)}
    convert = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
    parse = csv.ParseOptions(newlines_in_values=True)
    schema = pa.schema(list(types.items()))
    for size in _BLOCKS:
        block = csv.ReadOptions(block_size=size)
        try:
            with (
                tell_file(path),
                csv.open_csv(table, block, parse, convert) as reader,
                parquet.ParquetWriter(path, schema, compression="zstd") as writer,
            ):
                for batch in reader:
                    writer.write_batch(batch)
            return
        except pa.ArrowInvalid as error:
            if size == _BLOCKS[-1]:
                raise FileError("file-failed", file=str(path), reason=str(error)) from error
