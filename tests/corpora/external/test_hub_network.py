"""A set read from a server that speaks the hub's API, drops connections and asks for a token.

The reader is a process of its own, since the hub's libraries read HF_ENDPOINT when imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub_server import COMMIT, NAME, TOKEN, HubServer

CLIENT = Path(__file__).parent / "hub_client.py"
SOURCE = {"hub": NAME, "revision": COMMIT, "origin_field": "repo"}


def _read(server: HubServer, scratch: Path, *readings: dict) -> list[dict]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    environment |= {
        "HF_ENDPOINT": server.address,
        "HF_HOME": str(scratch / "hf"),
        "HF_HUB_OFFLINE": "1",  # as a notebook runs; naming a set of the hub lifts it
        "HF_DATASETS_OFFLINE": "1",
        "USE_TORCH": "0",  # which `datasets` would import for nothing
        "NO_PROXY": "127.0.0.1",
    }
    readings = [{"source": SOURCE, "cache": str(scratch / "cache")} | r for r in readings]
    command = [sys.executable, str(CLIENT), json.dumps(readings)]
    run = subprocess.run(
        command, env=environment, cwd=scratch, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.fixture
def expected(hub_rows) -> list[list[str]]:
    return [[row["text"], row["repo"]] for row in hub_rows]


def test_a_broken_connection(hub_folder, tmp_path, expected):
    with HubServer(hub_folder, healthy=3, drops=10_000) as server:
        (broken,) = _read(server, tmp_path, {})
        dropped = server.data_requests
    kept = len(broken["documents"])
    assert 0 < kept < len(expected) and broken["documents"] == expected[:kept]
    assert "the connection broke after row" in broken["error"]
    assert "running again goes on after them" in broken["error"]
    assert 4 <= dropped < 100  # it gave up, and not at once

    with HubServer(hub_folder, healthy=2, drops=15) as server:  # more than two attempts meet
        on, stopped, again, whole = _read(
            server,
            tmp_path,
            {},
            {"cache": str(tmp_path / "other"), "stop_after": 300},
            {},
            {"cache": str(tmp_path / "other")},
        )
        assert server.data_requests > 17
    assert on == again == whole == {"documents": expected, "error": None}
    assert stopped["documents"] == expected[:300]

    with HubServer(hub_folder) as server:
        (kept,) = _read(server, tmp_path, {})
        assert server.requests == []  # not even one to ask what there is
    assert kept == on


def test_tokens_and_names(hub_folder, tmp_path, expected):
    wrong = {"cache": str(tmp_path / "wrong")}
    with HubServer(hub_folder, gated=True) as server:
        refused, allowed, no_commit, no_set, no_split = _read(
            server,
            tmp_path,
            {},
            {"token": TOKEN, "stop_after": 10},
            wrong | {"source": SOURCE | {"revision": "f" * 40}},
            wrong | {"source": SOURCE | {"hub": "owner/other"}},
            wrong | {"source": SOURCE | {"split": "test"}},
        )
    assert (
        "gated" in refused["error"] and "set the environment variable HF_TOKEN" in refused["error"]
    )
    assert allowed == {"documents": expected[:10], "error": None}
    assert f"has no commit {'f' * 40}; its commits are listed at https://" in no_commit["error"]
    assert "owner/other" in no_set["error"] and "HF_TOKEN" in no_set["error"]
    assert "Available splits" in no_split["error"]
    assert all(result["documents"] == [] for result in (refused, no_commit, no_set, no_split))
