# %% [markdown]
# # 06 · Merging across seeds
#
# **What is left without a shared parent?**
#
# Chapters 04 and 05 merged models that descend from one base. Here are bases that share nothing
# but the data: same shape, same recipe, other initial weights, other order of the text. Chapter 02
# found that they are equally good and that their embeddings of a word are unrelated. Their
# average should be worth nothing. Verma and Elbayad {cite}`verma2024merging` bring such models
# nearer by putting the units of one in the order of the other; Theus and others
# {cite}`theus2025generalized` go further and turn them.
#
# *Predict first.* By how many nats is the average of two bases worse than the bases? A unit has no
# name, only a place: how much of that loss is gone once the places agree? And how much would be
# left if one could turn the whole model freely, without changing what it says?
#
# | reads | `models/base*` (02), `models/stories`, `models/lua` (03), `corpora/*` (01) |
# |---|---|
# | writes | `alignment/*` |
# | takes | about three minutes at laptop size on two cores |

# %% tags=["hide-input"]
from itertools import combinations, product

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file

from featurefate.alignment import symmetries, weights
from featurefate.alignment.activation_matching import assignment, match_activations
from featurefate.alignment.aligned import (
    aligned,
    merge_aligned,
    random_transforms,
    transformed_copy,
)
from featurefate.alignment.barriers import losses
from featurefate.alignment.drawing import KINDS, random_orthogonal
from featurefate.alignment.exact import exact_model, log_probabilities
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.learned_matching import learn_matching
from featurefate.alignment.lines import Lines
from featurefate.alignment.probes import f1_by_document, labelled_text, mean_f1, probe
from featurefate.alignment.temperature import sharpened
from featurefate.alignment.transform import Transform
from featurefate.alignment.weight_matching import match_weights
from featurefate.artifacts.parallel import parallel_map
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.frames import NOT_RUN
from featurefate.figures.intervals import intervals
from featurefate.figures.ladder import ladder
from featurefate.figures.numbers import with_interval
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.controls import untrained
from featurefate.language_model.evaluation import score_model, score_tokens
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.training import fine_tune, train_base
from featurefate.merging.interpolation import linear
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
more_seeds = []  # of bases beside the three of chapter 02
points = {"averaging": 21, "neurons_heads": 21, "learned": 21, "others": 5, "aside": 3}  # of t
statistics_tokens = 131_072  # training tokens on which activations are compared
starts = 1  # of weight matching; more than one adds random turns of the stream
learned = {
    "training_tokens": 131_072, "batch": 16, "learning_rate": 1e-2, "both": False
}  # of learned matching: text read, rows a step, rate, whether both models move
evaluation_tokens = 8_192  # tokens a domain
seeds = {
    "statistics": 121, "starts": 122, "learned": 123, "random": 124, "text": 125, "width": 126,
    "copy": 140,
}  # of which text is read, of random turns, of copies and samples, of pairs of other widths
same_order_seeds = []  # initial weights of models that read the base's rows in the base's order
widths = []  # of the stream, for pairs of other widths
sample_tokens = 40  # length of the text samples

# %%
chapter = Chapter.open("06_merging_across_seeds", globals())
store = chapter.store
corpora = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
tokens, tokenizer = corpora["tokens"], load_tokenizer(corpora["tokenizer"])
names = ("base", "base_other_seed", "base_third_seed")
models = {str(n): store.read(f"models/{name}") for n, name in enumerate(names, start=1)}
settings = models["1"].manifest.recipe["settings"]  # the shape and recipe of all bases
for n, seed in enumerate(more_seeds, start=len(models) + 1):
    given = settings | {"recipe": settings["recipe"] | {"seed": seed}}
    models[str(n)] = store.step(f"alignment/base_seed_{seed}", train_base, given, corpora)
pairs, domains = list(combinations(models, 2)), settings["recipe"]["domains"]
lines = Lines(store, models, tokens, domains, evaluation_tokens)

# %% [markdown]
# ## The result
#
# There are three ways to find out which part of one model belongs to which part of the other.
# *Activation matching* {cite}`verma2024merging` lets both read the same text and asks which units
# rise and fall together. *Weight matching* {cite}`ainsworth2023git` reads nothing and lays the
# weights themselves upon each other. *Learned matching* {cite}`theus2025generalized` goes on from
# there and is trained, on text, to make the models in between good. Each may move more or less of
# the second model; every such choice is an *arm*.

# %%
by_activations = {
    "neurons": ["neurons"],
    "neurons_heads": ["neurons", "heads"],
    "residual_permutation": ["neurons", "heads", "residual_from_all"],
    "gauge": ["neuron_scales", "heads"],
    "heads_in_order": ["neurons", "values"],
    **{f"only_{at}": [f"residual_from_{at}"] for at in ("embedding", "last", "all")},
}
read = dict(domains=domains, statistics_tokens=statistics_tokens, seed=seeds["statistics"])
given = read | {"arms": by_activations}
lines.match("activations", match_activations, pairs, by_activations, given, tokens=tokens)

# %%
by_weights = {
    "orthogonal": ["neurons", "heads", "residual"],
    "orthogonal_values": ["neurons", "heads", "residual", "values"],
    "orthogonal_weight_matching": ["neurons", "heads", "residual", "values", "planes"],
}
laid = dict(arms=by_weights, starts=starts, seed=seeds["starts"])
lines.match("weights", match_weights, pairs, by_weights, laid)

turning = "orthogonal_weight_matching"
taught = dict(arm=turning, parts=by_weights[turning], domains=domains, seed=seeds["learned"])
taught |= learned
lines.match("learned", learn_matching, pairs, ["learned"], taught, start=turning, tokens=tokens)

# %% [markdown]
# A {term}`barrier` is measured on the straight line from the first model to the second, which has
# been *aligned*: put into the form that was found. Both ends are as good as ever; what lies
# between is the question. With $L(t)$ the test loss of $(1-t)\,a + t\,b$,
#
# $$ \text{barrier} = \max_t L(t) - \tfrac12 \big(L(0) + L(1)\big). $$

