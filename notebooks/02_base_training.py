# %% [markdown]
# # 02 · Base training
#
# **What does one layer learn, and against which baselines?**
#
# Everything in this study descends from one small model: the {term}`base`, one layer trained on
# English and Python. This chapter trains it three times, from three {term}`seeds <seed>`. The
# second and third model learn from the same data in another order, by the same recipe, and share
# no weight with the first; later chapters need the second as a {term}`stranger`.
#
# *Predict first.* A bigram table knows which token tends to follow which; a trigram table knows
# what tends to follow two. Both count the very text that the base is trained on. One layer of
# attention can look further back than either. Will it beat the bigram table? The trigram table?
# On both domains? Write your guesses down before you scroll.
#
# | reads | `corpora/tokens`, `corpora/tokenizer` (chapter 01) |
# |---|---|
# | writes | `models/base`, `models/base_<which>`: other_seed, third_seed, untrained, shuffled |
# | takes | under five minutes at laptop size on two cores |

# %% tags=["hide-input"]
from dataclasses import replace
from functools import reduce
from itertools import combinations, product

import numpy as np
import pandas as pd
import torch
from IPython.display import display
from torch.nn.functional import cross_entropy

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.attention import attention
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.intervals import intervals
from featurefate.figures.numbers import with_interval
from featurefate.figures.reliability import reliability
from featurefate.figures.tables import table
from featurefate.language_model import baselines, circuits, controls, recipe, training
from featurefate.language_model.ablation import HEADS, NEURONS, mean_ablated
from featurefate.language_model.architecture import load_model
from featurefate.language_model.attention_pattern import attention_pattern
from featurefate.language_model.bootstrap import interval, sums_by_document
from featurefate.language_model.brackets import bracket_attention
from featurefate.language_model.by_position import loss_by_position
from featurefate.language_model.calibration import calibration
from featurefate.language_model.embeddings import same_neighbours, same_token
from featurefate.language_model.evaluation import (
    Scores,
    document_of_tokens,
    score_model,
    score_tokens,
)
from featurefate.language_model.neurons import (
    above_floor,
    foreseen,
    loudness,
    neuron_values,
    quieter_side,
    strongest,
    written_logits,
)
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.text_size import text_size
from featurefate.language_model.windows import measured_windows, times_seen, token_windows
from featurefate.study import training_settings
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
hidden_size = 128  # width of the residual stream
mlp_size = 512  # gated neurons
heads = [4, 2]  # query heads, key-value heads
context = 128  # tokens a row
training_tokens = 3_000_000  # tokens seen, half English, half Python
batch = 16  # rows a step
learning_rate = 4e-3  # peak of the schedule
weight_decay = 0.1  # on matrices only
seeds = [11, 12, 13]  # initial weights and data order: of the base, the stranger, the third
evaluation_tokens = 16_384  # test tokens a domain

# %% [markdown]
# ## The result
#
# Each model is a *step* of the study: it is trained once and read back afterwards, as long as
# its settings, its inputs and the code it runs stay the same. A run that is killed goes on from
# its last checkpoint.
#
# Against the trained model stand four {term}`baselines <baseline>` that only count. *Uniform* knows
# nothing, *unigram* how often each token occurs, *bigram* which token stood before, *trigram* which
# two. They count the text that the base was trained on, each document once, however often the base
# reads it (a second pass would make two of what occurred once). Bigram and trigram are interpolated
# {cite}`kneser1995improved`: where a table has seen little, it leans on the one with less context.
# All are scored on the same held-out documents.

# %%
chapter = Chapter.open("02_base_training", globals())
store = chapter.store
inputs = {name: store.read(f"corpora/{name}") for name in ("tokens", "tokenizer")}
tokens, tokenizer = inputs["tokens"], load_tokenizer(inputs["tokenizer"])
wanted = training_settings.bases(globals(), vocabulary=len(tokenizer))
trained = {
    name: store.step(f"models/{name}", training.train_base, given, inputs)
    for name, given in wanted.items()
}
shape, settings = wanted["base"]["shape"], wanted["base"]["recipe"]

# %%
base, domains, vocabulary = load_model(trained["base"]), settings["domains"], len(tokenizer)
rows = baselines.counted_rows(tokens, domains, training_tokens, context, seeds[0])
counting = {
    "uniform": baselines.UniformBaseline(vocabulary),
    "unigram": baselines.UnigramBaseline(rows, vocabulary),
    "bigram": baselines.BigramBaseline(rows, vocabulary),
    "trigram": baselines.TrigramBaseline(rows, vocabulary),
}
streams = {d: load_tokens(tokens, d, "test") for d in domains}
test = {d: evaluation_rows(s, context, evaluation_tokens) for d, s in streams.items()}
by_token = {(name, d): counting[name].score_tokens(test[d]) for name in counting for d in domains}
by_token |= {("base", d): score_tokens(base, test[d]) for d in domains}

# %% tags=["hide-input"]
scores = {(name, d): Scores.of(values, test[d]) for (name, d), values in by_token.items()}
summary = pd.DataFrame({"predictor": n, "domain": d, **s.summary()} for (n, d), s in scores.items())
lead = {(n, d): scores[n, d].behind(scores["base", d]) for n in ("bigram", "trigram") for d in test}
ahead = {d: f"{lead['trigram', d][0]:+.2f} nats" for d in domains}
intervals(
    summary, label="predictor", value="loss", panel="domain", x_title="nats a token",
    title=f"The lead of one layer over a table of trigrams: {ahead['english']} on English, "
    f"{ahead['python']} on Python",
    subtitle="cross-entropy on test documents with 95 % intervals over documents; low is good",
    description="Test loss of uniform, unigram, bigram, trigram and the base on two domains.",
)

