"""Reads a set of the hub in a process of its own: python hub_client.py '<JSON list of readings>'.

A reading is {"source": settings, "cache": folder, "stop_after": rows or null, "token": or null}.
Prints one JSON object a reading: its documents as [text, origin], and the error that ended it.
Waits are a thousand times shorter, shards and the ranges of a file that are asked for at a time
small, so that a test sees many of each.
"""

import json
import os
import sys
import time
from itertools import islice

_sleep = time.sleep
time.sleep = lambda seconds: _sleep(seconds / 1000)

import fsspec.spec  # noqa: E402

from featurefate.corpora.external import hub_cache  # noqa: E402
from featurefate.corpora.external.settings import source_from  # noqa: E402

hub_cache.SHARD_BYTES = 100_000
fsspec.spec.AbstractBufferedFile.DEFAULT_BLOCK_SIZE = 10_000

for reading in json.loads(sys.argv[1]):
    os.environ["FEATUREFATE_CACHE"] = reading["cache"]
    if reading.get("token"):
        os.environ["HF_TOKEN"] = reading["token"]
    documents, error = [], None
    try:
        found = source_from(reading["source"]).documents()
        for document in islice(found, reading.get("stop_after")):
            documents.append([document.text, document.origin])
        found.close()
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    print(json.dumps({"documents": documents, "error": error}), flush=True)