# %%
ladder_names = {
    "averaging": "averaging",
    "neurons": "neurons, by activations",
    "neurons_heads": "+ heads, as in the paper",
    "residual_permutation": "+ order of the stream",
    "orthogonal": "stream turned, by weights",
    "orthogonal_values": "+ values turned",
    "orthogonal_weight_matching": "+ rotary planes turned",
    "learned": "all of it learned, on text",
}
rungs, aside = list(ladder_names), [arm for arm in by_activations if arm not in ladder_names]

# %%
count = {arm: points.get(arm, points["others"]) for arm in rungs}
lines.walk(pairs, count | dict.fromkeys(aside, points["aside"]))
heights = {arm: lines.barrier(arm, pairs) for arm in [*rungs, *aside]}
gone = {arm: heights[arm].removed(heights["averaging"]) for arm in heights if arm != "averaging"}

# %% tags=["hide-input"]
cases = pd.DataFrame(
    {"arm": ladder_names[arm], "domain": d, "pair": f"bases {pair[0]} and {pair[1]}",
     "barrier": lines.barrier(arm, [pair], [d]).value}
    for arm in rungs for d in domains for pair in pairs)
means = pd.DataFrame((ladder_names[arm], heights[arm].value, *heights[arm].interval)
                     for arm in rungs)
means.columns = ["arm", "barrier", "low", "high"]
best = min(rungs, key=lambda arm: heights[arm].value)

# %% tags=["hide-input"]
ladder(cases, means, rung="arm", value="barrier", colour="domain", case="pair",
    title=f"The paper's method takes away {gone['neurons_heads'].value:.0%} of the barrier between "
    f"strangers, the best one {gone[best].value:.0%}",
    subtitle="barrier in nats a token on test text; each point one pair of bases, diamonds their "
    "means with 95 % intervals over documents; pairs share members, so they are not independent",
    description="Barriers between independent bases, by how they were aligned.")

# %% tags=["remove-cell"]
for arm, found in heights.items():
    low, high = found.interval
    chapter.report(f"barrier.{arm}", found.value, low, high, unit="nats")
for arm, share in gone.items():
    chapter.report(f"barrier_removed.{arm}", share.value, *share.interval, unit="share")
    by_pair = [1 - lines.barrier(arm, [p]).value / lines.barrier("averaging", [p]).value
               for p in pairs]
    chapter.glue(f"removed_by_pair.{arm}", f"{min(by_pair):.0%} to {max(by_pair):.0%}")
chapter.glue("pairs", str(len(pairs)))

# %% [markdown]
# Averaged as they are, two bases are {glue:text}`barrier.averaging` nats worse than they were. The
# paper's method leaves {glue:text}`barrier.neurons_heads`. Turning the stream leaves
# {glue:text}`barrier.orthogonal_weight_matching`, which removes
# {glue:text}`barrier_removed.orthogonal_weight_matching` of the barrier
# ({glue:text}`removed_by_pair.orthogonal_weight_matching` over the {glue:text}`pairs` pairs);
# learned matching leaves {glue:text}`barrier.learned` and removes
# {glue:text}`barrier_removed.learned`.
#
# ## Two neurons are enough
#
# Why is the average of two good models a bad one? Take two models of two neurons each,
# $f(x) = \sum_i w_i \max(0, v_i x)$. The second has the same neurons in the other order.

# %%
def f(v, w, x):
    """What two neurons make of x: (neurons,), (neurons,), (places,) → (places,)."""
    return w @ np.maximum(0, np.outer(v, x))


first, second = (np.array([1, -1]), np.array([2, 1])), (np.array([-1, 1]), np.array([1, 2]))
x = np.linspace(-2, 2, 41)
reordered = [part[::-1] for part in second]  # the second model's neurons in the order of the first
averages = [f(*((a + b) / 2 for a, b in zip(first, other, strict=True)), x)
            for other in (second, reordered)]
print("one function?", np.array_equal(f(*first, x), f(*second, x)),
      "· its average in one order, too?", np.array_equal(averages[1], f(*first, x)))

# %% tags=["hide-input"]
drawn = {"first and second, and their average in one order": averages[1]}
drawn |= {"their average as they are": averages[0]}
curves(pd.concat(pd.DataFrame({"x": x, "f(x)": y, "model": name}) for name, y in drawn.items()),
    x="x", y="f(x)", colour="model", title="Two equal functions, and their average is "
    f"{np.abs(averages[0]).max():.0f} everywhere, until the neurons stand in one order",
    subtitle="two neurons with a ReLU each", description="A bent curve, and a flat average.")

# %% [markdown]
# The functions are equal, the weights are not: $+1$ and $-1$ average to 0, and nothing is left. A
# trained model has a great many such twins. A change of weights that leaves the model as it is
# is a *{term}`symmetry`*; two models that learned the same are still strangers as long as each sits
# in a form of its own.
#
# ## Every symmetry of the layer
#
# A layer of this kind has seven. Try them: each cell below changes the weights of the base and
# asks whether the model changed. All is computed in float64, the norms with $\varepsilon = 0$.
# First the gains of the norms are *folded*: multiplied into the matrices that read through them.

# %%
base = load_model(models["1"])
exact, draw = exact_model(base, epsilon=0), torch.Generator().manual_seed(seeds["copy"])
context, size = base.config.max_position_embeddings, weights.sizes(base.config)
test = {d: evaluation_rows(load_tokens(tokens, d, "test"), context, evaluation_tokens)
        for d in domains}
rows = torch.as_tensor(test[domains[-1]].rows[:8, :-1].astype(np.int64))
folded = fold_gains(exact.state_dict())
before = log_probabilities(exact, exact.state_dict(), rows)
tried = {"norm gains folded": folded}

