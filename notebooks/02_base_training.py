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
import copy
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import torch
from IPython.display import display

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.attention import attention
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.intervals import intervals
from featurefate.figures.reliability import reliability
from featurefate.figures.tables import table
from featurefate.language_model import baselines, circuits, controls, order, recipe, training
from featurefate.language_model.architecture import load_model
from featurefate.language_model.attention_pattern import attention_pattern
from featurefate.language_model.by_position import loss_by_position
from featurefate.language_model.calibration import calibration
from featurefate.language_model.evaluation import Scores, score_model, score_tokens
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.text_size import text_size
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
# two. They count the very rows that the base was trained on. Bigram and trigram are interpolated
# (Kneser and Ney 1995): where a table has seen little, it leans on the one with less context. All
# are scored on the same held-out documents.

# %%
chapter = Chapter.open("02_base_training", globals())
store = chapter.store
inputs = {name: store.read(f"corpora/{name}") for name in ("tokens", "tokenizer")}
tokens, tokenizer = inputs["tokens"], load_tokenizer(inputs["tokenizer"])
shape = dict(hidden_size=hidden_size, mlp_size=mlp_size, heads=heads[0], key_value_heads=heads[1])
shape |= dict(vocabulary=len(tokenizer), context=context)
settings = dict(domains=["english", "python"], training_tokens=training_tokens, batch=batch)
settings |= dict(learning_rate=learning_rate, weight_decay=weight_decay)
trained = {}
for name, seed in zip(["base", "base_other_seed", "base_third_seed"], seeds, strict=True):
    wanted = {"shape": shape, "recipe": {**settings, "seed": seed}}
    trained[name] = store.step(f"models/{name}", training.train_base, wanted, inputs)

# %%
base, domains, vocabulary = load_model(trained["base"]), settings["domains"], len(tokenizer)
rows = order.mixed_rows(tokens, domains, training_tokens, context, seeds[0])  # (row, position)
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
ahead = {d: f"{lead['trigram', d][0]:+.2f} nats".replace("-", "−") for d in domains}
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
# Beside each predictor stands a mixture: the mean of the two probabilities.

# %%
def triples(rows):
    """One number for each token and the two before it; none for the first two of a row."""
    ids = rows.astype(np.int64)
    return (ids[:, :-2] * vocabulary + ids[:, 1:-1]) * vocabulary + ids[:, 2:]


kept, times = np.unique(triples(rows), return_counts=True)
parts = []
for d in domains:
    nats = {n: by_token[n, d].nats for n in ("trigram", "base")}
    nats["mixture"] = -np.log(np.mean([np.exp(-n) for n in nats.values()], axis=0))
    asked = np.pad(triples(test[d].rows), ((0, 0), (2, 0)), constant_values=-1)[test[d].mask]
    place = np.searchsorted(kept, asked).clip(max=len(kept) - 1)
    parts.append(pd.DataFrame(nats).assign(domain=d, seen=(kept[place] == asked) * times[place]))

# %% tags=["hide-input"]
known = pd.concat(parts)
bands = ["never", "1 to 9 times", "10 times or more"]
known["in training"] = pd.cut(known.seen, [-1, 0, 9, np.inf], labels=bands).astype(str)
whole = known.assign(**{"in training": "all together"})
grouped = pd.concat([known, whole]).groupby(["domain", "in training"])
summed = grouped[["trigram", "base", "mixture"]].mean()
summed.insert(0, "share", grouped.size() / grouped.size().groupby("domain").max())
summed = summed.loc[[(d, b) for d in domains for b in [*bands, "all together"]]]
layer_weights = sum(p.numel() for p in base.model.layers.parameters())
table(summed.reset_index(), formats={"share": ".0%"} | dict.fromkeys(nats, ".2f"), caption=(
    f"nats a token; the table keeps {len(kept):,} triples, the layer has {layer_weights:,} weights"
))

# %% [markdown]
# The table remembers: it is ahead on what it has met, most of all on what it met only a few times,
# and pays for everything new. One layer of this size, trained this long, does not remember so; its
# size and the length of its training are candidate reasons that this comparison does not tell
# apart. What it learns instead carries over to triples never seen, and reaches back further than
# two tokens. The mixture is better than both. That alone does not show that they know different
# things: the mean of two imperfect predictors of one kind is often better than either, too.
#
# (The rows are sorted by what did come next, which favours the table where it has counted. The
# fair comparison is the one over all tokens.)
#
# ## The layer
#
# The base is a `transformers` Mistral {cite}`jiang2023mistral` with a single layer, as in
# {cite:t}`horn2025tracking`. Here is all of it, written out. A token becomes a vector of the
# residual `stream`; attention adds what earlier tokens have to say (`mixed`); the gated MLP, whose
# `neurons` this book takes apart, adds what it makes of both; the unembedding turns the sum into
# one score for each word of the vocabulary.

