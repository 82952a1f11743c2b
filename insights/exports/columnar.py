"""A table as Parquet, one row group a page, with its explanation in the file's own metadata under `cxhub`."""

import io
import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from insights.exports.tables import Cell, Column, Kind, Table

MEDIA_TYPE = "application/vnd.apache.parquet"
_TYPES: dict[Kind, pa.DataType] = {
    "TEXT": pa.string(),
    "INTEGER": pa.int64(),
    "NUMBER": pa.float64(),
    "FLAG": pa.bool_(),
    "TIME": pa.timestamp("us", tz="UTC"),
}


class _Outlet(io.RawIOBase):
    """A file that forgets what was taken from it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def write(self, data: "bytes | pa.Buffer") -> int:
        part = bytes(data)
        self.parts.append(part)
        self.position += len(part)
        return len(part)

    def drain(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def write(table: Table) -> Iterator[bytes]:
    """Yield the file, a row group at a time, its index last."""
    schema = pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in table.columns])
    schema = schema.with_metadata({"cxhub": json.dumps(table.about, ensure_ascii=False)})
    outlet = _Outlet()
    with pq.ParquetWriter(outlet, schema, compression="zstd") as writer:
        for page in table.pages:
            if page:
                writer.write_table(_as_arrow(page, table.columns, schema))
                yield outlet.drain()
    yield outlet.drain()


def _as_arrow(page: list[tuple[Cell, ...]], columns: tuple[Column, ...], schema: pa.Schema) -> pa.Table:
    cells = zip(*page, strict=True)  # by column
    arrays = [pa.array(found, _TYPES[column.kind]) for found, column in zip(cells, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