# %% [markdown]
# **The stream.** Everything that reads from the residual stream or writes to it can agree on other
# axes. The embedding, which starts it, is turned; what writes is turned; what reads is turned back.
# A factor on all that writes is divided out by the norms.

# %%
turn = random_orthogonal(size.hidden, draw)
tried["1 stream turned"] = symmetries.residual_map(folded, turn)
tried["2 stream times 3"] = symmetries.residual_scale(folded, 3.0)
source(symmetries.residual_map)

# %% [markdown]
# **Attention.** Heads can change places, in groups, because here two query heads share the keys and
# values of one group. The values of a group can be taken in any other basis, if $W_O$ undoes it.
# Queries and keys meet only in their product; rotary positions turn each pair of their dimensions
# at a speed of its own, so only a turn and a factor in each of these planes are free.

# %%
kinds = {"3 heads reordered": "heads", "4 values in another basis": "values"}
kinds |= {"5 queries and keys turned in their planes": "planes"}
for seed, (name, kind) in enumerate(kinds.items(), start=seeds["copy"]):
    tried[name] = Transform.random(base.config, seed, [kind]).apply(folded)

# %% [markdown]
# **Neurons and words.** Neurons can change places, and as the gate only multiplies, a factor of
# either sign on `up` is undone in `down`. One vector added to all rows of the unembedding moves
# all logits alike.

# %%
order = torch.randperm(size.neurons, generator=draw)
factors = 2 ** torch.empty(size.neurons).uniform_(-1, 1, generator=draw).double()
factors[::2] *= -1
shift = torch.randn(size.hidden, generator=draw).double()
tried["6 neurons reordered, scaled, reversed"] = symmetries.neuron_order(folded, order, factors)
tried["7 unembedding shifted"] = symmetries.unembedding_shift(folded, shift)

# %% [markdown]
# And two that look as if they should be symmetries. Without norms, any invertible matrix would do
# for the stream; and without rotary positions, queries and keys could be reordered together within
# a head, which is how the paper moves them.

# %%
inner = torch.randperm(size.head, generator=draw)
heads = {name: folded[name].unflatten(0, (-1, size.head)) for name in (weights.QUERY, weights.KEY)}
swapped = {name: rows_of[:, inner].flatten(0, 1) for name, rows_of in heads.items()}
stretch = turn @ torch.diag(torch.linspace(0.5, 2, size.hidden).double())
bent = symmetries.residual_map(folded, stretch)  # what reads would have to be undone by its inverse
undo = torch.linalg.inv(stretch)
bent |= {name: folded[name] @ undo for name in weights.READERS}
tried["not: stream stretched"] = bent
tried["not: queries and keys reordered"] = folded | swapped

# %%
def loss_of(state):
    """The loss of the model with these weights, mean over both domains, nats a token."""
    base.load_state_dict(state)
    return np.mean([score_model(base, test[d]).loss for d in domains])


whole = loss_of(folded)
change = {name: (log_probabilities(exact, state, rows) - before).abs().max().item()
          for name, state in tried.items()}
halfway = [loss_of(linear(folded, state, 0.5)) - whole for state in tried.values()]
shown = pd.DataFrame({"change of the weights": list(tried), "largest |Δ log p|": change.values(),
                      "nats lost halfway": halfway})
table(shown, formats={"largest |Δ log p|": ".0e", "nats lost halfway": ".2f"})

# %% tags=["remove-cell"]
symmetric = [name for name in tried if not name.startswith("not")]
chapter.glue("largest_change", f"{max(change[name] for name in symmetric):.0e}")
chapter.glue("gl_change", f"{change['not: stream stretched']:.0f}")
chapter.glue("inner_change", f"{change['not: queries and keys reordered']:.0f}")
lost_halfway = shown.set_index("change of the weights")["nats lost halfway"]
chapter.glue("worst_symmetry", lost_halfway[symmetric].idxmax()[2:])
chapter.glue("worst_halfway", f"{lost_halfway[symmetric].max():.1f}")

# %% [markdown]
# No symmetry changes a log-probability by more than {glue:text}`largest_change`; the two impostors
# change some by {glue:text}`gl_change` and {glue:text}`inner_change`. So the paper's method needs a
# form that rotary positions allow: queries and keys move with the order of heads only, and the
# inner order goes to the values and $W_O$.
#
# The last column averages the base with *itself* in another form. Nothing separates these two but
# the form, and yet their average can be as bad as that of strangers (the worst:
# {glue:text}`worst_symmetry`, {glue:text}`worst_halfway` nats). So a large barrier alone does not
# show that two models learned different things.
#
# ## How partners are found
#
# Activation matching needs one number for each pair of units: the correlation of their activations
# over the same tokens. Then it asks for the one-to-one pairing with the largest sum, a classic
# problem with an exact solution.

# %%
source(assignment)

# %%
seen = load_file(lines.transforms[pairs[0], "neurons"].file("correlations.safetensors"))
r = seen["neurons"].double()
partner, _ = assignment(r)
matched_r = r[torch.arange(len(r)), partner]
strongest = r.abs().max(dim=1).values
negative = (r.abs().argmax(dim=1) == r.argmin(dim=1)).double().mean().item()
table(pd.DataFrame({
    "of the first model's neurons": ["with its partner", "with the likeliest, either sign"],
    "median r": [matched_r.median().item(), strongest.median().item()],
    "share with r ≥ 0.5": [(x >= 0.5).double().mean().item() for x in (matched_r, strongest)],
}), formats={"median r": ".2f", "share with r ≥ 0.5": ".1%"})

# %% tags=["remove-cell"]
chapter.glue("negative", f"{negative:.0%}")

