# %% [markdown]
# # 04 · Merging
#
# **Where between two children does a model know both?**
#
# The two children hold different knowledge in weights of the same shape. Merging makes one model
# of them without training: each weight of the merge is computed from the two weights that stand
# in its place. `merge(first, second, t)` takes the stories child as the *first* and the Lua child
# as the *second*; {term}`t` is the weight of the second. At $t = 0$ the merge is the stories child,
# at $t = 1$ the Lua child.
#
# *Predict first.* Halfway between the two, will the merge be about as good on each domain as the
# base was? Better? Or will it know neither? And will it matter whether one walks along the chord
# (linear) or along the arc ({term}`SLERP`)?
#
# | reads | `corpora/*` (01), `models/base` (02), both children and the pair from scratch (03) |
# |---|---|
# | writes | `merging/*`, `models/merge` |
# | takes | about two minutes at laptop size on two cores |

# %% tags=["hide-input"]
from itertools import product

import numpy as np
import pandas as pd

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.heat_map import heat_map
from featurefate.figures.loss_surface import loss_surface
from featurefate.figures.panels import curves_in_panels
from featurefate.figures.tables import table
from featurefate.figures.trade_off import trade_off
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.movement import PARTS
from featurefate.language_model.sampling import continue_text
from featurefate.merging import interpolation, with_data
from featurefate.merging.choice import RULES, interval_of_choice
from featurefate.merging.comparison import mean_difference, on_the_front
from featurefate.merging.interpolation import linear, paths, slerp
from featurefate.merging.methods import Family, merge_by
from featurefate.merging.state import flatten
from featurefate.merging.surface import in_plane, surface
from featurefate.merging.sweep import load_scores, merge, sweep
from featurefate.merging.with_data import collect_grams, load_grams, regmean
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
points = {"slerp": 21, "linear": 21, "slerp_whole": 3, "regmean": 7, "task_arithmetic": 7,
          "ties": 7, "dare_linear": 7, "dare_ties": 7, "model_stock": 7}  # values of t, ends too
scale = 1.5  # of task arithmetic: 1 is the chord, 2 adds both task vectors to the base
densities = {"ties": 0.2, "dare_linear": 0.5, "dare_ties": 0.5}  # share of changes kept
gram_rows = 1_024  # contexts of training text that RegMean reads, of each child's domain
evaluation_tokens = 16_384  # test tokens a domain for the four models
path_tokens = 8_192  # validation tokens and test tokens of both domains at every t
known_tokens = 4_096  # test tokens of English and of Python at every t
plane = {"low": 0.0, "high": 1.25, "points": 11}  # of the loss surface, in task vectors
plane_tokens = 2_048  # validation tokens a domain at each of its points
sample_tokens = 40  # length of the text samples
seeds = {"grams": 43, "dare_linear": 41, "dare_ties": 42, "samples": 31}  # of random draws

