"""Does a feature that is active on a Python word fire on the word that Lua has for it?

The Lua of the corpus was translated from Python, so it is known which word became which. Where the
word stayed the same the model reads the same token, and a feature that fires on it both times may
know no more than the token. Where the word changed (`None`, `nil`), only something that the two
languages share can carry it over. Three controls: another word of the same Lua line; what another
word of the same function was translated into; any word of Lua at all.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.parallel.functions import CHANGED, KINDS, LANGUAGES
from featurefate.corpora.tokens import END_OF_TEXT_ID
from featurefate.dictionaries.encoding import encode_activations
from featurefate.dictionaries.partners import LEAST_DOCUMENTS, LEAST_TOKENS
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import TAILS, resampled_sums

CONTROLS = ("beside", "exchanged", "anywhere")
COUNTED = ("active", "hit", *CONTROLS)  # what is summed: firings in Python, and what they meet


@dataclass(frozen=True)
class TranslatedWords:
    """Pairs of words in which some features are active.

    python, lua: csr bool (pairs, features): active on the word; words: csr bool (words, features),
    the same for all Lua words; word: int (pairs,), the Lua word's row in it; line, function: int
    (words,) and (pairs,), where they stand; text: str (pairs,), the Lua word; origin: int (pairs,),
    the file that the function is from.
    """

    python: sparse.csr_array
    lua: sparse.csr_array
    words: sparse.csr_array
    word: np.ndarray
    line: np.ndarray
    function: np.ndarray
    text: np.ndarray
    origin: np.ndarray


def translated_words(
    folder: Path,
    *,
    parallel: Artifact,
    model: Artifact,
    dictionaries: Artifact,
    seeds: list[int],
    permutations: int,
    seed: int,
) -> None:
    """Step: for all pairs of words of `parallel_functions`, does what fires on one fire on both?

    With each dictionary of `seeds`; a feature fires on a word if it is active on its last token,
    where the model has read all of it. Counted are firings on the Python words of pairs (`active`),
    and the share of them that the Lua side answers: `hit`, on the translation; `beside`, on another
    word of its line; `exchanged`, on what another word of the function with another translation was
    turned into (words of the same kind); `anywhere`, on a Lua word drawn from all. Pairs that have
    no such other words are left out. Writes, with the dictionary's `seed` in each row,

    - `kinds.parquet`, a row a kind of pair (see KINDS): pairs, active (firings), hit and the
      controls with _low and _high (95 % over source files), and above_<control>: hit − control;
    - `translations.parquet`: the same for each translation of at least 30 pairs in 10 files
      (python, lua, kind);
    - `features.parquet`, the same for each feature that is active on at least 30 changed words in
      10 files (feature), and p: that it knows no translation. The translations of the changed
      words are dealt out anew within each function; p is the share of deals in which *any* feature
      has as many more hits, in standard errors, than deals give it on average.
    """
    table = pd.read_parquet(parallel.file("pairs.parquet"))
    words = pd.read_parquet(parallel.file("words.parquet"))
    origin = pd.read_parquet(parallel.file("functions.parquet"))["origin"].to_numpy(str)
    with np.load(parallel.file("rows.npz"), allow_pickle=False) as file:
        rows = {name: file[name] for name in LANGUAGES}
    network = load_model(model)
    activations = {n: mlp_activations(network, r)[r != END_OF_TEXT_ID] for n, r in rows.items()}
    _, line = np.unique(words["function"] * 10_000 + words["line"], return_inverse=True)
    tables: dict[str, list[pd.DataFrame]] = {"kinds": [], "translations": [], "features": []}
    for number in seeds:
        dictionary = load_dictionary(dictionaries, number)
        active = {n: _active(dictionary, activations[n], of) for n, of in rows.items()}
        context = rows["lua"].shape[1]
        of_word = _at_last_token(active["lua"], words, context)
        pairs = TranslatedWords(
            python=_at_last_token(active["python"], table, context),
            lua=of_word[table["word"].to_numpy()],
            words=of_word,
            word=table["word"].to_numpy(),
            line=line,
            function=table["function"].to_numpy(),
            text=table["lua"].to_numpy(str),
            origin=np.unique(origin[table["function"]], return_inverse=True)[1],
        )
        for name, found in measure(pairs, table, permutations, seed).items():
            tables[name].append(found.assign(seed=number))
    for name, parts in tables.items():
        pd.concat(parts, ignore_index=True).to_parquet(folder / f"{name}.parquet")


def measure(
    pairs: TranslatedWords, table: pd.DataFrame, permutations: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the three tables of `translated_words` for one dictionary.

    table: of the pairs, in order: python, lua and kind.
    """
    kinds, translations, features = [], [], []
    for kind in KINDS:
        here = (table["kind"] == kind).to_numpy()
        of_kind = only(pairs, here)
        firings = Firings.of(of_kind)
        kinds.append({"kind": kind, **firings.total(seed)})
        names = table.loc[here, ["python", "lua"]].reset_index(drop=True)
        for (python, lua), group in names.groupby(["python", "lua"], sort=True):
            places = group.index[firings.usable[group.index]]
            if len(places) >= LEAST_TOKENS and _spread(of_kind.origin[places]):
                row = {"python": python, "lua": lua, "kind": kind}
                translations.append({**row, **firings.total(seed, places)})
        if kind == CHANGED:
            features = firings.by_feature(permutations, seed)
    measures = [column for column in kinds[0] if column not in ("kind", "pairs")]
    return {  # with their columns, where there is nothing to tell too
        "kinds": pd.DataFrame(kinds),
        "translations": pd.DataFrame(translations, columns=[*names, "kind", "pairs", *measures]),
        "features": pd.DataFrame(features, columns=["feature", *measures, "p"]),
    }


