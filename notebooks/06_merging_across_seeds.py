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
from itertools import combinations

import numpy as np
import pandas as pd
import torch
from safetensors.torch import load_file

from featurefate.alignment import symmetries, weights
from featurefate.alignment.activation_matching import assignment, match_activations
from featurefate.alignment.aligned import aligned
from featurefate.alignment.arms import (
    BY_ACTIVATIONS,
    BY_WEIGHTS,
    CONTROLS,
    COPIES,
    FREED,
    LADDER,
    MIDDLES,
    NAMES,
    RANDOM,
    REORDERED,
    THEUS,
    TURNED,
    VERMA_ELBAYAD,
)
from featurefate.alignment.barriers import Estimate, mean
from featurefate.alignment.drawing import random_orthogonal
from featurefate.alignment.exact import exact_model, largest_changes
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.freed import freed_middle
from featurefate.alignment.impostors import inner_order, stretched_stream
from featurefate.alignment.learned_matching import learn_matching
from featurefate.alignment.lines import Lines
from featurefate.alignment.other_bases import other_bases
from featurefate.alignment.probes import labelled_text, probed
from featurefate.alignment.statistics import correlations, training_batches
from featurefate.alignment.temperature import refitted
from featurefate.alignment.transform import Transform
from featurefate.alignment.weight_matching import match_weights
from featurefate.artifacts.parallel import parallel_map
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.frames import NOT_RUN, percent
from featurefate.figures.intervals import intervals
from featurefate.figures.ladder import ladder
from featurefate.figures.numbers import minus, with_interval
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_tokens
from featurefate.language_model.movement import without_shift
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.training import train_base
from featurefate.merging.interpolation import linear
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
more_seeds = []  # of bases beside the three of chapter 02
points = {"averaging": 21, "neurons_heads": 21, "learned": 21, "others": 5, "aside": 3}  # of t
statistics_tokens = 65_536  # training tokens on which activations are compared
starts = 1  # of weight matching; more than one adds random turns of the stream
learned = {
    "training_tokens": 196_608, "batch": 8, "learning_rate": 2e-2, "both": False
}  # of learned matching: text read, rows a step, rate, whether both models move
evaluation_tokens = 6_144  # tokens a domain
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
lines = Lines(store, models, corpora, domains, evaluation_tokens)

# %% [markdown]
# ## The result
#
# There are three ways to find out which part of one model belongs to which part of the other.
# *Activation matching* {cite}`verma2024merging` lets both read the same text and asks which units
# rise and fall together. *Weight matching* {cite}`ainsworth2023git` reads nothing and lays the
# weights themselves upon each other. *Learned matching* {cite}`theus2025generalized` goes on from
# there and is trained, on text, to make the models in between good. Each may move more or less of
# the second model; every such choice is an *arm*.
#
# A {term}`barrier` is measured on the straight line from the first model to the second, which has
# been *{term}`aligned <alignment>`*: put into the form that was found. Both ends are as good as
# ever; what lies between is the question. With $L(t)$ the test loss of $(1-t)\,a + t\,b$,
#
# $$ \text{barrier} = \max_t L(t) - \tfrac12 \big(L(0) + L(1)\big). $$

# %%
read = dict(domains=domains, statistics_tokens=statistics_tokens, seed=seeds["statistics"])
given = read | {"arms": BY_ACTIVATIONS}
lines.match("activations", match_activations, pairs, BY_ACTIVATIONS, given, tokens=tokens)
laid = dict(arms=BY_WEIGHTS, starts=starts, seed=seeds["starts"])
lines.match("weights", match_weights, pairs, BY_WEIGHTS, laid)
taught = dict(arm=TURNED, parts=BY_WEIGHTS[TURNED], domains=domains, seed=seeds["learned"])
taught |= learned
lines.match("learned", learn_matching, pairs, ["learned"], taught, start=TURNED, tokens=tokens)

# %%
rungs, aside = list(LADDER), [arm for arm in BY_ACTIVATIONS if arm not in LADDER]
count = {arm: points.get(arm, points["others"]) for arm in rungs}
lines.walk(pairs, count | dict.fromkeys(aside, points["aside"]))
heights = {arm: lines.barrier(arm, pairs) for arm in [*rungs, *aside]}
gone = {arm: heights[arm].removed(heights["averaging"]) for arm in heights if arm != "averaging"}
cases, means = lines.rungs(LADDER, pairs)
ladder(cases, means, rung="arm", value="barrier", colour="domain", case="pair",
    title=f"The paper's method takes away {gone['neurons_heads'].value:.0%} of the barrier between "
    f"strangers, learning {gone['learned'].value:.0%}", x_title="barrier, nats a token, test text",
    subtitle="each point one pair of bases; pairs share members, so they are not independent. "
    "Diamonds: means with 95 % intervals over documents",
    description="Barriers between independent bases, by how they were aligned.")

