"""A data set of the hub as batches of rows, through `datasets`, over a network that breaks."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from featurefate.corpora.external.bad_rows import BadText
from featurefate.corpora.external.hub_access import HubError, explained, is_of_network, said_by
from featurefate.corpora.external.readers import is_text

BATCH = 256  # rows
WAITS = (2, 8, 30)  # seconds before a new attempt; the libraries wait about 25 within each


@dataclass(frozen=True)
class HubSet:
    """One split of a data set at one commit, and the columns wanted of it.

    `path` is "owner/name", or a local folder laid out like one, which has no `revision`. Columns:
    that of the text, and if there is a second, that of the origin.
    """

    path: str
    revision: str | None
    config: str | None
    split: str
    columns: tuple[str, ...]
    is_local: bool


class Batch(NamedTuple):
    """Some rows, and the place after them as `datasets` notes it (JSON)."""

    table: pa.Table  # string columns text and origin, null where no origin is wanted
    resume: dict[str, Any]


class HubStream:
    """The rows of a set that follow the first `row`; `resume` came with the batch before them."""

    def __init__(self, hub_set: HubSet, row: int = 0, resume: dict[str, Any] | None = None):
        self.set, self.row, self.resume = hub_set, row, resume

    def batches(self) -> Iterator[Batch]:
        """Yield what follows; `row` and `resume` move on with it.

        A broken connection is opened again after growing waits; they begin anew with each batch
        that arrives. Raises HubError where that does not help, BadText for a wrong column.
        """
        failures = 0
        while True:
            try:
                for batch in self._batches_until_it_breaks():
                    failures = 0
                    yield batch
                return
            except (HubError, BadText):
                raise
            except Exception as error:
                if not is_of_network(error):
                    message = explained(error, self.set.path, self.set.revision, self.row)
                    raise HubError(message) from error
                if failures == len(WAITS):
                    raise HubError(
                        f"{self.set.path}: the connection broke after row {self.row}, also when "
                        f"tried {failures} times more ({said_by(error)})"
                    ) from error
            time.sleep(WAITS[failures])
            failures += 1

    def _batches_until_it_breaks(self) -> Iterator[Batch]:
        import datasets

        dataset = self._open().with_format("arrow")
        behind = 0
        if self.resume and self.resume["datasets"] == datasets.__version__:
            dataset.load_state_dict(self.resume["state"])
        else:  # a place is only sure to mean the same to the version that noted it
            behind = self.row
        for table in dataset.iter(BATCH):
            old = min(behind, table.num_rows)
            behind -= old
            if old < table.num_rows:
                table = self._text_and_origin(table.slice(old))
                self.row += table.num_rows
                self.resume = {"datasets": datasets.__version__, "state": dataset.state_dict()}
                yield Batch(table, self.resume)

    def _open(self) -> Any:
        import datasets  # takes a second to import, so only who reads from the hub does

        hub_set = self.set
        builder = datasets.load_dataset_builder(
            hub_set.path, hub_set.config, revision=hub_set.revision
        )
        dataset = builder.as_streaming_dataset(hub_set.split)
        if dataset.features is not None:
            self._check_columns(list(dataset.features))
        if hasattr(builder.config, "columns"):  # Parquet: the other columns need not travel
            builder.config.columns = list(dict.fromkeys(hub_set.columns))
            dataset = builder.as_streaming_dataset(hub_set.split)
        return dataset

    def _check_columns(self, names: list[str]) -> None:
        for column in self.set.columns:
            if column not in names:
                there = ", ".join(repr(name) for name in names)
                raise BadText(f"{self.set.path}: no column {column!r}; there are {there}")

    def _text_and_origin(self, table: pa.Table) -> pa.Table:
        self._check_columns(table.schema.names)
        columns = [table.column(name) for name in self.set.columns]
        kinds = [column.type for column in columns]
        if not is_text(kinds[0]):
            raise BadText(f"{self.set.path}: {self.set.columns[0]!r} holds {kinds[0]}, not text")
        if len(columns) == 1:
            columns.append(pa.nulls(table.num_rows))
        elif not (is_text(kinds[1]) or pa.types.is_integer(kinds[1])):
            raise BadText(f"{self.set.path}: {self.set.columns[1]!r} holds {kinds[1]}, not names")
        columns = [column.cast(pa.large_string()) for column in columns]
        return pa.table(columns, names=["text", "origin"])
