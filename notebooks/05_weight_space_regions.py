# %% [markdown]
# # 05 · Regions in weight space
#
# **Is knowledge a region?**
#
# A model is a list of numbers, its weights; so it is a *point* in a space with as many dimensions
# as there are weights. Fine-tuning moves the point. Gueta and others {cite}`gueta2023knowledge`
# fine-tuned one language model many times and found that the points are not scattered: those that
# read the same kind of text lie together, and what lies *between* them is as good as they are, or
# better. Knowledge, they say, is not a point but a {term}`region`. Chapter 04 walked one line in
# this space; this chapter looks around.
#
# *Predict first.* Thirty models are fine-tuned from our {term}`base`: five on each of six data
# sets, every time on other documents. Somebody hands you the thirty lists of numbers without
# labels. Could you tell which five belong together? Which would you confuse? And would you rather
# have one of the five, or a mixture of them?
#
# | reads | `models/base`, `models/base_other_seed` (02), `corpora/*` (01) |
# |---|---|
# | writes | `regions/*` |
# | takes | about three minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
from IPython.display import display

from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.cosine_matrix import cosine_matrix
from featurefate.figures.curves import curves
from featurefate.figures.frames import NOT_RUN, percent
from featurefate.figures.intervals import intervals
from featurefate.figures.numbers import minus, with_interval
from featurefate.figures.points import points
from featurefate.figures.rates import rates
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.movement import ALL, INNER
from featurefate.regions import clustering, plan
from featurefate.regions.centroid_start import centroid_starts, gains_over
from featurefate.regions.cluster_controls import (
    among,
    cluster_controls,
    cosine_across,
    cosine_gap,
    gram_of,
    word_cosines,
)
from featurefate.regions.clustering import cluster
from featurefate.regions.datasets import DATASETS, dataset_stream, family
from featurefate.regions.membership import membership, probabilities, read_measured
from featurefate.regions.paths import LEVELS, paths
from featurefate.regions.pictures import on_plane, t_sne
from featurefate.regions.refit import HEADS, generalised_losses
from featurefate.regions.region import given_to_steps
from featurefate.regions.sampling import groups
from featurefate.regions.task_vectors import cosines
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
datasets = [
    "english_others",
    "stories_things",
    "stories_company",
    "python_networks",
    "python_others",
    "lua_others",
]  # which parts of the domains; see featurefate.regions.datasets
seeds = [51, 52, 53, 54, 55]  # of the fine-tunes on each: which documents, in which order
training = {"tokens": 64_000, "batch": 16, "learning_rate": 1e-3, "weight_decay": 0.01}  # of each
control_seeds = {
    "other_base": [61, 62],
    "halves": [71, 72, 73],
    "apart": [76, 77, 78],
    "less_text": [86, 87],
    "from_scratch": [],
}  # of the controls; see featurefate.regions.plan; []: not run
less_text = [5_000]  # tokens of text for a control, in as many steps as the others
evaluation = {"tokens": 1_920, "documents": 60}  # of each data set: test tokens and documents
mixtures = {"dataset": 10, "family": 10, "general": 10}  # In′ points of each group
pairs = 4  # models joined by a line, at each level (the paper: 10, 25, 25)
refitted = {"dataset": {"in": 5, "mixture": 3, "other": 4, "base": 1}}  # models with a new head
start_seeds = [91, 92]  # of the tunings from base and centroid
start_rows = {"full": 64, "few": 8}  # contexts of text that each of them reads

# %% [markdown]
# ## Thirty points
#
# The data sets are parts of the four {term}`domains <domain>`. `stories_things` tells of things
# that are lost, found or broken; `stories_company` of friends, gifts and quarrels.
# `python_networks` is code of packages for neural networks, `python_others` of all others; English
# and Lua are divided in the same way. There are two *families*: prose and code.

# %% tags=["hide-input"]
chapter = Chapter.open("05_weight_space_regions", globals())
store = chapter.store
corpora = {key: store.read(f"corpora/{key}") for key in ("documents", "tokens", "tokenizer")}
parents = {name: store.read(f"models/{name}") for name in ("base", "base_other_seed")}
texts = {d: {split: dataset_stream(DATASETS[d], corpora["documents"], corpora["tokens"], split)
             for split in ("train", "test")} for d in datasets}
table(pd.DataFrame(
    {"data set": d, "family": family(DATASETS[d]), "documents": texts[d]["train"].documents,
     "tokens": len(texts[d]["train"].tokens), "test documents": texts[d]["test"].documents,
     "test tokens": len(texts[d]["test"].tokens)} for d in datasets))

# %% [markdown]
# Each fine-tune draws its own documents from the data set, so two of them share what the text is
# about and little of the text. No fine-tune needs another. They are computed side by side on the
# cores of this machine or, where the environment variable `FEATUREFATE_BACKEND` says so, on a Dask
# or Ray cluster. Beside the members there are controls, each for a question that comes later:
# fine-tunes of *another base* (the same text in another order, from other initial weights), of two
# *random halves* of one domain, of stories so divided that no two models share *a document*, and of
# *less text*. Every member was measured on test text of every data set, and with them models that
# nobody trained: mixtures of members, and others that the second half of this chapter explains.
#
# What fine-tuning changed is the model's weights less its parent's: its {term}`task vector`
# {cite}`ilharco2023editing`. All that follows rests on the inner products of these vectors. (One
# direction is left out of them, the same vector added to every row of the unembedding: it changes
# no probability, chapter 03.) The picture shows the one plane through the base that holds most.