# %% tags=["remove-cell"]
for arm, found in heights.items():
    low, high = found.interval
    chapter.report(f"barrier.{arm}", found.value, low, high, unit="nats")
for arm, share in gone.items():
    chapter.report(f"barrier_removed.{arm}", share.value, *share.interval, unit="share")
    by_pair = [1 - lines.barrier(arm, [p]).value / lines.barrier("averaging", [p]).value
               for p in pairs]
    chapter.glue(f"removed_by_pair.{arm}", f"{percent(min(by_pair))} to {percent(max(by_pair))}")
chapter.glue("pairs", str(len(pairs)))

# %% [markdown]
# Averaged as they are, two bases are {glue:text}`barrier.averaging` nats worse than they were. The
# paper's method leaves {glue:text}`barrier.neurons_heads`. Turning the {term}`residual stream`, the
# vector from which all parts read and to which they add, leaves
# {glue:text}`barrier.orthogonal_weight_matching`, which removes
# {glue:text}`barrier_removed.orthogonal_weight_matching` of the barrier
# ({glue:text}`removed_by_pair.orthogonal_weight_matching` over the {glue:text}`pairs` pairs);
# learned matching leaves {glue:text}`barrier.learned` and removes
# {glue:text}`barrier_removed.learned`. (Its rate was chosen on validation documents of the first
# pair, its text by the minutes that this chapter may take.) Where the rest of the barrier comes
# from is the subject of a section below.
#
# ## Two neurons are enough
#
# Why is the average of two good models a bad one? Take two models of two neurons each,
# $f(x) = \sum_i w_i \max(0, v_i x)$. The second has the same neurons in the other order.

# %%
def f(v, w):  # what two neurons make of every x
    return w @ np.maximum(0, np.outer(v, x))

x, first, second = np.linspace(-2, 2, 41), ([1, -1], [2, 1]), ([-1, 1], [1, 2])
reordered = [part[::-1] for part in second]  # the second in the order of the first
made = {"the first": f(*first), "the second": f(*second)}
made |= {f"their average, {words}": f(*(np.add(first, other) / 2))
         for words, other in {"as they are": second, "in one order": reordered}.items()}
table(pd.DataFrame(made | {"x": x})[["x", *made]][::10], formats=dict.fromkeys(["x", *made], ".0f"))

# %% [markdown]
# The functions are equal, the weights are not: $+1$ and $-1$ average to 0, and nothing is left. A
# trained model has a great many such twins. A change of weights that leaves the model as it is
# is a *{term}`symmetry`*; two models that learned the same are still strangers as long as each sits
# in a form of its own.
#
# ## Every symmetry of the layer
#
# A layer of this kind has seven. First the gains of the norms are *folded*: multiplied into the
# matrices that read through them. Then
#
# 1. the residual **stream** can be turned, if all that reads it or writes to it turns along;
# 2. all that writes to the stream can be multiplied by a factor, which the norms divide out;
# 3. **heads** can change places, in groups, as two query heads share one group's keys and values;
# 4. the **values** of a group can be taken in any other basis, if $W_O$ undoes it;
# 5. **queries and keys** meet only in their product, and rotary positions turn each pair of their
#    dimensions at a speed of its own, so a turn and a factor in each such plane are free;
# 6. **neurons** can change places, and as the gate only multiplies, a factor of either sign on `up`
#    is undone in `down`;
# 7. one vector added to all rows of the **unembedding** moves all logits alike.
#
# Two more look like symmetries. Without norms, any invertible matrix would do for the stream; and
# without rotary positions, queries and keys could be reordered together within a head, which is how
# the paper moves them. Here is the first of the seven; then try them all, in float64 and with the
# norms' $\varepsilon = 0$.

# %%
source(symmetries.residual_map)

# %%
base, draw = load_model(models["1"]), torch.Generator().manual_seed(seeds["copy"])
exact, size = exact_model(base, epsilon=0), weights.sizes(base.config)
context = base.config.max_position_embeddings
folded = fold_gains(exact.state_dict())
turn, shift = random_orthogonal(size.hidden, draw), torch.randn(size.hidden, generator=draw)
tried = {"norm gains folded": folded, "1 stream turned": symmetries.residual_map(folded, turn),
         "2 stream times 3": symmetries.residual_scale(folded, 3.0)}
for name, kinds in {"3 heads reordered": ["heads"], "4 values in another basis": ["values"],
                    "5 queries and keys turned in their planes": ["planes"],
                    "6 neurons moved, scaled, reversed": ["neurons", "neuron_scales"]}.items():
    tried[name] = Transform.random(base.config, seeds["copy"], kinds).apply(folded)
tried["7 unembedding shifted"] = symmetries.unembedding_shift(folded, shift)