# %% tags=["remove-cell"]
size = {d: text_size(test[d], tokenizer) for d in domains}
for d in domains:
    score = scores["base", d]
    chapter.report(f"loss.base.{d}", score.loss, *score.loss_interval(), unit="nats")
    chapter.report(f"accuracy.base.{d}", score.accuracy, *score.accuracy_interval(), unit="share")
    for n in ("bigram", "trigram"):
        counted = scores[n, d]
        chapter.report(f"{n}_loss.{d}", counted.loss, *counted.loss_interval(), unit="nats")
        chapter.report(f"lead_over_{n}.{d}", *lead[n, d], unit="nats")
    for n in ("base", "trigram"):
        chapter.report(f"bits_per_byte.{n}.{d}", *scores[n, d].bits_per_byte(size[d]), unit="bits")

# %% tags=["remove-cell"]
made = trained["base"].manifest
ran = f"products in {made.conditions['precision']}, on {made.cost.device}"
chapter.glue("conditions", f"{ran}; processes: {made.conditions['processes']}")

# %% [markdown]
# The base pays {glue:text}`loss.base.english` nats a token on English and
# {glue:text}`loss.base.python` on Python. One nat less means that the right token gets
# $e \approx 2.7$ times the probability. Document by document, its lead over the bigram table is
# {glue:text}`lead_over_bigram.english` nats on English and {glue:text}`lead_over_bigram.python` on
# Python; over the trigram table {glue:text}`lead_over_trigram.english` and
# {glue:text}`lead_over_trigram.python`. A lead below zero is a defeat: there the network does not
# beat counting. Its likeliest token is right in {glue:text}`accuracy.base.english` of English
# tokens and {glue:text}`accuracy.base.python` of Python's.
#
# A nat *a token* depends on what a token is. *Bits a byte* of text can be compared between
# tokenizers, and so with other studies:
#
# | bits a byte | base | trigram |
# |---|---|---|
# | English | {glue:text}`bits_per_byte.base.english` | {glue:text}`bits_per_byte.trigram.english` |
# | Python | {glue:text}`bits_per_byte.base.python` | {glue:text}`bits_per_byte.trigram.python` |
#
# ## What counting keeps and one layer does not
#
# Does the table know the same as the layer, only better or worse? Sort the test tokens by how
# often they followed the two tokens before them in the training text: never, a few times, often.
#
# If the two know different things, then a mixture, the mean of their probabilities, is better than
# either. But two imperfect predictors of one kind gain by being mixed, too. The control is the base
# mixed with a second base, trained alike from another seed.

# %%
def mixed(first, second):
    """The loss of a predictor that gives the mean of two probabilities."""
    return -np.log((np.exp(-first) + np.exp(-second)) / 2)


second = {d: score_tokens(load_model(trained["base_other_seed"]), test[d]).nats for d in domains}
parts = {}
for d in domains:
    nats = {n: by_token[n, d].nats for n in ("trigram", "base")} | {"second base": second[d]}
    nats["base + trigram"] = mixed(nats["base"], nats["trigram"])
    nats["base + second"] = mixed(nats["base"], nats["second base"])
    parts[d] = pd.DataFrame(nats).assign(domain=d, seen=times_seen(rows, test[d], 3))

# %% tags=["hide-input"]
known = pd.concat(parts.values())
bands = ["never", "1 to 9 times", "10 times or more"]
known["in training"] = pd.cut(known.seen, [-1, 0, 9, np.inf], labels=bands).astype(str)
whole = known.assign(**{"in training": "all together"})
grouped = pd.concat([known, whole]).groupby(["domain", "in training"])
summed = grouped[list(nats)].mean()
summed.insert(0, "share", grouped.size() / grouped.size().groupby("domain").max())
summed = summed.loc[[(d, b) for d in domains for b in [*bands, "all together"]]]
layer_weights = sum(p.numel() for p in base.model.layers.parameters())
table(summed.reset_index(), formats={"share": ".0%"} | dict.fromkeys(nats, ".2f"), caption=(
    f"nats a token; the table keeps {len(counting['trigram'].tables[0].keys):,} triples, the layer "
    f"has {layer_weights:,} weights"))

# %% tags=["remove-cell"]
gain, table_lead = {}, {}
for d in domains:
    mixtures = {n: Scores.of(replace(by_token["base", d], nats=parts[d][f"base + {n}"].to_numpy()),
                             test[d]) for n in ("trigram", "second")}
    for n, mixture in mixtures.items():
        gain[f"{n}.{d}"] = scores["base", d].behind(mixture)
    gain[f"trigram_over_second.{d}"] = mixtures["second"].behind(mixtures["trigram"])
for name, values in gain.items():
    chapter.report(f"mixture_gain.{name}", *values, unit="nats")

# %% tags=["remove-cell"]
for (d, band), group in known.groupby(["domain", "in training"]):
    of = document_of_tokens(test[d])[parts[d].index.isin(group.index)]
    ahead = group.base.to_numpy() - group.trigram.to_numpy()
    bounds = interval(sums_by_document(ahead, of), np.bincount(of), seed=0)
    table_lead[band, d] = ahead.mean(), *bounds
    name = {"never": "never", bands[1]: "seldom", bands[2]: "often"}[band]
    chapter.report(f"table_lead.{name}.{d}", *table_lead[band, d], unit="nats")
other = {d: Scores.of(replace(by_token["base", d], nats=second[d]), test[d]) for d in domains}
worse = {d: scores["trigram", d].behind(other[d]) for d in domains}  # the table alone
apart = [d.title() for d in domains if min(worse[d][1], gain[f"trigram_over_second.{d}"][1]) > 0]
chapter.glue("other_knowledge", " and ".join(apart) if apart else "neither domain")

