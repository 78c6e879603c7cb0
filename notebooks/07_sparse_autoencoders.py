# %% [markdown]
# # 07 · Sparse autoencoders
#
# **What are the models' features, and how good is that dictionary?**
#
# A neuron of the MLP answers to many unrelated things. A {term}`sparse autoencoder` rewrites the
# activations of all neurons as a sum of a few *features* out of many, in the hope that each
# feature answers to one thing. This chapter trains such a {term}`dictionary` on every model and
# asks what it is worth before anything is concluded from it.
#
# *Predict first.* Each dictionary may use only $k$ of its features for a token (the parameters say
# how many). What share of the variance of all neurons will they explain: a quarter, a half, four
# fifths? And when
# the model runs on the reconstruction instead of its real activations, how much worse does it
# predict?
#
# | reads | `models/*` (02, 03, 04), `corpora/tokens`, `corpora/tokenizer` (01) |
# |---|---|
# | writes | `dictionaries/<model>`, `dictionaries/<model>_evaluation` |
# | takes | about four minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import torch

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.dictionaries.describe import describe
from featurefate.dictionaries.encoding import (
    SparseActivations,
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.evaluation import evaluate, variance_explained
from featurefate.dictionaries.training import load_dictionary, train_dictionaries
from featurefate.figures import theme
from featurefate.figures.curves import curves
from featurefate.figures.distributions import histogram
from featurefate.figures.feature_card import FeatureCard
from featurefate.figures.intervals import intervals
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
features = 2_048  # latents of each dictionary
k = 8  # latents active for a token
training_tokens = 600_000  # tokens of activations a dictionary sees, the four domains equally
seeds = [101, 202]  # of the two dictionaries of each model: a and b
batch = 1_024  # tokens a step
learning_rate = 3e-3  # peak of the schedule
buffer_tokens = 65_536  # activations held in memory and shuffled at a time
context = 128  # tokens a row
evaluation_tokens = 16_384  # test tokens a domain

# %%
chapter = Chapter.open("07_sparse_autoencoders", globals())
store = chapter.store
tokens = store.read("corpora/tokens")
tokenizer = load_tokenizer(store.read("corpora/tokenizer"))
names = ["base", "stories", "lua", "merge", "base_other_seed"]
models = {name: store.read(f"models/{name}") for name in names}

# %% [markdown]
# ## The result
#
# Two dictionaries for each of the five models, from two seeds. All have the same width, the same
# number of active features and the same training text, a quarter from each domain: whatever
# differs between two of them then comes from the model or from the seed.

# %%
recipe = dict(features=features, k=k, training_tokens=training_tokens, seeds=seeds)
recipe |= dict(context=context, batch=batch, learning_rate=learning_rate)
recipe |= dict(buffer_tokens=buffer_tokens)
dictionaries = {
    name: store.step(
        f"dictionaries/{name}", train_dictionaries, recipe, {"model": model, "tokens": tokens}
    )
    for name, model in models.items()
}

# %%
measure = dict(seeds=seeds, context=context, evaluation_tokens=evaluation_tokens, split="test")
measured = {}
for name, model in models.items():
    inputs = {"model": model, "dictionaries": dictionaries[name], "tokens": tokens}
    measured[name] = store.step(f"dictionaries/{name}_evaluation", evaluate, measure, inputs)
tables = {name: pd.read_parquet(a.file("evaluation.parquet")) for name, a in measured.items()}
evaluations = pd.concat([t.assign(model=name) for name, t in tables.items()], ignore_index=True)

# %% tags=["hide-input"]
overall = evaluations[(evaluations.domain == "all") & (evaluations.seed == seeds[0])]
explained = overall[overall.measure == "variance_explained"].replace("base_other_seed", "stranger")
least, most = explained.value.min(), explained.value.max()
intervals(
    explained, label="model", value="value", low="low", high="high", number=".3f",
    x_title="variance explained (centred)",
    title=f"{k} of {features:,} features explain {least:.0%} to {most:.0%} of the variance",
    subtitle="variance explained on test tokens of all domains, 95 % intervals over documents",
    description="Variance explained by one dictionary of each of five models.",
)

# %% tags=["remove-cell"]
for name in names:
    of_model = overall[overall.model == name].set_index("measure")
    chapter.report(f"sae.{name}.l0", of_model.loc["l0"].value, unit="features a token")
    row, unit = of_model.loc["variance_explained"], "share of variance"
    chapter.report(f"sae.{name}.variance_explained", row.value, row.low, row.high, unit=unit)
    dead = of_model.loc["dead_share"].value
    chapter.report(f"sae.{name}.dead_share", dead, unit="share of features")

# %% [markdown]
# In full, for both seeds. *Dead* features never fire on the test tokens, *ultra-rare* ones on
# fewer than one in ten thousand. The rise is that of the loss, over all four domains, when the
# model runs on the reconstruction.

# %% tags=["hide-input"]
wanted = ["l0", "variance_explained", "dead_share", "ultra_rare_share", "cross_entropy_rise"]
wide = evaluations[evaluations.domain == "all"].pivot_table(
    index=["model", "seed"], columns="measure", values="value", sort=False
)
table(
    wide[wanted].reset_index(),
    formats=dict.fromkeys(wanted, ".1%") | {"l0": ".1f", "cross_entropy_rise": ".3f", "seed": "d"},
    names={"cross_entropy_rise": "rise, nats", "l0": "L0", "variance_explained": "explained"}
    | {"dead_share": "dead", "ultra_rare_share": "ultra-rare"},
)

# %% [markdown]
# ## One token by hand
#
# Let $x$ be the activations of the neurons on one token. The encoder gives every feature a score,
# $s = W_\text{enc}^\top (x - b_\text{dec}) + b_\text{enc}$; the $k$ largest scores are kept, if
# they are positive, as $z$, and all others set to zero {cite}`gao2024scaling`. The decoder adds
# up the directions of the kept features: $\hat{x} = W_\text{dec}^\top z + b_\text{dec}$.

# %%
text = evaluation_text(tokens, context, evaluation_tokens, "test")
activations = activations_on(text, models["base"])  # (token, neuron)
dictionary = load_dictionary(dictionaries["base"], seeds[0])
x = activations[1_000]
with torch.no_grad():
    score = (x - dictionary.b_dec) @ dictionary.W_enc + dictionary.b_enc
    kept = score.topk(k)
    z = torch.zeros_like(score).scatter(0, kept.indices, kept.values.relu())
    by_hand = z @ dictionary.W_dec + dictionary.b_dec
    by_library = dictionary(x[None])[0]
print(f"largest difference from SAELens: {(by_hand - by_library).abs().max():.1e}")

# %% [markdown]
# The saved dictionaries are plain SAELens files: `SAE.load_from_disk` opens them anywhere.
#
# Training makes the mean of $\lVert x - \hat{x} \rVert^2$ small, with a second, weaker term that
# lets features which have not fired for long explain what the others leave over.

# %% tags=["hide-input"]
curve = pd.concat(
    pd.read_parquet(a.file("curves.parquet")).assign(model=name)
    for name, a in dictionaries.items()
)
curve = curve[curve.seed == seeds[0]].replace("base_other_seed", "stranger")
last = curve.groupby("model").variance_explained.last()
curves(
    curve, x="tokens", y="variance_explained", colour="model", y_title="variance explained",
    title=f"On the last batches the dictionaries explain {last.min():.0%} to {last.max():.0%}",
    subtitle="variance explained on the training batch, first seed of each model",
    description="Variance explained rising with the number of tokens, one curve a model.",
)

# %% [markdown]
# ## Variance explained, in closed form
#
# $1 - \sum \lVert x - \hat{x} \rVert^2 / \sum \lVert x - \bar{x} \rVert^2$, with $\bar{x}$ the mean
# activation. With the mean subtracted, a dictionary that knew only the mean would score 0.

# %%
with torch.no_grad():
    squared_errors = (dictionary(activations) - activations).pow(2).sum(dim=1).numpy()
total = activations.pow(2).sum().item()
plain = 1 - squared_errors.sum() / total
mean_only = 1 - (activations - activations.mean(dim=0)).pow(2).sum().item() / total
print(f"centred {variance_explained(squared_errors, activations):.3f}, not centred {plain:.3f}")
print(f"not centred, of a dictionary that knows only the mean: {mean_only:.3f}")

# %% [markdown]
# ## Does the model notice?
#
# Variance is not meaning. The harder test: run the model with the reconstruction in place of the
# real activations and see how much worse it predicts, on a domain that it, or a parent, was trained
# for. Two references say what "much" is: the mean activation everywhere, and zeros everywhere
# (sometimes the milder of the two). *Loss recovered* puts the reconstruction on the scale from
# zeros (0) to the intact model (1).

# %%
home = pd.Series({"base": "python", "stories": "stories", "lua": "lua", "merge": "lua"})
of_first = evaluations[evaluations.seed == seeds[0]]
at_home = of_first[of_first.domain == of_first.model.map(home)]

# %% tags=["hide-input"]
labels = {"cross_entropy_rise": "reconstruction"}
labels |= {"mean_ablation_rise": "mean activation", "zero_ablation_rise": "zeros"}
at_home = at_home.assign(splice=at_home.measure.map(labels))
spliced = at_home.dropna(subset="splice").assign(panel=at_home.model + " on " + at_home.domain)
base_rise = spliced[spliced.model == "base"].set_index("splice").value
intervals(
    spliced, label="splice", value="value", low="low", high="high", panel="panel", x_title="nats",
    title=f"On Python the reconstruction costs the base {base_rise['reconstruction']:.2f} nats, "
    f"silencing the MLP {base_rise['zeros']:.2f}",
    subtitle="rise of the test loss when the MLP's activations are replaced; low is good",
    description="Rise in loss by reconstruction, mean and zero ablation for four models.",
)

# %% tags=["remove-cell"]
recovered = at_home[at_home.measure == "loss_recovered"].set_index("model")
for name, row in recovered.iterrows():
    unit = f"share of the loss, on {home[name]}"
    known = [None if pd.isna(x) else x for x in (row.value, row.low, row.high)]
    chapter.report(f"sae.{name}.loss_recovered", *known, unit=unit)
chapter.glue("explained.least", f"{least:.0%}")
chapter.glue("explained.most", f"{most:.0%}")

# %% [markdown]
# ## How often features fire

# %% tags=["hide-input"]
per_feature = {n: pd.read_parquet(measured[n].file("features.parquet")) for n in ("base", "merge")}
statistics = pd.concat([frame.assign(model=name) for name, frame in per_feature.items()])
firing = statistics[(statistics.firing_rate > 0) & (statistics.seed == seeds[0])]
usual = firing.firing_rate[firing.model == "base"].median()
histogram(
    firing, value="firing_rate", colour="model", log_x=True,
    x_title="share of test tokens on which a feature fires",
    title=f"Half of the base's living features fire on fewer than one token in "
    f"{1 / usual:,.0f}",
    description="Histogram of firing rates of the features of base and merge, logarithmic.",
)

# %% [markdown]
# Rare features are a problem for what follows: with a handful of firings, any correlation is
# luck. Chapter 08 counts only features that fire on at least 30 tokens in at least 10 documents.
#
# ## Meet a feature
#
# A feature is read from three sides: *when* it fires (its contexts), *how* it fires (its
# histogram) and *what it does* (the tokens whose score it raises or lowers). Here is one of the
# base's: of those that fire on one to three tokens in a hundred, the one that is most active when
# it is.

# %%
values = encode_activations(dictionary, activations)
encoded = SparseActivations(values, text.document, text.domain, text.token)
base_model = load_model(models["base"])
of_base = firing[(firing.model == "base") & firing.firing_rate.between(0.01, 0.03)]
chosen = int(of_base.sort_values("mean_when_active").feature.iloc[-1])
FeatureCard.of(describe(chosen, encoded, dictionary, base_model, tokenizer), model="base")

# %% [markdown]
# Its effect can be followed by hand. The feature's direction goes through the MLP's output matrix
# and the unembedding; the tokens at the top of that product are the ones it promotes.

# %%
with torch.no_grad():
    written = base_model.model.layers[0].mlp.down_proj.weight @ dictionary.W_dec[chosen]
    effect = base_model.lm_head.weight @ (base_model.model.norm.weight * written)
top = effect.topk(6)
print([tokenizer.decode([i]) for i in top.indices.tolist()])

# %% [markdown]
# ## Findings
#
# - {glue:text}`sae.base.l0` active features a token explain
#   {glue:text}`sae.base.variance_explained` of the variance of the base's neurons, and on Python
#   recover {glue:text}`sae.base.loss_recovered` of what its MLP does for the loss.
# - The models are not opened equally well: from {glue:text}`explained.least` of the variance to
#   {glue:text}`explained.most`. A dictionary that explains less leaves more of its model unseen.
#   Whether its features are less reproducible is another question: the next chapter's ceiling.
# - Whether a feature is *real*, or an accident of the seed, has not been asked yet. That is the
#   ceiling of the next chapter.
#
# ## Exercises
#
# ```{exercise-start} Half the features
# :label: exercise-half
# ```
# Encode the test tokens of the base, but let the dictionary use only the half of its features
# that fire most often. How much variance is left? Which half carries the dictionary?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-half
# :class: dropdown
# ```

# %%
rate = np.bincount(values.indices, minlength=features)
order = np.argsort(-rate)
for name, half in (("frequent", order[: features // 2]), ("rare", order[features // 2 :])):
    only = torch.zeros(features)
    only[torch.as_tensor(half.copy())] = 1
    with torch.no_grad():
        rebuilt = (torch.as_tensor(values.toarray()) * only) @ dictionary.W_dec + dictionary.b_dec
    errors = (rebuilt - activations).pow(2).sum(dim=1).numpy()
    print(f"{name} half alone: {variance_explained(errors, activations):.3f}")

# %% [markdown]
# The frequent half carries nearly all of it; rare features matter on the few tokens they fire on.
# ```{solution-end}
# ```
#
# ```{exercise-start} A feature for a token of your own
# :label: exercise-own
# ```
# Find the feature of the base whose activation correlates most with the token ` return`, and look
# at its card.
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-own
# :class: dropdown
# ```

# %%
wanted_id = tokenizer(" return").input_ids[0]
is_token = (text.token == wanted_id).astype(float)
mean, spread = values.mean(axis=0), np.sqrt(values.multiply(values).mean(axis=0))
together = values.T @ is_token / len(is_token) - mean * is_token.mean()
deviation = np.sqrt(np.maximum(spread**2 - mean**2, 1e-12)) * is_token.std()
best = int(np.argmax(together / deviation))
print(f"feature {best}, r = {(together / deviation)[best]:.2f}")
FeatureCard.of(describe(best, encoded, dictionary, base_model, tokenizer), model="base")

# %% [markdown]
# The higher $r$, the closer the feature comes to being a detector of this one token.
# ```{solution-end}
# ```
#
# **Next:** [chapter 08](08_feature_tracking) follows the features from model to model.

# %% tags=["remove-cell"]
assert torch.allclose(by_hand, by_library, atol=1e-4)
assert (wide.l0 <= k + 1e-6).all()
assert (overall.set_index("measure").loc["variance_explained"].value < 1).all()
with chapter.claims():
    assert least > 0.5, "the text builds on dictionaries that explain most of the variance"
    rises = spliced.pivot(index="model", columns="splice", values="value")
    assert (rises.reconstruction < rises.zeros).all(), "the MLP is better than its absence"
