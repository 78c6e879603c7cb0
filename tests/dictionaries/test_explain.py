"""Explanations, asked of a stand-in server on this machine: what it gets, and how it may fail."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pandas as pd
import pytest

from featurefate.artifacts.store import ArtifactStore
from featurefate.dictionaries.chat_server import ChatServer, ServerError
from featurefate.dictionaries.describe import Context
from featurefate.dictionaries.encoding import load_encoded
from featurefate.dictionaries.explain import detection, explain_features, written
from featurefate.figures.frames import NOT_RUN
from featurefate.figures.tables import table
from featurefate.study import folders, notebooks

MODEL = "stand-in"


class StandIn:
    """Answers like a chat server; fails from question number `fails_at` on, in the way `how`."""

    def __init__(self):
        self.questions, self.headers, self.fails_at, self.how = [], [], 10**9, "error"
        self.says = lambda question: "none"
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, text = stand_in.reply(self.path, body, dict(self.headers))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def reply(self, path, body, headers) -> tuple[int, str]:
        assert path == "/v1/chat/completions" and body["model"] == MODEL
        self.headers.append(headers)
        if len(self.questions) >= self.fails_at:
            return {"error": (503, "overloaded"), "nonsense": (200, "{"), "empty": (200, "{}")}[
                self.how
            ]
        self.questions.append(body["messages"][0]["content"])
        answer = {"choices": [{"message": {"content": self.says(self.questions[-1])}}]}
        return 200, json.dumps(answer)


@pytest.fixture
def stand_in(monkeypatch):
    server = StandIn()
    monkeypatch.setenv("FEATUREFATE_CHAT_URL", server.url + "/")
    monkeypatch.setenv("FEATUREFATE_CHAT_MODEL", MODEL)
    monkeypatch.setenv("FEATUREFATE_CHAT_KEY", "sesame")
    yield server
    server.server.shutdown()
    server.server.server_close()


def contexts(word: str, number: int) -> list[Context]:
    return [Context([word, f" {i}"], [1.0, 0.0], 0, "lua", i) for i in range(number)]


def numbers_of(word: str, question: str) -> str:
    return ", ".join(re.findall(rf"^(\d+)\. '{word} ", question, re.MULTILINE)) or "none"


@pytest.mark.parametrize(
    ("says", "score"),
    [
        (lambda q: numbers_of("on", q), 1.0),
        (lambda q: numbers_of("off", q), 0.0),
        (lambda q: "none", 0.5),
        (lambda q: "1, 2, 3, 4, 5, 6", 0.5),
        (lambda q: numbers_of("on", q).split(",")[0], 0.5 + 0.5 / 3),
    ],
)
def test_detection_is_balanced_accuracy(stand_in, says, score):
    stand_in.says = says
    server = ChatServer.from_environment()
    found = detection(server, "a word", contexts("on", 3), contexts("off", 3), seed=1)
    assert found == pytest.approx(score)
    assert "described as: a word" in stand_in.questions[0]
    assert stand_in.headers[0]["Authorization"] == "Bearer sesame"


def test_without_held_out_contexts_there_is_no_score(stand_in):
    assert np.isnan(detection(ChatServer.from_environment(), "a", [], contexts("off", 1), seed=1))
    assert stand_in.questions == []


@pytest.fixture
def run(tmp_path, model, dictionaries, described):
    """Explains three living features of one dictionary into the folder of this test."""
    encoded = load_encoded(described["encoded"], 101)
    often = np.argsort(-np.diff(encoded.values.tocsc().indptr))[:3].tolist()
    inputs = {name: described[name] for name in ("tokenizer", "encoded", "scores")}

    def explain() -> pd.DataFrame:
        explain_features(
            tmp_path, model=model, dictionaries=dictionaries, **inputs, sae_seed=101,
            features=often, language_model=MODEL, contexts=6, seed=2,
        )  # fmt: skip
        return pd.read_parquet(tmp_path / "explanations.parquet")

    return explain


def test_three_features_are_explained_and_scored(run, stand_in):
    stand_in.says = lambda q: "a planted word" if "fifteen words" in q else "1, 2"
    table = run()
    assert len(table) == 3 and (table["explanation"] == "a planted word").all()
    assert table[["score", "concept_score"]].stack().between(0, 1).all()
    explain, detect, concept = stand_in.questions[:3]
    assert explain.count("<<") == 4  # three passages, and the instruction
    assert "<<" not in detect and len(re.findall(r"^\d+\. ", detect, re.MULTILINE)) == 6
    assert f"described as: {table['concept'][0]}" in concept


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("error", "answered 503 Service Unavailable: overloaded"),
        ("nonsense", "cannot be asked"),
        ("empty", "without a message"),
    ],
)
def test_a_server_that_fails_midway_loses_nothing(run, stand_in, tmp_path, how, message):
    stand_in.fails_at, stand_in.how = 7, how
    with pytest.raises(ServerError, match=rf"{message}.*2 of 3 features are explained and kept"):
        run()
    assert len(written(tmp_path / "explanations.jsonl")) == 2
    stand_in.fails_at = 10**9
    assert len(run()) == 3
    assert len(stand_in.questions) == 7 + 3  # the two explained ones were not asked about again


def test_a_half_written_line_is_cut_off(tmp_path):
    path = tmp_path / "rows.jsonl"
    assert written(path) == []
    path.write_text('{"a": 1}\n{"a": 2}\n{"a"')
    assert written(path) == [{"a": 1}, {"a": 2}]
    assert path.read_text() == '{"a": 1}\n{"a": 2}\n'
    path.write_text('{"a"')
    assert written(path) == [] and path.read_text() == ""


@pytest.fixture
def page(tmp_path, model, dictionaries, described):
    """Runs the cell of chapter 07 that asks the server; returns the tables it shows."""
    source = folders.notebooks() / "07_sparse_autoencoders.py"
    codes = [c.source for c in notebooks.from_source(source).cells if c.cell_type == "code"]
    (cell,) = (code for code in codes if "explain_features,\n" in code)
    inputs = {name: described[name] for name in ("tokenizer", "encoded", "scores")}
    often = np.diff(load_encoded(described["encoded"], 101).values.tocsc().indptr).argsort()[::-1]

    def run_cell() -> list[str]:
        shown = []
        known = dict(ChatServer=ChatServer, explain_features=explain_features, table=table, pd=pd)
        known |= dict(store=ArtifactStore(tmp_path), seeds=[101], NOT_RUN=NOT_RUN)
        known |= dict(ahead=pd.DataFrame({"unit": often}), display=shown.append)
        of_base = inputs | {"model": model, "dictionaries": dictionaries}
        exec(cell, known | {"to_read": {"base": of_base}})
        return [html._repr_html_() for html in shown]

    return run_cell


def test_the_page_shows_what_the_server_said_and_asks_once(page, stand_in):
    stand_in.says = lambda q: "a planted word" if "fifteen words" in q else "1, 2"
    (shown,) = page()
    assert shown.count("a planted word") == 8
    asked = len(stand_in.questions)
    assert page() == [shown] and len(stand_in.questions) == asked


def test_the_page_says_how_to_turn_it_on(page, monkeypatch, capsys):
    monkeypatch.delenv("FEATUREFATE_CHAT_URL", raising=False)
    assert page() == []
    said = capsys.readouterr().out
    assert "not run in this profile" in said and "FEATUREFATE_CHAT_URL" in said


def test_off_without_an_address(run, monkeypatch):
    monkeypatch.delenv("FEATUREFATE_CHAT_URL", raising=False)
    assert ChatServer.from_environment() is None
    with pytest.raises(ServerError, match="do not name stand-in"):
        run()


def test_an_address_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("FEATUREFATE_CHAT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("FEATUREFATE_CHAT_MODEL", raising=False)
    with pytest.raises(ServerError, match="say which model"):
        ChatServer.from_environment()
    with pytest.raises(ServerError, match="cannot be asked: "):
        ChatServer("http://127.0.0.1:9", MODEL).ask("?")
    with pytest.raises(ServerError, match="cannot be asked: "):
        ChatServer("nowhere", MODEL).ask("?")
    assert "sesame" not in repr(ChatServer("nowhere", MODEL, "sesame"))
