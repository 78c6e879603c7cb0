"""A whole study in small: planted text, seven models, a merge, dictionaries, fates."""

from pathlib import Path

from planted_tokens import VOCABULARY, write_planted_tokens
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import ArtifactStore
from featurefate.dictionaries.encoding import encode
from featurefate.dictionaries.stability import stability
from featurefate.dictionaries.training import train_dictionaries
from featurefate.language_model.controls import untrained
from featurefate.language_model.training import fine_tune, train_base
from featurefate.merging.sweep import merge, sweep
from featurefate.study.chain import chosen_t
from featurefate.tracking.track import track

CONTEXT = 32
SHAPE = dict(hidden_size=16, mlp_size=32, heads=4, key_value_heads=2, vocabulary=VOCABULARY)
SHAPE |= dict(context=CONTEXT)
RECIPE = dict(batch=8, learning_rate=1e-2, weight_decay=0.01)
SEEDS = [101, 202, 303]
FAMILY = ["base", "stories", "lua", "merge"]
STRANGERS = ["base_other_seed", "stories_other_lineage", "lua_other_lineage"]


def planted_study(root: Path) -> ArtifactStore:
    """Make a store that holds all that the chain reads, under the names that the notebooks use."""
    store = ArtifactStore(root)
    _corpus(root)
    read = {name: store.read(f"corpora/{name}") for name in ("tokens", "tokenizer")}
    made = {}
    for name, seed in {"base": 11, "base_other_seed": 12}.items():
        recipe = RECIPE | {"domains": ["english", "python"], "training_tokens": 4_096, "seed": seed}
        asked = {"shape": SHAPE, "recipe": recipe}
        made[name] = store.step(f"models/{name}", train_base, asked, read)
    from_nothing = {"tokenizer": read["tokenizer"]}
    made["base_untrained"] = store.step(
        "models/base_untrained", untrained, {"shape": SHAPE, "seed": 11}, from_nothing
    )
    children = {"stories": 21, "lua": 22, "stories_other_lineage": 23, "lua_other_lineage": 24}
    for name, seed in children.items():
        parent = made["base_other_seed" if "other" in name else "base"]
        recipe = RECIPE | {"domains": [name.split("_")[0]], "training_tokens": 2_048, "seed": seed}
        given = read | {"parent": parent}
        made[name] = store.step(f"models/{name}", fine_tune, {"recipe": recipe}, given)
    made["merge"] = _merge(store, made, read)
    return _fates(store, made, read["tokens"])


def _merge(store, made, read):
    pair = {"first": made["stories"], "second": made["lua"]}
    held_out = [[split, d, 512] for split in ("validation", "test") for d in ("stories", "lua")]
    asked = {"points": {"slerp": 5, "linear": 3}, "settings": {}, "held_out": held_out}
    given = pair | {"base": made["base"], "tokens": read["tokens"]}
    walked = store.step("merging/sweep", sweep, asked, given)
    settings = {"method": "slerp", "t": chosen_t(walked)}
    return store.step("models/merge", merge, settings, pair | {"tokenizer": read["tokenizer"]})


def _fates(store, made, tokens):
    trained = dict.fromkeys(FAMILY, SEEDS) | {"base_untrained": SEEDS[:2]}
    trained |= dict.fromkeys(STRANGERS, SEEDS[:1])
    recipe = dict(features=48, k=4, training_tokens=4_096, context=CONTEXT, batch=128)
    recipe |= dict(learning_rate=3e-3, buffer_tokens=1_024)
    encoded, stable = {}, {}
    for name, seeds in trained.items():
        given = {"model": made[name], "tokens": tokens}
        asked = recipe | {"seeds": seeds}
        given["dictionaries"] = store.step(f"dictionaries/{name}", train_dictionaries, asked, given)
        reading = dict(context=CONTEXT, evaluation_tokens=1_024, split="test", seeds=seeds)
        encoded[name] = store.step(f"dictionaries/{name}_encoded", encode, reading, given)
        if len(seeds) > 1:
            reading |= {"split": "validation", "seeds": seeds[:2]}
            on = store.step(f"tracking/{name}_validation", encode, reading, given)
            about = {"draws": 20, "seed": 404}
            chosen = store.step(f"tracking/{name}_stable", stability, about, {"encoded": on})
            stable[f"{name}_stable"] = chosen
    asked = {"draws": 20, "shifts": 1, "shuffles": 1, "seed": 404}
    store.step("tracking/fates", track, asked, encoded | stable)
    return store


def _corpus(root: Path) -> None:
    """Tokens, and a tokenizer for them."""
    folder = root / "corpora" / "tokens"
    write_planted_tokens(folder, documents=200)
    Manifest("corpora/tokens", "planted tokens", {}, Cost(), "").write(folder)
    words = {"<|endoftext|>": 0, **{f"w{i}": i for i in range(1, VOCABULARY)}}
    folder = root / "corpora" / "tokenizer"
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<|endoftext|>")),
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
    ).save_pretrained(folder / "tokenizer")
    Manifest("corpora/tokenizer", "planted tokenizer", {}, Cost(), "").write(folder)