# %%
ids = torch.as_tensor(rows[:2, :-1].astype(np.int64))  # (row, position)
layer, position = base.model.layers[0], torch.arange(ids.shape[1])[None]
with torch.no_grad():
    stream = base.model.embed_tokens(ids)  # (row, position, d_model)
    normed = layer.input_layernorm(stream)
    turns = base.model.rotary_emb(normed, position)  # tell where each token stands
    mixed, _ = layer.self_attn(normed, position_embeddings=turns, attention_mask=None)
    normed = layer.post_attention_layernorm(stream + mixed)
    neurons = layer.mlp.act_fn(layer.mlp.gate_proj(normed)) * layer.mlp.up_proj(normed)
    logits = base.lm_head(base.model.norm(stream + mixed + layer.mlp.down_proj(neurons)))
    same = torch.allclose(logits, base(ids).logits, atol=1e-4)
print(*(tuple(x.shape) for x in (stream, mixed, neurons, logits)), "as the model has it:", same)

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
# and in several processes; the `Logbook` keeps the curves, and the checkpoint to go on from.

# %%
display(source(training.optimise))
display(source(recipe.learning_rate_at))

# %% tags=["hide-input"]
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
# The second figure asks what the base makes of context. The trigram table sees two tokens, the base
# up to a row of them. If it uses what stands further back, it must gain on the table as a row goes
# on. Both are asked for the same tokens, so the difference is taken token by token: what makes the
# start of a file easier or harder than its middle, for either, drops out.

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

# %% tags=["hide-input"]
parts = {}
for d in domains:
    mine, counted = by_token["base", d], by_token["trigram", d]
    ahead = {d: replace(mine, nats=counted.nats - mine.nats), "base": mine}
    parts[d] = loss_by_position(ahead, test[d]).set_index("model")
drawn = pd.concat(parts[d].loc[[d]] for d in domains).reset_index(names="domain")
said = ", ".join(f"{p.loss[d].iloc[-1]:+.2f} on {d.title()}" for d, p in parts.items())
own = [f"{p.loss['base'].iloc[0]:.2f} to {p.loss['base'].iloc[-1]:.2f}" for p in parts.values()]
curves(drawn, x="position", y="loss", colour="domain", low="low", high="high", log_x=True,
    y_title="nats ahead of the table", rules=pd.DataFrame([{"value": 0, "label": "no lead"}]),
    title=f"Lead over the trigram table at the end of a row: {said}".replace("-", "−"),
    subtitle=f"its own loss, first to last: {' and '.join(own)}", description="Lead by position.")

# %% [markdown]
# Once the table has its two tokens, the layer falls behind. Then, as more of the row comes into
# view, it gains on the table.
#
# ## Where the heads look
#
# Attention is how anything reaches the present token from further back. Each head of each token
# distributes one unit of attention over the tokens up to itself. First on average, then on one
# line of code.

# %%
ids = np.concatenate([test[d].rows[test[d].mask[:, 1:].all(axis=1)][:16] for d in domains])
pattern = np.mean([attention_pattern(base, row.tolist()) for row in ids], axis=0)
even = np.tril(np.ones((context, context)))  # each token looks everywhere alike
even /= even.sum(axis=1, keepdims=True)
looks = pd.DataFrame({"head": [*map(str, range(heads[0])), "evenly"]})
for back, column in enumerate(["itself", "one back", "two back"]):
    looks[column] = [np.diagonal(a, -back)[8:].mean() for a in [*pattern, even]]
looks["more than 8 back"] = [np.tril(a, -9)[16:].sum(axis=1).mean() for a in [*pattern, even]]
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
# path can be read off the weights (Elhage and others 2021). The *direct path*, embedding to
# unembedding, knows the present token only: a bigram table of low rank. A *head* carries
# something of an earlier token, the source, to the present one. Which next tokens the source makes
# likelier does not depend on where the head looks from; whether it looks there does. Together they
# make a *skip-trigram*: source … present → next. Here are the common tokens for which either speaks
# loudest.

# %%
counts = np.bincount(rows[:, 1:].ravel(), minlength=vocabulary)
common = [int(t) for t in np.argsort(-counts)[:400] if t != tokenizer.bos_token_id]
bigrams = circuits.direct_bigrams(base, tokenizer, common, top=8)
counted = counting["bigram"].best(np.array(common))
only = torch.tensor([[tokenizer.bos_token_id, t] for t in common])
with torch.no_grad():
    paths = {"direct": circuits.direct_logits(base, only[:, 1]), "all": base(only).logits[:, 1]}
