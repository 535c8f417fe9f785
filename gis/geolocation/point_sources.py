"""Files of points, CSV or Parquet, read and written piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from gis.encoding import detect
from gis.errors import Fault, InvalidInput, said
from gis.files.formulas import BEGINNINGS
from gis.files.sizes import demand_moderate

FAULTS_AT_MOST = 100

_PARQUET = (".parquet", ".pq")
_PIECE_BYTES = 1 << 24
_PIECE_ROWS = 1 << 20
_SAMPLE_BYTES = 1 << 18
_BYTES_A_ROW = 20  # few, to expect rather too many rows than too few
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


class Source(Protocol):
    """Rows in pieces. Faults are gathered while they are read; `first_row` is how a person numbers the first."""

    columns: list[str]
    delimiter: str
    expected_rows: int
    first_row: int
    faults: list[Fault]

    @property
    def schema(self) -> Any: ...

    def pieces(self) -> Iterator[pa.RecordBatch]: ...


@dataclass
class _Csv:
    """A CSV file with a header, in any encoding and with any separator that can be recognised; cells stay text."""

    stream: Any
    columns: list[str]
    delimiter: str
    encoding: str
    expected_rows: int
    first_row: int = 2
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path, stream: Any) -> _Csv:
        with pa.input_stream(path, compression="detect") as beginning, _reading():
            sample = beginning.read(_SAMPLE_BYTES)
        encoding = detect(sample[: sample.rfind(b"\n") + 1] or sample)
        header = sample.decode(encoding, errors="ignore").partition("\n")[0].rstrip("\r")
        delimiter = max(",;\t", key=header.count)
        columns = next(csv.reader([header], delimiter=delimiter), [])
        demand_moderate(rows=1, columns=len(columns))
        size = path.stat().st_size * (4 if path.suffix == ".gz" else 1)
        return cls(stream, columns, delimiter, encoding, size // _BYTES_A_ROW)

    @property
    def schema(self) -> Any:
        return pa.schema([(name, pa.string()) for name in self.columns])

    def pieces(self) -> Iterator[pa.RecordBatch]:
        as_text = {name: pa.string() for name in self.columns}
        utf8 = self.encoding.startswith("utf-8")
        with _reading():
            pieces = pa.csv.open_csv(
                self.stream,
                pa.csv.ReadOptions(block_size=_PIECE_BYTES, encoding="utf8" if utf8 else self.encoding),
                pa.csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=self._note_ragged
                ),
                pa.csv.ConvertOptions(column_types=as_text, strings_can_be_null=False),
            )
        while True:
            with _reading():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def _note_ragged(self, row: Any) -> str:
        reason = said(
            "it has {actual_columns} cells, but the header names {expected_columns} columns",
            actual_columns=row.actual_columns,
            expected_columns=row.expected_columns,
        )
        if len(self.faults) < FAULTS_AT_MOST:
            self.faults.append(Fault(f"row {row.number}" if row.number else "a row", "ragged", reason))
        return "skip"


@dataclass
class _Parquet:
    file: Any
    columns: list[str]
    expected_rows: int
    delimiter: str = ","
    first_row: int = 1
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def of(cls, stream: Any) -> _Parquet:
        file = pa.parquet.ParquetFile(stream)
        return cls(file, file.schema_arrow.names, file.metadata.num_rows)

    @property
    def schema(self) -> Any:
        return self.file.schema_arrow

    def pieces(self) -> Iterator[pa.RecordBatch]:
        yield from self.file.iter_batches(batch_size=_PIECE_ROWS)


@contextmanager
def _reading() -> Iterator[None]:
    """Tells what is wrong with a compressed file; to whoever writes, an OSError means something else."""
    try:
        yield
    except OSError as error:
        raise InvalidInput([Fault("points", "unreadable", said("it is not a whole compressed file"))]) from error


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    if not path.is_file():
        raise InvalidInput([Fault("points", "missing", said("there is no file {path}", path=path))])
    try:
        if path.suffix.lower() in _PARQUET:
            with pa.OSFile(str(path)) as stream:
                yield _Parquet.of(stream)
        else:
            with pa.input_stream(path, compression="detect") as stream:
                yield _Csv.of(path, stream)
    except pa.ArrowInvalid as error:
        raise InvalidInput([Fault("points", "unreadable", said("it cannot be read: {error}", error=error))]) from None


def degrees(piece: pa.RecordBatch, name: str, source: Source, before: int) -> npt.NDArray[np.float64]:
    """A column as numbers, NaN where it is empty; what is no number becomes a fault of the source."""
    cells = piece.column(name)
    if pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type):
        cells = pc.utf8_trim_whitespace(cells)
        cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, cells.type), cells)
        try:
            cells = pc.cast(cells, pa.float64())
        except pa.ArrowInvalid:
            numbers = pc.match_substring_regex(cells, _NUMBER)
            for n in np.flatnonzero(pc.invert(numbers).fill_null(False).to_numpy(zero_copy_only=False)).tolist():
                if len(source.faults) < FAULTS_AT_MOST:
                    reason = said("{cells!r} is not a number", cells=cells[n].as_py()[:40])
                    source.faults.append(Fault(f"row {before + n + source.first_row}, {name}", "bad_number", reason))
            cells = pc.cast(pc.if_else(numbers, cells, pa.scalar(None, cells.type)), pa.float64())
    elif not (pa.types.is_floating(cells.type) or pa.types.is_integer(cells.type) or pa.types.is_decimal(cells.type)):
        raise InvalidInput([Fault(name, "bad_number", said("the column holds no numbers but {type}", type=cells.type))])
    numbers = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, dtype=np.float64)


@contextmanager
def written(path: Path, *, like: Path, schema: Any, delimiter: str) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """What writes pieces into the file at `path`, in the format that `like` is named for."""
    if like.suffix.lower() in _PARQUET:
        with pa.parquet.ParquetWriter(path, schema) as parquet:
            yield parquet.write_batch
        return
    header = io.StringIO()
    csv.writer(header, delimiter=delimiter, lineterminator="\n").writerow(schema.names)
    with pa.output_stream(path, compression="gzip" if like.suffix.lower() == ".gz" else None) as stream:
        stream.write(header.getvalue().encode())

        def write(piece: pa.RecordBatch) -> None:
            piece = _guarded(piece)
            style = "needed" if _needs_quotes(piece, delimiter) else "none"
            options = pa.csv.WriteOptions(
                include_header=False, batch_size=1 << 16, delimiter=delimiter, quoting_style=style
            )
            pa.csv.write_csv(piece, stream, options)

        yield write


def _guarded(piece: pa.RecordBatch) -> pa.RecordBatch:
    """The piece with an apostrophe before text that a spreadsheet would run (`gis.files.formulas`); numbers stay."""
    for at, column in enumerate(piece.columns):
        if pa.types.is_string(column.type):
            runs = pc.match_substring_regex(column, f"^[{BEGINNINGS}]")
            if pc.any(runs).as_py():
                runs = pc.and_(runs, pc.invert(pc.match_substring_regex(column, _NUMBER)))
                guarded = pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)
                piece = piece.set_column(at, piece.schema.field(at), guarded)
    return piece


def _needs_quotes(piece: pa.RecordBatch, delimiter: str) -> bool:
    """Whether any cell holds what would be read as something else without quotes around it."""
    special = f'["\r\n{delimiter}]'
    texts = [column for column in piece.columns if pa.types.is_string(column.type)]
    return any(pc.any(pc.match_substring_regex(column, special)).as_py() for column in texts)