# %%
stretch = turn @ torch.diag(torch.linspace(0.5, 2, size.hidden).double())
tried["not: stream stretched"] = stretched_stream(folded, stretch)
inner = torch.randperm(size.head, generator=draw)
tried["not: queries and keys reordered"] = inner_order(folded, inner)
rows = torch.as_tensor(lines.test[domains[-1]].rows[:8, :-1].astype(np.int64))
change = largest_changes(exact, exact.state_dict(), tried, rows)
halfway = [lines.loss_of(linear(folded, state, 0.5)) for state in tried.values()]
shown = pd.DataFrame({"change of the weights": list(tried), "largest |Δ log p|": change.values(),
                      "nats lost halfway": np.array(halfway) - lines.loss_of(folded)})
table(shown, formats={"largest |Δ log p|": ".0e", "nats lost halfway": ".2f"})

# %% tags=["remove-cell"]
symmetric = [name for name in tried if not name.startswith("not")]
chapter.glue("largest_change", f"{max(change[name] for name in symmetric):.0e}")
chapter.glue("gl_change", f"{change['not: stream stretched']:.0f}")
chapter.glue("inner_change", f"{change['not: queries and keys reordered']:.0f}")
lost_halfway = shown.set_index("change of the weights")["nats lost halfway"]
chapter.glue("worst_symmetry", lost_halfway[symmetric].idxmax()[2:])
chapter.glue("worst_halfway", f"{lost_halfway[symmetric].max():.1f}")

# %% tags=["remove-cell"]
seen = load_file(lines.transforms[pairs[0], "neurons"].file("correlations.safetensors"))
r = seen["neurons"].double()
matched_r = r[torch.arange(len(r)), assignment(r)[0]]
chapter.glue("median_partner", f"{matched_r.median().item():.2f}")
chapter.glue("clear_partner", percent((matched_r > 0.5).double().mean().item()))
likeliest = r.abs().argmax(dim=1)
chapter.glue("negative", percent((likeliest == r.argmin(dim=1)).double().mean().item()))

# %% [markdown]
# No symmetry changes a log-probability by more than {glue:text}`largest_change`; of the two
# impostors the first changes some by {glue:text}`gl_change`, the second by
# {glue:text}`inner_change`. So the paper's method needs a form that rotary positions allow: queries
# and keys move with the order of heads only, and the inner order goes to the values and $W_O$.
#
# The last column averages the base with *itself* in another form. Nothing separates these two but
# the form, and yet a single symmetry costs their average up to {glue:text}`worst_halfway` nats
# ({glue:text}`worst_symmetry`); several at once cost as much as strangers do, as the controls will
# show. So a large barrier alone does not show that two models learned different things.
#
# ## How partners are found
#
# Activation matching needs one number for each pair of units: the correlation of their activations
# over the same tokens. Then it asks for the one-to-one pairing with the largest sum, a classic
# problem with an exact solution (`scipy.optimize.linear_sum_assignment`). In the first pair of
# bases the median neuron correlates by {glue:text}`median_partner` with the partner it is given,
# and {glue:text}`clear_partner` of the neurons by more than one half. A neuron's likeliest partner
# often answers with the opposite sign ({glue:text}`negative` of them): the
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
#
# Where is the worst point? And does it matter how a barrier is measured? Above the mean of the ends
# at the worst point, as in Verma and Elbayad; above the straight line between the two ends' losses,
# the *chord*, as in Theus and others; or at the middle. Where one end is much better, the first
# counts as barrier what is only the way down. Our bases are equally good, and for no arm do the
# three differ by more than {glue:text}`definitions_differ` nats.
#
# The table below the figure has our barriers beside the papers'. Verma and Elbayad merged
# five MultiBERTs, pair by pair: twelve layers, an encoder, the loss that of masked words. Theus and
# others merged GPT-2-like decoders. Nats of so different tasks cannot be compared. What can is the
# share of the averaging barrier that is left; it stands in brackets.

# %% tags=["hide-input"]
long = [arm for arm in rungs if points.get(arm, points["others"]) > points["others"]]
curve = pd.concat(lines.curve(arm, pairs).assign(arm=LADDER[arm]) for arm in long)
top = curve[curve.arm == LADDER["averaging"]].set_index("t")["mean"].idxmax()
curves(curve, x="t", y="mean", low="min", high="max", colour="arm",
    x_title="t, the weight of the second model", y_title="nats above the mean of the ends",
    title=f"The worst point lies in the middle: t = {top:.2f} without alignment",
    subtitle="mean over pairs and domains; bands reach from the lowest to the highest pair",
    description="Loss above the mean of the ends along t, for three arms.")

# %% tags=["hide-input"]
columns = {"here": {arm: height.value for arm, height in heights.items()},
           "Verma and Elbayad": VERMA_ELBAYAD}
columns |= {f"Theus and others, {text}": {arm: both[n] for arm, both in THEUS.items()}
            for n, text in enumerate(("Shakespeare", "BookCorpus"))}
beside = {name: {NAMES[arm]: f"{nats:.2f} ({100 * nats / column['averaging']:.0f} %)"
                 for arm, nats in column.items()} for name, column in columns.items()}