# %% [markdown]
# The table remembers. Where it has met the triple a few times its lead over the base is
# {glue:text}`table_lead.seldom.english` nats on English and
# {glue:text}`table_lead.seldom.python` on Python, where it has met it often
# {glue:text}`table_lead.often.english` and {glue:text}`table_lead.often.python`; and it pays for
# everything new, with {glue:text}`table_lead.never.english` and
# {glue:text}`table_lead.never.python` (below zero, the base leads). One layer of this size, trained
# this long, does not remember so; its size and the length of its training are candidate reasons
# that this comparison does not tell apart. What it learns instead carries over to triples never
# seen.
#
# Mixing with the table gains {glue:text}`mixture_gain.trigram.english` nats on English and
# {glue:text}`mixture_gain.trigram.python` on Python; mixing with a second base
# {glue:text}`mixture_gain.second.english` and {glue:text}`mixture_gain.second.python`. The
# difference, document by document, is {glue:text}`mixture_gain.trigram_over_second.english` and
# {glue:text}`mixture_gain.trigram_over_second.python`. A table that is the worse predictor by
# itself, and yet brings more than a second base does, must know something that a base does not.
# That is so on {glue:text}`other_knowledge`. (Where the table is the better one by itself, part of
# what it brings is its own lead.)
#
# (The rows are sorted by what did come next, which favours the table where it has counted. The
# fair comparison is the one over all tokens.)
#
# ## The layer
#
# The base is a `transformers` Mistral {cite}`jiang2023mistral` with a single layer, as in
# {cite:t}`horn2025tracking`. Here is all of it, written out. A token becomes a vector of the
# residual `stream`; attention adds what earlier tokens have to say (`heard`); the gated MLP, whose
# `neurons` this book takes apart, adds what it makes of both; the unembedding turns the sum into
# one score for each word of the vocabulary.

# %%
ids = torch.as_tensor(rows[:2, :-1].astype(np.int64))  # (row, position)
layer, position = base.model.layers[0], torch.arange(ids.shape[1])[None]
with torch.no_grad():
    stream = base.model.embed_tokens(ids)  # (row, position, d_model)
    normed = layer.input_layernorm(stream)
    turns = base.model.rotary_emb(normed, position)  # tell where each token stands
    heard, _ = layer.self_attn(normed, position_embeddings=turns, attention_mask=None)
    normed = layer.post_attention_layernorm(stream + heard)
    neurons = layer.mlp.act_fn(layer.mlp.gate_proj(normed)) * layer.mlp.up_proj(normed)
    logits = base.lm_head(base.model.norm(stream + heard + layer.mlp.down_proj(neurons)))
    same = torch.allclose(logits, base(ids).logits, atol=1e-4)
print(*(tuple(x.shape) for x in (stream, heard, neurons, logits)), "as the model has it:", same)

# %% [markdown]
# ## What it is taught
#
# The loss is the {term}`cross-entropy` of the next token,
#
# $$ L = -\frac{1}{T} \sum_{t=1}^{T} \ln p(x_t \mid x_{<t}), $$
#
# with $x_t$ the token at position $t$, $x_{<t}$ the tokens of the row before it, $p$ the model's
# probability and $T$ the number of tokens. A model that knows nothing spreads its probability
# over all $V$ words and pays $\ln V$.
#
# The loop takes `ids` (batch, position), one batch of rows a step. Of each row all tokens but the
# last are read and all but the first are asked for, so there are batch × (position − 1) questions a
# step, and the loss is a single number, their mean. `backward` gives each weight matrix a gradient
# of its own shape; its norm over all matrices is clipped. AdamW moves each weight by about the
# learning rate against the mean of its recent gradients. The loss never holds the logits of all
# questions: it takes them 256 at a time on a processor, as (256, vocabulary).
#
# The learning rate rises for a twentieth of the steps, because the first gradients are the least
# to be trusted, then falls to zero. `accelerate` makes the same loop run on a processor, on a GPU
# and in several processes; the `Logbook` keeps the curves, and the checkpoint to go on from. This
# base was trained so: {glue:text}`conditions`.

# %% tags=["hide-input"]
display(source(training.optimise), source(recipe.learning_rate_at))
curve = pd.read_parquet(trained["base"].file("validation_curve.parquet"))
streams = {d: load_tokens(tokens, d, "validation") for d in domains}
held_out = {d: evaluation_rows(streams[d], context, training.VALIDATION_TOKENS) for d in domains}
dashed = pd.DataFrame(
    {"value": counting[n].score(held_out[d]).loss, "label": f"{n}, {d}", "domain": d}
    for n in ("bigram", "trigram") for d in domains)
least = curve.groupby("domain").loss.min()
curves(curve, x="tokens", y="loss", colour="domain", y_title="nats a token", rules=dashed,
    title=f"English is learned to {least['english']:.2f} nats, Python to {least['python']:.2f}",
    subtitle="validation loss of the base; dashed: the tables that count, on the same documents",
    description="Validation loss falling with the tokens seen, beside bigram and trigram tables.")

# %% [markdown]
# ## Confidence and context
#
# When the base gives its first choice a probability of 70 %, is it right seven times in ten? In
# each group of tokens with similar confidence, compare the two. The *calibration error* is their
# mean distance. Some distance is noise: with so few documents a predictor without any error would
# show it too.
#
# The table below asks what the base makes of context. The trigram table sees two tokens, the base
# up to a row of them. So let the base predict the same tokens, each at least 33 tokens into its
# row, from windows of 1, 2, 4, 8, 16 and 32 tokens. How much of its lead over the bigram table is
# left when it, too, sees one token only? And how much do the thirty tokens before the last two
# bring?

# %% tags=["hide-input"]
measured = {d: calibration(by_token["base", d], test[d]) for d in domains}
for d, c in measured.items():
    bounds = dict(low=c.low, high=c.high, floor=c.floor, unit="share")
    chapter.report(f"calibration_error.base.{d}", c.error, **bounds)