# %% [markdown]
# A neuron's best partner often answers with the opposite sign ({glue:text}`negative` of them): the
# gate lets either sign through, so a pairing of gated neurons should look at $|r|$. And a factor on
# `up` and its inverse on `down` leave every correlation as it is. What correlation cannot see has
# to be settled before averaging, by the weights; that is called *fixing the {term}`gauge`*. With
# signs and factors settled, the paper's method leaves {glue:text}`barrier.gauge` instead of
# {glue:text}`barrier.neurons_heads`.
#
# Weight matching alternates. If we knew how the stream is turned, heads and neurons could be laid
# beside each other row by row. If we knew these, the best turn would follow from one singular
# value decomposition, the *{term}`Procrustes` problem* {cite}`schonemann1966generalized`. What
# makes the start easy is the vocabulary: both embeddings have the same words in the same rows.
#
# There are further ways, which this chapter does not run: assigning units softly
# {cite}`imfeld2024transformer`, pairing units within a model as well {cite}`stoica2024zipit`, and
# turning queries, keys and values where there are no rotary positions {cite}`zhang2025beyond`.
#
# ## Along the line

# %%
long = [arm for arm in rungs if points.get(arm, points["others"]) > points["others"]]
curve = []
for arm in long:
    for p in pairs:
        t, loss, _ = zip(*(losses(lines.walked[p, arm], d) for d in domains), strict=True)
        loss = np.mean(loss, axis=0)  # over domains
        above = loss - (loss[0] + loss[-1]) / 2
        curve.append(pd.DataFrame({"t": t[0], "above": above, "arm": ladder_names[arm]}))
curve = pd.concat(curve).groupby(["arm", "t"], sort=False).above
curve = curve.agg(["mean", "min", "max"]).reset_index()

# %% tags=["hide-input"]
top = {arm: curve[curve.arm == ladder_names[arm]].set_index("t")["mean"].idxmax() for arm in long}
curves(curve, x="t", y="mean", low="min", high="max", colour="arm",
    x_title="t, the weight of the second model", y_title="nats above the mean of the ends",
    title=f"The worst point lies in the middle: t = {top['averaging']:.2f} without alignment",
    subtitle="mean over pairs and domains; bands reach from the lowest to the highest pair",
    description="Loss above the mean of the ends along t, for three arms.")

# %% [markdown]
# The word *barrier* is used for three things. Above the mean of the ends at the worst point, as in
# Verma and Elbayad; above the straight line between the two ends' losses, the *chord*, as in Theus
# and others; and at the middle. Where both ends are equally good they agree; where one is much
# better, the first counts as barrier what is only the way down.

# %% tags=["hide-input"]
def told(e):
    return with_interval(e.value, *e.interval)


three = pd.DataFrame({"arm": [ladder_names[arm] for arm in rungs]})
three["above the mean"] = [told(heights[arm]) for arm in rungs]
for name, words in {"chord": "above the chord", "midpoint": "at the middle"}.items():
    three[words] = [lines.barrier(arm, pairs, definition=name).value for arm in rungs]
for d in domains:
    three[f"{d}, above the mean"] = [lines.barrier(arm, pairs, [d]).value for arm in rungs]
table(three, formats=dict.fromkeys(three.columns[2:], ".2f"), caption="nats, mean over pairs")

# %% [markdown]
# ## Beside the papers
#
# Verma and Elbayad merged five MultiBERTs, pair by pair: twelve layers, an encoder, the loss that
# of masked words. Nats of so different tasks cannot be compared. The share of the averaging barrier
# that is left can.

# %% tags=["hide-input"]
paper = {"averaging": 4.95, "neurons": 4.31, "heads_in_order": 4.13, "neurons_heads": 3.71,
    "only_embedding": 7.58, "only_last": 7.41, "only_all": 7.34}
said = ["averaging", "neurons", "neurons and heads, heads in order", "neurons and heads, matched"]
said += [f"stream only, from {at}" for at in ("the embedding", "the last site", "all sites")]
beside = pd.DataFrame({"arm": said, "paper, nats": paper.values()})
beside["paper, share left"] = beside["paper, nats"] / paper["averaging"]
beside["here, nats"] = [heights[arm].value for arm in paper]
beside["here, share left"] = [heights[arm].value / heights["averaging"].value for arm in paper]
form = {"paper, nats": ".2f", "here, nats": ".2f"}
table(beside, formats=form | {"paper, share left": ".0%", "here, share left": ".0%"})

# %% tags=["remove-cell"]
streams = [heights[f"only_{at}"] for at in ("embedding", "last", "all")]
helps = [e.removed(heights["averaging"]).interval[0] > 0 for e in streams]
chapter.glue("stream_helps", "helps, on its own and on top of heads" if all(helps) and
             heights["residual_permutation"].value < heights["neurons_heads"].value
             else "does not help everywhere")

# %% [markdown]
# The steps inside the layer are like the paper's: neurons a little, heads a little more. The stream
# is not. There, reordering the stream made the average worse than none. Here it
# {glue:text}`stream_helps`: alone, it removes {glue:text}`barrier_removed.only_all` of the barrier.
# A likely reason is depth: BERT's stream passes twelve layers and two dozen norms, and one order
# has to suit all of them; in one layer, most weights that touch the stream are the two tables of
# words. This comparison does not test that; a deeper model of ours would.
#
# Theus and others did for GPT-2-like decoders what the lower rungs do here, and measured above the
# chord:

# %% tags=["hide-input"]
theirs = {"averaging": (2.02, 4.34), "neurons_heads": (1.43, 4.05)}
theirs |= {"orthogonal_weight_matching": (0.34, 1.56), "learned": (0.02, 0.42)}
named = {"averaging": "averaging", "neurons_heads": "activation matching",
    "orthogonal_weight_matching": "weight matching, stream turned", "learned": "learned, turned"}
chords = {arm: lines.barrier(arm, pairs, definition="chord").value for arm in theirs}
rival = pd.DataFrame({"arm": named.values(), "here": chords.values()})
for place, corpus in enumerate(("Tiny Shakespeare", "BookCorpus")):
    rival[f"theirs, {corpus}"] = [both[place] for both in theirs.values()]