def only(pairs: TranslatedWords, chosen: np.ndarray) -> TranslatedWords:
    """Return some of the pairs, bool (pairs,), with all Lua words."""
    fields = ("python", "lua", "word", "function", "text", "origin")
    picked = {name: getattr(pairs, name)[chosen] for name in fields}
    return TranslatedWords(words=pairs.words, line=pairs.line, **picked)


@dataclass(frozen=True)
class Firings:
    """What every firing on a Python word meets in Lua.

    Each of `counts` is csr float64 (pairs, features), not 0 only where the feature is active on the
    Python word: 1 for `active`, and else the share of the words asked about on which it fires too.
    usable: bool (pairs,), pairs for which there are words to compare with; the others have no
    entries.
    """

    pairs: TranslatedWords
    usable: np.ndarray
    counts: dict[str, sparse.csr_array]

    @classmethod
    def of(cls, pairs: TranslatedWords) -> "Firings":
        """Count."""
        words, lua = pairs.words.astype(np.float64), pairs.lua.astype(np.float64)
        on_line = _sum_by(pairs.line) @ words
        beside = on_line[pairs.line[pairs.word]] - lua
        others = np.bincount(pairs.line)[pairs.line[pairs.word]] - 1
        _, text = np.unique(pairs.text, return_inverse=True)
        same = np.unique(np.stack([pairs.function, text]), axis=1, return_inverse=True)[1].ravel()
        group = np.unique(pairs.function, return_inverse=True)[1]
        in_function, alike = _sum_by(group) @ lua, _sum_by(same) @ lua
        exchanged = in_function[group] - alike[same]
        different = np.bincount(group)[group] - np.bincount(same)[same]
        usable = (others > 0) & (different > 0)
        asked = sparse.csr_array(pairs.python.multiply(usable[:, None].astype(np.float64)))
        asked.eliminate_zeros()
        anywhere = words.sum(axis=0) / words.shape[0]
        with np.errstate(divide="ignore"):
            counts = {
                "active": asked,
                "hit": asked.multiply(lua),
                "beside": asked.multiply(beside).multiply(_each(usable, others)),
                "exchanged": asked.multiply(exchanged).multiply(_each(usable, different)),
                "anywhere": asked.multiply(anywhere[None, :]),
            }
        return cls(pairs, usable, {name: sparse.csr_array(c) for name, c in counts.items()})

    def total(self, seed: int, places: np.ndarray | None = None) -> dict[str, float]:
        """Rates over all features, of all pairs or of those at `places`, int (…,)."""
        places = np.flatnonzero(self.usable) if places is None else np.asarray(places)
        gather = self._by_origin(places)
        sums = np.stack([gather @ self.counts[n][places].sum(axis=1) for n in COUNTED], axis=1)
        return {"pairs": len(places), **_rates(sums[:, :, None], seed, 0)}

    def by_feature(self, permutations: int, seed: int) -> list[dict[str, float]]:
        """Rates of each feature with enough firings, and its p: see `translated_words`."""
        places = np.flatnonzero(self.usable)
        gather = self._by_origin(places)
        by_origin = [(gather @ self.counts[n][places]).toarray() for n in COUNTED]
        often = (by_origin[0].sum(axis=0) >= LEAST_TOKENS) & (
            (by_origin[0] > 0).sum(axis=0) >= LEAST_DOCUMENTS
        )
        kept = np.flatnonzero(often)
        if not len(kept):
            return []
        sums = np.stack([part[:, kept] for part in by_origin], axis=1)
        p = self._p(places, kept, permutations, seed)
        return [
            {"feature": int(feature), **_rates(sums, seed, place), "p": p[place]}
            for place, feature in enumerate(kept)
        ]

    def _p(self, places: np.ndarray, kept: np.ndarray, permutations: int, seed: int) -> np.ndarray:
        """The p-values of some features, corrected for their number, (features,)."""
        python = self.counts["active"][places][:, kept].tocsr()
        lua = self.pairs.lua[places][:, kept].astype(np.float64).tocsr()
        function = self.pairs.function[places]
        generator = np.random.default_rng(seed)
        hits = [python.multiply(lua).sum(axis=0)]
        in_order = np.argsort(function, kind="stable")
        for _ in range(permutations):
            shuffled = np.lexsort([generator.random(len(function)), function])
            dealt = np.empty(len(function), int)
            dealt[in_order] = shuffled
            hits.append(python.multiply(lua[dealt]).sum(axis=0))
        hits = np.array(hits)
        spread = hits.std(axis=0)
        scores = np.divide(
            hits - hits.mean(axis=0), spread, out=np.zeros_like(hits), where=spread > 0
        )
        largest = scores.max(axis=1)
        return (largest[:, None] >= scores[0] - 1e-9).mean(axis=0)

    def _by_origin(self, places: np.ndarray) -> sparse.csr_array:
        """Sums what pairs at `places` have over files, (files, pairs)."""
        return _sum_by(self.pairs.origin[places])


