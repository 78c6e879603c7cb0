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
# *Predict first.* Train the same dictionary twice on the same model, from two seeds. What share of
# the features of one will the other have found, too? Then: is a feature a better detector of
# "function name" or "past tense" than the best neuron is? And than the token alone?
#
# | reads | `models/*` (02, 03, 04), `corpora/*` (01) |
# |---|---|
# | writes | `dictionaries/*` |
# | takes | about six minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import torch
from IPython.display import display
from torch.nn.functional import cosine_similarity

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.dictionaries.architectures import ARCHITECTURES, new_dictionary
from featurefate.dictionaries.cards import shown_seed, write_cards
from featurefate.dictionaries.chat_server import ChatServer
from featurefate.dictionaries.concept_comparison import ConceptScores, compare_units
from featurefate.dictionaries.concept_scores import KINDS, score_concepts
from featurefate.dictionaries.continued import features_left
from featurefate.dictionaries.describe import describe
from featurefate.dictionaries.encoding import (
    activations_on,
    encode,
    evaluation_text,
    load_encoded,
)
from featurefate.dictionaries.evaluation import evaluate, variance_explained
from featurefate.dictionaries.explain import explain_features
from featurefate.dictionaries.penalty_search import chosen_penalty, tune_penalty
from featurefate.dictionaries.settings_front import settings_front
from featurefate.dictionaries.splicing import INTACT, splice
from featurefate.dictionaries.stability import stability
from featurefate.dictionaries.training import load_dictionary, new_trainer, train_dictionaries
from featurefate.figures import theme
from featurefate.figures.distributions import histogram
from featurefate.figures.feature_card import FeatureCard
from featurefate.figures.frames import NOT_RUN, percent
from featurefate.figures.intervals import intervals
from featurefate.figures.numbers import with_interval
from featurefate.figures.points import points
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
features = 768  # latents of each dictionary
k = 32  # latents active for a token
training_tokens = 600_000  # tokens of activations a dictionary sees, the four domains equally
seeds = [101, 202, 303]  # of the dictionaries of each model of the family
batch = 512  # tokens a step
learning_rate = 8e-3  # peak of the schedule
buffer_tokens = 65_536  # activations held in memory and shuffled at a time
context = 128  # tokens a row
evaluation_tokens = 16_384  # tokens a domain to compare dictionaries on; half, to judge one
settings_tried = [{}, {"k": 16}, {"k": 64}, {"features": 1_536}, {"start": "random"},
                  {"start": "random", "frozen_decoder": True}]  # what each changes in the above
trial_tokens = 200_000  # training tokens of each dictionary that is tried out or continued

# %%
chapter = Chapter.open("07_sparse_autoencoders", globals())
store = chapter.store
texts = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer", "concepts")}
tokens, tokenizer = texts["tokens"], load_tokenizer(texts["tokenizer"])
family = ["base", "stories", "lua", "merge"]
strangers = ["base_other_seed", "stories_other_lineage", "lua_other_lineage"]
models = {n: store.read(f"models/{n}") for n in [*family, "base_untrained", *strangers]}
trained_with = dict.fromkeys(family, seeds) | {"base_untrained": seeds[:2]}
trained_with |= dict.fromkeys(strangers, seeds[:1])

# %% [markdown]
# ## The result
#
# Three dictionaries, from three seeds, for each model of the family; two for an untrained model,
# and one for each model of the other lineage, the strangers. All have the same width, the
# same number of active features and the same training text, a quarter from each domain: whatever
# differs between two of them then comes from the model or from the seed.

# %%
recipe = dict(features=features, k=k, training_tokens=training_tokens, context=context)
recipe |= dict(batch=batch, learning_rate=learning_rate, buffer_tokens=buffer_tokens)
inputs = {name: {"model": model, "tokens": tokens} for name, model in models.items()}
dictionaries = chapter.steps(train_dictionaries, "dictionaries/{}", {
    name: (recipe | {"seeds": trained_with[name]}, inputs[name]) for name in models})
opened = {name: inputs[name] | {"dictionaries": dictionaries[name]} for name in models}