beside = pd.DataFrame(beside).reindex([NAMES[arm] for arm in heights])
table(beside.replace(" ", "\xa0", regex=True).reset_index(names="arm"), missing="",
      caption="nats (share of averaging's barrier that is left)")

# %% tags=["remove-cell"]
streams = [heights[f"only_{at}"] for at in ("embedding", "last", "all")]
helps = [e.removed(heights["averaging"]).interval[0] > 0 for e in streams]
chapter.glue("stream_helps", "helps, on its own and on top of heads" if all(helps) and
             heights["residual_permutation"].value < heights["neurons_heads"].value
             else "does not help everywhere")
differ = []
for arm, found in heights.items():
    others = [lines.barrier(arm, pairs, definition=name) for name in ("chord", "midpoint")]
    differ += [abs(other.value - found.value) for other in others]
    chapter.report(f"barrier_chord.{arm}", others[0].value, *others[0].interval, unit="nats")
chapter.glue("definitions_differ", f"{max(0.001, *differ):.3f}")

# %% tags=["remove-cell"]
for n, text in enumerate(("shakespeare", "bookcorpus")):
    chapter.glue(f"theus_left.{text}", f"{100 * THEUS['learned'][n] / THEUS['averaging'][n]:.0f} %")
chapter.glue("learned_left", percent(1 - gone["learned"].value))

# %% [markdown]
# The steps inside the layer are like the paper's: neurons a little, heads a little more. The stream
# is not. There, reordering the stream made the average worse than leaving it alone. Here it
# {glue:text}`stream_helps`: alone, it removes {glue:text}`barrier_removed.only_all` of the barrier.
# A likely reason is depth: BERT's stream passes twelve layers and two dozen norms, and one order
# has to suit all of them; in one layer, most weights that touch the stream are the two tables of
# words. This comparison does not test that; a deeper model of ours would. The higher rungs fall as
# they do in Theus and others: the turn of the stream takes most, learning more. What learned
# matching leaves depends on the text there, {glue:text}`theus_left.shakespeare` of the averaging
# barrier on Shakespeare and {glue:text}`theus_left.bookcorpus` on BookCorpus; here it leaves
# {glue:text}`learned_left`.
#
# ## Controls
#
# *Is it the matching, or would any reordering do?* A random transform of the same kind, instead of
# the one that was found. *Does matching find what is there?* The base and a randomly transformed
# copy of it: the barrier must vanish, for activation matching where orders and signs were changed,
# for weight matching where everything was. *Is a parent better than any alignment?* The two
# {term}`children <child>` of chapter 03. Two more are for larger profiles: pairs that read the same
# rows in the *same order* (do strangers differ by their start or by their text?), and pairs of
# other *widths* (would wider models agree more, having room for every useful neuron, or less,
# having room for choice?).

# %%
few, other = points["aside"], {"same_order": same_order_seeds, "other_widths": widths}
lines.draw(pairs, RANDOM, seeds["random"])
turned, reordered = [lines.copy("1", name, kinds, seeds["copy"]) for name, kinds in COPIES.items()]
extra, apart = other_bases(store, "1", settings, corpora, **other, width_seed=seeds["width"])
family = "stories", "lua"
models |= extra | {child: store.read(f"models/{child}") for child in family}
given = read | {"arms": REORDERED}
lines.match("activations", match_activations, [reordered], REORDERED, given, tokens=tokens)
lines.match("weights", match_weights, [turned, *apart], BY_WEIGHTS, laid)
lines.walk([turned, *apart], {"averaging": few, TURNED: few})
lines.walk(pairs, dict.fromkeys(RANDOM, few))
lines.walk([reordered], {"averaging": few, "all": few})

# %% tags=["hide-input"]
on = {"strangers": pairs, turned[1]: [turned], reordered[1]: [reordered]}
measured = {key: lines.barrier(arm, on[group]) for key, (_, arm, group) in CONTROLS.items()}
lines.walk([family], {"averaging": few}, domains=family)
measured["children"] = lines.barrier("averaging", [family], family, "chord")
words = {key: said for key, (said, _, _) in CONTROLS.items()}
words["children"] = "stories and Lua child, averaged, above the chord"
rows = [(words[key], e) for key, e in measured.items()]
rows += [(f"{kind}: {NAMES[arm]}", lines.barrier(arm, [pair]))
         for pair, kind in apart.items() for arm in ("averaging", TURNED)]
told = [(said, with_interval(e.value, *e.interval).replace(" ", "\xa0")) for said, e in rows]
told += [(kind.replace("_", " "), NOT_RUN) for kind, ran in other.items() if not ran]
table(pd.DataFrame(told, columns=["control", "barrier, nats"]))

# %% tags=["remove-cell"]
for name, found in measured.items():
    low, high = found.interval
    chapter.report(f"barrier_control.{name}", found.value, low, high, unit="nats")