# %%
chapter = Chapter.open("04_merging", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
tokenizer = load_tokenizer(tokenizer_files)
artifacts = {name: store.read(f"models/{name}") for name in ("base", "stories", "lua")}
parents = {"first": artifacts["stories"], "second": artifacts["lua"]}
domains, known = ["stories", "lua"], ["english", "python"]

# %% [markdown]
# ## The result
#
# Nine ways of merging, each at several $t$, are scored in one sweep. It reads the models once and
# shares its points out over the cores. Validation text is for choosing, test text for reporting.

# %%
grams = {}
for child, d in zip(("first", "second"), domains, strict=True):
    wanted = {"domain": d, "rows": gram_rows, "seed": seeds["grams"]}
    read = {"model": artifacts[d], "tokens": tokens}
    grams[f"{child}_grams"] = store.step(f"merging/grams_{d}", collect_grams, wanted, read)

# %%
settings = {m: {"density": share} for m, share in densities.items()}
settings |= {"task_arithmetic": {"scale": scale}}
for m in ("dare_linear", "dare_ties"):
    settings[m] = {**settings[m], "seed": seeds[m]}
held_out = [[split, d, path_tokens] for split in ("validation", "test") for d in domains]
held_out += [["test", d, known_tokens] for d in known]
asked = {"points": points, "settings": settings, "held_out": held_out}
inputs = {**parents, "base": artifacts["base"], **grams, "tokens": tokens}
walked = store.step("merging/sweep", sweep, asked, inputs)
path, by_document = pd.read_parquet(walked.file("sweep.parquet")), load_scores(walked)

# %% [markdown]
# Which $t$ is *the* merge? The rule of this study: the one where both children have kept the same
# share of their own accuracy, read off SLERP's curve on validation.

# %%
T = np.linspace(0, 1, points["slerp"]).round(6)
along = {d: [by_document["slerp", t, "validation", d] for t in T] for d in domains}
accuracy = {d: np.array([score.accuracy for score in along[d]]) for d in domains}
kept = accuracy["stories"] / accuracy["stories"][0], accuracy["lua"] / accuracy["lua"][-1]
chosen = {rule: choose(T, *accuracy.values()) for rule, choose in RULES.items()}
t_merge = round(chosen["same share kept"], 3)
print(f"on validation both keep {np.interp(t_merge, T, kept[0]):.0%} at t = {t_merge}")

# %%
recipe = {"method": "slerp", "t": t_merge}
merged = store.step("models/merge", merge, recipe, {**parents, "tokenizer": tokenizer_files})
models = {name: load_model(artifact) for name, artifact in (artifacts | {"merge": merged}).items()}
context = models["base"].config.max_position_embeddings
streams = {d: load_tokens(tokens, d, "test") for d in DOMAINS}
test = {d: evaluation_rows(streams[d], context, evaluation_tokens) for d in DOMAINS}
scores = {(m, d): score_model(models[m], test[d]) for m in models for d in DOMAINS}
share_kept = {d: scores["merge", d].accuracy / scores[d, d].accuracy for d in domains}

# %% tags=["hide-input"]
arc = path[(path.method == "slerp") & (path.split == "test") & path.domain.isin(domains)]
small = {d: evaluation_rows(streams[d], context, size)
         for split, d, size in held_out if split == "test"}
of_base = {d: score_model(models["base"], small[d]) for d in DOMAINS}
floor = pd.DataFrame({"value": [of_base[d].accuracy for d in domains],
                      "label": [f"base on {d}" for d in domains], "domain": domains})

# %% tags=["hide-input"]
curves(
    arc, x="t", y="accuracy", low="accuracy_low", high="accuracy_high", colour="domain",
    rules=floor, markers={f"the merge, t = {t_merge:.2f}": t_merge},
    x_title="t, the weight of the Lua child", y_title="share of tokens predicted right",
    title=f"In between, the merge keeps {share_kept['stories']:.0%} of the stories child's "
    f"accuracy and {share_kept['lua']:.0%} of the Lua child's",
    subtitle="test accuracy along SLERP from the stories child (t = 0) to the Lua child (t = 1); "
    "bands: 95 % over documents; dashed: the base",
    description="Accuracy on stories falls and on Lua rises with t; the merge lies between.",
)

# %% tags=["remove-cell"]
unit = "weight of the Lua child"
headline = {"same share kept": "slerp", "same accuracy": "equal_accuracy", "best mean": "best_mean"}
t_bounds = {rule: interval_of_choice(rule, T, *along.values()) for rule in RULES}
for rule, name in headline.items():
    chapter.report(f"merge.{name}.t", chosen[rule], *t_bounds[rule], unit=unit)
for d in domains:
    chapter.glue(f"merge.lost.{d}", f"{1 - share_kept[d]:.0%}")
for child, other in (domains, domains[::-1]):
    ahead = scores[child, other].behind(scores["merge", other])
    chapter.report(f"merge_ahead.{child}.{other}", *ahead, unit="nats")

# %% [markdown]
# The study's merge lies at $t = $ {glue:text}`merge.slerp.t`. On Lua it is
# {glue:text}`merge_ahead.stories.lua` nats better than the stories child, on stories
# {glue:text}`merge_ahead.lua.stories` nats better than the Lua child. It has lost
# {glue:text}`merge.lost.stories` of the stories child's accuracy and {glue:text}`merge.lost.lua` of
# the Lua child's. The children are the ceiling on their own domains; the base, which has seen
# neither, is what the merge has to beat. All four models on all four domains:

# %% tags=["hide-input"]
summary = pd.DataFrame(
    {"model": m, "domain": d, **score.summary()} for (m, d), score in scores.items()
)
to_base = {d: scores["merge", d].loss - scores["base", d].loss for d in DOMAINS}
heat_map(
    summary, row="model", column="domain", value="loss", low_is_good=True,
    title=f"Against the base, the merge stands at {to_base['stories']:+.1f} nats on stories and "
    f"{to_base['lua']:+.1f} on Lua, at {to_base['english']:+.1f} on English and "
    f"{to_base['python']:+.1f} on Python".replace("-", "−"),
    subtitle="cross-entropy on test documents, nats a token; low is good",
    description="Test loss of base, both children and their merge on four domains.",
)

# %% [markdown]
# ## Which t?
#
# Three rules, each read off the two curves on validation: the study's; *equal accuracy*, the
# paper's; and the best *mean* accuracy. Horn and Elliott's own sweep, from the history of their
# code {cite}`horn2025tracking`, gives nine points, to which the same three functions apply. It
# counts $t$ as we do, as the weight of the Lua child.

# %%
their_t = np.array([0, 0.2, 0.4, 0.5, 0.55, 0.6, 0.7, 0.8, 1])
theirs = (np.array([0.520, 0.494, 0.442, 0.411, 0.393, 0.375, 0.343, 0.311, 0.247]),  # stories
          np.array([0.176, 0.237, 0.310, 0.355, 0.377, 0.398, 0.436, 0.467, 0.494]))  # Lua
walker, states = load_model(parents["first"]), {m: models[m].state_dict() for m in models}
children = states["stories"], states["lua"]
by_rule = []
for rule, t in chosen.items():
    walker.load_state_dict(slerp(*children, t))
    found = [score_model(walker, small[d]) for d in domains]
    means = [np.mean([getattr(f, kind) for f in found]) for kind in ("accuracy", "loss")]
    right = [f.accuracy for f in found]
    by_rule.append([rule, t, *t_bounds[rule], *right, *means, RULES[rule](their_t, *theirs)])

# %% tags=["hide-input"]
columns = ["rule", "t", "from", "to", "stories", "Lua", "mean", "mean loss", "t on paper's curves"]
by_rule = pd.DataFrame(by_rule, columns=columns)
formats = dict.fromkeys([*columns[1:4], *columns[7:]], ".2f") | dict.fromkeys(columns[4:7], ".1%")
table(by_rule, formats=formats, caption="accuracy and loss on test at the t chosen on validation")

# %% [markdown]
# The best mean accuracy lies at $t = $ {glue:text}`merge.best_mean.t`. It hardly merges at all: as
# one comes from the stories child, stories are lost faster than Lua is won. In *loss* the middle is
# far better than either end. A model between the two is seldom right, and seldom badly wrong. (On
# the paper's curves the middle wins in mean accuracy too; its children were trained more gently.)
# Equal accuracy pays for the harder domain with the easier one. Equal *shares* treat both alike,
# which is why the study uses them.
#
# **Which way does t run?** The paper merged with `mergekit` {cite}`goddard2024mergekit`, at $t =
# 0.58$ and with the Lua child as `base_model`. In mergekit $t = 0$ *is* the base model, so 0.58 is
# the weight of *stories*. In the sweep above, equal accuracy lies near 0.57 as the weight of *Lua*.
# So the released model may be the mirror image of the one meant; that is our inference, not theirs.
# Here $t$ is the weight of Lua, always.
#
# ## Arc and chord
#
# The linear merge of two weight vectors $a$ and $b$ is $(1-t)\,a + t\,b$. SLERP walks on the arc
# between them instead {cite}`shoemake1985animating`,
#
# $$ \frac{\sin((1-t)\,\theta)}{\sin\theta}\,a + \frac{\sin(t\,\theta)}{\sin\theta}\,b, $$
#
# where $\theta$ is the angle between $a$ and $b$, tensor by tensor. For two vectors of equal length
# the middle of the chord is shorter than its ends; on the arc it is not.

# %%
source(interpolation._slerp)

# %%
angles = paths(*children)
angles["tensor"] = angles.tensor.map(PARTS)
angles["shorter"] = 1 - np.sqrt((1 + angles.cosine) / 2)
table(
    angles.drop(columns="cosine"),
    names={"angle": "degrees", "shorter": "chord's middle shorter by"},
    formats={"angle": ".1f", "shorter": ".1%"},
    caption=f"{(angles.path == 'chord').sum()} of {len(angles)} tensors fall back to the chord",
)

# %% [markdown]
# Tensors with a cosine above 0.9995 are merged on the chord, as mergekit does without saying so: on
# so short an arc the two are the same. How far apart are the two paths in all, measured against the
# distance between the children?

# %%
between = (flatten(children[0]) - flatten(children[1])).norm()
apart = [float((flatten(slerp(*children, t)) - flatten(linear(*children, t))).norm() / between)
         for t in T]
print(f"at most {max(apart):.1%} of the way between the children, at t = {T[np.argmax(apart)]}")

# %% tags=["hide-input"]
def on_test(method, t):
    """Scores of a point of the sweep on the test text of both domains."""
    return [by_document[method, t, "test", d] for d in domains]


behind = {t: mean_difference(on_test("slerp", t), on_test("linear", t)) for t in T}
columns = ["t", "difference", "low", "high"]
differences = pd.DataFrame([[t, *found] for t, found in behind.items()], columns=columns)
widest = differences.difference.abs().max()

# %% tags=["hide-input"]
curves(
    differences.assign(pair="SLERP − linear"), x="t", y="difference", low="low", high="high",
    colour="pair", rules=pd.DataFrame({"value": [0.0], "label": ["no difference"]}),
    x_title="t, the weight of the Lua child", y_title="nats a token, SLERP − linear",
    title=f"Arc and chord differ by at most {widest:.3f} nats",
    subtitle="difference of the mean test losses on stories and Lua, paired by document; "
    "above 0 the chord is better",
    description="Paired difference between the losses of SLERP and linear interpolation along t.",
)

# %% tags=["remove-cell"]
chapter.report("merge.slerp_behind_linear", *behind[T[len(T) // 2]], unit="nats")
share = "share of the distance between the children"
chapter.report("merge.paths_apart", max(apart), unit=share)
whole = mean_difference(on_test("slerp_whole", 0.5), on_test("linear", 0.5))
chapter.report("merge.slerp_whole_behind_linear", *whole, unit="nats")
chapter.glue("merge.beyond_zero", str(((differences.low > 0) | (differences.high < 0)).sum()))
chapter.glue("merge.points", str(len(T)))

# %% [markdown]
# At $t = 0.5$ the arc is {glue:text}`merge.slerp_behind_linear` nats behind the chord; with one
# angle for all weights, {glue:text}`merge.slerp_whole_behind_linear`. At
# {glue:text}`merge.beyond_zero` of {glue:text}`merge.points` points the interval leaves 0 out. So
# the two paths do differ, but by little beside what either loses to the children.
#
# ## Other ways to merge
#
# The chord weighs every weight alike. Its rivals look at more than the two children.
#
# - *Task arithmetic* {cite}`ilharco2023editing` adds both {term}`task vectors <task vector>` to the
#   base. Here their weights sum to 1.5; with a sum of 1 it would be the chord.
# - {term}`Model Stock` {cite}`jang2024model` goes back from the chord towards the base, the further
#   the less the children's moves agree.
# - {term}`TIES` {cite}`yadav2023ties` keeps the largest changes of each child and lets the children
#   vote on each sign.
# - {term}`DARE` {cite}`yu2024language` keeps random changes and enlarges them: alone, or before the
#   vote of TIES.
# - {term}`RegMean` {cite}`jin2023dataless` reads text, and does on each child's inputs what that
#   child does.
#
# RegMean asks of every matrix $W$ that $\|W x - W_1 x\|^2$ be small for inputs $x$ of the first
# child, and $\|W x - W_2 x\|^2$ for those of the second. With $G_1$ and $G_2$ the means of
# $x x^\top$, the answer is
#
# $$ W = \big((1-t)\,W_1 G_1 + t\,W_2 G_2\big)\,\big((1-t)\,G_1 + t\,G_2\big)^{-1}. $$
#
# The embedding is such a matrix too. Its inputs are the tokens themselves and its $G$ their
# frequencies, so a word's row comes from the child that reads the word.
#
# *Predict first.* Which of these beats the chord? The children moved far, and nearly at right
# angles (chapter 03).

# %%
source(with_data._least_squares)

# %% tags=["hide-input"]
names = {"slerp": "SLERP", "linear": "linear", "regmean": "RegMean", "ties": "TIES",
         "task_arithmetic": "task arithmetic", "dare_linear": "DARE", "dare_ties": "DARE + TIES",
         "model_stock": "Model Stock"}
shown = path[(path.split == "test") & path.method.isin(names)]
shown = shown.assign(name=shown.method.map(names))
half = shown[(shown.t == 0.5) & shown.domain.isin(domains)].groupby("name").loss.mean()

# %% tags=["hide-input"]
order = [f"{d}: {kind}" for d in (*domains, *known) for kind in ("loss", "accuracy")]
long = pd.concat(
    shown.assign(panel=shown.domain + f": {kind}", value=shown[kind],
                 low=shown[f"{kind}_low"], high=shown[f"{kind}_high"])
    for kind in ("loss", "accuracy"))
long = long.sort_values("panel", key=lambda panels: panels.map(order.index), kind="stable")
dashed = pd.DataFrame({"panel": order})
dashed["value"] = [getattr(of_base[p.split(":")[0]], p.split(" ")[1]) for p in order]

# %% tags=["hide-input"]
curves_in_panels(
    long, x="t", y="value", low="low", high="high", colour="name", panel="panel", rules=dashed,
    x_title="t, the weight of the Lua child", y_title=" ", number=".3f",
    title=f"Halfway, {half.idxmin()} has the lowest mean loss ({half.min():.2f} nats; the chord "
    f"{half['linear']:.2f}) and {half.idxmax()} the highest ({half.max():.2f})",
    subtitle="test documents; bands: 95 % over documents; dashed: the base; SLERP hides linear",
    description="Loss and accuracy of eight ways of merging on the four domains along t.",
)

# %% [markdown]
# Model Stock stays near the base: it takes the children for two tries at one task, and where their
# moves share little it trusts neither. TIES jumps at both ends, by construction. A weight that only
# one child still claims is changed in full, however small that child's share of $t$; and with most
# changes cut away, neither end is a child any more. Task arithmetic overshoots at the ends, where
# it exaggerates one child, and gains on stories in between. On English and Python the base stays
# best: what the children forgot, no merge of them brings back whole.
#
# Loss against loss shows what choice is left. A point is on the {term}`Pareto front` when no other
# is as good on both domains and better on one.

# %% tags=["hide-input"]
losses = shown.pivot(index=["name", "t"], columns="domain", values="loss")[domains].reset_index()
losses["front"] = on_the_front(losses[domains])
losses["mean"] = losses[domains].mean(axis=1)
lowest = losses.loc[losses["mean"].idxmin()]
marks = pd.DataFrame([[scores[m, d].loss for d in domains] for m in models], columns=domains)

# %% tags=["hide-input"]
trade_off(
    losses, x="stories", y="lua", order="t", colour="name", front="front",
    landmarks=marks.assign(label=list(models)),
    x_title="nats a token on stories", y_title="nats a token on Lua",
    title=f"The lowest mean is of {lowest['name']} at t = {lowest.t:.2f}: {lowest.stories:.2f} "
    f"nats on stories, {lowest.lua:.2f} on Lua",
    subtitle="test loss on both domains along t; low and left is good; large: on the front",
    description="Stories loss against Lua loss for eight ways of merging, with the Pareto front.",
)

# %%
mean = path[path.split == "validation"].groupby(["method", "t"]).loss.mean().reset_index()
own = mean.loc[mean.groupby("method").loss.idxmin()].set_index("method").t  # chosen on validation
chord, best = on_test("linear", own["linear"]), []
for m in points:
    picked = on_test(m, own[m])
    right = [p.accuracy for p in picked]
    best.append([names.get(m, "SLERP, whole"), own[m], *right, *mean_difference(picked, chord)])
columns = ["method", "t", "stories", "Lua", "nats behind linear", "from", "to"]

# %% tags=["hide-input"]
best = pd.DataFrame(best, columns=columns).sort_values("nats behind linear")
best.insert(4, "mean", best[["stories", "Lua"]].mean(axis=1))
formats = {"t": ".2f"} | dict.fromkeys(columns[4:], "+.2f")
formats |= dict.fromkeys(["stories", "Lua", "mean"], ".1%")
table(best, formats=formats, caption="accuracy and loss on test, at the best t on validation")

# %% tags=["remove-cell"]
ahead = mean_difference(chord, on_test("regmean", own["regmean"]))
chapter.report("merge.regmean_ahead", *ahead, unit="nats")
for m in ("linear", "regmean"):
    along_t = np.linspace(0, 1, points[m]).round(6)
    right = [[by_document[m, t, "validation", d].accuracy for t in along_t] for d in domains]
    at = RULES["same share kept"](along_t, *map(np.array, right))
    chapter.report(f"merge.{m}.t", at, unit=unit)

# %% tags=["remove-cell"]
of_method = best.set_index("method")["mean"]
alone = [np.mean([f.accuracy for f in on_test("linear", t)]) for t in (0.0, 1.0)]
stories_child = on_test("linear", 0.0)
pairs = {"stories_child": (stories_child, chord),
         "regmean": (on_test("regmean", own["regmean"]), stories_child)}
for name, pair in pairs.items():
    more = mean_difference(*pair, of="correct")
    chapter.report(f"merge.{name}_more_right", *more, unit="share of tokens")

# %% [markdown]
# RegMean is {glue:text}`merge.regmean_ahead` nats ahead of the chord in the mean over both domains,
# each at its own best $t$. In mean *accuracy* the stories child alone is hard to beat: it gets
# {glue:text}`merge.stories_child_more_right` of all tokens more right than the chord does. RegMean
# gets {glue:text}`merge.regmean_more_right` more right than the stories child. It has read text
# that the other methods have not; the first exercise asks what of it matters. The settings of the
# others are their papers' or round numbers, not tuned here.
#
# ## The plane through all three
#
# Base, stories child and Lua child span a plane: base $+\;a\,\tau_\mathrm{stories} +
# b\,\tau_\mathrm{lua}$, where $\tau$ are the task vectors. The chord is its line $a + b = 1$, and
# all of it can be had by task arithmetic. *Predict first:* is the best point for both domains on
# the chord?

# %%
on_plane = {**plane, "held_out": [["validation", d, plane_tokens] for d in domains]}
inputs = {**parents, "base": artifacts["base"], "tokens": tokens}
scored = store.step("merging/surface", surface, on_plane, inputs)
grid = pd.read_parquet(scored.file("surface.parquet"))
level = grid.groupby(["a", "b"], as_index=False).loss.mean()
a, b = level.loc[level.loss.idxmin(), ["a", "b"]]
print(f"best mean loss on validation at a = {a}, b = {b}")

# %% tags=["hide-input"]
three = [grid[grid.domain == d].assign(panel=f"loss on {d}") for d in domains]
three = pd.concat([*three, level.assign(panel="mean of both")])
marks = pd.DataFrame([(0, 0, "base"), (1, 0, "stories"), (0, 1, "lua"), (a, b, "best mean")],
                     columns=["a", "b", "label"])

# %% tags=["hide-input"]
loss_surface(
    three, x="a", y="b", value="loss", panel="panel", models=marks,
    x_title="a, share of the stories child's move", y_title="b, share of the Lua child's move",
    title=f"In the plane, the best mean loss lies at {a:.2f} of the stories child's move and "
    f"{b:.2f} of the Lua child's",
    subtitle=f"validation loss, {plane_tokens:,} tokens a domain; dark is low, by rank in each "
    "panel; the chord runs straight from stories to lua",
    description="Loss on stories, on Lua and their mean over the plane of both task vectors.",
)

# %%
family = Family(*children, states["base"], *(load_grams(g.path) for g in grams.values()))
walker.load_state_dict(in_plane(family, a, b))
picked = [score_model(walker, small[d]) for d in domains]
beyond = mean_difference(chord, picked)
chapter.report("merge.plane_ahead", *beyond, unit="nats")
print("nats on test:", {d: round(p.loss, 2) for d, p in zip(domains, picked, strict=True)})

# %% [markdown]
# Each child lies in its own domain's valley, and the two valleys cross beyond the chord, where more
# than half of each move is made. On test that point is {glue:text}`merge.plane_ahead` nats ahead of
# the chord's best. The straight walk between the children misses it. RegMean, which leaves the
# plane, does better still.
#
# ## Without a common parent
#
# Is it the common parent that makes merging work, or would any two models do? The pair *from
# scratch* learned the same two domains from two random starts. Same shapes, same words, no shared
# base: the floor of this chapter.

# %%
scratch = {c: store.read(f"models/{d}_from_scratch")
           for c, d in zip(parents, domains, strict=True)}
only_test = [["test", d, path_tokens] for d in domains]
asked = {"points": {"slerp": points["regmean"]}, "settings": {}, "held_out": only_test}
unrelated = store.step("merging/sweep_from_scratch", sweep, asked, {**scratch, "tokens": tokens})
control, of_strangers = pd.read_parquet(unrelated.file("sweep.parquet")), load_scores(unrelated)

# %% tags=["hide-input"]
middle = control[control.t == 0.5].set_index("domain").accuracy
ends = control[control.t.isin([0, 1])].groupby("domain").accuracy.max()
two = pd.concat([arc.assign(pair="children of one base"), control.assign(pair="from scratch")])
two = two.sort_values("domain", key=lambda ds: ds.map(domains.index), kind="stable")

# %% tags=["hide-input"]
curves_in_panels(
    two, x="t", y="accuracy", low="accuracy_low", high="accuracy_high", colour="pair",
    panel="domain", rules=floor, number=".3f",
    x_title="t, the weight of the Lua model", y_title="share of tokens predicted right",
    title="Without a common parent, the merge keeps halfway "
    f"{middle.stories / ends.stories:.0%} of the accuracy on stories and "
    f"{middle.lua / ends.lua:.0%} on Lua",
    subtitle="test accuracy along SLERP; dashed: the base, which has seen neither domain",
    description="Accuracy along t for the two children and for the pair trained from scratch.",
)

# %% tags=["remove-cell"]
strangers = [of_strangers["slerp", 0.5, "test", d] for d in domains]
lost = mean_difference(strangers, on_test("slerp", 0.5))
chapter.report("merge.from_scratch_behind", *lost, unit="nats")

# %% tags=["remove-cell"]
for d in domains:
    chapter.glue(f"merge.strangers_keep.{d}", f"{middle[d] / ends[d]:.0%}")
for d in DOMAINS:
    score, ends = scores["merge", d], {}
    for kind, unit in (("loss", "nats"), ("accuracy", "share")):
        if d in domains:
            apart_from = strangers[domains.index(d)]
            ends = {"ceiling": getattr(scores[d, d], kind), "floor": getattr(apart_from, kind)}
        bounds = getattr(score, f"{kind}_interval")()
        chapter.report(f"{kind}.merge.{d}", getattr(score, kind), *bounds, **ends, unit=unit)

# %% [markdown]
# Halfway, the unrelated merge is {glue:text}`merge.from_scratch_behind` nats behind the children's.
# It keeps {glue:text}`merge.strangers_keep.stories` of its parents' accuracy on stories and
# {glue:text}`merge.strangers_keep.lua` on Lua. In the authors' code the same control fell from .579
# to .131 in accuracy on TinyStories, further still. So a common start makes the path more passable.
# What is left without one is not nothing, and with one it is far from all: the chapters on regions
# and on merging across seeds ask why.
#
# ## Text along the path

# %%
said = {"stories": children[0], f"merge, t = {t_merge:.2f}": states["merge"], "lua": children[1]}
said["RegMean"] = merge_by(family, "regmean", own["regmean"])
said["from scratch"] = slerp(*(load_model(m).state_dict() for m in scratch.values()), 0.5)
for name, state in said.items():
    walker.load_state_dict(state)
    for prompt in ("Once upon a time", "local function"):
        text = continue_text(walker, tokenizer, prompt, sample_tokens, 0.7, seeds["samples"])
        print(f"── {name}\n{text.strip()}\n")

# %% [markdown]
# ## Findings
#
# - Between the children lies a model that knows something of both domains:
#   {glue:text}`loss.merge.stories` nats on stories, {glue:text}`loss.merge.lua` on Lua, at the
#   price of {glue:text}`merge.lost.stories` and {glue:text}`merge.lost.lua` of the children's
#   accuracies.
# - SLERP is no better than the chord: {glue:text}`merge.slerp_behind_linear` nats behind it
#   halfway.
# - What reads text does better: RegMean is {glue:text}`merge.regmean_ahead` nats ahead of the
#   chord.
# - A common parent helps: without one, halfway is {glue:text}`merge.from_scratch_behind` nats
#   worse.
# - In mean *accuracy* RegMean beats the better child, by {glue:text}`merge.regmean_more_right`; the
#   chord does not.
#
# All of it for one pair of children. The intervals cover the evaluation text; another pair may
# differ by more.
#
# ## Exercises
#
# Each runs from the artifacts, in under a minute.
#
# ```{exercise-start} What does RegMean know?
# :label: exercise-regmean
# ```
# Does RegMean need to know how often each *word* occurs, or how the layer is used? Merge with the
# Gram matrix of the embedding only, with all others only, and with the two children's exchanged.
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-regmean
# :class: dropdown
# ```

# %%
own_text = family.first_grams, family.second_grams
words = {with_data.EMBEDDING}
uses = {"nothing (the chord)": ({}, {}), "all": own_text, "all, exchanged": own_text[::-1]}
for name, kind in {"words only": words, "all but words": own_text[0].keys() - words}.items():
    uses[name] = tuple({key: g[key] for key in kind} for g in own_text)
reads = {}
for name, pair in uses.items():
    walker.load_state_dict(regmean(*children, *pair, 0.5))
    reads[name] = [score_model(walker, small[d]).loss for d in domains]
reads = pd.DataFrame(reads, index=domains).T.rename_axis("RegMean uses").reset_index()
table(reads, formats=dict.fromkeys(domains, ".2f"), caption="nats on test at t = 0.5")

# %% [markdown]
# Both, and how the layer is used matters more. The words' frequencies are had by counting, without
# running a model, and bring their part. With the two texts exchanged RegMean falls behind the
# chord: what helps is each child's own text, not the smoothing.
# ```{solution-end}
# ```
#
# ```{exercise-start} A t for each part
# :label: exercise-layers
# ```
# `slerp` takes one $t$ a tensor too. Give embedding, layer and unembedding their own, from 0.35,
# 0.5 and 0.65; choose the best mean loss on validation, report on test. Is it worth it?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-layers
# :class: dropdown
# ```

# %%
def mean_loss(rows, *ts):
    """The model with its own t for embedding, layer and unembedding: scores, mean loss."""
    part = dict(zip((with_data.EMBEDDING, with_data.UNEMBEDDING), (ts[0], ts[2]), strict=True))
    walker.load_state_dict(slerp(*children, {name: part.get(name, ts[1]) for name in children[0]}))
    found = [score_model(walker, rows[d]) for d in domains]
    return found, np.mean([score.loss for score in found])


quick = {d: evaluation_rows(load_tokens(tokens, d, "validation"), context, plane_tokens)
         for d in domains}
tried = {ts: mean_loss(quick, *ts)[1] for ts in product((0.35, 0.5, 0.65), repeat=3)}

# %%
each, one = min(tried, key=tried.get), min((t for t in tried if len(set(t)) == 1), key=tried.get)
gain = mean_difference(mean_loss(small, *one)[0], mean_loss(small, *each)[0])
print(f"embedding, layer, unembedding: {each} against {one}")
print("nats gained on test: {:.3f} ({:.3f} to {:.3f})".format(*gain))

# %% [markdown]
# A little. Two more numbers to choose gain far less than RegMean, which gives every direction of
# every matrix a weight of its own.
# ```{solution-end}
# ```
#
# **Next:** [chapter 07](07_sparse_autoencoders) opens all four models.

# %% tags=["remove-cell"]
for method, count in points.items():
    assert (path[path.method == method].groupby(["split", "domain"]).size() == count).all()
exact = path[path.t.isin([0, 1]) & path.method.isin(["slerp", "slerp_whole", "linear", "regmean"])]
assert (exact.groupby(["t", "split", "domain"]).loss.nunique() == 1).all(), "the same ends"
assert points["slerp"] == points["linear"] and 0 < t_merge < 1
if profile != "smoke":  # there, the children hardly differ
    for child, other in (domains, domains[::-1]):
        assert scores[child, other].loss - scores["merge", other].loss >= 0.5
        assert scores["merge", other].loss > scores[other, other].loss, "between the children"
    assert widest < 0.1 < ahead[1], "arc and chord are nearly the same path; RegMean is another"

# %% tags=["remove-cell"]
if profile == "laptop":
    assert behind[0.5][1] > 0, "the arc is behind the chord"
    assert all(scores["merge", d].loss < scores["base", d].loss for d in domains)
    assert all(scores["merge", d].loss > scores["base", d].loss for d in known)
    forgot = shown[shown.domain.isin(known)].groupby("domain").loss.min()
    assert all(forgot[d] > of_base[d].loss for d in known), dict(forgot)
    assert max(chosen["best mean"], t_bounds["best mean"][1]) < 0.2, "the mean hardly merges"
    assert of_method["RegMean"] > max(alone) > of_method["linear"]
    assert a + b > 1 and min(a, b) > 0.5 and beyond[1] > 0, "beyond the chord"
    assert lost[1] > 0, "a common parent helps"

# %% tags=["remove-cell"]
if profile == "laptop":
    of_use = reads.set_index("RegMean uses").mean(axis=1)
    assert of_use["all"] < of_use["all but words"] < of_use["words only"]
    assert of_use["words only"] < of_use["nothing (the chord)"] < of_use["all, exchanged"]
    assert 0 < gain[0] < ahead[0] / 4, "a t for each part gains little"