points = pd.concat(c.reliability.assign(domain=d) for d, c in measured.items())
off = {d: f"{c.error:.1%} off (noise alone: {c.floor:.1%})" for d, c in measured.items()}
reliability(
    points, colour="domain",
    title=f"On English its confidence is {off['english']}, on Python {off['python']}",
    subtitle="groups of equally many test tokens, 95 % intervals over documents",
    description="Share of right predictions by confidence of the base, beside the diagonal.",
)

# %%
nats = {}
for d in domains:
    whole = test[d].mask[:, 1:].all(axis=1)  # the rows that are full
    ends = token_windows(test[d].rows[whole], 33)[:, 33::8].reshape(-1, 33)  # (window, token)
    nats[d] = {f"{n} table": -np.log(counting[n].probability(*ends[:, -k:].T))
               for n, k in (("bigram", 2), ("trigram", 3))}
    for n in (1, 2, 4, 8, 16, 32):  # the same tokens are asked for every time
        ids = torch.as_tensor(np.pad(ends[:, 32 - n :], ((0, 0), (1, 0))))
        logits = base(ids[:, :-1], logits_to_keep=1).logits[:, 0].detach()
        nats[d][f"base, last {n}"] = cross_entropy(logits, ids[:, -1], reduction="none").numpy()
table(pd.DataFrame({d: {n: x.mean() for n, x in nats[d].items()} for d in domains}).reset_index(
    names="predictor"), formats=dict.fromkeys(domains, ".2f"), caption="nats a token")