agree = {path: (logits.argmax(1).numpy() == counted).mean() for path, logits in paths.items()}
table(bigrams, names={"effect": "effect in logits"}, formats={"effect": ".1f"}, caption=(
    f"Its first choice is that of the counted table for {agree['direct']:.0%} of {len(common)} "
    f"common tokens; all paths together, given the token alone, agree on {agree['all']:.0%}."
))

# %%
each = max(1, 12 // heads[0])
skips = pd.concat(
    circuits.skip_trigrams(base, tokenizer, h, common, top=each).assign(head=h)
    for h in range(heads[0])
)
table(
    skips[["head", "source", "seen_from", "raises", "effect"]], formats={"effect": ".1f"},
    names={"seen_from": "looked for by", "effect": "effect in logits"},
    caption="the sources with the loudest effect of each head, as seen from two tokens further on",
)

# %% [markdown]
# Much of it is closing what was opened: a bracket makes its partner likelier, a quotation mark
# another one. See on the maps above how often a token within brackets looks at the bracket. Such
# rules need no understanding, and they reach further back than any trigram table. (Effects are for
# a head that gives all its attention to the source; it never does. What passes through the MLP is
# left out.)
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

# %% tags=["hide-input"]
compared = pd.DataFrame({"model": list(models)})
for d in domains:
    compared[f"{d}, nats"] = [scores[n, d].loss for n in models]
    behind = [scores[n, d].behind(scores["base", d]) for n in others]
    behind = [f"{x:+.2f} ({low:+.2f} to {high:+.2f})" for x, low, high in behind]
    compared[f"{d}, behind the base"] = ["", *behind]
    seen = [scores[n, d].loss for n in list(models)[:3]]
    chapter.report(f"loss_over_seeds.base.{d}", np.mean(seen), min(seen), max(seen), unit="nats")
table(compared, formats=dict.fromkeys((f"{d}, nats" for d in domains), ".2f"), caption=(
    f"test loss, paired by document; a model that knows nothing pays {np.log(vocabulary):.2f}"))

# %%
def geometry(model):
    """The cosines between the embeddings of all pairs of common tokens."""
    vectors = model.model.embed_tokens.weight.detach()[common]
    vectors = torch.nn.functional.normalize(vectors - vectors.mean(dim=0), dim=1)
    return (vectors @ vectors.T)[tuple(torch.triu_indices(len(common), len(common), 1))]


pairs = [*combinations(list(models)[:3], 2), *(("base", n) for n in list(models)[3:])]
embedding = {n: model.model.embed_tokens.weight.detach() for n, model in models.items()}
same_token = [torch.cosine_similarity(embedding[a], embedding[b]).mean().item() for a, b in pairs]
angles = [torch.stack([geometry(models[a]), geometry(models[b])]) for a, b in pairs]
same_neighbours = [torch.corrcoef(two)[0, 1].item() for two in angles]

# %% tags=["hide-input"]
inside = pd.DataFrame(pairs, columns=["one", "other"])
inside = inside.assign(same_token=same_token, same_neighbours=same_neighbours)
between = inside[:3].mean(numeric_only=True)
for name, values in {"cosine": same_token[:3], "geometry": same_neighbours[:3]}.items():
    bounds = np.mean(values), min(values), max(values)
    chapter.report(f"embedding_{name}.over_seeds", *bounds, unit="correlation")
table(inside, formats=dict.fromkeys(inside.columns[2:], ".2f"), caption=(
    "same token: mean cosine between its two embeddings; same neighbours: correlation, over "
    f"pairs of the {len(common)} common tokens, of their cosine in one model and in the other"),
    names={"same_token": "same token", "same_neighbours": "same neighbours"})

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
# - One layer beats the bigram table on both domains, by {glue:text}`lead_over_bigram.english`
#   nats on English and {glue:text}`lead_over_bigram.python` on Python.
# - Over a trigram table of the same text its lead is {glue:text}`lead_over_trigram.english` nats on
#   English and {glue:text}`lead_over_trigram.python` on Python. The table remembers; the layer
#   generalises and looks further back; a mixture of the two is better than either.
# - Its confidence is {glue:text}`calibration_error.base.english` off on English and
#   {glue:text}`calibration_error.base.python` on Python.
# - Part of it can be read off its weights: some bigrams on the direct path, and heads that close
#   what was opened. For most common tokens the direct path alone does not agree with the counts.
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
short = settings | dict(training_tokens=training_tokens // 15, seed=seeds[0])
tried = []
for name, form in (("base_short", shape), ("base_short_wide", double)):
    wanted = {"shape": form, "recipe": short}
    model = load_model(store.step(f"models/{name}", training.train_base, wanted, inputs))
    losses = {d: score_model(model, test[d]).loss for d in domains}
    tried.append({"model": name, "parameters": model.num_parameters(), **losses})
full = {d: scores["base", d].loss for d in domains}
tried.append({"model": "base", "parameters": base.num_parameters(), **full})
table(pd.DataFrame(tried), formats=dict.fromkeys(domains, ".2f"))

# %% [markdown]
# With so little text, width changes little; more text changes much.
# ```{solution-end}
# ```
#
# ```{exercise-start} How far back does it look?
# :label: exercise-window
# ```
# Let the base predict the same tokens from windows of 1, 2, 4, 8, 16 and 32 tokens. How much of
# its lead over the bigram table is left when it, too, sees one token only? And of its lead over
# the trigram table when it sees two?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-window
# :class: dropdown
# ```

# %%
losses = {d: {} for d in domains}
for d in domains:
    full = test[d].rows[test[d].mask[:, 1:].all(axis=1)][:, 1:]
    windows = np.lib.stride_tricks.sliding_window_view(full, 33, axis=1)[:, ::8].reshape(-1, 33)
    for n, k in (("bigram", 2), ("trigram", 3)):
        losses[d][f"{n} table"] = -np.log(counting[n].probability(*windows[:, -k:].T)).mean()
    for n in (1, 2, 4, 8, 16, 32):  # the same tokens are asked for every time
        ids = torch.as_tensor(np.pad(windows[:, 32 - n :], ((0, 0), (1, 0))).astype(np.int64))
        with torch.no_grad():
            logits = base(ids[:, :-1], logits_to_keep=1).logits[:, 0]
        losses[d][f"base, last {n}"] = torch.nn.functional.cross_entropy(logits, ids[:, -1]).item()
table(pd.DataFrame(losses).reset_index(names="predictor"), formats=dict.fromkeys(test, ".2f"))

# %% [markdown]
# With one token the network is no better than the table that counts pairs, with two it is worse
# than the table that counts triples: it does not beat counting on counting's own ground. Whatever
# lead it has comes from further back, and each doubling of the window brings less.
# ```{solution-end}
# ```
#
# ```{exercise-start} Without a head
# :label: exercise-head
# ```
# Switch off one head at a time: let it write nothing. Which head is missed most, and on which
# domain? What is left without any?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-head
# :class: dropdown
# ```

# %%
def without(model, gone):
    """A copy of the model whose heads `gone` write nothing into the stream."""
    cut = copy.deepcopy(model)
    write = cut.model.layers[0].self_attn.o_proj.weight.detach()  # (d_model, heads · head_dim)
    write.unflatten(1, (heads[0], -1))[:, gone] = 0
    return cut


missed = []
for gone in (*([h] for h in range(heads[0])[:4]), list(range(heads[0]))):
    cut, name = without(base, gone), f"head {gone[0]}" if len(gone) == 1 else "all heads"
    worse = {d: score_model(cut, test[d]).behind(scores["base", d])[0] for d in domains}
    missed.append({"switched off": name, **worse})
table(pd.DataFrame(missed), formats=dict.fromkeys(domains, "+.2f"), caption="nats lost by it")

# %% [markdown]
# Without all heads far more is lost than the losses of one head at a time add up to: where one is
# missing, the others still carry part of what it carried. (The MLP has never seen a head that
# writes nothing; letting it write its mean instead is gentler, and the usual second try.)
# ```{solution-end}
# ```
#
# **Next:** [chapter 03](03_fine_tuning) makes two children of the base.

# %% tags=["remove-cell"]
assert same and max(same_token[:3]) < 0.1, "the layer written out; unrelated embeddings"
if profile != "smoke":  # a hundred thousand tokens are too few to beat counting
    assert min(lead["bigram", d][1] for d in domains) > 0, "the text says: beats the bigram table"
    few, new, total = (summed.xs(b, level=1) for b in (bands[1], bands[0], "all together"))
    assert (few.trigram < few.base).all() and (new.trigram > new.base).all(), "what each knows"
    assert (total.mixture < total[["trigram", "base"]].min(axis=1)).all(), "better than either"
    assert max(np.ptp([scores[n, d].loss for n in list(models)[:3]]) for d in domains) < 0.15
    assert min(same_neighbours[:3]) > 0.5, "the text says: neighbourhoods alike"
    assert any(a in r.source and b in r.raises for r in skips.itertuples() for a, b in ("()", "{}"))
    assert all(min(m[d] for m in tried[:2]) > tried[2][d] for d in domains), "text"
    assert all(losses[d]["base, last 2"] > losses[d]["trigram table"] for d in domains)
    assert all(sum(m[d] for m in missed[:-1]) < missed[-1][d] for d in domains), "others stand in"