for column in rival.columns[1:]:
    rival[column] = [f"{v:.2f} ({v / rival[column][0]:.0%})" for v in rival[column]]
table(rival, caption="nats above the chord (share of averaging's barrier that is left)")

# %% [markdown]
# ## Controls
#
# *Is it the matching, or would any reordering do?* A random transform of the same kind, instead of
# the one that was found. *Does matching find what is there?* The base and a randomly transformed
# copy of it: the barrier must vanish, for activation matching where orders and signs were changed,
# for weight matching where everything was. *Is a parent better than any alignment?* The two
# {term}`children <child>` of chapter 03.

# %%
given = {"arms": {"random_heads": ["neurons", "heads"], "random_turn": list(KINDS)}}
given["seed"] = seeds["random"]
random = store.step("alignment/random", random_transforms, given, {"first": models["1"]})
lines.transforms |= {(p, arm): random for p in pairs for arm in given["arms"]}
lines.walk(pairs, dict.fromkeys(given["arms"], points["aside"]))

models |= {child: store.read(f"models/{child}") for child in ("stories", "lua")}
children = [("stories", "lua")]
lines.walk(children, {"averaging": points["aside"]}, domains=children[0])

# %%
changed = {"turned": list(KINDS),
           "reordered": ["residual_order", "heads", "neurons", "neuron_scales"]}
inputs = {"model": models["1"], "tokenizer": corpora["tokenizer"]}
for name, kinds in changed.items():
    given = {"kinds": kinds, "seed": seeds["copy"]}
    models[name] = store.step(f"alignment/{name}_copy", transformed_copy, given, inputs)
turned, reordered = [("1", "turned")], [("1", "reordered")]
full = {"all": ["neuron_scales", "heads", "residual_from_all"]}
lines.match("activations", match_activations, reordered, full, read | {"arms": full}, tokens=tokens)
lines.match("weights", match_weights, turned, by_weights, laid)
lines.walk(reordered, {"averaging": points["aside"], "all": points["aside"]})
lines.walk(turned, {"averaging": points["aside"], turning: points["aside"]})

# %% [markdown]
# *Is the learned matching more than training?* It reads text, so the same text is spent on training
# the plain average. *Is the average wrong or only unsure?* Averaging makes logits smaller; one
# factor on all logits, fitted on validation text, takes that part away.

# %%
middles = {}
for arm in ("averaging", "neurons_heads", "orthogonal_weight_matching", "learned"):
    given, inputs = {"t": 0.5}, {"tokenizer": corpora["tokenizer"]}
    if arm in gone:
        given["arm"], inputs["transforms"] = arm, lines.transforms[pairs[0], arm]
    call = lines.asked(pairs[0], f"middle_{arm}", merge_aligned, given, **inputs)
    middles[arm] = store.step(**call)
recipe = {key: learned[key] for key in ("training_tokens", "batch")} | {"weight_decay": 0.01}
recipe |= {"domains": domains, "learning_rate": 1e-3, "seed": seeds["learned"]}
inputs = corpora | {"parent": middles["averaging"]}
middles["averaging, trained"] = store.step(
    "alignment/average_trained", fine_tune, {"recipe": recipe}, inputs)

