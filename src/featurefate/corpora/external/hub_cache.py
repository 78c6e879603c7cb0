"""The rows of a set: from the cache while it has them, then from the hub into the cache."""

from collections.abc import Iterator
from contextlib import nullcontext

import pyarrow as pa

from featurefate.corpora.external.hub_access import HubError, online
from featurefate.corpora.external.hub_stream import Batch, HubSet, HubStream
from featurefate.corpora.external.row_cache import RowCache, Shard

SHARD_BYTES = 8_000_000  # of text; what a killed run fetches again, at most
SCHEMA = pa.schema({"text": pa.large_string(), "origin": pa.large_string()})


class CachedSet:
    """A set whose rows are kept in `cache` as they arrive."""

    def __init__(self, hub_set: HubSet, cache: RowCache):
        self.set, self.cache = hub_set, cache
        self._row = -1  # where the open stream is; no stream yet
        self._batches: Iterator[Batch] = iter(())

    def shards(self) -> Iterator[Shard]:
        """Yield all rows in order, each shard once it is kept; see `HubStream` for errors.

        A reader may stop anywhere, and several processes may read: one of them fetches a shard
        while the others wait for it.
        """
        shard, number = Shard(SCHEMA.empty_table(), 0, None, last=False), 0
        while not shard.last:
            following = self.cache.read(number)
            if following is None:
                with self.cache.lock():  # another process may have fetched it meanwhile
                    following = self.cache.read(number) or self._fetch(number, shard)
            yield following
            shard, number = following, number + 1

    def _fetch(self, number: int, before: Shard) -> Shard:
        if self._row != before.end:
            self._batches = HubStream(self.set, before.end, before.resume).batches()
        arrived: list[Batch] = []
        with nullcontext() if self.set.is_local else online():
            try:
                last = self._receive(arrived)
            except BaseException as error:  # also Ctrl-C: what has arrived is kept
                if arrived:
                    before = self._keep(number, before, arrived, last=False)
                if isinstance(error, HubError) and before.end:
                    raise HubError(
                        f"{error}. The {before.end} rows before are kept in {self.cache.folder}; "
                        "running again goes on after them"
                    ) from error
                raise
        return self._keep(number, before, arrived, last)

    def _receive(self, arrived: list[Batch]) -> bool:
        """Add batches until they make a shard; return whether the set ends with them."""
        size = 0
        for batch in self._batches:
            arrived.append(batch)
            size += batch.table.column("text").nbytes
            if size >= SHARD_BYTES:
                return False
        return True

    def _keep(self, number: int, before: Shard, arrived: list[Batch], last: bool) -> Shard:
        table = pa.concat_tables([SCHEMA.empty_table(), *(batch.table for batch in arrived)])
        resume = arrived[-1].resume if arrived else before.resume
        shard = Shard(table, before.end, resume, last)
        self.cache.write(number, shard)
        self._row = shard.end
        return shard