# %% [markdown]
# Neurons and heads in random order leave {glue:text}`barrier_control.random_heads`, a random turn
# of everything {glue:text}`barrier_control.random_turn`: what helps is the right transform, not
# any. A copy in another form is no nearer than a stranger
# ({glue:text}`barrier_control.turned_copy.averaging` nats) until it is matched:
# {glue:text}`barrier_control.turned_copy.weights` by weights, and
# {glue:text}`barrier_control.reordered_copy.activations` by activations where only orders and signs
# were changed. So the search does find what there is to find; what is left between two *bases* is
# either not a symmetry, or a form that the search missed. Between siblings, which share a form by
# descent, the barrier of plain averaging is {glue:text}`barrier_control.children`.
#
# *Is the average wrong or only unsure?* Averaging makes logits smaller; one factor on all logits,
# fitted on validation text, takes that part away. *Is learned matching more than training?* It
# reads text, so the same text is spent on training every weight of the plain average, and of the
# turned one, from which learned matching starts. And the opposite question: *what would close the
# rest?* Whatever a symmetry does to heads, values, rotary planes and neurons, it ends in *some*
# weights there. So these weights are set free: starting from the learned middle, they are trained
# on as much text again, and on twice as much, while the tables of words stay the average. No
# symmetry that keeps the turn of the stream can do better than the best of such weights; training
# finds good ones, not the best. The same training of base 1 alone says what it does by itself.
# (Rates were chosen on validation text.)

# %%
every, calls = list(weights.PLACES), []
given = {"domains": domains, "batch": learned["batch"], "seed": seeds["text"]}
for n, (arm, t, free, rate, times) in enumerate(FREED.values()):
    asked = given | {"t": t, "places": free, "learning_rate": rate}
    asked |= {"training_tokens": times * learned["training_tokens"]}
    calls.append(lines.asked(pairs[0], f"freed_{n}", freed_middle, asked, arm=arm, **corpora))
trained = dict(zip(FREED, parallel_map(store.step, calls), strict=True))