# %% tags=["remove-cell"]
trails = {"one": ("base, last 1", "bigram table"), "two": ("base, last 2", "trigram table")}
trails["without_the_rest"] = ("base, last 2", "base, last 32")
window = {}
for (name, (worse, better)), d in product(trails.items(), domains):
    behind = nats[d][worse] - nats[d][better]
    _, of = np.unique(test[d].documents[test[d].mask[:, 1:].all(axis=1)], return_inverse=True)
    of = np.repeat(of, len(behind) // len(of))  # the document of each window
    bounds = interval(sums_by_document(behind, of), np.bincount(of), seed=0)
    window[name, d] = behind.mean(), *bounds
    chapter.report(f"window.{name}.{d}", *window[name, d], unit="nats")

# %% tags=["remove-cell"]
row_leads = {}
for d in domains:
    mine, counted = by_token["base", d], by_token["trigram", d]
    ahead = {d: replace(mine, nats=counted.nats - mine.nats)}
    row_leads[d] = loss_by_position(ahead, test[d])
    for name, place in {"third": 2, "last": -1}.items():
        row = row_leads[d].iloc[place]
        chapter.report(f"lead_by_position.{name}.{d}", row.loss, row.low, row.high, unit="nats")

# %% [markdown]
# With one token the base trails the bigram table by {glue:text}`window.one.english` nats on English
# and {glue:text}`window.one.python` on Python; with two it trails the trigram table by
# {glue:text}`window.two.english` and {glue:text}`window.two.python`. That is counting's own ground.
# The thirty tokens before those two bring the base {glue:text}`window.without_the_rest.english` and
# {glue:text}`window.without_the_rest.python` nats.
#
# Along a row its lead over the trigram table goes from {glue:text}`lead_by_position.third.english`
# nats on English and {glue:text}`lead_by_position.third.python` on Python, at the third and fourth
# token, to {glue:text}`lead_by_position.last.english` and
# {glue:text}`lead_by_position.last.python` at the end. That mixes two things, because many rows
# start where a document does, and a document starts unlike it goes on; the windows keep them apart.
#
# ## Where the heads look
#
# Attention is how anything reaches the present token from further back. Each head of each token
# distributes one unit of attention over the tokens up to itself. First on average, then on one
# line of code. A row begins with the start token `<|endoftext|>`, which says nothing about the
# text. Some models rest their attention there, so it has a column of its own and is left out of the
# others.

# %%
ids = np.concatenate([test[d].rows[test[d].mask[:, 1:].all(axis=1)][:16] for d in domains])
pattern = np.mean([attention_pattern(base, row.tolist()) for row in ids], axis=0)
even = np.tril(np.ones((context, context)))  # each token looks everywhere alike
even /= even.sum(axis=1, keepdims=True)
looks = pd.DataFrame({"head": [*map(str, range(heads[0])), "evenly"]})
for back, column in enumerate(["itself", "one back", "two back"]):
    looks[column] = [np.diagonal(a, -back)[16:].mean() for a in [*pattern, even]]
looks["more than 8 back"] = [np.tril(a, -9)[16:, 1:].sum(axis=1).mean() for a in [*pattern, even]]
looks["the start"] = [a[16:, 0].mean() for a in [*pattern, even]]
table(looks, formats=dict.fromkeys(looks.columns[1:], ".0%"),
    caption="mean attention on test text; last row: if each token looked everywhere alike")

# %%
line = 'if name in self.names and len(self.names[name]) == 2:\n    return "%s'
ids = [tokenizer.bos_token_id, *tokenizer(line).input_ids][:24]
words = [tokenizer.decode([i]) for i in ids]
attention(
    attention_pattern(base, ids)[:4], ["start", *words[1:]],
    title=f"Head {looks['one back'][:-1].idxmax()} looks at the token before most, with "
    f"{looks['one back'][:-1].max():.0%} of its attention on test text",
    subtitle="one line of code; each row shows where that token looks, the deeper the more",
    description="Attention of the heads of the base from each token of a line to those before it.",
)

# %% [markdown]
# ## What one layer can say
#
# All that a layer adds is added to the stream, so its logits are nearly a sum of paths, and each
# path can be read off the weights {cite}`elhage2021mathematical`. The *direct path*, embedding to
# unembedding, knows the present token only: a bigram table of low rank. A *head* carries
# something of an earlier token, the source, to the present one. Which next tokens the source makes
# likelier does not depend on where the head looks from; whether it looks there does. Together they
# make a *skip-trigram*: source … present → next. Here are the common tokens for which either speaks
# loudest.

# %%
counts = np.bincount(rows[:, 1:].ravel(), minlength=vocabulary)
common = [int(t) for t in np.argsort(-counts)[:400] if t != tokenizer.bos_token_id]
each = max(1, 12 // heads[0])
bigrams = circuits.direct_bigrams(base, tokenizer, common, top=6)
parts = [bigrams.assign(path="direct", source=bigrams.token, seen_from=[[]] * len(bigrams))]
for h in range(heads[0]):
    skips = circuits.skip_trigrams(base, tokenizer, h, common, top=each)
    parts.append(skips.assign(path=f"head {h}"))
paths = pd.concat(parts)[["path", "source", "seen_from", "raises", "effect"]]
table(paths, formats={"effect": ".1f"}, tokens=["source", "seen_from", "raises"],
    names={"seen_from": "looked for by", "effect": "effect in logits"},
    caption="the loudest sources of each path; heads as seen from two tokens further on")

# %% tags=["remove-cell"]
following = counting["bigram"].best(np.array(common))
only = torch.tensor([[tokenizer.bos_token_id, t] for t in common])
with torch.no_grad():
    chosen = {"direct": circuits.direct_logits(base, only[:, 1]), "all": base(only).logits[:, 1]}
agree = {path: logits.argmax(1).numpy() == following for path, logits in chosen.items()}
floor_of_pairs = np.unique(following, return_counts=True)[1].max() / len(following)
for path, right in agree.items():
    bounds = interval(right, np.ones(len(right)), seed=0)
    bounds = dict(low=bounds[0], high=bounds[1], floor=floor_of_pairs, unit="share")
    chapter.report(f"agreement.{path}_path", right.mean(), **bounds)
chapter.glue("agreement.floor", f"{100 * floor_of_pairs:.1f} %")
chapter.glue("common_tokens", str(len(common)))

# %% tags=["remove-cell"]
full = test["python"].mask[:, 1:].all(axis=1)
code = test["python"].rows[full][:64], test["python"].documents[full][:64]
attended = bracket_attention(base, tokenizer, *code).set_index(["state", "head"])
ratio = attended.bracket["open"] / attended.as_far["open"]
keen = {state: attended.loc[state, ratio.idxmax()] for state in ("open", "closed")}
for (state, seen), what in product(keen.items(), ("bracket", "as_far")):
    bounds = seen[what], seen[f"{what}_low"], seen[f"{what}_high"]
    chapter.report(f"attention_to.{state}_{what}", *bounds, unit="share")
chapter.glue("attention_to.head", str(ratio.idxmax()))
chapter.glue("attention_to.heads", f"{(ratio >= 2).sum()} of {heads[0]}")

# %% [markdown]
# The direct path's first choice is the commonest successor in the counted table for
# {glue:text}`agreement.direct_path` of the {glue:text}`common_tokens` commonest tokens (always
# choosing one and the same token would score {glue:text}`agreement.floor`). All paths together,
# given the token alone, agree for {glue:text}`agreement.all_path`: much of what the layer knows of
# pairs passes through its other parts.
#
# Among what the heads *could* do is closing what was opened: some sources above are brackets or
# quotation marks that make their partners likelier. But these effects are those of a head that
# gives all its attention to the source, which it never does, and what passes through the MLP is
# left out. So how much attention does a bracket get? In Python test text, head
# {glue:text}`attention_to.head` gives
#
# | if the bracket is | to the bracket | to any token as far back |
# |---|---|---|
# | open | {glue:text}`attention_to.open_bracket` | {glue:text}`attention_to.open_as_far` |
# | closed | {glue:text}`attention_to.closed_bracket` | {glue:text}`attention_to.closed_as_far` |
#
# Asked are tokens inside brackets about the innermost bracket, and tokens outside all brackets
# about the one closed last, where it stands two or more tokens back. This head has the largest
# ratio in the first row; {glue:text}`attention_to.heads` heads look at an open bracket at least
# twice as much as at any token so far back.
#
# ## What is lost without a part
#
# The MLP cannot be read off the weights alone, because its neurons are not linear. So take parts
# away. A part that wrote nothing would leave the rest a stream unlike any it was trained on.
# Instead it writes its *mean* over training text, always the same whatever the text
# (*mean ablation*): the stream stays where it usually is, only what the part says about this text
# is gone. By how many nats does the loss rise?

# %%
text, wide = torch.as_tensor(rows[:256].astype(np.int64)), layer.self_attn.head_dim
taken = {f"head {h}": [(HEADS, slice(h * wide, (h + 1) * wide))] for h in range(heads[0])}
taken |= {"all heads": [(HEADS, slice(None))], "all neurons": [(NEURONS, slice(None))]}
taken["both"], alone = taken["all heads"] + taken["all neurons"], {}
for name, parts in taken.items():
    cut = reduce(lambda model, part: mean_ablated(model, *part, text), parts, base)
    alone |= {(name, d): score_model(cut, test[d]) for d in domains}
lost = {(name, d): score.behind(scores["base", d]) for (name, d), score in alone.items()}
missed = pd.DataFrame({"always its mean": list(taken)})
for d in domains:
    missed[d] = [with_interval(*lost[name, d], "+.2f") for name in taken]
table(missed, caption="nats a token lost by it, paired by document")

# %% tags=["remove-cell"]
one_by_one = {}
for d in domains:
    lost["neurons then", d] = alone["both", d].behind(alone["all heads", d])  # heads gone already
    for name in ("all heads", "all neurons", "both", "neurons then"):
        chapter.report(f"lost_without.{name.replace(' ', '_')}.{d}", *lost[name, d], unit="nats")
    more = sum(alone[f"head {h}", d].nats - scores["base", d].nats for h in range(heads[0]))
    bounds = interval(more, scores["base", d].tokens, seed=0)
    one_by_one[d] = more.sum() / scores["base", d].tokens.sum()
    chapter.report(f"lost_without.heads_one_by_one.{d}", one_by_one[d], *bounds, unit="nats")
ahead = {d: alone["all heads", d].behind(alone["all neurons", d])[1] for d in domains}
where = " and ".join(d.title() for d in domains if ahead[d] > 0) or "neither domain"
chapter.glue("heads_worth_more", where)

# %% [markdown]
# Without any head {glue:text}`lost_without.all_heads.english` nats are lost on English and
# {glue:text}`lost_without.all_heads.python` on Python; without the neurons
# {glue:text}`lost_without.all_neurons.english` and {glue:text}`lost_without.all_neurons.python`.
# Paired by document, taking the heads away costs more than taking the neurons away on
# {glue:text}`heads_worth_more`. Such losses need not add up. Once the heads are gone, taking the
# neurons away as well costs another {glue:text}`lost_without.neurons_then.english` nats on English
# and {glue:text}`lost_without.neurons_then.python` on Python: how much a part is worth depends on
# what else is there. The losses of the heads one at a time do not add up either: they come to
# {glue:text}`lost_without.heads_one_by_one.english` and
# {glue:text}`lost_without.heads_one_by_one.python`, less than all heads at once.
#
# ## What the neurons say
#
# The value of a gated neuron is a product. Its *gate* decides whether it speaks, `up` how loudly
# and with which sign. The value is multiplied by one column of `down_proj`, and so by one fixed
# pattern of logits: above zero it raises the tokens at one end of the pattern, below zero those at
# the other. A neuron has two *sides*.
#
# A side is loud when its mean value, times the spread of its pattern, is large. Here are the
# loudest: at the end of which text does each speak most strongly, and which of the common tokens
# does it then raise most? Does it raise what *follows* there? Frequent tokens follow often and are
# raised by many sides, so a good hit says little by itself: the tokens that are commonest, 5 % of
# the vocabulary, follow at {glue:text}`raised_what_follows.commonest` of such places. So hold the
# token fixed and compare the sides. Take the twenty places where a side speaks most strongly: is it
# there among the 5 % of the loud sides that raise the token that follows most? With patterns dealt
# to the sides at random it would be so at {glue:text}`raised_what_follows.loud_floor` of places,
# whichever tokens follow. That is the {term}`floor`.

# %%
values = torch.cat([neuron_values(base, test[d]) for d in domains])  # (token, neuron)
windows = np.concatenate([measured_windows(test[d], 4) for d in domains])  # the last one follows
written = written_logits(base)  # (side, vocabulary): down_proj → final norm → unembedding
loud, places = loudness(values, written), strongest(values, 20)  # (side,), (side, place)
follows = torch.as_tensor(windows[:, -1])[places]
ranked = loud.argsort(descending=True)
loudest, rest = ranked[: mlp_size // 5], ranked[mlp_size // 5 :]
hit, floor = foreseen(written[loudest], follows[loudest], share=0.05)  # (side, place)

# %% tags=["hide-input"]
first, ids = loudest[:10], torch.as_tensor(common)
said = pd.DataFrame({"neuron": first % mlp_size, "sign": np.where(first < mlp_size, "+", "−")})
said["speaks at the end of"] = [
    [tokenizer.decode(window) for window in windows[places[s, :3], :-1]] for s in first]
said["raises"] = [circuits.texts(tokenizer, ids[written[s, ids].topk(4).indices]) for s in first]
said["raised what follows"] = hit[:10].mean(dim=1)
table(said, tokens=["speaks at the end of", "raises"], formats={"raised what follows": ".0%"},
    caption="the ten loudest sides: the three places where each speaks most strongly, on test "
    f"text; last column: of twenty such places (floor {floor:.1%})")

# %% [markdown]
# The loudest tenth, {glue:text}`loud_sides` sides, are among the few at
# {glue:text}`raised_what_follows.loud` of these places (floor
# {glue:text}`raised_what_follows.loud_floor`), the others, compared with each other, at
# {glue:text}`raised_what_follows.other` (floor {glue:text}`raised_what_follows.other_floor`). The
# loud tenth of the untrained model, the base's weights before the first step, are at
# {glue:text}`raised_what_follows.untrained`: it is training that makes a side raise what follows,
# at a minority of places, and not every side (see the table). One by one,
# {glue:text}`sides_above_floor.loud` of the loud sides are above the floor
# ({glue:text}`sides_above_floor.loud_dealt` with patterns dealt at random) and
# {glue:text}`sides_above_floor.other` of the others ({glue:text}`sides_above_floor.other_dealt`).
#
# In the median neuron the quieter side is {glue:text}`quieter_side.base` as loud as the louder one
# ({glue:text}`quieter_side.untrained` in the untrained model): both signs stay in use. Whether a
# side stands for one thing, this does not tell. Chapter 07 looks for {term}`features <feature>` in
# what the neurons say together.
#
# ## What it says
#
# A loss is an average; text shows what stands behind it. The model was given the words in
# brackets and drew the rest from its own predictions.

# %%
prompts = ["The function returns the", "class Node:\n    def __init__(self,", "    for key, value"]
for seed, prompt in enumerate(prompts):
    text = continue_text(base, tokenizer, prompt, 40, temperature=0.7, seed=seed)
    print(f"[{prompt}]{text.removeprefix(prompt)}\n{'─' * 60}")

# %% [markdown]
# It has the manner of both languages and the sense of neither. Local grammar is within reach of
# one layer and a few million tokens; meaning is not. For this study that is enough: it asks what
# becomes of the features that such a model has.
#
# ## Other seeds, and models that learned nothing
#
# Do three seeds lead to the same model? Beside them stand two controls that later chapters use:
# the *untrained* model has the base's weights before the first step, the *shuffled* one its
# trained weights, the entries of each matrix in random order. First their losses. Then the inside:
# does a token have the same embedding in two models? And do two tokens that lie near each other in
# one model do so in the other?

# %%
control, start = {"tokenizer": inputs["tokenizer"]}, {"shape": shape, "seed": seeds[0]}
name = "models/base_untrained"
trained["base_untrained"] = store.step(name, controls.untrained, start, control)
control["parent"], name = trained["base"], "models/base_shuffled"
trained["base_shuffled"] = store.step(name, controls.shuffled, {"seed": seeds[0]}, control)
models = {name: load_model(artifact) for name, artifact in trained.items()}
others = list(models)[1:]
scores |= {(n, d): score_model(models[n], test[d]) for n in others for d in domains}

# %% tags=["remove-cell"]
# What the untrained model says beside the trained one, in the section on neurons.
document = [document_of_tokens(test[d]) for d in domains]
document = np.concatenate([document[0], document[1] + document[0].max() + 1])
blank = models["base_untrained"]
values_of_blank = torch.cat([neuron_values(blank, test[d]) for d in domains])
written_by_blank = written_logits(blank)
loud_of_blank = loudness(values_of_blank, written_by_blank)
loudest_of_blank = loud_of_blank.argsort(descending=True)[: mlp_size // 5]

# %% tags=["remove-cell"]
groups = {"loud": (loudest, written, places), "other": (rest, written, places)}
groups["untrained"] = loudest_of_blank, written_by_blank, strongest(values_of_blank, 20)
ranks = {}
for group, (sides, patterns, spoken) in groups.items():
    given = patterns[sides], torch.as_tensor(windows[:, -1])[spoken[sides]], 0.05
    hits, floor = foreseen(*given)
    of, hits = document[spoken[sides].ravel()], hits.ravel().numpy()
    bounds = interval(sums_by_document(hits, of), np.bincount(of), seed=0)
    above, by_chance = above_floor(*given, seed=0)
    ranks[group] = hits.mean(), *bounds, floor, above, by_chance
    chapter.report(f"raised_what_follows.{group}", *ranks[group][:3], floor=floor, unit="share")
    chapter.report(f"sides_above_floor.{group}", above, floor=by_chance, unit="share")

# %% tags=["remove-cell"]
often = torch.as_tensor(counts).topk(round(0.05 * vocabulary)).indices
share = torch.isin(follows[loudest], often).float().mean().item()
chapter.report("raised_what_follows.commonest", share, unit="share")
quieter = {"base": quieter_side(loud), "untrained": quieter_side(loud_of_blank)}
for name, share in quieter.items():
    chapter.report(f"quieter_side.{name}", share, unit="share")
for group, (*_, floor, _, by_chance) in ranks.items():
    chapter.glue(f"raised_what_follows.{group}_floor", f"{100 * floor:.1f} %")
    chapter.glue(f"sides_above_floor.{group}_dealt", f"{100 * by_chance:.1f} %")
chapter.glue("loud_sides", str(len(loudest)))

# %% tags=["hide-input"]
compared = pd.DataFrame({"model": list(models)})
for d in domains:
    compared[f"{d}, nats"] = [scores[n, d].loss for n in models]
    behind = [scores[n, d].behind(scores["base", d]) for n in others]
    compared[f"{d}, behind the base"] = ["", *(with_interval(*b, "+.2f") for b in behind)]
    seen = [scores[n, d].loss for n in list(models)[:3]]
    chapter.report(f"loss_over_seeds.base.{d}", np.mean(seen), min(seen), max(seen), unit="nats")
table(compared, formats=dict.fromkeys((f"{d}, nats" for d in domains), ".2f"), caption=(
    f"test loss, paired by document; a model that knows nothing pays {np.log(vocabulary):.2f}"))

# %% tags=["hide-input"]
pairs = [*combinations(list(models)[:3], 2), *(("base", n) for n in list(models)[3:])]
inside = pd.DataFrame(pairs, columns=["one", "other"])
inside["same token"] = [same_token(models[a], models[b]) for a, b in pairs]
inside["same neighbours"] = [same_neighbours(models[a], models[b], common) for a, b in pairs]
for name, column in {"cosine": "same token", "geometry": "same neighbours"}.items():
    seen = inside[column][:3]  # the pairs of trained models
    bounds = seen.mean(), seen.min(), seen.max()
    chapter.report(f"embedding_{name}.over_seeds", *bounds, unit="correlation")
table(inside, formats=dict.fromkeys(inside.columns[2:], ".2f"), caption=(
    "same token: mean cosine between its two embeddings; same neighbours: correlation, over "
    f"pairs of the {len(common)} common tokens, of their cosine in one model and in the other"))

# %% [markdown]
# As predictors the three are near each other: {glue:text}`loss_over_seeds.base.english` nats on
# English, {glue:text}`loss_over_seeds.base.python` on Python (in brackets the lowest and highest of
# three, here and below). Their embeddings of a token are unrelated: mean cosine
# {glue:text}`embedding_cosine.over_seeds`. Yet the *pattern* of neighbours is alike, correlation
# {glue:text}`embedding_geometry.over_seeds`: seeds choose the directions, the data choose which
# tokens lie together. Keep both in mind for chapter 08. Weights of two lineages
# cannot be compared one by one, but what they detect may well agree without any descent; that is
# why the {term}`stranger` is a {term}`floor` there.
#
# ## Findings
#
# - Its lead over the bigram table is {glue:text}`lead_over_bigram.english` nats on English and
#   {glue:text}`lead_over_bigram.python` on Python; over a trigram table of the same text
#   {glue:text}`lead_over_trigram.english` and {glue:text}`lead_over_trigram.python`.
# - The table remembers; the layer does better on what is new, and thirty tokens more than the table
#   sees bring it {glue:text}`window.without_the_rest.english` nats on English and
#   {glue:text}`window.without_the_rest.python` on Python. Mixing the two gains
#   {glue:text}`mixture_gain.trigram.english` nats on English and
#   {glue:text}`mixture_gain.trigram.python` on Python, mixing two bases
#   {glue:text}`mixture_gain.second.english` and {glue:text}`mixture_gain.second.python`.
# - Its confidence is {glue:text}`calibration_error.base.english` off on English and
#   {glue:text}`calibration_error.base.python` on Python.
# - Part of it can be read off its weights: the direct path alone agrees with the counts for
#   {glue:text}`agreement.direct_path` of the common tokens. On text, one head gives an open bracket
#   {glue:text}`attention_to.open_bracket` of its attention, any token as far back
#   {glue:text}`attention_to.open_as_far`.
# - Always writing their mean, the heads cost {glue:text}`lost_without.all_heads.english` nats on
#   English and {glue:text}`lost_without.all_heads.python` on Python, the neurons
#   {glue:text}`lost_without.all_neurons.english` and {glue:text}`lost_without.all_neurons.python`,
#   both together {glue:text}`lost_without.both.english` and {glue:text}`lost_without.both.python`.
# - Where the loudest sides of neurons speak most strongly, they are among the 5 % of sides that
#   raise what follows most at {glue:text}`raised_what_follows.loud` of places (floor
#   {glue:text}`raised_what_follows.loud_floor`, untrained
#   {glue:text}`raised_what_follows.untrained`).
# - Three seeds nearly agree in loss; their embeddings are unrelated, their neighbourhoods alike.
#
# ## Exercises
#
# Each runs from the artifacts, in under a minute.
#
# ```{exercise-start} A wider one
# :label: exercise-wider
# ```
# Train the base again on a fifteenth of the tokens, once as it is and once with twice the width
# and twice the neurons. How much does width bring? How much do fifteen times the tokens?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-wider
# :class: dropdown
# ```

# %%
double = shape | dict(hidden_size=2 * hidden_size, mlp_size=2 * mlp_size)
short = settings | dict(training_tokens=training_tokens // 15)
tried = {"base": base.num_parameters()}
for name, form in (("base_short", shape), ("base_short_wide", double)):
    wanted = {"shape": form, "recipe": short}
    model = load_model(store.step(f"models/{name}", training.train_base, wanted, inputs))
    scores |= {(name, d): score_model(model, test[d]) for d in domains}
    tried[name] = model.num_parameters()
tried = pd.DataFrame(tried.items(), columns=["model", "weights"])
for d in domains:
    tried[d] = [scores[n, d].loss for n in tried.model]
table(tried, formats=dict.fromkeys(domains, ".2f"), caption="nats a token")

# %% tags=["remove-cell"]
for (name, better), d in product({"width": "base_short_wide", "text": "base"}.items(), domains):
    gained = scores["base_short", d].behind(scores[better, d])
    chapter.report(f"gain_of_{name}.{d}", *gained, unit="nats")

# %% [markdown]
# With so little text, twice the width gains {glue:text}`gain_of_width.english` nats on English and
# {glue:text}`gain_of_width.python` on Python (below zero: it loses); fifteen times the tokens gain
# {glue:text}`gain_of_text.english` and {glue:text}`gain_of_text.python`.
# ```{solution-end}
# ```
#
# **Next:** [chapter 03](03_fine_tuning) makes two children of the base.

# %% tags=["remove-cell"]
shares = [*pattern.sum(axis=2).ravel(), *even.sum(axis=1)]
assert same and np.allclose(shares, 1, atol=1e-4), "the layer written out; attention adds up to 1"
jensen = summed.base + summed.trigram - 2 * summed["base + trigram"]
assert (jensen > -1e-6).all(), "a mixture is never worse than the mean of its two losses"
assert all(abs(scores["uniform", d].loss - np.log(vocabulary)) < 1e-3 for d in domains)

# %% tags=["remove-cell"]
with chapter.claims():  # what the text says and another size may not show
    assert min(lead["bigram", d][1] for d in domains) > 0, "beats the bigram table"
    assert min(table_lead[b, d][1] for b in bands[1:] for d in domains) > 0, "remembers"
    assert max(table_lead["never", d][2] for d in domains) < 0, "pays for everything new"
    assert all(gain[f"trigram_over_second.{d}"][1] > 0 for d in domains) and apart, "knows more"
    assert all(p.loss.iloc[-1] > p.loss.iloc[2] for p in row_leads.values())
    assert min(low for _, low, _ in window.values()) > 0, "few tokens are counting's own ground"
    assert floor_of_pairs < agree["direct"].mean() < agree["all"].mean(), "other parts know pairs"
    closing = [(r.source, "".join(r.raises)) for r in paths[paths.path != "direct"].itertuples()]
    assert any(a in source and b in to for source, to in closing for a, b in ("()", "{}", "[]"))

# %% tags=["remove-cell"]
with chapter.claims():
    assert keen["open"].bracket_low > keen["open"].as_far_high, "looks back at brackets"
    assert all(one_by_one[d] < lost["all heads", d][1] for d in domains), "do not add up"
    for _, low, _, floor, above, dealt in (ranks["loud"], ranks["other"]):
        assert low > max(floor, ranks["untrained"][2]) and above > dealt, "raise what follows"
    assert ranks["loud"][0] < 0.5 and ranks["untrained"][1] < floor < ranks["untrained"][2]
    assert ranks["loud"][-2] < 0.9 and quieter["base"] < quieter["untrained"]
    assert max(np.ptp([scores[n, d].loss for n in list(models)[:3]]) for d in domains) < 0.15
    assert inside["same token"][:3].abs().max() < 0.1 and inside["same neighbours"][:3].min() > 0.5