def _active(dictionary, activations: torch.Tensor, rows: np.ndarray) -> sparse.csr_array:
    """Where features are active, csr bool (rows × context, features); nothing on padding."""
    on = sparse.csr_array(encode_activations(dictionary, activations) > 0)
    firings = np.zeros(rows.size, np.int64)
    firings[rows.ravel() != END_OF_TEXT_ID] = np.diff(on.indptr)
    ends = np.concatenate([[0], firings.cumsum()])
    return sparse.csr_array((on.data, on.indices, ends), (rows.size, on.shape[1]))


def _at_last_token(active: sparse.csr_array, words: pd.DataFrame, context: int) -> sparse.csr_array:
    """Where features are active on the last token of a word, csr bool (words, features)."""
    return active[(words["function"] * context + words["last"]).to_numpy()]


def _sum_by(group: np.ndarray) -> sparse.csr_array:
    """The matrix that sums rows by group, float64 (groups, rows); one group, if only of nothing."""
    shape = int(group.max(initial=0)) + 1, len(group)
    return sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group)))), shape)


def _each(usable: np.ndarray, number: np.ndarray) -> np.ndarray:
    """1 / number where usable, else 0, (pairs, 1)."""
    return np.divide(1.0, number, out=np.zeros(len(number)), where=usable)[:, None]


def _spread(origin: np.ndarray) -> bool:
    return len(np.unique(origin)) >= LEAST_DOCUMENTS


def _rates(sums: np.ndarray, seed: int, column: int) -> dict[str, float]:
    """Rates with their intervals. sums: (files, COUNTED, columns)."""
    by_origin = sums[:, :, column]
    drawn = resampled_sums(by_origin, seed, draws=500)
    rates, draws = _shares(by_origin.sum(axis=0)), _shares(drawn)
    row = {"active": by_origin[:, 0].sum()}
    for name in ("hit", *CONTROLS):
        row |= _columns(name, rates[name], draws[name])
    for name in CONTROLS:
        row |= _columns(f"above_{name}", rates["hit"] - rates[name], draws["hit"] - draws[name])
    return row


def _shares(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Everything counted as a share of the firings; sums: (…, COUNTED)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return {n: sums[..., i] / sums[..., 0] for i, n in enumerate(COUNTED) if n != "active"}


def _columns(name: str, value: float, draws: np.ndarray) -> dict[str, float]:
    low, high = np.nanquantile(draws, TAILS) if np.isfinite(draws).any() else (np.nan, np.nan)
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