# %%
middles = {arm: lines.middle(pairs[0], arm) for arm in MIDDLES}
check = [evaluation_rows(load_tokens(tokens, d, "validation"), context, evaluation_tokens // 4)
         for d in domains]
both = [load_model(models[n]).state_dict() for n in pairs[0]]
ends = np.mean([lines.loss_of(state) for state in both])
at_middle = refitted(middles | trained, check, lines.loss_of).set_index("model")
at_middle[["loss", "refitted"]] -= ends
at_middle["removed"] = 1 - at_middle.loss / at_middle.loss["averaging"]
heads = {"loss": "nats above the ends", "removed": "of averaging's, gone",
         "factor": "best factor on the logits", "refitted": "nats with that factor"}
table(at_middle.rename(index=MIDDLES)[list(heads)].reset_index(), names=heads,
      formats=dict.fromkeys(heads, ".2f") | {"removed": ".0%"})

# %% tags=["remove-cell"]
def over_ends(state):
    """By how much a model of these weights is worse than the pair, with its interval."""
    found = lines.estimate_of(state)
    return Estimate(found.value - at_ends.value, found.draws - at_ends.draws)


at_ends = mean([lines.estimate_of(state) for state in both])
worse = {name: over_ends(load_model(m).state_dict()) for name, m in (middles | trained).items()}
worse["averaging, gains not folded"] = over_ends(linear(*both, 0.5))
worse["base 1"] = over_ends(both[0])
for name, found in worse.items():
    short, removed = name.replace(", ", "_").replace(" ", "_"), found.removed(worse["averaging"])
    chapter.report(f"middle.{short}", found.value, *found.interval, unit="nats")
    chapter.report(f"middle_removed.{short}", removed.value, *removed.interval, unit="share")

# %% tags=["remove-cell"]
unsure = dict(load_model(middles["averaging"]).state_dict())
unsure[weights.UNEMBEDDING] = at_middle.factor["averaging"] * unsure[weights.UNEMBEDDING]
found = over_ends(unsure)
chapter.report("middle_sharpened.averaging", found.value, *found.interval, unit="nats")

# %% [markdown]
# The average is wrong, not only unsure: with the best factor on its logits it is still
# {glue:text}`middle_sharpened.averaging` nats worse than the bases. Training does not mend it on so
# little text: every weight of the plain average trained on what learned matching read, it is still
# {glue:text}`middle.averaging_all_trained` nats worse; the learned middle,
# {glue:text}`middle.learned`. From a better start training wins: the turned average, trained the
# same way, is only {glue:text}`middle.turned_all_trained` nats worse. So learned matching is not
# the best use of its text. What it shows is how far form alone goes: the weights of both bases are
# still there, turned and in another order. (Gains are folded everywhere in this chapter. Left as
# they are, they make little difference: {glue:text}`middle.averaging_gains_not_folded` nats for the
# plain average, folded {glue:text}`middle.averaging`.)
#
# ## What is left
#
# On Shakespeare, Theus and others come nearer to nothing than learned matching does here. Did the
# search end too early? The freed weights say something about what a better one could gain. With
# everything but the tables of words free, as much text again removes
# {glue:text}`middle_removed.learned_all_but_words_trained` of the first pair's barrier, and twice
# as much {glue:text}`middle_removed.learned_all_but_words_trained_on_twice_the_text`; learned
# matching itself removes {glue:text}`middle_removed.learned`. So there is no wall where it stops:
# weights that no symmetry binds go on as they read, and where they would end is not known here. (It
# is not news in the text: base 1, trained on it in the same way, goes from
# {glue:text}`middle.base_1` to {glue:text}`middle.base_1_all_but_words_trained_on_twice_the_text`
# nats above the mean of the bases.)
#
# Would more text do the same for learned matching? Slowly: in a trial outside this chapter, eight
# times as much text brought it less far than twice as much brings the freed weights (the docstring
# of `featurefate.alignment.learned_matching` has the numbers). So what closes the rest sooner is
# weights that neither base has, not a better choice of heads, bases or neurons. That no such choice
# exists is not shown: a search from another start might find another turn.
#
# Where does it sit? Put the average of one part into the first model and leave the rest as it is.
# If the two were one function in two forms, nothing would be lost, as nothing is lost with a turned
# copy.

# %%
lines.walk(pairs, {"learned": few}, places=every)
lines.walk([turned], {TURNED: few}, places=every)
compared = {"two bases": ("learned", pairs), "a base and its copy": (TURNED, [turned])}
spots = lines.spots(compared, every)
lost = {place: lines.lost("learned", pairs, place, 0.5) for place in every}
means = pd.DataFrame([(place, e.value, *e.interval) for place, e in lost.items()],
                     columns=["place", "nats", "low", "high"])
ladder(spots, means, rung="place", value="nats", colour="between", case="pair",
    title=f"No part agrees: averaging one alone costs {means.nats.min():.2f} to "
    f"{means.nats.max():.2f} nats", x_title="nats lost by averaging this part alone",
    subtitle="diamonds: two bases, mean over pairs and domains, 95 % intervals over documents",
    description="Loss by averaging one part of two bases.")

# %% tags=["remove-cell"]
tables = weights.EMBEDDING, weights.UNEMBEDDING
_, *ends_of = aligned(models["1"], models["2"], lines.transforms[pairs[0], "learned"], "learned")
uses = np.bincount(np.concatenate([text.rows.ravel() for text in lines.test.values()]))
common = np.flatnonzero(uses >= 5)  # words that are rare hardly left where they started
a, b = ({n: w[common] if n in tables else w for n, w in without_shift(state).items()}
        for state in ends_of)
cosine = {place: np.mean([torch.cosine_similarity(a[name].flatten(), b[name].flatten(), dim=0)
                          for name in inside]) for place, inside in weights.PLACES.items()}
chapter.glue("common_words", f"{len(common):,}")

# %% tags=["remove-cell"]
for place, found in lost.items():
    chapter.report(f"averaged_alone.{place.replace(' ', '_')}", found.value, *found.interval,
                   unit="nats")
    chapter.glue(f"cosine.{place.replace(' ', '_')}", f"{cosine[place]:.2f}")
chapter.glue("neurons", str(size.neurons))

# %% [markdown]
# The loss is spread over all parts, the tables of words included. Of the words that the test text
# uses often ({glue:text}`common_words`), the learned turn brings the two embeddings to a cosine of
# {glue:text}`cosine.embedding`, the unembeddings, their common shift apart, to
# {glue:text}`cosine.unembedding`: the words of one base do not stand to each other as those of the
# other do, and a turn changes no angle between words. Few of the {glue:text}`neurons` neurons have
# a partner by their activations ({glue:text}`clear_partner`, as seen above), the cosine of
# partners' weights is {glue:text}`cosine.neurons`, and an order makes no partners. So what is left
# looks like content more than form: two small models that do one task in partly different ways. How
# much less it would be with wider models, or longer training, this chapter does not measure at this
# size.
#
# ## What the middle says, and what it knows
#
# Verma and Elbayad fine-tuned their merged models on eight tasks. One layer is too small for those.
# We let the middles speak, and then ask for less: does the residual stream still tell what a token
# *is*? Held-out tokens carry labels of {term}`concepts <concept>`: function name, string, past
# tense. A *{term}`linear probe`* for each {cite}`alain2016understanding`, fitted on validation
# text, says on test text which tokens carry it; the mean of its {term}`F1` over concepts is the
# score. The floor is the base before its first step of training.

# %%
said = []
for name, middle in middles.items():
    model = load_model(middle)
    said.append(f"── {MIDDLES[name]} ──")
    for prompt in ("    def __init__(self,", "The function returns"):
        text = continue_text(model, tokenizer, prompt, sample_tokens, 0.7, seeds["text"])
        said.append(f"[{prompt}]{text.removeprefix(prompt)}")
print("\n\n".join(said))

# %% tags=["hide-input"]
texts = {d: labelled_text(tokens, store.read("corpora/concepts"), d, context, evaluation_tokens)
         for d in domains}
asked = {f"base {n}": models[n] for n in pairs[0]}
asked |= {MIDDLES[arm]: middle for arm, middle in middles.items()}
f1 = probed(asked | {"untrained": store.read("models/base_untrained")}, texts)
f1["on"] = [f"{d}, {len(texts[d]['test'].names)} concepts" for d in f1.domain]
of = f1.pivot(index="model", columns="domain", values="f1")
above = of - of.loc["untrained"]
kept = above.loc["plain average"] / above.loc["base 1"]
intervals(f1, label="model", value="f1", panel="on", x_title="mean F1 over concepts, test text",
    title="Of what a base knows beyond an untrained model, the plain average keeps "
    + " and ".join(f"{kept[d]:.0%} on {d}" for d in domains), description="F1 of probes.")

# %% tags=["remove-cell"]
short = {MIDDLES[name]: name for name in middles}
for row in f1.itertuples():
    key = short.get(row.model, row.model).replace(" ", "_")
    chapter.report(f"probe_f1.{key}.{row.domain}", row.f1, row.f1_low, row.f1_high,
                   floor=of.loc["untrained", row.domain], unit="F1")

# %% [markdown]
# The average that predicts so badly still tells most concepts apart:
# {glue:text}`probe_f1.averaging.english` on English and {glue:text}`probe_f1.averaging.python` on
# Python, where base 1 has {glue:text}`probe_f1.base_1.english` and
# {glue:text}`probe_f1.base_1.python`, the turned middle
# {glue:text}`probe_f1.orthogonal_weight_matching.english` and
# {glue:text}`probe_f1.orthogonal_weight_matching.python`, and an untrained model
# {glue:text}`probe_f1.untrained.english` and {glue:text}`probe_f1.untrained.python`. A probe is
# fitted anew to each model, so it finds what the stream holds wherever it lies; what reads the
# stream inside the model was fitted to the two bases, each in its own form. (A token's own name
# says much, as the untrained model shows, and even the mean of two embeddings keeps that.)
#
# ## Nearer, or only nearer to the eye?
#
# Does aligning make the *parts* of two models more alike? It depends on who asks. Take each neuron
# of the first base and its partner by activations in the second, and compare the two by what they
# write to the stream: the cosine of their columns of `down`.

# %%
def written_alike(arm):
    """Mean |cosine| of what partners write, and their mean |r|, once the second is aligned."""
    model, a, b = aligned(models["1"], models["2"], lines.transforms.get((pairs[0], arm)), arm)
    model.load_state_dict(b)
    r = correlations(base, model, batches)["neurons"].abs()
    columns = [torch.nn.functional.normalize(state[weights.DOWN], dim=0) for state in (a, b)]
    cosine, (pairing, total) = (columns[0].T @ columns[1]).abs(), assignment(r)
    return LADDER[arm], cosine[torch.arange(len(r)), pairing].mean().item(), total / len(r)


batches = [*training_batches(tokens, domains, evaluation_tokens, context, seeds["statistics"])]
columns = ["arm", "mean |cosine| of what they write", "mean |r| of their activations"]
alike = pd.DataFrame([written_alike(arm) for arm in rungs], columns=columns)
table(alike, formats=dict.fromkeys(columns[1:], ".2f"))

# %% tags=["remove-cell"]
cosines = alike.iloc[:, 1]
chapter.glue("cosine_before", f"{cosines[0]:.2f}")
chapter.glue("cosine_after", f"{cosines.max():.2f}")
chapter.glue("cosine_by_chance", f"{np.sqrt(2 / np.pi / size.hidden):.2f}")
chapter.glue("r_of_partners", f"{alike.iloc[0, 2]:.2f}")

# %% [markdown]
# By what they write, the partners go from {glue:text}`cosine_before`, which random directions have,
# too ({glue:text}`cosine_by_chance`), to {glue:text}`cosine_after`. By their activations they were
# at {glue:text}`r_of_partners` before, and are there after every alignment, as they must be: a
# symmetry changes what a model is made of, not what its neurons say. So the form was never in the
# way of the activation correlations on which this book's {term}`fates <fate>` rest, and aligning
# cannot raise them. Whether it raises matching by *directions*, and whether features of a merge of
# aligned strangers come from both, chapter 10 takes up.
#
# ## Findings
#
# - The average of two independent bases is {glue:text}`barrier.averaging` nats worse than they
#   are, over {glue:text}`pairs` pairs. Matching neurons leaves {glue:text}`barrier.neurons`, heads
#   too {glue:text}`barrier.neurons_heads`.
# - Turning the stream leaves {glue:text}`barrier.orthogonal_weight_matching`: it removes
#   {glue:text}`barrier_removed.orthogonal_weight_matching`, without reading a word.
# - Learned matching leaves {glue:text}`barrier.learned` and removes
#   {glue:text}`barrier_removed.learned`. The rest sits in every part of the model. Weights that no
#   symmetry binds, trained on from there, come to
#   {glue:text}`middle_removed.learned_all_but_words_trained_on_twice_the_text` in the first pair.
# - Here, reordering the stream {glue:text}`stream_helps`; in the paper it did harm.
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
    little = read | {"statistics_tokens": size_of_text, "arms": BY_ACTIVATIONS}
    name = f"activations_{size_of_text}"
    call = lines.asked(pairs[0], name, match_activations, little, tokens=tokens)
    _, a, b = aligned(models["1"], models["2"], store.step(**call), "neurons_heads")
    taken = at_middle.loss["averaging"] - (lines.loss_of(linear(a, b, 0.5)) - ends)
    of_all = taken / (at_middle.loss["averaging"] - at_middle.loss["neurons_heads"])
    print(f"{size_of_text:,} tokens: {percent(of_all)} of what {statistics_tokens:,} take away")

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
# probabilities for each token. Does that need alignment? How does it compare with the better of the
# two bases? (Why would a comparison with the mean of their losses prove nothing?)
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
    nats = [score_tokens(model, lines.test[d]).nats for model in said_by]
    mixed = -np.log(np.mean(np.exp(-np.stack(nats)), axis=0)).mean()
    together[d] = mixed - min(each.mean() for each in nats)
    print(f"{d}: {minus(f'{together[d]:+.2f}')} nats from the better of the two")

# %% [markdown]
# What a model says has no form, so predictions are averaged as they are, and two strangers together
# are better than either. The price is two models to run. (Better than the *mean* of the two losses
# they cannot fail to be: −log is convex, so by Jensen's inequality the loss of mixed probabilities
# is never above the mean of the losses.)
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
    moved = lines.transforms[("1", other), TURNED]
    states.append(aligned(models["1"], models[other], moved, TURNED)[2])
alone = np.mean([lines.loss_of(state) for state in states])
of_three = lines.loss_of({n: sum(state[n] for state in states) / 3 for n in folded}) - alone
of_two = [lines.barrier(TURNED, [pair], definition="midpoint").value for pair in pairs[:2]]
print(f"three: {of_three:.2f} nats above the bases; two: {np.mean(of_two):.2f}")

# %% [markdown]
# It is worse. The second and the third were aligned to the first and not to each other: between
# them, what both alignments missed adds up.
# ```{solution-end}
# ```
#
# **Next:** [chapter 07](07_sparse_autoencoders) opens the models of the family.

# %% tags=["remove-cell"]
assert all(change[name] < 1e-9 for name in symmetric), "symmetries change nothing"
assert min(change[name] for name in tried if name.startswith("not")) > 0.01, "these two do"
assert np.allclose(alike.iloc[:, 2], alike.iloc[0, 2], atol=1e-3), "r is blind to a symmetry"
assert measured["reordered_copy.activations"].value < 0.01, "a reordered copy is recovered"
assert measured["turned_copy.weights"].value < 0.01, "a turned copy is recovered"
assert spots.nats[spots.pair == " and ".join(turned)].abs().max() < 0.01, "a copy's parts fit"
with chapter.claims():
    heights_of = [heights[arm].value for arm in rungs]
    assert heights_of == sorted(heights_of, reverse=True), "every rung lies lower"
    assert gone[TURNED].value >= 0.7 and gone["learned"].value > gone[TURNED].value

# %% tags=["remove-cell"]
with chapter.claims():
    assert measured["random_turn"].value > 0.9 * heights["averaging"].value, "not any turn helps"
    assert measured["random_heads"].value > heights["neurons"].value, "not any order helps"
    assert (kept > 0.5).all(), "most concepts are told apart"
    assert min(e.value for e in lost.values()) > 0.05, "no part agrees"
    assert max(together.values()) < 0 and of_three > max(of_two)
    assert all(helps) and cosines.max() > 1.5 * cosines[0]

# %% tags=["remove-cell"]
with chapter.claims():
    left = at_middle.loss
    assert left["averaging, all trained"] > left["learned"] + 0.1, "more than training, from here"
    assert left["turned, all trained"] < left["learned"], "from there training wins"
    assert at_middle.refitted["averaging"] > 0.8 * left["averaging"], "wrong, not only unsure"
    further = ", all but words trained on twice the text"
    freed = [left[name + further] for name in ("learned", "base 1")]
    assert left["learned"] > left["learned, all but words trained"] > freed[0], "text helps on"
    assert at_middle.removed["learned" + further] > 0.905, "further than eight times the text"
    assert freed[1] > worse["base 1"].value - 0.02, "text alone: little"