# %%
check = [evaluation_rows(load_tokens(tokens, d, "validation"), context, evaluation_tokens // 4)
         for d in domains]
both = [load_model(models[n]).state_dict() for n in pairs[0]]
ends = np.mean([loss_of(state) for state in both])
excess, sharper = {"averaging, gains not folded": loss_of(linear(*both, 0.5)) - ends}, {}
for name, middle in middles.items():
    excess[name] = loss_of(load_model(middle).state_dict()) - ends
    factor = sharpened(base, check)  # `base` has the weights of the middle now
    sharper[name] = factor, loss_of(base.state_dict()) - ends

# %% [markdown]
# Two more, for larger profiles: pairs that read the *same rows in the same order* from other
# initial weights (do strangers differ by their start or by their text?), and pairs of *other
# widths*.

# %%
extra, wanted, written = {}, {}, {"tokenizer": corpora["tokenizer"]}
for seed in same_order_seeds:
    given = {"shape": settings["shape"], "seed": seed}
    start = store.step(f"alignment/start_{seed}", untrained, given, written)
    recipe_alone = {"recipe": settings["recipe"]}
    wanted[f"same_order_{seed}"] = fine_tune, recipe_alone, corpora | {"parent": start}
    extra["1", f"same_order_{seed}"] = "same order of the text"
for width, n in product(widths, (0, 1)):
    given = {"shape": settings["shape"] | {"hidden_size": width}}
    given["recipe"] = settings["recipe"] | {"seed": seeds["width"] + n}
    wanted[f"width_{width}_{n}"] = train_base, given, corpora
    extra[f"width_{width}_0", f"width_{width}_1"] = f"width {width}"

# %%
calls = [dict(name=f"alignment/{name}", function=function, settings=given, inputs=inputs)
         for name, (function, given, inputs) in wanted.items()]
models |= dict(zip(wanted, parallel_map(store.step, calls), strict=True))
lines.match("weights", match_weights, list(extra), by_weights, laid)
lines.walk(list(extra), {"averaging": points["aside"], turning: points["aside"]})

# %%
tested = {
    "random_heads": ("neurons and heads in random order", "random_heads", pairs),
    "random_turn": ("everything turned at random", "random_turn", pairs),
    "reordered_copy.averaging": ("reordered copy, averaged", "averaging", reordered),
    "reordered_copy.activations": ("reordered copy, by activations", "all", reordered),
    "turned_copy.averaging": ("turned copy, averaged", "averaging", turned),
    "turned_copy.weights": ("turned copy, by weights", turning, turned),
}
measured = {key: lines.barrier(arm, among) for key, (_, arm, among) in tested.items()}
measured["children"] = lines.barrier("averaging", children, children[0], "chord")

# %% tags=["hide-input"]
called = {key: words for key, (words, _, _) in tested.items()}
called["children"] = "stories and Lua child, averaged, above the chord on their domains"
controls = [(called[key], told(found)) for key, found in measured.items()]
controls += [(f"{kind}: {ladder_names[arm]}", told(lines.barrier(arm, [pair])))
             for pair, kind in extra.items() for arm in ("averaging", turning)]
asked_for = {"same order of the text": same_order_seeds, "other widths": widths}
controls += [(kind, NOT_RUN) for kind, ran in asked_for.items() if not ran]
table(pd.DataFrame(controls, columns=["control", "barrier, nats"]))

# %% tags=["hide-input"]
middle_of = {"neurons_heads": "neurons and heads", turning: "turned, by weights"}
at_middle = pd.DataFrame({"at the middle": [middle_of.get(name, name) for name in excess],
                          "nats above the ends": list(excess.values())})
for column, place in {"best factor on the logits": 0, "with that factor": 1}.items():
    at_middle[column] = [sharper[n][place] if n in sharper else None for n in excess]
table(at_middle, formats=dict.fromkeys(at_middle.columns[1:], ".2f"), missing="")

# %% tags=["remove-cell"]
for name, found in measured.items():
    low, high = found.interval
    chapter.report(f"barrier_control.{name}", found.value, low, high, unit="nats")
for name in excess:
    short = name.replace(", ", "_").replace(" ", "_")
    chapter.report(f"middle.{short}", excess[name], unit="nats")
    if name in sharper:
        chapter.report(f"middle_sharpened.{short}", sharper[name][1], unit="nats")

# %% [markdown]
# Neurons and heads in random order leave {glue:text}`barrier_control.random_heads`, a random turn
# of everything {glue:text}`barrier_control.random_turn`: what helps is the right transform, not
# any. A copy in another form is as far away as a stranger
# ({glue:text}`barrier_control.turned_copy.averaging` nats) until it is matched:
# {glue:text}`barrier_control.turned_copy.weights` by weights, and
# {glue:text}`barrier_control.reordered_copy.activations` by activations where only orders and signs
# were changed. So the search does find what there is to find; what is left between two *bases* is
# either not a symmetry, or a form that the search missed. Between siblings, which share a form by
# descent, the barrier of plain averaging is {glue:text}`barrier_control.children`. (Everywhere in
# this chapter gains are folded first. Left as they are, they make little difference: the plain
# average is {glue:text}`middle.averaging_gains_not_folded` nats worse than the ends, folded
# {glue:text}`middle.averaging`.)
#
# The average is wrong, not only unsure: with the best factor on its logits it is still
# {glue:text}`middle_sharpened.averaging` nats worse than the bases. And learned matching is more
# than training: the plain average, trained on just as much text, is still
# {glue:text}`middle.averaging_trained` nats worse; the learned middle, for which neither model
# learned anything new, {glue:text}`middle.learned`.
#
# ## What is left
#
# Learned matching still leaves {glue:text}`barrier.learned` nats. Is that a form that the search
# missed? Then a longer search should find it. It is given a quarter of the text, and twice the
# text.

# %%
of_text = [learned["training_tokens"] // 4, 2 * learned["training_tokens"]]
start = lines.transforms[pairs[0], turning]
calls = [lines.asked(pairs[0], f"learned_{n}", learn_matching, taught | {"training_tokens": n},
                     start=start, tokens=tokens) for n in of_text]
left = {0: excess[turning], learned["training_tokens"]: excess["learned"]}
for n, made in zip(of_text, parallel_map(store.step, calls), strict=True):
    _, a, b = aligned(models["1"], models["2"], made, "learned")
    left[n] = loss_of(linear(a, b, 0.5)) - ends
table(pd.DataFrame(sorted(left.items()), columns=["tokens read", "nats at the middle"]),
      formats={"tokens read": ",.0f", "nats at the middle": ".3f"})

# %% [markdown]
# Or is it content? Put one part of the aligned second model, as it is, into the first. If the two
# were one function in two forms, nothing would be lost, as nothing is lost with a turned copy.

# %%
parts = {"word tables": ("embed", "lm_head"), "queries and keys": ("q_proj", "k_proj"),
         "values and output": ("v_proj", "o_proj"), "MLP": ("mlp",)}


def exchanged(pair, marks):
    """Nats lost where a part of the second replaces the first's; the cosine of the two."""
    _, a, b = aligned(*(models[n] for n in pair), lines.transforms[pair, turning], turning)
    inside = [name for name in a if any(mark in name for mark in marks)]
    alike = [torch.cosine_similarity(a[n].flatten(), b[n].flatten(), dim=0) for n in inside]
    return loss_of(a | {n: b[n] for n in inside}) - loss_of(a), torch.stack(alike).mean().item()


# %%
swaps = pd.DataFrame({"part": list(parts)})
for words, pair in {"a base": pairs[0], "a turned copy": turned[0]}.items():
    found = [exchanged(pair, marks) for marks in parts.values()]
    swaps[f"nats lost, {words}"] = [lost for lost, _ in found]
    swaps[f"cosine, {words}"] = [cosine for _, cosine in found]
table(swaps, formats=dict.fromkeys(swaps.columns[1:], ".2f"))

# %% tags=["remove-cell"]
for words, n in {"quarter": of_text[0], "double": of_text[1]}.items():
    chapter.report(f"learned_text.{words}", left[n], unit="nats")
lost = swaps.set_index("part")["nats lost, a base"]
chapter.glue("neurons", str(size.neurons))
chapter.glue("mlp_exchanged", f"{lost['MLP']:.2f}")
chapter.glue("mlp_cosine", f"{swaps['cosine, a base'].iloc[-1]:.2f}")

# %% [markdown]
# Twice the text leaves {glue:text}`learned_text.double` nats at the middle, a quarter of it
# {glue:text}`learned_text.quarter`: the search goes on finding a little, at a price that doubles
# each time. And the parts of two bases cannot stand in for each other. The MLP of the second, its
# neurons in the best places that weight matching finds, costs the first {glue:text}`mlp_exchanged`
# nats; the cosine between the two sets of weights is {glue:text}`mlp_cosine`. The correlations
# above say the same without any search: most of the {glue:text}`neurons` neurons have no partner in
# the other model, and no symmetry makes one. So a good part of what is left looks like content: two
# small models that chose other neurons for the same task. Theus and others come nearer to nothing,
# with models and text that differ from ours in more than one way. Would wider models agree more,
# having room for every useful neuron, or less, having room for choice? Larger profiles measure that
# (`widths`).
#
# ## What the middle says

# %%
for name in ("averaging", "neurons_heads", "orthogonal_weight_matching", "learned"):
    model = load_model(middles[name])
    for prompt in ("    def __init__(self,", "The function returns"):
        said = continue_text(model, tokenizer, prompt, sample_tokens, 0.7, seeds["text"])
        print(f"── {name.replace('_', ' ')}\n[{prompt}]{said.removeprefix(prompt)}\n")

# %% [markdown]
# ## What the middle still knows
#
# Verma and Elbayad fine-tuned their merged models on eight tasks. One layer is too small for those.
# We ask less: does the residual stream still tell what a token *is*? Held-out tokens carry labels
# of {term}`concepts <concept>`: function name, string, past tense. A *{term}`linear probe`* for
# each {cite}`alain2016understanding`, fitted on validation text, says on test text which tokens
# carry it; the mean of its {term}`F1` over concepts is the score. The floor is the base before its
# first step of training.

# %%
concepts = store.read("corpora/concepts")
texts = {d: labelled_text(tokens, concepts, d, context, evaluation_tokens) for d in domains}
probed = {"base 1": models["1"], "base 2": models["2"]} | {
    f"middle: {middle_of.get(name, name)}": middle for name, middle in middles.items()}
probed["untrained"] = store.read("models/base_untrained")
f1 = {}
for name, artifact in probed.items():
    for d, text in texts.items():
        answers = probe(load_model(artifact), text)
        f1[name, d] = mean_f1(f1_by_document(*answers, text["test"].rows))

# %% tags=["hide-input"]
count = {d: f"{d}, {len(texts[d]['test'].names)} concepts" for d in domains}
bars = pd.DataFrame((name, count[d], value, *np.quantile(draws, [0.025, 0.975]))
                    for (name, d), (value, draws) in f1.items())
bars.columns = ["model", "on", "f1", "f1_low", "f1_high"]
forgone = {d: f1["base 1", d][0] - f1["middle: averaging", d][0] for d in domains}
floor_of = {d: f1["base 1", d][0] - f1["untrained", d][0] for d in domains}
kept = {d: f"{1 - forgone[d] / floor_of[d]:.0%} on {d}" for d in domains}
intervals(bars, label="model", value="f1", panel="on", x_title="mean F1 over concepts",
    title="Of what a base knows beyond an untrained model, even the plain average keeps "
    + " and ".join(kept.values()), subtitle="linear probes of the residual stream, test text, 95 % "
    "intervals over documents", description="F1 of probes for ends and midpoints.")

# %% tags=["remove-cell"]
for (name, d), (value, draws) in f1.items():
    short = name.removeprefix("middle: ").replace(", ", "_").replace(" ", "_")
    low, high = np.quantile(draws, [0.025, 0.975])
    floor = f1["untrained", d][0]
    chapter.report(f"probe_f1.{short}.{d}", value, low, high, floor=floor, unit="F1")

# %% [markdown]
# The average that predicts so badly still tells most concepts apart:
# {glue:text}`probe_f1.averaging.english` on English and {glue:text}`probe_f1.averaging.python` on
# Python, where base 1 has {glue:text}`probe_f1.base_1.english` and
# {glue:text}`probe_f1.base_1.python`, the turned middle
# {glue:text}`probe_f1.turned_by_weights.english` and
# {glue:text}`probe_f1.turned_by_weights.python`, and an untrained model
# {glue:text}`probe_f1.untrained.english` and {glue:text}`probe_f1.untrained.python`. A probe is
# fitted anew to each model: it finds the knowledge wherever it lies. The rest of the model is not,
# and cannot.
#
# ## Nearer, or only nearer to the eye?
#
# Does aligning make the *parts* of two models more alike? It depends on who asks. Take each neuron
# of the first base and its partner by activations in the second, and compare the two by what they
# write to the stream: the cosine of their columns of `down`.

# %%
def written_alike(arm):
    """Mean |cosine| of what partners write, and their mean |r|, once the second is aligned."""
    transforms = lines.transforms.get((pairs[0], arm))
    _, a, b = aligned(models["1"], models["2"], transforms, arm)
    moved = Transform.load(transforms.file(f"{arm}.safetensors")).neurons if transforms else None
    now = r if moved is None else r[:, moved]
    pairing, _ = assignment(now.abs())
    columns = [torch.nn.functional.normalize(state[weights.DOWN], dim=0) for state in (a, b)]
    cosine = (columns[0] * columns[1][:, pairing]).sum(dim=0).abs()
    return cosine.mean().item(), now[torch.arange(len(now)), pairing].abs().mean().item()


# %%
alike = pd.DataFrame([(ladder_names[arm], *written_alike(arm)) for arm in rungs])
alike.columns = ["arm", "mean |cosine| of what they write", "mean |r| of their activations"]
table(alike, formats=dict.fromkeys(alike.columns[1:], ".2f"))

# %% tags=["remove-cell"]
cosines = alike.iloc[:, 1]
chapter.glue("cosine_before", f"{cosines[0]:.2f}")
chapter.glue("cosine_after", f"{cosines.max():.2f}")
chapter.glue("r_of_partners", f"{alike.iloc[0, 2]:.2f}")

# %% [markdown]
# By their weights the partners go from {glue:text}`cosine_before` to {glue:text}`cosine_after`. By
# their activations they were at {glue:text}`r_of_partners` before, and are there after every
# alignment: a symmetry changes what a model is made of, not what its neurons say. So the form was
# never in the way of the activation correlations on which this book's {term}`fates <fate>` rest,
# and aligning cannot raise them. Whether it raises matching by *directions*, and whether features
# of a merge of aligned strangers come from both, chapter 10 takes up.
#
# ## Findings
#
# - The average of two independent bases is {glue:text}`barrier.averaging` nats worse than they
#   are, over {glue:text}`pairs` pairs. Matching neurons leaves {glue:text}`barrier.neurons`, heads
#   too {glue:text}`barrier.neurons_heads`.
# - Turning the stream leaves {glue:text}`barrier.orthogonal_weight_matching`: it removes
#   {glue:text}`barrier_removed.orthogonal_weight_matching`, without reading a word.
# - Reordering the stream {glue:text}`stream_helps` here; in the paper it did harm.
# - A base and its own copy in another form are as far apart as strangers, and matching brings them
#   together exactly: a barrier is not yet a difference.
# - What a middle can no longer say it may still know.
#
# ## Exercises
#
# Each runs from the artifacts, in under a minute.
#
# ```{exercise-start} How much text does matching need?
# :label: exercise-text
# ```
# Match neurons and heads from 2 000 tokens and from 16 000. How much of the barrier that the full
# statistics remove is removed already?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-text
# :class: dropdown
# ```

# %%
for size_of_text in (2_000, 16_000):
    little = read | {"statistics_tokens": size_of_text, "arms": by_activations}
    name = f"activations_{size_of_text}"
    call = lines.asked(pairs[0], name, match_activations, little, tokens=tokens)
    _, a, b = aligned(models["1"], models["2"], store.step(**call), "neurons_heads")
    print(f"{size_of_text:,} tokens: {loss_of(linear(a, b, 0.5)) - ends:.2f} nats")
print(f"{statistics_tokens:,} tokens: {excess['neurons_heads']:.2f} nats")

# %% [markdown]
# Little text is enough, as the paper found, too: partners that are clear are clear at once, and
# more text does not make strangers alike.
# ```{solution-end}
# ```
#
# ```{exercise-start} Averaging what they say
# :label: exercise-ensemble
# ```
# Average the *predictions* of the first two bases instead of their weights: the mean of their
# probabilities for each token. Does that need alignment? How does it compare with the bases?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-ensemble
# :class: dropdown
# ```

# %%
said_by = [load_model(models[n]) for n in pairs[0]]
together = {}
for d in domains:
    nats = [score_tokens(model, test[d]).nats for model in said_by]
    together[d] = -np.log(np.mean(np.exp(-np.stack(nats)), axis=0)).mean() - np.mean(nats)
print({d: f"{gain:+.2f} nats from the mean of the two" for d, gain in together.items()})

# %% [markdown]
# What a model says has no form, so predictions are averaged as they are, and two strangers together
# are better than one. The price is two models to run.
# ```{solution-end}
# ```
#
# ```{exercise-start} Three strangers
# :label: exercise-three
# ```
# Align the second and the third base to the first and average all three. Is the mean of three
# worse than the means of two?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-three
# :class: dropdown
# ```

# %%
states = [folded]
for other in ("2", "3"):
    moved = lines.transforms[("1", other), turning]
    states.append(aligned(models["1"], models[other], moved, turning)[2])
of_three = loss_of({n: sum(state[n] for state in states) / 3 for n in folded}) - ends
print(f"three: {of_three:.2f} nats above the ends; two: {excess[turning]:.2f}")

# %% [markdown]
# The second and the third were aligned to the first, not to each other; what each alignment missed
# adds up, and the mean of three is worse.
# ```{solution-end}
# ```
#
# **Next:** [chapter 07](07_sparse_autoencoders) opens the models of the family.

# %% tags=["remove-cell"]
assert all(change[name] < 1e-9 for name in symmetric), "symmetries change nothing"
assert min(change[name] for name in tried if name.startswith("not")) > 0.01, "these two do"
assert np.allclose(alike.iloc[:, 2], alike.iloc[0, 2], atol=1e-6), "r is blind to a symmetry"
assert measured["reordered_copy.activations"].value < 0.01, "a reordered copy is recovered"
assert swaps["nats lost, a turned copy"].abs().max() < 0.01, "a copy's parts fit"
assert measured["turned_copy.weights"].value < 0.01, "a turned copy is recovered"
if profile == "laptop":
    heights_of = [heights[arm].value for arm in rungs]
    assert heights_of == sorted(heights_of, reverse=True), "every rung lies lower"
    assert gone[turning].value >= 0.7 and gone["learned"].value > gone[turning].value

# %% tags=["remove-cell"]
if profile == "laptop":
    assert measured["random_turn"].value > 0.9 * heights["averaging"].value, "not any turn helps"
    assert measured["random_heads"].value > heights["neurons"].value, "not any order helps"
    assert excess["averaging, trained"] > excess["learned"] + 0.1, "more than training"
    assert sharper["averaging"][1] > 0.8 * excess["averaging"], "wrong, not only unsure"
    assert all(forgone[d] < floor_of[d] / 2 for d in domains), "most concepts are told apart"
    assert left[of_text[0]] > left[of_text[1]] > 0.6 * excess["learned"], "a little, at a price"
    assert lost.min() > 0.1 and max(together.values()) < 0 and of_three > excess[turning]
    assert all(helps) and cosines.max() > 1.5 * cosines[0]