# %%
planned = plan.members(datasets, seeds, training["tokens"])
planned += plan.controls(datasets, control_seeds, training["tokens"], less_text)
models = plan.fine_tunes(store, planned, corpora, parents, training)
region, inputs = given_to_steps(models, corpora, parents["base"], evaluation)
sampling = dict(region=region, mixtures=mixtures, runs_mixed=len(seeds) // 2 + 1, seed=501)
sampling |= dict(concentration=1.0, random_directions=3)
sampling |= dict(distances=[0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0])
measured = store.step("regions/membership", membership, sampling, inputs)
sampled, losses = read_measured(measured)
print(models.groupby("group", sort=False).size().to_string())

# %% tags=["remove-cell"]
members = models[models.group == "member"]
grams = gram_of(models)
near_all = {part: cosines(grams[part]) for part in (ALL, INNER)}
near = among(near_all[ALL], members)
gram = among(grams[ALL], members)
same = np.equal.outer(members.dataset.to_numpy(), members.dataset.to_numpy())
others = ~np.eye(len(members), dtype=bool)
inside, across = near[same & others].mean(), near[~same].mean()
squares = np.diag(gram)
distances = np.sqrt(np.maximum(0, squares[:, None] + squares - 2 * gram))
from_base = np.sqrt(squares).mean()
apart_by = {"same": distances[same & others].mean(), "other": distances[~same].mean()}

# %% tags=["remove-cell"]
for which, length in apart_by.items():
    chapter.report(f"regions.apart.{which}_dataset", length / from_base)

# %% tags=["hide-input"]
two = losses.dataset.isin({"stories_things", "lua_others"} & {*datasets} or datasets[:2])
pictured, seen = on_plane(sampled[sampled.kind.isin(["base", "member", "mixture"])], losses[two],
                          [model.name for model in members.model], gram)
points(
    pictured, panel="read on", x="first direction", y="second direction", shape="kind",
    colour="nats above the best", hover=["dataset"],
    title=f"Two models of one data set lie {apart_by['same'] / from_base:.2f} times as far apart "
    f"as a model from the base, two of different data sets {apart_by['other'] / from_base:.2f} "
    "times",
    subtitle=f"weights less those of the base; the plane shows {seen:.0%} of their squared length. "
    "Colour: loss on test text of the data set above; a mixture is a weighted mean of members",
    description="Base, fine-tunes and mixtures on a plane, coloured by their test loss.")

# %% [markdown]
# In this plane five models of one data set lie nearly on one spot, and the two kinds of story on
# top of each other. The plane flatters: in all dimensions two models of one data set are
# {glue:text}`regions.apart.same_dataset` times as far apart as a model is from the base, two of
# different data sets {glue:text}`regions.apart.other_dataset` times. What is near the stories is
# good at stories, trained or not, and the loss changes smoothly from place to place. Two other
# views hide nothing, or something else.
#
# ## Do those that read the same lie together?
#
# The cosine of two task vectors says whether two models moved the same way: 1 for the same
# direction, 0 for directions that have nothing in common, which in so many dimensions is what
# chance gives. Below, all of them; and the same numbers as a map made by *t-SNE*
# {cite}`maaten2008visualizing`, which puts each point beside its nearest neighbours.

# %% tags=["remove-cell"]
on_map = pd.DataFrame(t_sne(near, seed=506), columns=["x", "y"])
on_map = on_map.assign(dataset=members.dataset.to_numpy(), family=members.family.to_numpy())

# %% tags=["hide-input"]
display(cosine_matrix(
    near, members.dataset.tolist(),
    title=f"Two models of one data set have a mean cosine of {inside:.2f}, of two data sets "
    f"{across:.2f}",
    subtitle=f"cosines of the task vectors of {len(members)} models",
    description="Cosines of all pairs of task vectors; blocks of one data set are dark."))
points(
    on_map, x="x", y="y", colour="dataset", shape="family", axes=False,
    title="The same cosines as a map: only who lies beside whom has a meaning",
    description="The fine-tunes on a t-SNE map; the models of a data set lie together.")

# %% [markdown]
# The matrix says more than the map: how near within a data set, how far between two, and that the
# two kinds of story are nearly one. The map shows islands either way.
#
# *Spectral clustering* {cite}`vonluxburg2007tutorial` finds groups without labels: it takes the
# cosines as strengths of ties and cuts the weakest. We ask for as many {term}`clusters <cluster>`
# as there are labels, match clusters to labels in the best way, and count. Beside it stands a
# simpler question that needs no number of clusters: has a model's *nearest neighbour* read the same
# data set? *Predict first:* how many of the models are put with their own kind, at the level of the
# data set, and of the family?
#
# Before the result, the controls. *Predict* each:
#
# - **Two bases.** With models of a second base among them, each seen from its own base: do they
#   divide by text, or by base?
# - **Amount of text** ({glue:text}`regions.sizes`). With models of less text among them, do they
#   divide by text, or by how much of it they read?
# - **Random halves.** The two halves of `python` differ in nothing but their documents. A method
#   that sees *kinds* of text should not tell them apart.
# - **No shared document.** Two fine-tunes on one kind of story can share some documents by chance.
#   Here they cannot.
# - **Words.** A model that reads stories learns first that *the* is frequent and `def` is not. Do
#   task vectors say more than that? We cluster the *word counts* of what each model read, less the
#   shares that the base was trained on; and task vectors without the *word tables* (embedding and
#   unembedding).
# - **Nothing.** Random directions. And for all, as a floor: the same clusters with permuted labels.

# %%
known = parents["base"].manifest.recipe["settings"]["recipe"]["domains"]
near_words = word_cosines(list(members.model), corpora["documents"], corpora["tokens"], known)
clusters = cluster_controls(models, near_all, near_words, seed=507)
source(clustering.spectral_clusters)

# %% tags=["remove-cell"]
fields = ["accuracy", "low", "high", "floor"]
shares = pd.DataFrame(
    {"clusters": name if c else f"{name.split(',')[0]}: not run"}
    | {field: getattr(c, field, np.nan) for field in fields}
    for name, c in clusters.items())
right = {name: c.accuracy for name, c in clusters.items() if c}
neighbours = {name: clusters[f"{name}, dataset"].neighbour
              for name in ("all weights", "word counts")}
nearest = pd.DataFrame({"clusters": f"neighbour: {name}", "accuracy": share}
                       for name, share in neighbours.items())

# %% tags=["hide-input"]
rates(
    pd.concat([nearest, shares]).rename(columns={"accuracy": "value", "floor": "chance"}),
    label="clusters", x_title="share of models with their label",
    title=f"Of the models {neighbours['all weights']:.0%} have a nearest neighbour of their own "
    f"data set, {right['all weights, dataset']:.0%} fall into its cluster; by word counts alone "
    f"{neighbours['word counts']:.0%} and {right['word counts, dataset']:.0%}",
    subtitle="spectral clustering after the best matching; bars: range over subsets of the seeds "
    "(three fifths), none where no seed can be left out; chance: permuted labels",
    description="Accuracy of clusters of task vectors and of the controls, with floors.")

# %% tags=["remove-cell"]
for name, c in clusters.items():
    told = name.replace(", ", ".").replace(" ", "_")
    told = {"all_weights.dataset": "dataset", "all_weights.family": "family",
            "two_bases.base": "base"}.get(told, told)
    told = f"regions.cluster_accuracy.{told}"
    if c:
        chapter.report(told, c.accuracy, c.low, c.high, floor=c.floor, unit="share")
    else:
        chapter.glue(told, NOT_RUN)
for name, share in neighbours.items():
    chapter.report(f"regions.neighbour.{name.replace(' ', '_')}", share, unit="share")
lowest, highest = np.where(same, near, 1).min(axis=1), np.where(same, -1, near).max(axis=1)

# %% tags=["remove-cell"]
chapter.report("regions.separated", np.mean(lowest > highest), unit="share")
alike = np.corrcoef(near[~same], near_words[~same])[0, 1]
chapter.report("regions.words_agreement", alike, unit="correlation")
wrong = np.array(clusters["all weights, family"].clusters) != members.family.to_numpy()
chapter.glue("regions.wrong_family", ", ".join(members.dataset[wrong].unique()) or "none")

# %% tags=["remove-cell"]
read_less = sorted({*models.drawn[models.group == "less_text"]})
amounts = " and ".join(f"{size:,}" for size in [*read_less, training["tokens"]])
chapter.glue("regions.sizes", f"{amounts} tokens" if read_less else NOT_RUN)
two_bases = models[models.group.isin(["member", "other_base"])]
found_cosines = {"regions.cosine.same_dataset": inside, "regions.cosine.other_dataset": across,
                 "regions.cosine.across_bases": cosine_across(near_all[ALL], two_bases)}
gaps = {"halves": models.group == "halves", "apart": models.group == "apart"}
for name, chosen in gaps.items():
    enough = models[chosen].dataset.nunique() > 1
    found_cosines[f"regions.cosine_gap.{name}"] = (
        cosine_gap(near_all[ALL], models[chosen]) if enough else None)

# %% tags=["remove-cell"]
for name, value in found_cosines.items():
    if value is None:
        chapter.glue(name, NOT_RUN)
    else:
        chapter.report(name, value)

# %% [markdown]
# **By text: yes.** The nearest neighbour of {glue:text}`regions.neighbour.all_weights` of the
# models has read the same data set; {glue:text}`regions.separated` of them are nearer to *every*
# model of their data set than to any other. Clusters, of which there must be as many as labels, put
# {glue:text}`regions.cluster_accuracy.dataset` with their data set (in brackets: the range with
# fewer seeds) and {glue:text}`regions.cluster_accuracy.family` with their family (the paper, here
# and below as read in notes on it: 98 % and 90 %); put with the other family:
# {glue:text}`regions.wrong_family`. In the few models of the control, clusters follow the text, not
# how much of it was read (by data set
# {glue:text}`regions.cluster_accuracy.amounts_of_text.dataset`, by amount
# {glue:text}`regions.cluster_accuracy.amounts_of_text.amount`).
#
# **By base before text.** Of models of two bases, {glue:text}`regions.cluster_accuracy.base` are
# put with their base, {glue:text}`regions.cluster_accuracy.two_bases.family` with their family and
# {glue:text}`regions.cluster_accuracy.two_bases.dataset` with their data set. Two models that read
# the same data set but started from different bases have a mean cosine of
# {glue:text}`regions.cosine.across_bases`. That follows already from the order of the neurons and
# from the directions in which the word tables are written, which are others in each base: the same
# change of the same function has other coordinates there. So in these coordinates a region belongs
# to a start, as the paper says; whether it would do so after such symmetries were taken off is not
# asked here.
#
# **What the clusters do not say.** Word counts alone do no worse (nearest neighbour
# {glue:text}`regions.neighbour.word_counts`, clusters
# {glue:text}`regions.cluster_accuracy.word_counts.dataset` by data set and
# {glue:text}`regions.cluster_accuracy.word_counts.family` by family), and over pairs of models of
# different data sets the cosines of counts and of task vectors correlate at
# {glue:text}`regions.words_agreement`. Without the word tables the accuracies are
# {glue:text}`regions.cluster_accuracy.no_word_tables.dataset` and
# {glue:text}`regions.cluster_accuracy.no_word_tables.family`; but the other weights learn from the
# same words. So the clusters show that a model's direction tells what it read; that it tells *more*
# than word frequencies, they do not show.
#
# Nor does a high accuracy mean a large difference. Two random halves of `python` are told apart in
# {glue:text}`regions.cluster_accuracy.halves_of_python.half` of these models: the likely reason is
# that models of one half share some documents. The kinds of story, where no document is shared, in
# {glue:text}`regions.cluster_accuracy.no_shared_document.dataset`. By how much the mean
# cosine within exceeds that between: halves of python {glue:text}`regions.cosine_gap.halves`, kinds
# of story {glue:text}`regions.cosine_gap.apart`, all data sets
# {glue:text}`regions.cosine.same_dataset` against {glue:text}`regions.cosine.other_dataset`.
#
# ## Inside, in between, outside
#
# Now for what gives the region its name. Take the models of one data set (*In*). Mix just over half
# of them at a time with random weights, drawn evenly from all that are positive and sum to 1
# (*In′*): nobody trained these
# models, they only lie *between* trained ones. Models outside are *Ex*: fine-tunes of other data
# sets, or a step from the base in one of three random directions, in each tensor as long as the
# members' mean step. The paper asks for the probability $P_B$ that a model of one kind has no
# higher loss than a model of another, over all pairs. It asks at three levels: one data set, one
# family, all data sets. At the wider levels a model's loss is the mean over all data sets of the
# group.
#
# *Predict first.* Is a mixture as good as the models in it? Better? And is a random step
# of the same length much worse than fine-tuning?

# %%
comparisons = [("in", "other"), ("in", "random"), ("in", "base"), ("in", "stranger"),
               ("mixture", "other"), ("mixture", "random"), ("mixture", "base"), ("mixture", "in")]
controls = [("shrunk", "in"), ("mixture", "shrunk"), ("mixture", "best member"),
            ("best mixture", "best member"), ("best mixture", "in")]
found = probabilities(sampled, losses, region["datasets"], comparisons + controls, seed=502)
kinds = {"in": "In", "mixture": "In′", "other": "other data sets", "random": "random step"}
kinds |= {"base": "base", "stranger": "In of another base", "shrunk": "In as near as In′"}
kinds |= {"best member": "In at its best", "best mixture": "In′ at its best"}
found["comparison"] = found["first"].map(kinds) + " against " + found.second.map(kinds)
by = found.set_index(["level", "first", "second"])

# %% tags=["hide-input"]
ours = by.loc["dataset", "mixture", "in"]
plain = found[[pair in comparisons for pair in zip(found["first"], found.second, strict=True)]]
plain = plain.rename(columns={"better": "value", "better_low": "low", "better_high": "high"})
rates(
    plain.assign(chance=0.5), label="comparison", panel="level", x_title="share of pairs",
    title=f"On its data set a mixture is at least as good as a trained model in {ours.better:.0%} "
    f"of all pairs, at the level of all data sets in {by.better['general', 'mixture', 'in']:.0%}",
    subtitle="P_B: share of pairs in which the first has no higher loss; bars: 95 %, bootstrap "
    f"over {len(seeds)} runs and {evaluation['documents']} documents a data set; empty: not asked",
    description="P_B of In, In′ and Ex against each other at the levels data set, family, general.",
)

# %% tags=["remove-cell"]
def report_comparison(name, level, first, second, what="ahead"):
    """Report P_B (`better`) or the lead in nats (`ahead`) of one comparison."""
    if (level, first, second) not in by.index:
        return chapter.glue(f"regions.{name}", NOT_RUN)
    row = by.loc[level, first, second]
    unit, floor = ("share of pairs", 0.5) if what == "better" else ("nats", None)
    bounds = row[f"{what}_low"], row[f"{what}_high"]
    chapter.report(f"regions.{name}", row[what], *bounds, floor=floor, unit=unit)


# %% tags=["remove-cell"]
for level in ("dataset", "family", "general"):
    report_comparison(f"in_prime_better.{level}", level, "mixture", "in", "better")
    report_comparison(f"in_better_than_random.{level}", level, "in", "random", "better")
    report_comparison(f"in_prime_ahead.{level}", level, "mixture", "in")
    if level != "general":  # there, no data set is another
        report_comparison(f"in_better_than_other.{level}", level, "in", "other", "better")
report_comparison("in_ahead_of_stranger", "dataset", "in", "stranger")

# %% tags=["hide-input"]
at = sampled.merge(losses, on="point", suffixes=("", "_read"))
at = at[(at.dataset == at.dataset_read) | (at.kind == "base") | (at.level == "dataset")]
shown_kinds = ["base", "random", "member", "mixture", "shrunk", "best member", "best mixture"]
of_kind = at.groupby(["kind", "dataset_read"]).loss
wide = of_kind.mean().unstack("kind").loc[datasets]
moved = at[at.kind.isin(shown_kinds[-2:])].groupby(["dataset_read", "kind"]).s.first().unstack()
wide = wide[shown_kinds].assign(**{f"s, {kind}": moved[kind] for kind in shown_kinds[-2:]})
heads = {"dataset_read": "data set", "member": "In", "mixture": "In′", "random": "random step"}
heads |= {"shrunk": kinds["shrunk"]} | {f"s, {k}": f"s of {kinds[k]}" for k in shown_kinds[-2:]}
heads |= {kind: kinds[kind] for kind in shown_kinds[-2:]}
table(wide.reset_index(), names=heads, formats=dict.fromkeys(shown_kinds, ".3f"),
      caption="Mean test loss, nats a token; s: what the move from the base was multiplied by")

# %% [markdown]
# On a data set, a mixture is at least as good as a trained model in
# {glue:text}`regions.in_prime_better.dataset` of all pairs (the paper: 88 %), by
# {glue:text}`regions.in_prime_ahead.dataset` nats in the mean. Members beat fine-tunes of other
# data sets in {glue:text}`regions.in_better_than_other.dataset` of the pairs (the paper: 100 %).
# At the level of a family mixtures win {glue:text}`regions.in_prime_better.family` of the pairs,
# over all data sets {glue:text}`regions.in_prime_better.general` (the paper: 96.7 % and 90 %).
# In the mean over all data sets they are far ahead
# ({glue:text}`regions.in_prime_ahead.general` nats), because they contain models of all of them;
# yet where some of a group's texts are much harder for the base than the rest, a single model that
# read those is not easily beaten.
#
# The control that the paper has at one level only says something else. Against a random step of
# equal length a member wins {glue:text}`regions.in_better_than_random.dataset` of the pairs: far
# from always. The table shows where. Stories and Lua are new to the base: there, fine-tuning is
# worth nats, and a random step nothing. English and Python it knows from a much longer training.
# There a brief fine-tuning on few documents gains next to nothing or does harm, and a member is
# hardly better than a random step, or worse. Nor is this region the only one: beside fine-tunes of
# *another base* on the same data sets, the members are
# {glue:text}`regions.in_ahead_of_stranger` nats ahead (below 0: behind; one other base,
# {glue:text}`regions.strangers_runs` runs a data set).
#
# ## Is In′ better, or only nearer?
#
# A mixture is not only an average. The members' moves partly cancel in it, so it lies nearer to the
# base than they do, and where fine-tuning went too far, anything nearer is better. Two controls:
#
# - *equal distance*: for each mixture one of its members, each in its turn, moved along its own
#   line $w_0 + s\,\tau$ (the base plus $s$ times the task vector) to the distance from the base
#   that the mixture has;
# - *best distance*: members and mixtures both moved to where validation text likes them best, one
#   $s$ for the members of a data set, one for its mixtures, among
#   {glue:text}`regions.distances`.
#
# *Predict first:* what will be left of the lead of In′ over In?

# %% tags=["remove-cell"]
def signed(nats):
    """A difference in nats with its sign."""
    return minus(f"{nats:+.3f}")


def answer(row):
    """Whether the first is ahead, as far as its interval says so."""
    if row.ahead_low > 0:
        return "yes"
    return "no, it is behind" if row.ahead_high < 0 else "not clearly"


fair = {"at equal distance": ("mixture", "shrunk"),
        "both at their best distance": ("best mixture", "best member"),
        "a plain mixture against a moved member": ("mixture", "best member")}
asked = {"plainly compared": ("mixture", "in"), **fair}

# %% tags=["remove-cell"]
nearby = sampled[sampled.level.isin(["", "dataset"])]
alone = [probabilities(nearby, losses, {d: region["datasets"][d]}, list(asked.values()), 502)
         .assign(on=d) for d in datasets]
together = by.loc["dataset"].loc[list(asked.values())].reset_index().assign(on="mean")
lead = pd.concat([together, *alone])
names = {pair: name for name, pair in asked.items()}
lead["asked"] = [names[pair] for pair in zip(lead["first"], lead.second, strict=True)]
ahead_on = lead[(lead.on != "mean") & (lead.ahead > 0)].groupby("asked").size()
mean_of = lead[lead.on == "mean"].set_index("asked")
verdict = {name: f"{answer(mean_of.loc[name])}, {signed(mean_of.ahead[name])} nats"
           for name in fair}

# %% tags=["hide-input"]
intervals(
    lead, label="on", value="ahead", panel="asked", number="+.3f",
    x_title="nats by which In′ is ahead of In",
    title="Is In′ ahead of In? " + "; ".join(f"{name}: {v}" for name, v in verdict.items()),
    subtitle="difference of mean test losses; mean: over data sets; bars: 95 %, bootstrap over "
    f"{len(seeds)} runs and {evaluation['documents']} documents a data set",
    description="Lead of mixtures over members by data set: plain, at equal and at best distance.",
)

# %% tags=["remove-cell"]
bounds = ["ahead", "ahead_low", "ahead_high"]
report_comparison("shrunk_ahead", "dataset", "shrunk", "in")
report_comparison("in_prime_beyond_shrinkage", "dataset", "mixture", "shrunk")
report_comparison("in_prime_over_best_member", "dataset", "mixture", "best member")
report_comparison("both_at_best_distance", "dataset", "best mixture", "best member")
leads = {name: with_interval(*mean_of.loc[name, bounds], "+.3f") for name in fair}
chapter.glue("regions.verdict", "; ".join(
    f"{name}: {answer(mean_of.loc[name])}, {leads[name]} nats, ahead on "
    f"{ahead_on.get(name, 0)} of {len(datasets)} data sets" for name in fair))
chapter.glue("regions.distances", ", ".join(f"{s:g}" for s in sampling["distances"]))
chapter.glue("regions.documents", str(evaluation["documents"]))
chapter.glue("regions.strangers_runs", str(len(control_seeds["other_base"])))

# %% tags=["remove-cell"]
best_lead = lead[(lead.asked == "both at their best distance") & (lead.on != "mean")]
best_lead = best_lead.set_index("on")[bounds]
most = best_lead.ahead.idxmax()
rest = {d: rule for d, rule in region["datasets"].items() if d != most}
without_most = probabilities(nearby, losses, rest, [fair["both at their best distance"]], 502)
chapter.glue("regions.best_lead.most", most)
chapter.glue("regions.best_lead.s", f"{moved['best mixture'][most]:g}")
chapter.report("regions.best_lead.value", *best_lead.loc[most], unit="nats")
chapter.report("regions.best_lead.without_most", *without_most.iloc[0][bounds], unit="nats")

# %% [markdown]
# Plainly compared, In′ is {glue:text}`regions.in_prime_ahead.dataset` nats ahead of In. Moving a
# member to the mixture's distance changes its loss by little in the mean
# ({glue:text}`regions.shrunk_ahead`): it helps on texts that the base knew and harms on new ones.
# So, is In′ better than In when shrinkage is taken into account? There are three answers, each with
# the lead in the mean over data sets:
# *{glue:text}`regions.verdict`.*
#
# At equal distance only the direction differs, and a mean of runs has the better one: it keeps what
# they have in common, and makes smaller what each learned from its own documents alone. When both
# may choose their distance, more than half of the lead comes from
# {glue:text}`regions.best_lead.most` ({glue:text}`regions.best_lead.value` nats), where the
# mixtures' best $s$ is {glue:text}`regions.best_lead.s`: on texts that are new to the base the best
# distance is longer than the trained one, for members and mixtures, and only on those that it knew
# shorter. Without that data set the mean is {glue:text}`regions.best_lead.without_most`. And a
# member that has been moved to its best distance, which costs a few evaluations and no other model,
# beats a plain mixture: the mixture is {glue:text}`regions.in_prime_over_best_member` nats ahead.
# One model gives more than the averaging did, if it may choose how far to go.
#
# How sure is that? The intervals resample *runs* and, the same for all models, the
# {glue:text}`regions.documents` test *documents* of each data set. A mixture is a function of its
# runs: in each resample it counts as often as its runs occur together, so drawing many
# mixtures makes no interval narrower. Of so few runs a percentile bootstrap is rather too
# narrow. The data sets and the random directions are not resampled: of others than these the
# intervals say nothing.
#
# ## With a head of its own
#
# The loss so far was the model's with its own unembedding. The paper asks what the *body* knows: it
# discards the head, freezes the rest and fits a new one on the target's training text. Here every
# model gets the same budget: the base's unembedding to start from, the same tokens, as many steps.
# That is done on one data set, {glue:text}`regions.target`.

# %%
target = "lua_others" if "lua_others" in datasets else datasets[-1]
fit = {"steps": 32, "batch": 1_024, "learning_rate": 2e-3}
refitting = dict(region=region, target=target, kinds=refitted, fit=fit, seed=504)
refitting |= dict(training_tokens=32_768)
heads_fitted = store.step("regions/refit", generalised_losses, refitting,
                          inputs | {"measured": measured})
general = pd.read_parquet(heads_fitted.file("losses.parquet"))
asked = [("in", "other"), ("mixture", "other"), ("mixture", "in"), ("in", "base")]
judged = pd.concat(probabilities(sampled, fitted, region["datasets"], asked, 505).assign(head=head)
                   for head, fitted in general.groupby("head", sort=False))

# %% tags=["remove-cell"]
judged = judged[judged.level == "dataset"].rename(
    columns={"better": "value", "better_low": "low", "better_high": "high"})
judged["comparison"] = judged["first"].map(kinds) + " against " + judged.second.map(kinds)
with_head = judged.set_index(["head", "first", "second"])
new, own = (with_head.value[head, "mixture", "in"] for head in ("new head", "own head"))

# %% tags=["hide-input"]
rates(
    judged.assign(chance=0.5), label="comparison", panel="head", x_title="share of pairs",
    title=f"On {target}, In′ is at least as good as In in {own:.0%} of pairs with the models' own "
    f"heads, in {new:.0%} with new ones",
    subtitle=f"{general.point.nunique()} models; P_B with the plain and with the generalised loss, "
    "after equal budget, not shown to be converged",
    description="P_B with each model's own unembedding and with a refitted one.",
)

# %% tags=["remove-cell"]
chapter.glue("regions.target", target)
for first, second, name in (("mixture", "in", "in_prime_better"),
                            ("in", "other", "in_better_than_other")):
    row = with_head.loc["new head", first, second]
    chapter.report(f"regions.generalised.{name}", row.value, row.low, row.high, floor=0.5,
                   unit="share of pairs")

# %% tags=["remove-cell"]
by_head = general.pivot(index="point", columns="head", values="by_document")
refitted_points = sampled.set_index("point").loc[by_head.index]
outsider = (refitted_points.kind == "member") & (refitted_points.dataset != target)
kind_of = refitted_points.kind.where(~outsider, "other").to_numpy()
gain = {}
for kind in ("base", "member", "other"):
    own_head, new_head = (np.stack(by_head[head][kind_of == kind]) for head in HEADS)
    saved = (own_head - new_head).mean(axis=0)  # by document
    gain[kind] = saved.mean()
    bounds = interval(saved, np.ones_like(saved), 0)
    chapter.report(f"regions.generalised.{kind}_gain", gain[kind], *bounds, unit="nats")

# %% [markdown]
# With new heads, In′ wins {glue:text}`regions.generalised.in_prime_better` of the pairs against In,
# and In {glue:text}`regions.generalised.in_better_than_other` against fine-tunes of other data
# sets. A new head is worth {glue:text}`regions.generalised.base_gain` nats to the base,
# {glue:text}`regions.generalised.other_gain` to fine-tunes of other data sets and
# {glue:text}`regions.generalised.member_gain` to those of this one, which have learned their own on
# such text (in brackets: 95 % over documents, these models given). These are few models on one data
# set, after an equal budget that is not shown to be enough: they show whether the order changes
# with the kind of loss, not more.
#
# ## Lines between models
#
# Is the ground flat between two models, and how far does it go on beyond them? Pairs of models of
# one data set, of one family, of two families, and of two *bases*: the last do not share what
# they started from. *Predict first:* on which of the four lines is there a hill?

# %%
walking = dict(region=region, counts=dict.fromkeys(LEVELS, pairs), inner=3, seed=503)
walking |= dict(beyond=[1, 3, 7, 15, 31], beyond_pairs=1)
walking |= dict(outward=[0.05, 0.1, 0.2, 0.4], directions=1)
walked = store.step("regions/paths", paths, walking, inputs)
lines = pd.read_parquet(walked.file("between.parquet"))
inner = lines[lines.t.between(0, 1)].set_index(["level", "pair", "t"]).loss.unstack()
inner = inner.reindex(LEVELS, level="level")
ends = np.outer(inner[0.0], 1 - inner.columns) + np.outer(inner[1.0], inner.columns)
above = inner - ends
hills = above[0.5].groupby("level", sort=False).agg(["mean", "min", "max"])
below_both = (inner[0.5] <= inner[[0.0, 1.0]].min(axis=1)).groupby("level", sort=False).mean()

# %% tags=["hide-input"]
mean = above.groupby("level", sort=False).mean().stack().rename("above").reset_index()
bounds = above.groupby("level", sort=False).agg(["min", "max"]).stack(0, future_stack=True)
mean = mean.merge(bounds.reset_index(), on=["level", "t"])
curves(
    mean, x="t", y="above", low="min", high="max", colour="level",
    x_title="t, the weight of the second model", y_title="nats above the chord",
    title="Halfway: " + ", ".join(f"{level} {signed(hills['mean'][level])}"
                                  for level in hills.index) + " nats from the mean of the ends",
    subtitle=f"test loss on both models' data sets less the straight line between the ends; "
    f"{pairs} pairs a level, band: their range",
    description="Loss between two models of one data set, family, of two families, of two bases.",
)

# %% tags=["remove-cell"]
for level, row in hills.iterrows():
    name = level.replace(" ", "_")
    chapter.report(f"regions.halfway.{name}", row["mean"], row["min"], row["max"], unit="nats")
    if level != "other base":
        chapter.report(f"regions.halfway_better.{name}", below_both[level], unit="share of pairs")
chapter.glue("regions.pairs", str(pairs))
if "other base" not in hills.index:
    chapter.glue("regions.halfway.other_base", NOT_RUN)

# %% [markdown]
# Nats from the mean of the ends, halfway (in brackets the range over the
# {glue:text}`regions.pairs` pairs of a level): one data set
# {glue:text}`regions.halfway.same_data_set`, one family {glue:text}`regions.halfway.same_family`,
# two families {glue:text}`regions.halfway.across_families`, two bases
# {glue:text}`regions.halfway.other_base`. Within one base the middle lies below the mean of its
# ends at every level; it is at least as good as *both* ends in
# {glue:text}`regions.halfway_better.same_data_set`,
# {glue:text}`regions.halfway_better.same_family` and
# {glue:text}`regions.halfway_better.across_families` of the pairs. Two models of two bases have
# read the same kind of text, but what lies between them in these coordinates is much worse than
# both: sharing the data does not make a region of this kind, sharing the start does.
#
# ## Edges, and the way to the origin
#
# Beyond the models the paper finds cliffs. It also finds something that it cannot explain: from the
# centroid of all models, a random direction leaves the region past the members' spread, but the
# way towards the *origin*, all weights shrinking, does not. We walk both, in each tensor equally
# far.

# %% tags=["remove-cell"]
first_pair = lines[lines.pair == 0].assign(past=lambda f: np.maximum(-f.t, f.t - 1))
beyond = first_pair[first_pair.past > 0].groupby(["level", "past"], sort=False).loss.mean()
start = first_pair[first_pair.t.isin([0, 1])].groupby("level", sort=False).loss.mean()
rise = beyond.sub(start, level="level").rename("rise").reset_index()
risen = rise[rise.past == 1].set_index("level").rise
at = {model.name: place for place, model in enumerate(members.model)}
long = first_pair[first_pair.level != "other base"].drop_duplicates("level").set_index("level")
long = {r.Index: distances[at[r.first], at[r.second]] for r in long.itertuples()}
past_ends = rise[rise.level.isin(long)]
past_ends = past_ends.assign(distance=past_ends.past * past_ends.level.map(long) / from_base)
out = pd.read_parquet(walked.file("outward.parquet"))
centre = out.loss[out.direction == "centroid"].item()

# %% tags=["remove-cell"]
out = out.groupby(["direction", "length"], as_index=False).loss.mean()
out["rise"] = out.loss - centre
spread = pd.read_parquet(walked.file("spread.parquet")).length.mean()
far = out[out.length == out.length.max()].set_index("direction").rise

# %% tags=["hide-input"]
curves(
    past_ends, x="distance", y="rise", colour="level", y_title="nats above the ends",
    x_title="past the end, in members' mean distances from the base",
    title=f"One length past the ends: {signed(risen['same data set'])} nats on a line within a "
    f"data set, {signed(risen['across families'])} across families",
    subtitle="test loss on both models' data sets, mean of both ways; one pair a level; "
    f"a line goes on for {past_ends.past.max():g} of its lengths",
    description="Loss beyond the ends of lines through two models, by the distance past the end.")

# %% tags=["hide-input"]
curves(
    out[out.direction != "centroid"], x="length", y="rise", colour="direction",
    markers={"members' spread": spread}, y_title="nats above the centroid",
    x_title="step from the centroid, as a share of the length of its weights",
    title=f"A step of {out.length.max():.0%} costs {signed(far['random'])} nats in a random "
    f"direction, {signed(far['to the origin'])} towards the origin",
    subtitle="mean test loss over all data sets; every tensor moves the same share of its length; "
    f"one random direction; the members are {spread:.1%} from the centroid in the mean",
    description="Loss on the way from the centroid to the origin, from it, and at random.")

# %% tags=["remove-cell"]
for direction, name in {"random": "random", "to the origin": "to_origin"}.items():
    chapter.report(f"regions.outward.{name}", far[direction], unit="nats")
chapter.report("regions.spread", spread, unit="share of the centroid's length")
chapter.glue("regions.outward.far", percent(out.length.max()))
for level in ("same data set", "across families", "other base"):
    name = f"regions.past_the_end.{level.replace(' ', '_')}"
    if level in risen:
        chapter.report(name, risen[level], unit="nats")
    else:
        chapter.glue(name, NOT_RUN)

# %% [markdown]
# Past the ends the loss rises, on every line. One length of the line past its ends it has risen by
# {glue:text}`regions.past_the_end.same_data_set` nats on a line within a data set and by
# {glue:text}`regions.past_the_end.across_families` on one across families; on a line between two
# bases, not drawn, by {glue:text}`regions.past_the_end.other_base`. From the centroid, we do *not*
# find what the paper found. The members' spread is {glue:text}`regions.spread` of the centroid's
# length; a step much longer than that, of {glue:text}`regions.outward.far`, costs
# {glue:text}`regions.outward.to_origin` nats towards the origin and
# {glue:text}`regions.outward.random` in one random direction, as long in every tensor.
# The reason may lie in the measure. Shrinking all weights of
# a network with normalised layers mostly makes its outputs smaller, as a higher temperature does.
# A classifier that is refitted, as the paper's was, makes up for the scale; our unembedding
# shrinks with the rest. (That is an explanation, not a test.)
#
# ## A better place to start?
#
# If a region's centre is good for all its data sets, it should be a good start for a new one. For
# each data set, the *centroid* of the fine-tunes on all others is tuned to it with few free
# weights, and so is the base. Two ways: the gains of the three norms (the paper tunes biases, which
# these models do not have), and a product of two vectors added to each matrix (LoRA of rank 1).
# Much text or little; text, order and initial vectors are the same for every start.

# %%
starting = dict(region=region, seeds=start_seeds, batch=4)
starting |= dict(learning_rates={"gains": 0.05, "rank one": 0.03})
starting |= dict(sizes={size: {"rows": rows, "passes": 4 if size == "few" else 1}
                        for size, rows in start_rows.items()})
every = ["base", "centroid", "random", "shrunk"]  # the controls only where they say most
two_starts = {"full": every[:2], "few": every[:2]}
starting |= dict(starts_of={"gains": {**two_starts, "full": every}, "rank one": two_starts})
tuned = store.step("regions/starts", centroid_starts, starting, inputs)
tuned = pd.read_parquet(tuned.file("tuned.parquet"))
compared = [(start, "base", when) for when in ("before", "after") for start in every[1:]]
compared += [("centroid", other, "after") for other in ("random", "shrunk")]

# %% tags=["remove-cell"]
effects = pd.DataFrame(
    {"tuned": f"{method}, {size}", "comparison": f"{start} against {than}" +
     (", untuned" if when == "before" else ""),
     **dict(zip(("ahead", "ahead_low", "ahead_high", "targets"),
                gains_over(runs, start, than, when), strict=True))}
    for (method, size), runs in tuned.groupby(["method", "size"], sort=False)
    for start, than, when in compared if {start, than} <= set(runs.start))
effect = effects.set_index(["tuned", "comparison"])
shared = effects.comparison.str.endswith(", untuned")  # the same for every way of tuning
effects["label"] = effects.comparison.where(shared, effects.tuned + ": " + effects.comparison)
main = effect.loc["gains, full", "centroid against base"]
wins = f"{main.targets:.0f} of {len(datasets)}"

# %% tags=["remove-cell"]
by_target = tuned.pivot_table(index=["target", "method", "size"], columns="start", values="after")
by_target = (by_target.base - by_target.centroid).unstack(["method", "size"]).loc[datasets]
untuned = tuned.pivot_table(index="target", columns="start", values="before").loc[datasets]
by_target.columns = [f"{method}, {size}" for method, size in by_target.columns]
by_target.insert(0, "untuned", untuned.base - untuned.centroid)
ahead_of_base = ", ".join(by_target.index[by_target["gains, full"] > 0]) or "none"

# %% tags=["hide-input"]
display(intervals(
    effects.drop_duplicates("label"), label="label", value="ahead", number="+.2f",
    x_title="nats ahead",
    title=f"From the centroid, tuning gains ends {signed(main.ahead)} ({signed(main.ahead_low)} to "
    f"{signed(main.ahead_high)}) nats ahead of tuning from the base; it is ahead on {wins} data "
    f"sets: {ahead_of_base}",
    subtitle="mean over data sets and paired seeds; 95 % intervals over data sets (Student's t)",
    description="Lead of the centroid and of two controls over the base as a start."))
table(by_target.rename_axis("data set").reset_index(),
      formats=dict.fromkeys(by_target.columns, "+.2f"),
      caption="Nats by which the centroid is ahead of the base, by data set")

# %% tags=["remove-cell"]
for key, tuning in {"gains": "gains, full", "gains_few": "gains, few",
                    "rank_one": "rank one, full", "rank_one_few": "rank one, few"}.items():
    row = effect.loc[tuning, "centroid against base"]
    chapter.report(f"regions.centroid_start.{key}", row.ahead, row.ahead_low, row.ahead_high,
                   unit="nats")
row = effect.loc["gains, full", "centroid against base, untuned"]
chapter.report("regions.centroid_start.untuned", row.ahead, row.ahead_low, row.ahead_high,
               unit="nats")
chapter.glue("regions.centroid_start.wins", wins)
chapter.glue("regions.centroid_start.ahead_on", ahead_of_base)

# %% tags=["remove-cell"]
for other in ("random", "shrunk"):
    compare = {"ahead_of": f"centroid against {other}", "alone": f"{other} against base"}
    for name, comparison in compare.items():
        row = effect.loc["gains, full", comparison]
        chapter.report(f"regions.centroid_start.{name}_{other}", row.ahead, row.ahead_low,
                       row.ahead_high, unit="nats")

# %% [markdown]
# Untuned, the centroid is {glue:text}`regions.centroid_start.untuned` nats ahead of the base.
# Tuning shrinks that lead: with the gains to {glue:text}`regions.centroid_start.gains` nats
# ({glue:text}`regions.centroid_start.gains_few` with little text), with rank 1 to
# {glue:text}`regions.centroid_start.rank_one` ({glue:text}`regions.centroid_start.rank_one_few`).
# All these intervals hold 0: a lead in the mean over data sets is not shown. The centroid is not
# easier to tune, it starts nearer, and only to some: it is ahead on
# {glue:text}`regions.centroid_start.wins` data sets
# ({glue:text}`regions.centroid_start.ahead_on`). The table says why: the centroid leads where the
# mixture still contains a close relative of the target (the other kind of story), hardly on Lua,
# and is behind where the base knew the text already. The controls, gains with much text: a start
# moved at random by the centroid's distance is {glue:text}`regions.centroid_start.alone_random`
# nats ahead of the base, a single fine-tune moved to that distance
# {glue:text}`regions.centroid_start.alone_shrunk`; the centroid is
# {glue:text}`regions.centroid_start.ahead_of_random` ahead of the first and
# {glue:text}`regions.centroid_start.ahead_of_shrunk` of the second. The learning rates were fixed
# by hand, one a way of tuning, the same for every start.
#
# ## Beside the paper
#
# Gueta and others fine-tuned RoBERTa, an encoder, as a *classifier*: data sets of English sentences
# with labels, in families such as inference, sentiment and topic. Our models are decoders of one
# layer, our data sets are kinds of text, our loss is that of the next token. Where the same answer
# comes out of so different a study, it does not hang on the details; where another comes out, any
# of the differences may be why.

# %% tags=["remove-cell"]
beside = []
for name, question, their in (("all weights, dataset", "clusters by data set", "98 %"),
                              ("all weights, family", "clusters by family", "90 %"),
                              ("two bases, base", "clusters by base", "they divide by it"),
                              ("amounts of text, dataset", "by data set, amounts mixed", "yes"),
                              ("amounts of text, amount", "clusters by amount of text", "no")):
    c = clusters[name]
    ours_is = percent(c.accuracy, c.low, c.high) if c else NOT_RUN
    beside.append((question, ours_is, percent(c.floor) if c else "", their))
theirs = {"dataset": "100 %, 100 %, 88 %", "family": "75.3 %, 100 %, 96.7 %",
          "general": "89.8 %, 100 %, 90 %"}

# %% tags=["remove-cell"]
for level, paper in theirs.items():
    ex = "random" if level == "general" else "other"
    asked = zip([("in", ex), ("mixture", ex), ("mixture", "in")], paper.split(", "), strict=True)
    for (first, second), their in asked:
        question = f"P_B {level}: {kinds[first]} / {kinds[second]}"
        row = by.loc[level, first, second][["better", "better_low", "better_high"]]
        if level == "dataset":
            fitted = with_head.loc["new head", first, second][["value", "low", "high"]]
            new_head = f"{question}; generalised"
            beside.append((new_head, percent(*fitted), "50 %", their))
            their = "not asked"
        beside.append((f"{question}; plain loss", percent(*row), "50 %", their))

# %% tags=["remove-cell"]
middles = [f"{level} {percent(below_both[level])}" for level in LEVELS[:3] if level in below_both]
beside += [
    ("lines: middle no worse than both ends", ", ".join(middles), "", "as good or better"),
    ("edges: one length past, same data set", f"{signed(risen['same data set'])} nats", "",
     "steep cliffs"),
    ("from the centroid to the origin against at random",
     f"{signed(far['to the origin'])} against {signed(far['random'])} nats", "",
     "stays in the region against leaves it"),
    ("centroid start: data sets better", wins, f"{len(datasets) / 2:g}",
     "9 of 12, 2 equal (abstract: 11 of 12)"),
]

# %% tags=["hide-input"]
weights = sum(part.numel() for part in load_model(parents["base"]).parameters())
ours = f"ours: decoder, 1 layer, {weights / 1e6:.1f} M weights, {len(members)} models, "
heads = ["question", ours + f"{len(datasets)} kinds of text", "chance",
         "the paper: RoBERTa, 12 layers, 125 M, up to 280 models, 36 labelled data sets"]
table(pd.DataFrame(beside, columns=heads), caption="Numbers of the paper as read in notes on it. "
      "Its P_B is of the generalised loss: one data set (MNLI), one family (inference), "
      f"all; our generalised loss is on {target} alone")

# %% [markdown]
# ## Findings
#
# - Task vectors tell which data set a model was fine-tuned on: the nearest neighbour of
#   {glue:text}`regions.neighbour.all_weights` of the models has read the same. Clusters, of as many
#   as there are labels, put {glue:text}`regions.cluster_accuracy.dataset` right by data set and
#   {glue:text}`regions.cluster_accuracy.family` by family. Word counts of the training text do no
#   worse (nearest neighbour {glue:text}`regions.neighbour.word_counts`): a cluster is a trace of
#   the text, not yet a proof of knowledge.
# - The start decides before the text does, in the coordinates that the weights come in: task
#   vectors of two bases have a mean cosine of {glue:text}`regions.cosine.across_bases`, and halfway
#   between two models of two bases the loss is {glue:text}`regions.halfway.other_base` nats above
#   its ends' mean.
# - What lies between the models of one data set is better than they are, by
#   {glue:text}`regions.in_prime_ahead.dataset` nats. Beyond shrinkage?
#   *{glue:text}`regions.verdict`.*
# - Against a random step of equal length, a fine-tune wins
#   {glue:text}`regions.in_better_than_random.dataset` of all pairs on its own data set: every one
#   where the text is new to the base, but not where the base knew it.
# - The centroid of the other data sets is {glue:text}`regions.centroid_start.untuned` nats ahead of
#   the base before tuning and {glue:text}`regions.centroid_start.gains` after, on
#   {glue:text}`regions.centroid_start.wins` data sets, clearly only where a close relative of the
#   target, the other kind of story, is in it. With so few data sets a mean lead is not shown.
#
# ## Exercises
#
# ```{exercise-start} Another measure of nearness
# :label: exercise-affinity
# ```
# `spectral_clusters` treats a cosine of 0 as "not tied at all". A common alternative ties every
# two points by $(1 + \cos)/2$, so that unrelated directions are tied by one half. Cluster the
# members that way. Which data sets are confused, and what happens to the clusters that this frees?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-affinity
# :class: dropdown
# ```

# %%
halfway = cluster((1 + near) / 2, members.dataset.tolist(), members.seed)
confused = pd.crosstab(members.dataset.to_numpy(), np.array(halfway.clusters))
was = percent(right["all weights, dataset"])
print(f"accuracy {percent(halfway.accuracy)}, instead of {was}")
table(confused.rename_axis("data set").reset_index())

# %% [markdown]
# The closest pair, the two kinds of story, becomes one cluster. Six were asked for, so another data
# set is cut in two. With every two points tied by at least one half, the ties within a data set
# stand out less. How well "the models cluster" is a statement about the measure too; a study that
# does not name its measure cannot be compared with another.
# ```{solution-end}
# ```
#
# **Next:** [chapter 06](06_merging_across_seeds) merges models that share no parent.

# %% tags=["remove-cell"]
assert len(members) == len(datasets) * len(seeds)
assert all(c is None or 0 < c.floor < 1 for c in clusters.values())
assert [each.level for each in groups(region["datasets"])].count("dataset") == len(datasets)
shrunk = sampled[sampled.kind == "shrunk"]
assert set(shrunk.level) == {"dataset"} and len(shrunk) == mixtures["dataset"] * len(datasets)

# %% tags=["remove-cell"]
with chapter.claims():
    known_text = [d for d in datasets if not d.startswith(("stories", "lua"))]
    new_text = [d for d in datasets if d not in known_text]
    of_members = clusters["all weights, dataset"]
    assert of_members.accuracy > of_members.floor_high, "the text says: far above chance"
    assert neighbours["all weights"] == 1 and (lowest > highest).all(), "nearer than any other"
    assert all(right[f"word counts, {by}"] >= right[f"all weights, {by}"]
               for by in ("dataset", "family")), "word counts do no worse"
    by_text, by_amount = (right.get(f"amounts of text, {by}") for by in ("dataset", "amount"))
    assert not read_less or by_text > by_amount, "by text, not by amount"
    stories = members.dataset.str.startswith("stories").to_numpy()
    assert near[~same & np.outer(stories, stories)].mean() > 2 * across, "nearly one"

# %% tags=["remove-cell"]
with chapter.claims():
    assert (wide.base - wide.member)[new_text].min() > 1, "fine-tuning is worth nats"
    assert (wide.random - wide.member)[known_text].abs().max() < 0.05, "hardly better, or worse"
    helped = wide.shrunk < wide.member
    assert helped[known_text].all() and not helped[new_text].any(), "helps or harms"
    assert by.ahead["general", "mixture", "in"] > 0.1, "far ahead in the mean over all data sets"
    assert answer(mean_of.loc["at equal distance"]) == "yes"
    assert ahead_on["at equal distance"] == len(datasets)
    assert answer(mean_of.loc["a plain mixture against a moved member"]) == "no, it is behind"
    assert best_lead.ahead.max() > best_lead.ahead.sum() / 2, "more than half of the lead"
    for kind in ("best member", "best mixture"):
        assert (moved[kind][new_text] > 1).all() and (moved[kind][known_text] < 1).all()

# %% tags=["remove-cell"]
with chapter.claims():
    lead_over_random = of_kind.min()["random"] - of_kind.max()["member"]
    assert lead_over_random[new_text].min() > 0, "wins every pair where the text is new"
    assert moved.max().max() < max(sampling["distances"]), "the best is not at the edge"
    assert moved.min().min() > min(sampling["distances"])
    assert gain["other"] > gain["member"] and gain["base"] > gain["member"]
    assert (hills["mean"].drop("other base", errors="ignore") < 0).all(), "below the chord"
    assert below_both.get("other base", 0) == 0, "worse than both"
    assert (rise.rise > 0).all(), "the loss rises past every end"
    assert far["to the origin"] > far["random"] and out.length.max() > 2 * spread

# %% tags=["remove-cell"]
with chapter.claims():
    leads = by_target.mean()
    of_base = effect.loc[effect.index.get_level_values(1).str.startswith("centroid against base")]
    assert (of_base.ahead_low < 0).all() and (of_base.ahead_high > 0).all(), "not shown"
    assert (leads.drop("untuned") < leads.untuned).all(), "tuning shrinks the lead"
    kinds_of_story = [d for d in datasets if d.startswith("stories")]
    assert (by_target.loc[kinds_of_story] > 0.1).all().all()

# %% tags=["remove-cell"]
with chapter.claims():
    assert (by_target.loc[known_text, "gains, full"] < 0).all(), "behind on known texts"
    assert abs(by_target.loc["lua_others", "gains, full"]) < 0.05
    cut_in_two = (confused.max(axis=1) < confused.sum(axis=1)).sum()
    assert cut_in_two == 1 and len(set(confused.loc[kinds_of_story].idxmax(axis=1))) == 1
    assert right.get("two bases, base", 1) == 1, "the text says: models divide by their base"