# %% tags=["hide-input"]
reading = dict(context=context, evaluation_tokens=evaluation_tokens, split="test")
judging = dict(context=context, evaluation_tokens=evaluation_tokens // 2, split="test")
judged_models = [*family, "base_untrained"]
measured = chapter.steps(evaluate, "dictionaries/{}_evaluation", {
    name: (judging | {"seeds": seeds[:1]}, opened[name]) for name in judged_models})
encoded = chapter.steps(encode, "dictionaries/{}_encoded", {
    name: (reading | {"seeds": trained_with[name]}, opened[name]) for name in models})
resampling = dict(draws=500, seed=57)  # documents, for intervals
again = chapter.steps(stability, "dictionaries/{}_stability", {
    name: (resampling, {"encoded": encoded[name]}) for name in judged_models})

# %% tags=["remove-cell"]
def of_all(artifacts, file):
    """One table of all models."""
    return pd.concat(pd.read_parquet(a.file(file)).assign(model=n) for n, a in artifacts.items())


ceilings, evaluations = of_all(again, "ceiling.parquet"), of_all(measured, "evaluation.parquet")
at_paper = ceilings[ceilings.threshold_name == "paper"].set_index(["model", "of"])
home = pd.Series({"base": "python", "stories": "stories", "lua": "lua", "merge": "lua"})
at_home = evaluations[evaluations.domain == evaluations.model.map(home)]
labels = {"cross_entropy_rise": "reconstruction", "mean_ablation_rise": "mean activation",
          "zero_ablation_rise": "zeros"}
spliced = at_home.assign(splice=at_home.measure.map(labels)).dropna(subset="splice")
spliced["panel"] = spliced.model + " on " + spliced.domain
rises = spliced.pivot(index="model", columns="splice", values="value")

# %% tags=["remove-cell"]
overall = evaluations[evaluations.domain == "all"].set_index(["model", "measure"])
lowest, highest = (f(at_paper.xs("all", level="of").value[family]) for f in (min, max))

# %% tags=["hide-input"]
both = {"found again by another seed": at_paper.xs("all", level="of"),
        "variance explained": overall.xs("variance_explained", level="measure")}
shown = pd.concat(t.loc[judged_models].assign(panel=panel) for panel, t in both.items())
intervals(
    shown.rename(index={"base_untrained": "untrained"}).reset_index(), label="model",
    value="value", low="low", high="high", panel="panel",
    x_title="share of all features; share of variance",
    title=f"Another seed finds {lowest:.0%} to {highest:.0%} of a dictionary's features again",
    subtitle="a partner at r ≥ 0.8 on test text, mean over pairs of seeds; variance: first seed; "
    "95 % intervals over documents",
    description="Seed ceiling and variance explained of the dictionaries of five models.",
)

# %% tags=["remove-cell"]
for name in judged_models:
    row = at_paper.loc[name, "all"]
    chapter.report(f"sae.{name}.found_again", row.value, row.low, row.high, unit="share of all")
    for measure in ("l0", "variance_explained", "dead_share", "loss_recovered"):
        row = overall.loc[name, measure]
        known = [None if pd.isna(x) else x for x in (row.value, row.low, row.high)]
        chapter.report(f"sae.{name}.{measure}", *known, unit=measure.replace("_", " "))

# %% tags=["remove-cell"]
chapter.glue("found.least", percent(lowest))
chapter.glue("found.most", percent(highest))
of_pairs = at_paper.xs("all", level="of").loc[family]
chapter.glue("found.pairs", f"{percent(of_pairs.least.min())} to {percent(of_pairs.most.max())}")
counted = at_paper.loc["base", "counted"]
chapter.glue("found.counted", percent(counted.value, counted.low, counted.high))

# %% [markdown]
# The left panel is a {term}`ceiling`. A rate of persisting means nothing until it is set against
# what *nothing but another seed* does to the features: {glue:text}`sae.base.found_again` of the
# base's are found again, so half of them would be called lost although nothing has changed. Single
# pairs of seeds, over the four models, lie from {glue:text}`found.pairs`. Features that fire on
# fewer than 30 tokens, or in fewer than 10 documents, count as not found here; of those that are
# left, which chapter 08 compares, it is {glue:text}`found.counted`. An *untrained* model is easy to
# agree on, too: agreement is not meaning.
#
# ## More features than neurons
#
# Why should a model store more features than it has neurons? A toy shows it {cite}`elhage2022toy`.
# Five numbers have to pass through two neurons: $\hat{x} = \max(0, W^\top W x + b)$. Each number is
# zero most of the time. What is rare can share: two numbers are hardly ever on together, so their
# directions need not be at right angles. This is *superposition*; no neuron stands for one number,
# and yet every number can be read.

# %%
def squeezed(share_on, steps=2_000):
    """Train the toy on numbers that are on with probability `share_on`; return W, (5, 2)."""
    draw = torch.Generator().manual_seed(0)
    W, b = 0.3 * torch.randn(5, 2, generator=draw), torch.zeros(5)
    optimiser = torch.optim.Adam([W.requires_grad_(), b.requires_grad_()], lr=1e-2)
    for _ in range(steps):
        x = torch.rand(1_024, 5, generator=draw)
        x *= torch.rand(1_024, 5, generator=draw) < share_on
        loss = (torch.relu(x @ W @ W.T + b) - x).pow(2).sum(dim=1).mean()
        optimiser.zero_grad(), loss.backward(), optimiser.step()
    return W.detach()

# %% tags=["hide-input"]
toy = {"on 90 % of the time": squeezed(0.9), "on 5 % of the time": squeezed(0.05)}
places = pd.DataFrame([
    {"neuron 1": x, "neuron 2": y, "number": f"number {i}", "panel": panel}
    for panel, W in toy.items() for i, (x, y) in enumerate(W.tolist(), start=1)
])
points(
    places, x="neuron 1", y="neuron 2", colour="number", panel="panel",
    title="Rare numbers share two neurons, each with a direction of its own",
    subtitle="what each of five numbers writes to the two neurons, after training",
    description="Directions of five numbers in two neurons: irregular when they are often on, "
    "a regular pentagon when they are rare.",
)

# %%
W, draw, recovered = toy["on 5 % of the time"], torch.Generator().manual_seed(7), {}
x = torch.rand(400_000, 5, generator=draw) * (torch.rand(400_000, 5, generator=draw) < 0.05)
for seed in range(4):
    small = new_dictionary("topk", d_in=2, features=5, k=1, seed=seed, device="cpu")
    trainer = new_trainer(small, steps=400, batch=200, learning_rate=3e-2)
    for rows in (x @ W)[(x > 0).any(dim=1)].split(200)[:400]:
        trainer.step(rows)
        trainer.n_training_steps += 1
    cosines = cosine_similarity(W[:, None], small.W_dec.detach()[None], dim=2)
    recovered[f"seed {seed}"] = cosines.amax(dim=1)
table(pd.DataFrame({"number": range(1, 6)} | recovered), formats=dict.fromkeys(recovered, ".2f"))

# %% tags=["remove-cell"]
chapter.glue("toy.recovered", str(sum(bool(c.min() >= 0.99) for c in recovered.values())))

# %% [markdown]
# A dictionary is meant to find the five directions from the two neurons alone; the table has the
# cosine of each number's direction with the nearest one found. Of four seeds
# {glue:text}`toy.recovered` found all five (a cosine of 0.99 or more); the others left a number
# without a direction, though the truth is the same and it is simple. (There is no latent to spare
# here, and they start anywhere; the dictionaries above start at sampled tokens.) What a second seed
# does not find again need not be false; but what it does is less likely to be an accident. That is
# why every rate in this book is read against a ceiling.
#
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
# The saved dictionaries are plain SAELens files: `SAE.load_from_disk` opens them anywhere. Training
# scales activations to a mean norm of $\sqrt{d}$, with $d$ the number of neurons, and makes this
# small, averaged over tokens:
#
# $$ \mathcal{L} = \lVert x - \hat{x} \rVert^2 + c\,\lVert (x - \hat{x}) -
# W_\text{dec}^\top z_\text{dead} \rVert^2 . $$
#
# The first term asks for a good reconstruction; sparseness needs no term, as $k$ sets it. The
# second keeps features alive: those that have not fired for a tenth of the training are made to
# explain what the others leave over ($z_\text{dead}$, at most $d/2$ of them on a token; $c$ is
# their number over $d/2$, at most 1). *Variance explained* is $1 - \sum \lVert x - \hat{x}
# \rVert^2 / \sum \lVert x - \bar{x} \rVert^2$, with $\bar{x}$ the mean activation, so that a
# dictionary that knew only the mean would score 0.
#
# ## Does the model notice?
#
# Variance is not meaning. The harder test: run the model with the reconstruction in place of the
# real activations and see how much worse it predicts, on a domain that it, or a parent, was
# trained for. Two references say what "much" is: the mean activation everywhere, and zeros
# everywhere, which is the model without its MLP (sometimes the milder of the two). *Loss
# recovered* puts the reconstruction on the scale from zeros (0) to the intact model (1). The
# table gives it for all four domains, beside what *Towards Monosemanticity*
# {cite}`bricken2023monosemanticity` reported of its one-layer model. That is no contest: text,
# model and kind of dictionary differ, and zeros are a mild reference where an MLP matters little.

# %% tags=["hide-input"]
intervals(
    spliced, label="splice", value="value", low="low", high="high", panel="panel", x_title="nats",
    title=f"On Python the reconstruction costs the base {rises.reconstruction['base']:.2f} nats, "
    f"silencing the MLP {rises.zeros['base']:.2f}",
    subtitle="rise of the test loss when the MLP's activations are replaced; low is good",
    description="Rise in loss by reconstruction, mean and zero ablation for four models.",
)

# %% tags=["remove-cell"]
here, bounds = overall.loc["base"], ["value", "low", "high"]
kept_by_all = pd.read_parquet(again["base"].file("features.parquet")).groupby("seed").stable.mean()
instead = {"mean_ablation_kl": "mean activation", "zero_ablation_kl": "zeros"}
divergences = "; ".join([with_interval(*here.loc["kl", bounds], ".3f"), *(
    f"{name} {here.value[measure]:.2f}" for measure, name in instead.items())])

# %% tags=["hide-input"]
table(pd.DataFrame([
    ("MLP neurons; features", f"{activations.shape[1]}; {features:,}", "512; 4,096"),
    ("kind; features active on a token", f"TopK; {here.value['l0']:.1f}", "ReLU with L1; –"),
    ("loss recovered", percent(*here.loc["loss_recovered", bounds]), "79 %"),
    ("KL from the intact model, nats", divergences, "–"),
    ("variance explained", percent(*here.loc["variance_explained", bounds]), "–"),
    ("dead features", percent(here.value["dead_share"]), "4.1 %"),
    ("ultra-rare features", percent(here.value["ultra_rare_share"]), "7.1 %"),
    ("stable: found by every other seed", percent(kept_by_all[seeds[0]]), "–"),
], columns=["", "base, here", "Towards Monosemanticity"]))

# %% [markdown]
# ## How often features fire, and how near they lie

# %% tags=["hide-input"]
of_models = [pd.read_parquet(measured[n].file("features.parquet")).assign(model=n)
             for n in ("base", "merge")]
firing = pd.concat(of_models).query("firing_rate > 0")
usual = firing.firing_rate[firing.model == "base"].median()
histogram(
    firing, value="firing_rate", colour="model", log_x=True,
    x_title="share of test tokens on which a feature fires",
    title=f"Half of the base's living features fire on fewer than one token in "
    f"{1 / usual:,.0f}",
    description="Histogram of firing rates of the features of base and merge, logarithmic.",
)

# %% tags=["remove-cell"]
geometry = pd.read_parquet(measured["base"].file("geometry.parquet"))
twins = (geometry.cosine > 0.7).groupby(geometry.kind).mean()
chapter.glue("twins", f"{twins['decoder']:.1%}")
chapter.glue("twins.shuffled", f"{twins['shuffled']:.1%}")
for kind, cosine in geometry.groupby("kind").cosine.mean().items():
    chapter.glue(f"nearest.{kind}", f"{cosine:.2f}")

# %% [markdown]
# Rare features would be a problem for what follows: with a handful of firings, any correlation is
# luck. Directions can fail in another way. A feature whose direction nearly equals another's may
# have been *split*, or may have *absorbed* a special case {cite}`chanin2024absorption`. Here
# {glue:text}`twins` of the base's features have such a twin, at a cosine above 0.7; with each
# neuron's weights dealt anew among the features it would be {glue:text}`twins.shuffled`. On average
# the nearest other direction lies at {glue:text}`nearest.decoder`, dealt anew at
# {glue:text}`nearest.shuffled`, random at {glue:text}`nearest.random`.
#
# ## Which settings make features that are found again?
#
# Settings are judged by two things at once: a coarse dictionary is easily found again and explains
# little. Here each setting has two seeds and little text, and is judged on validation documents.
# With a random start and a frozen decoder, a floor, directions stay random, and only the encoder
# learns {cite}`korznikov2026sanity`.
#
# The paper's dictionaries were of another kind {cite}`horn2025tracking`: a rectifier, and an L1
# penalty on the activations instead of a $k$. How many features fire is an outcome there. The
# penalty for stories was ten times the one of the other models, and every model had its own
# domains. So ReLU is tried, too: from workstation size on with the penalty at which L0 comes
# nearest to $k$, found by a search; and, on the base's own two domains and half as much text, with
# two penalties as far apart as the paper's, $\sqrt{10}$ times lighter and heavier than
# {glue:text}`penalty.middle`.

# %% tags=["remove-cell"]
training = recipe | dict(training_tokens=trial_tokens, seeds=seeds[:2])
without_k = {key: value for key, value in training.items() if key not in ("k", "seeds")}
relu, penalty = {"architecture": "relu"}, 1.15  # near the L0 of TopK at laptop size
if relu in settings_tried:
    search = store.step("dictionaries/base_penalty", tune_penalty, dict(
        target_l0=k, first_penalty=penalty, trials=4, seed=seeds[-1], training=without_k,
        evaluation_tokens=evaluation_tokens // 8), inputs["base"])
    penalty = chosen_penalty(search)

# %% tags=["remove-cell"]
chapter.glue("penalty.middle", f"{penalty:.2f}")
EQUAL, HEAVY, LIGHT = "ReLU, L0 as TopK", "ReLU, heavy penalty", "ReLU, light penalty"
own = relu | {"k": None, "domains": ["english", "python"], "training_tokens": trial_tokens // 2}
arms = {LIGHT: own | {"penalty": penalty / 10**0.5}, HEAVY: own | {"penalty": penalty * 10**0.5}}
if relu in settings_tried:
    arms[EQUAL] = relu | {"k": None, "penalty": penalty}

# %% tags=["remove-cell"]
said = {", ".join(f"{key} = {value}" for key, value in c.items()): c
        for c in settings_tried if c != relu}
trial = dict(settings={name or "as chosen": c for name, c in said.items()} | arms,
             training=training, between=[[HEAVY, LIGHT]], draws=200,
             evaluation_tokens=evaluation_tokens // 2)
front = store.step("dictionaries/settings", settings_front, trial, inputs["base"])
tried = pd.read_parquet(front.file("front.parquet")).set_index("setting")
left_out = set(ARCHITECTURES) - {"topk", *(c.get("architecture") for c in settings_tried)}
left_out = sorted(EQUAL if name == "relu" else name for name in left_out)

# %% tags=["remove-cell"]
measures = {"ceiling": "found again by another seed", "variance_explained": "variance explained"}
both = pd.concat(tried[[m, f"{m}_low", f"{m}_high"]].set_axis(bounds, axis=1).assign(panel=panel)
                 for m, panel in measures.items())
both["named"] = [f"{name.removesuffix(' = True')} · L0 {tried.l0[name]:.0f}" for name in both.index]

# %% tags=["hide-input"]
intervals(
    both, label="named", value="value", low="low", high="high", panel="panel",
    x_title="share of all features; share of variance",
    title=f"Of {len(tried)} settings after {trial_tokens:,} tokens, “{tried.ceiling.idxmax()}” is "
    "found again most",
    subtitle="base, two seeds each, validation text; 95 % intervals over documents; heavy and "
    f"light: {trial_tokens // 2:,} tokens of the base's own domains"
    + "".join(f"; {name}: {NOT_RUN}" for name in left_out),
    description="Seed ceiling and variance explained of several settings of training.",
)

# %% [markdown]
# All are found again less often than the dictionaries above, which saw {glue:text}`front.more_text`
# times as much text. Fewer active features are found again more often and explain less, more of
# them the other way round. $k$ is a compromise: as it is, the dictionary of the stories child
# explains {glue:text}`sae.stories.variance_explained` of the variance, less than that of any other
# model of the family, and with fewer active features it would explain still less.
#
# ## What unequal density does
#
# The two ReLU dictionaries on the base's own domains differ in the penalty alone, by a factor of
# ten. Look the features of one up in the other: both read the same model, so nothing can have
# been lost.

# %% tags=["remove-cell"]
SHORT = {EQUAL: "L0 as TopK", HEAVY: "heavy", LIGHT: "light"}
same = tried.loc[[*arms], ["ceiling", "ceiling_low", "ceiling_high"]].set_axis(bounds, axis=1)
same = same.reset_index().assign(other="another seed's")
looked_up = pd.concat([same, pd.read_parquet(front.file("between.parquet"))], ignore_index=True)
looked_up = looked_up.replace({"setting": SHORT, "other": SHORT}).set_index(["setting", "other"])
for weight in ("heavy", "light"):
    for other, row in looked_up.loc[weight].iterrows():
        name = "unequal" if other in SHORT.values() else "equal"
        chapter.report(f"density.{weight}.{name}", row.value, row.low, row.high, unit="share")

# %% tags=["remove-cell"]
of_relu = NOT_RUN
if EQUAL in tried.index:
    of_relu = "; ".join(f"{words}: {percent(*tried.loc[EQUAL, [m, f'{m}_low', f'{m}_high']])}, "
                        f"TopK {percent(tried[m]['as chosen'])}" for m, words in measures.items())
chapter.glue("kinds.relu", of_relu)

# %% tags=["hide-input"]
dense, alike = looked_up.value["heavy"][["light", "another seed's"]]
intervals(
    looked_up.sort_index(level="setting").reset_index().assign(
        pair=lambda t: t.setting + " → " + t.other),
    label="pair", value="value", low="low", high="high",
    x_title="share of all features of the first that are found again in the second",
    title=f"Nothing changed but the penalty: {dense:.0%} instead of {alike:.0%} of the sparser "
    "dictionary's features are found again",
    subtitle="; ".join(f"{SHORT[n]}: L0 {tried.l0[n]:.0f}" for n in arms) + "; ReLU on the base",
    description="Share of features found again between ReLU dictionaries of unequal density.",
)

# %% [markdown]
# Another seed with the same penalty finds {glue:text}`density.heavy.equal` of the sparser
# dictionary's features again, the denser one {glue:text}`density.heavy.unequal`. Between two models
# such a difference would be read as features that disappeared and emerged. In the paper the
# dictionary of stories was the one with the heavier penalty, on both edges that touch it; how many
# of its features were active is not reported. Here all dictionaries that are compared have the same
# $k$, the same width and the same text.
#
# So density alone can do this. ReLU tuned to the L0 of TopK, on as much text:
# {glue:text}`kinds.relu`. Its penalty has to be searched for, in every model anew; with TopK the L0
# is $k$.
#
# ## Starting from another dictionary's end
#
# Much of what one seed finds and another does not is luck. A dictionary that *continues* a finished
# one has no such luck to lose: it is {term}`warm-started <warm start>`. But it may also remember
# what is no longer there. So the base's first dictionary goes on in five ways: where nothing
# changes, on other text, on the stories child, on a base of the other lineage, and on a model with
# shuffled weights.

# %%
on = inputs | {"shuffled": {"model": store.read("models/base_shuffled"), "tokens": tokens}}
ways = {"nothing_changed": ("base", {}), "other_text": ("base", {"domains": ["stories"]}),
        "stories_child": ("stories", {}), "other_lineage": ("base_other_seed", {}),
        "shuffled_weights": ("shuffled", {})}
going_on = recipe | dict(training_tokens=trial_tokens, learning_rate=learning_rate / 4,
                         seeds=[max(seeds) + 1], parent_seed=seeds[0])
continued = chapter.steps(train_dictionaries, "dictionaries/base_on_{}", {
    way: (going_on | changes, on[model] | {"parent": dictionaries["base"]})
    for way, (model, changes) in ways.items()})

# %% tags=["remove-cell"]
read = chapter.steps(encode, "dictionaries/base_on_{}_encoded", {
    way: (reading | {"seeds": going_on["seeds"]}, on[model] | {"dictionaries": continued[way]})
    for way, (model, _) in ways.items()})
left = store.step("dictionaries/base_left", features_left, resampling | {"parent_seed": seeds[0]},
                  read | {"afresh": encoded["base"], "parent": encoded["base"]})
remaining = pd.read_parquet(left.file("left.parquet")).set_index("continued")

# %% tags=["hide-input"]
intervals(
    remaining.rename(lambda way: way.replace("_", " ")).reset_index(), label="continued",
    value="value", low="low", high="high", x_title="share of the parent's features still there",
    title=f"On the stories child {remaining.value['stories_child']:.0%} of the features stay, "
    f"where nothing changed {remaining.value['nothing_changed']:.0%}, on a base of the other "
    f"lineage {remaining.value['other_lineage']:.0%}",
    subtitle="a partner at r ≥ 0.8 on test text; “afresh”: new seeds on the base",
    description="Share of a dictionary's features left after five continuations.",
)

# %% tags=["remove-cell"]
for way, row in remaining.iterrows():
    chapter.report(f"left.{way}", row.value, row.low, row.high, unit="share of all")
chapter.glue("front.more_text", f"{training_tokens / trial_tokens:.1f}")

# %% [markdown]
# Where nothing changed, {glue:text}`left.nothing_changed` stay, on other text
# {glue:text}`left.other_text`. On the stories child {glue:text}`left.stories_child` are left, on a
# base of the other lineage {glue:text}`left.other_lineage` and on shuffled weights
# {glue:text}`left.shuffled_weights`: a warm-started dictionary does not keep features from memory
# alone. (The neurons of both floors stand in another order, so nothing there meets its old place.)
# Ceiling and floor lie far apart here, where fresh seeds share no more than
# {glue:text}`left.afresh` on the base itself and can tell only through a difference of rates
# (chapter 08). It is one continuation of one dictionary; the intervals speak for other documents.
#
# ## What do features detect?
#
# Held-out tokens carry labels of {term}`concepts <concept>`: keyword, function name, past tense.
# For each concept the unit that detects it best is chosen on validation text, with its threshold,
# and judged on test text by its {term}`F1`. The same question goes to the neurons, to principal
# directions, to random features, and to two rivals that know no model: the best single token, and
# the token's own table of how often it carries the concept.

# %%
asking = dict(context=context, evaluation_tokens=evaluation_tokens // 2, shifts=20, seed=58,
              seeds=seeds[:1])
labelled = {n: opened[n] | {"concepts": texts["concepts"]} for n in judged_models}
rivals = {kind: f"base_{kind.replace(' ', '_')}" for kind in KINDS if kind != "features"}
scores = chapter.steps(score_concepts, "dictionaries/{}_concepts", {
    name: (asking | {"units": [kind]}, labelled["base"]) for kind, name in rivals.items()
} | {n: (asking | {"units": ["features"], "seeds": [shown_seed(n, seeds)]}, labelled[n])
     for n in judged_models})

# %% tags=["remove-cell"]
CALLED = {"token sets": "the token's own table", "tokens": "best token"}
CALLED |= {kind: kind for kind in KINDS if kind not in (*CALLED, "features")}
asked = {CALLED[kind]: ConceptScores.read(scores[rivals[kind]], kind) for kind in CALLED}
for name, model in {"dictionary": "base", "untrained's dictionary": "base_untrained"}.items():
    asked[name] = ConceptScores.read(scores[model], "features", seeds[0])
compared = compare_units(asked, "dictionary")
mean_f1 = compared[compared.measure == "mean F1"].set_index("units")

# %% tags=["hide-input"]
intervals(
    mean_f1.reset_index(), label="units", value="value", low="low", high="high",
    x_title="mean F1 over concepts, test text",
    title=f"Features detect concepts better than neurons by {mean_f1.ahead['neurons']:.2f}, and "
    f"worse than the token alone by {-mean_f1.ahead[CALLED['token sets']]:.2f}",
    subtitle="best unit of each concept, chosen on validation; 95 % intervals over documents",
    description="Mean F1 over concepts of features, neurons, directions, tokens.",
)

# %% tags=["remove-cell"]
for name, row in mean_f1.iterrows():
    key = name.replace("'s", "").replace(" ", "_")
    chapter.report(f"concepts.mean_f1.{key}", row.value, row.low, row.high, unit="F1")
    if name != "dictionary":
        chapter.report(f"concepts.ahead_of.{key}", row.ahead, row.ahead_low, row.ahead_high,
                       unit="F1")
covered = compared[compared.measure == "F1 ≥ 0.5"].set_index("units")
for name in ("dictionary", "neurons", "best token"):
    chapter.glue(f"covered.{name.replace(' ', '_')}", f"{covered.value[name]:.0f}")
judged_concepts = asked["dictionary"].concepts.set_index("concept")
chapter.glue("concepts.judged", str(len(judged_concepts)))

# %% tags=["hide-input"]
alone = asked["the token's own table"].concepts.set_index("concept")
pairs = judged_concepts[["unit", "f1", "auroc", "p"]].join(alone.f1.rename("token alone"))
pairs["beyond the token"] = pairs.f1 - pairs["token alone"]
ahead = pairs.sort_values("beyond the token", ascending=False)
table(ahead.head(8).reset_index(),
      formats=dict.fromkeys(["f1", "auroc", "token alone", "beyond the token"], ".2f")
      | {"p": ".3f", "unit": "d"}, names={"unit": "feature", "f1": "F1", "auroc": "AUROC"})

# %% [markdown]
# The dictionary is ahead of the neurons by {glue:text}`concepts.ahead_of.neurons`, of principal
# directions by {glue:text}`concepts.ahead_of.principal_directions` and of an untrained model's
# dictionary by {glue:text}`concepts.ahead_of.untrained_dictionary`. It covers
# {glue:text}`covered.dictionary` of {glue:text}`concepts.judged` concepts at an F1 of one half, the
# neurons {glue:text}`covered.neurons`. But the token's own table, which reads one token and knows
# no context, is ahead of it by far: most of these concepts are nearly a matter of spelling, and one
# feature of one layer is a poor speller. What a feature can add is context. The last table has the
# concepts on which one feature goes furthest beyond the token; they were picked for their lead, so
# the leads are flattered. $p$ is corrected for the number of concepts; with 20 shifts of the labels
# it cannot be smaller than 1/21.
#
# ## Meet a feature
#
# A feature is read from three sides: *when* it fires (its contexts), *how* it fires (its
# histogram) and *what it does* (the tokens whose score it raises or lowers). Here is the one that
# goes furthest beyond the token.
#
# What it does can be followed by hand. Its direction goes through the MLP's output matrix and the
# unembedding; the tokens at the top of that product are the ones it promotes.

# %%
chosen, base_model = int(ahead.unit.iloc[0]), load_model(models["base"])
with torch.no_grad():
    written = base_model.model.layers[0].mlp.down_proj.weight @ dictionary.W_dec[chosen]
    effect = base_model.lm_head.weight @ (base_model.model.norm.weight * written)
top = effect.topk(6)
print([tokenizer.decode([i]) for i in top.indices.tolist()])
of_base = load_encoded(encoded["base"], seeds[0])
values = of_base.values  # (token, feature), sparse
FeatureCard.of(describe(chosen, of_base, dictionary, base_model, tokenizer), model="base")

# %% tags=["remove-cell"]
shown_cards = dict(contexts=5, tokens_each_side=10, promoted_tokens=6)
to_read = {n: {"model": models[n], "tokenizer": texts["tokenizer"], "encoded": encoded[n],
               "dictionaries": dictionaries[n], "scores": scores[n]} for n in family}
cards = chapter.steps(write_cards, "dictionaries/{}_cards", {
    n: (shown_cards | {"seeds": [shown_seed(n, seeds)]}, to_read[n] | {"stability": again[n]})
    for n in family})

# %% tags=["hide-input"]
server = ChatServer.from_environment()
if server is None:
    print(f"Explanations by a language model: {NOT_RUN}. To have them, name a server in "
          "FEATUREFATE_CHAT_URL and its model in FEATUREFATE_CHAT_MODEL (see the reading guide).")
else:
    chosen_ones = ahead.unit.head(8).tolist()
    explaining = dict(features=chosen_ones, sae_seed=seeds[0], contexts=10, seed=59)
    explained = store.step("dictionaries/base_explanations", explain_features,
                           explaining | {"language_model": server.model}, to_read["base"])
    display(table(pd.read_parquet(explained.file("explanations.parquet"))))

# %% [markdown]
# Every feature of one dictionary of each model has such a card: [browse them](../book/features).
#
# ## Findings
#
# - {glue:text}`sae.base.l0` active features a token explain
#   {glue:text}`sae.base.variance_explained` of the variance of the base's neurons and recover
#   {glue:text}`sae.base.loss_recovered` of what its MLP does for the loss.
# - Another seed finds {glue:text}`found.least` to {glue:text}`found.most` of a dictionary's
#   features again. Between dictionaries of fresh seeds no higher rate of persisting can be
#   expected; an untrained model has {glue:text}`sae.base_untrained.found_again`.
# - A dictionary that continues the base's keeps {glue:text}`left.stories_child` of its features on
#   the stories child, {glue:text}`left.nothing_changed` where nothing changed and
#   {glue:text}`left.other_lineage` on a base it has nothing to do with.
# - Features detect concepts better than neurons, principal directions or an untrained model's
#   features do, and far worse than the token's own table.
#
# ## Exercises
#
# ```{exercise-start} Half the features
# :label: exercise-half
# ```
# Train a dictionary of the base with half as many features, and beside it one with all of them, on
# the same text. How much of the variance does the other half explain?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-half
# :class: dropdown
# ```

# %%
little = recipe | dict(training_tokens=trial_tokens // 4, seeds=seeds[:1])
widths, by_width = {"half": features // 2, "all": features}, {}
for name, width in widths.items():
    trained = store.step(f"dictionaries/base_{name}_the_features", train_dictionaries,
                         little | {"features": width}, inputs["base"])
    with torch.no_grad():
        missed = activations - load_dictionary(trained, seeds[0])(activations)
    by_width[name] = variance_explained(missed.pow(2).sum(dim=1).numpy(), activations)
    print(f"{width} features: {by_width[name]:.3f}")

# %% [markdown]
# The other half adds little: with $k$ as it was, every token is still written with as many
# features, though of a smaller choice.
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
is_token = (text.token == tokenizer(" return").input_ids[0]).astype(float)
mean, square = values.mean(axis=0), values.multiply(values).mean(axis=0)
together = values.T @ is_token / len(is_token) - mean * is_token.mean()
r = together / (np.sqrt(np.maximum(square - mean**2, 1e-12)) * is_token.std())
best = int(np.argmax(r))
print(f"feature {best}, r = {r[best]:.2f}")
FeatureCard.of(describe(best, of_base, dictionary, base_model, tokenizer), model="base")

# %% [markdown]
# The higher $r$, the closer the feature comes to being a detector of this one token.
# ```{solution-end}
# ```
#
# ```{exercise-start} Break a feature
# :label: exercise-break
# ```
# Take the feature of the card above out of the activations: subtract what it writes, and ask the
# base for its loss. Does it matter on the tokens where the feature fires, and only there?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-break
# :class: dropdown
# ```

# %%
fires = values[:, [best]].toarray()[:, 0]
without = activations - torch.as_tensor(fires)[:, None] * dictionary.W_dec[best].detach()
broken = splice(models["base"], text, {"without": without})
rise = broken.nats["without"] - broken.nats[INTACT]
counted = broken.counted > 0
for words, where in {"where it fires": fires > 0, "elsewhere": fires == 0}.items():
    nats = rise[where & counted]
    print(f"{words}: {nats.mean():+.4f} nats on {len(nats):,} tokens")

# %% [markdown]
# Elsewhere nothing can change, as the feature wrote nothing there. Where it fires, the model misses
# it: by how much is what the feature was worth.
# ```{solution-end}
# ```
#
# **Next:** [chapter 08](08_feature_tracking) follows the features from model to model.

# %% tags=["remove-cell"]
assert torch.allclose(by_hand, by_library, atol=1e-4)
assert (overall.xs("l0", level="measure").value <= k + 1e-6).all()
of_family = at_paper.xs("all", level="of").value[family]
explained = overall.xs("variance_explained", level="measure").value[family]

# %% tags=["remove-cell"]
with chapter.claims():
    assert remaining.value.loc[[*ways]].is_monotonic_decreasing, "warm starts keep less and less"
    fewer, more = tried.loc["k = 16"], tried.loc["k = 64"]
    assert tried.ceiling.max() < lowest, "all are found again less often than with more text"
    assert fewer.ceiling > tried.ceiling["as chosen"] > more.ceiling, "fewer are found more often"
    assert fewer.variance_explained < more.variance_explained, "and explain less"

# %% tags=["remove-cell"]
with chapter.claims():
    heavy, light = tried.loc[HEAVY], tried.loc[LIGHT]
    assert heavy.l0 < k < light.l0, "a heavier penalty leaves fewer features active"
    for weight in ("heavy", "light"):
        rates = looked_up.loc[weight].drop("another seed's").high.iloc[0]
        assert rates < looked_up.low[weight, "another seed's"], "unequal density costs partners"
    assert 0 < by_width["all"] - by_width["half"] < 0.05, "half of the features explain nearly all"

# %% tags=["remove-cell"]
with chapter.claims():
    assert max(r.min() for r in recovered.values()) > 0.99, "one seed at least recovers the toy"
    assert of_family.min() > 0.45, "a second seed finds nearly half of every dictionary again"
    assert explained.drop("stories").min() >= 0.8 > explained["stories"], "only stories below 0.8"
    assert (rises.reconstruction < rises.zeros).all(), "a reconstruction costs less than silence"
    rivals = ["neurons", "principal directions", "random features", "untrained's dictionary"]
    assert (mean_f1.ahead_low[rivals] > 0).all(), "features are ahead of every rival but the token"
    assert mean_f1.ahead_high["the token's own table"] < 0, "the token alone is ahead of features"
