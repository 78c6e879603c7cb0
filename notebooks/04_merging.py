# %% [markdown]
# # 04 · Merging
#
# **Where between two children does a model know both?**
#
# The two children hold different knowledge in weights of the same shape. Merging makes one model
# of them without training: each weight of the merge is computed from the two weights that stand
# in its place. `merge(first, second, t)` takes the stories child as the *first* and the Lua child
# as the *second*; $t$ is the weight of the second. At $t = 0$ the merge is the stories child, at
# $t = 1$ the Lua child.
#
# *Predict first.* Halfway between the two, will the merge be about as good on each domain as the
# base was? Better? Or will it know neither? And will it matter whether one walks along the chord
# (linear) or along the arc ({term}`SLERP`)?
#
# | reads | `models/base` (02), `models/stories`, `models/lua` (03), `corpora/tokens` (01) |
# |---|---|
# | writes | `merging/sweep`, `models/merge` |
# | takes | about two minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.heat_map import heat_map
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.sampling import continue_text
from featurefate.merging import interpolation
from featurefate.merging.sweep import crossing, merge, sweep
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
methods = ["slerp", "linear"]  # ways between the children; the first makes the study's merge
points = 21  # values of t, both ends included
evaluation_tokens = 16_384  # tokens a domain, on validation and on test
sample_tokens = 40  # length of the text samples
sample_seed = 31  # of the text samples

# %%
chapter = Chapter.open("04_merging", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
tokenizer = load_tokenizer(tokenizer_files)
parents = {"first": store.read("models/stories"), "second": store.read("models/lua")}
domains = ["stories", "lua"]

# %% [markdown]
# ## The result

# %%
settings = dict(methods=methods, points=points, domains=domains)
settings |= dict(evaluation_tokens=evaluation_tokens)
walked = store.step("merging/sweep", sweep, settings, {**parents, "tokens": tokens})
path = pd.read_parquet(walked.file("sweep.parquet"))
arc = path[path.method == methods[0]]
arc_on = {split: arc[arc.split == split] for split in ("validation", "test")}

# %% [markdown]
# Which $t$ is *the* merge? The rule of this study: the one where both children have kept the same
# share of their own accuracy. It treats an easy and a hard domain alike. The paper's rule is
# equal accuracy. Both are read off *validation*; *test* is only used to report.

# %%
accuracy = arc_on["validation"].pivot(index="t", columns="domain", values="accuracy")
kept = pd.DataFrame(
    {"stories": accuracy.stories / accuracy.stories[0.0], "lua": accuracy.lua / accuracy.lua[1.0]}
)
t_merge = round(crossing(kept.index.to_numpy(), kept.stories, kept.lua), 3)
t_equal_accuracy = round(crossing(accuracy.index.to_numpy(), accuracy.stories, accuracy.lua), 3)
print(f"same share kept: t = {t_merge}; same accuracy (the paper's rule): t = {t_equal_accuracy}")

# %%
merged = store.step(
    "models/merge",
    merge,
    {"method": methods[0], "t": t_merge},
    {**parents, "tokenizer": tokenizer_files},
)

# %%
models = {name: load_model(store.read(f"models/{name}")) for name in ("base", *domains, "merge")}
context = models["base"].config.max_position_embeddings
all_domains = ["english", "python", *domains]
test = {
    d: evaluation_rows(load_tokens(tokens, d, "test"), context, evaluation_tokens)
    for d in all_domains
}
scores = {(m, d): score_model(models[m], test[d]) for m in models for d in all_domains}
share_kept = {d: scores["merge", d].accuracy / scores[d, d].accuracy for d in domains}

# %% tags=["hide-input"]
curves(
    arc_on["test"], x="t", y="accuracy", low="accuracy_low", high="accuracy_high",
    colour="domain", markers={f"the merge, t = {t_merge}": t_merge},
    x_title="t, the weight of the Lua child", y_title="share of tokens predicted right",
    title=f"In between, the merge keeps {share_kept['stories']:.0%} of the stories child's "
    f"accuracy and {share_kept['lua']:.0%} of the Lua child's",
    subtitle="test accuracy along SLERP from the stories child (t = 0) to the Lua child (t = 1)",
    description="Accuracy on stories falls and on Lua rises with t; the merge lies between.",
)

# %% tags=["remove-cell"]
unit = "weight of the Lua child"
chapter.glue("merge.lost", f"{1 - share_kept['stories']:.0%}")
chapter.glue("merge.lost_lua", f"{1 - share_kept['lua']:.0%}")
chapter.report("merge.slerp.t", t_merge, unit=unit)
chapter.report("merge.equal_accuracy.t", t_equal_accuracy, unit=unit)
for d in all_domains:
    score = scores["merge", d]
    chapter.report(f"loss.merge.{d}", score.loss, *score.loss_interval(), unit="nats")
    chapter.report(f"accuracy.merge.{d}", score.accuracy, *score.accuracy_interval(), unit="share")
for child, other in (("stories", "lua"), ("lua", "stories")):
    ahead = scores[child, other].behind(scores["merge", other])
    chapter.report(f"merge_ahead.{child}.{other}", *ahead, unit="nats")

# %% [markdown]
# The study's merge lies at $t = $ {glue:text}`merge.slerp.t`; the paper's rule of equal accuracy
# would put it at {glue:text}`merge.equal_accuracy.t`. On Lua it is
# {glue:text}`merge_ahead.stories.lua` nats better than the stories child, on stories
# {glue:text}`merge_ahead.lua.stories` nats better than the Lua child: better than the base on both,
# and far from either child. (Horn and Elliott merged at t = 0.58 {cite}`horn2025tracking`; in their
# code $t$ may count from the other end, which is why its direction is stated here.)
#
# All four models on all four domains:

# %% tags=["hide-input"]
summary = pd.DataFrame(
    {"model": m, "domain": d, **score.summary()} for (m, d), score in scores.items()
)
heat_map(
    summary, row="model", column="domain", value="loss", low_is_good=True,
    title=f"The merge: {scores['merge', 'stories'].loss:.1f} nats on stories, "
    f"{scores['merge', 'lua'].loss:.1f} on Lua; worse than the base on English and Python",
    subtitle="cross-entropy on test documents, nats a token; low is good",
    description="Test loss of base, both children and their merge on four domains.",
)

# %% [markdown]
# ## Arc and chord
#
# The linear merge of two weight vectors $a$ and $b$ is $(1-t)\,a + t\,b$. SLERP walks on the arc
# between them instead {cite}`shoemake1985animating`,
#
# $$ \frac{\sin((1-t)\,\theta)}{\sin\theta}\,a + \frac{\sin(t\,\theta)}{\sin\theta}\,b, $$
#
# where $\theta$ is the angle between $a$ and $b$. For two vectors of equal length the
# middle of the chord is shorter than its ends; on the arc it is not. How much that matters depends
# on the angle, tensor by tensor:

# %%
states = {name: models[name].state_dict() for name in domains}
angles = pd.DataFrame(
    {"tensor": name, "angle": np.degrees(np.arccos(min(cosine, 1.0))), "cosine": cosine}
    for name, cosine in interpolation.cosines(states["stories"], states["lua"]).items()
)
angles["path"] = np.where(angles.cosine.abs() > interpolation.PARALLEL, "chord", "arc")
angles["shorter"] = 1 - np.sqrt((1 + angles.cosine) / 2)
table(
    angles.drop(columns="cosine"),
    names={"angle": "angle, degrees", "shorter": "how much shorter the chord's middle is"},
    formats={"angle": ".1f", "shorter": ".1%"},
)

# %% [markdown]
# Tensors with a cosine above 0.9995 are merged on the chord, as mergekit does
# {cite}`goddard2024mergekit`: on so short an arc the two are the same. The rule in full:

# %%
source(interpolation._slerp)

# %% [markdown]
# Does the choice of path show in the loss?

# %% tags=["hide-input"]
mean = path[path.split == "test"].groupby(["method", "t"], as_index=False).loss.mean()
wide = mean.pivot(index="t", columns="method", values="loss")
widest = (wide["slerp"] - wide["linear"]).abs().max()
curves(
    mean, x="t", y="loss", colour="method", x_title="t, the weight of the Lua child",
    y_title="nats a token",
    title=f"Arc and chord differ by at most {widest:.3f} nats",
    subtitle="mean test loss over stories and Lua; low is good",
    description="Mean test loss along t for SLERP and linear interpolation.",
)

# %% [markdown]
# Two children of one parent are close enough for the chord. Models that share no parent are
# another matter; chapters 05 and 06, on regions and on alignment, are not part of this edition.
#
# ## Text along the path

# %%
model = load_model(parents["first"])
for t in (0.0, t_merge, 1.0):
    model.load_state_dict(interpolation.slerp(states["stories"], states["lua"], t))
    for prompt in ("Once upon a time", "local function"):
        text = continue_text(model, tokenizer, prompt, sample_tokens, 0.7, sample_seed)
        print(f"── t = {t}\n{text}\n")

# %% [markdown]
# ## Findings
#
# - Between the children lies a model that knows something of both domains:
#   {glue:text}`loss.merge.stories` nats on stories, {glue:text}`loss.merge.lua` on Lua.
# - It is ahead of each child on the other's domain, at the price of {glue:text}`merge.lost` of the
#   stories child's accuracy and {glue:text}`merge.lost_lua` of the Lua child's.
# - Between siblings, SLERP and linear interpolation are nearly the same path.
#
# ## Exercises
#
# ```{exercise-start} Best mean accuracy
# :label: exercise-mean-accuracy
# ```
# Choose $t$ by the best *mean* accuracy over both domains instead. Choose on validation, report
# on test. Does the choice differ between SLERP and linear?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-mean-accuracy
# :class: dropdown
# ```

# %%
by_t = path.pivot_table(index=["method", "t"], columns="split", values="accuracy")
chosen = by_t.validation.groupby("method").idxmax()
best = by_t.loc[chosen, ["validation", "test"]].reset_index()
table(best, formats={"t": ".2f", "validation": ".3f", "test": ".3f"})

# %% [markdown]
# Where one domain is easier than the other, its accuracy dominates a mean, and the best mean lies
# near that domain's child. The study's rule does not have this fault.
# ```{solution-end}
# ```
#
# ```{exercise-start} Beyond the children
# :label: exercise-beyond
# ```
# The chord goes on beyond its ends. Evaluate $(1-t)\,a + t\,b$ at $t = -0.5$ and $t = 1.5$ on both
# domains. Does going away from Lua make the stories child better at stories?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-beyond
# :class: dropdown
# ```

# %%
a, b = states["stories"], states["lua"]
for t in (-0.5, 0.0, 1.0, 1.5):
    model.load_state_dict({name: (1 - t) * a[name] + t * b[name] for name in a})
    losses = {d: round(score_model(model, test[d]).loss, 2) for d in domains}
    print(f"t = {t:+.1f}: {losses}")

# %% [markdown]
# Past the end, a model moves away from both: the ends are near the best that the line has for
# each domain.
# ```{solution-end}
# ```
#
# **Next:** [chapter 07](07_sparse_autoencoders) opens all four models.

# %% tags=["remove-cell"]
assert path.groupby(["method", "split", "domain"]).size().eq(points).all()
ends = path[path.t.isin([0.0, 1.0])].groupby(["t", "split", "domain"]).loss.nunique()
assert (ends == 1).all(), "all methods have the same ends"
assert 0 < t_merge < 1
if profile != "smoke":  # there, the children hardly differ
    for child, other in (("stories", "lua"), ("lua", "stories")):
        assert scores[child, other].loss - scores["merge", other].loss >= 0.5
        assert scores["merge", other].loss > scores[other, other].loss, "between the children"
    assert widest < 0.1, "the text says that arc and chord are nearly the same path"
    for d in domains:
        assert scores["merge", d].loss < scores["base", d].loss, "better than the base on both"
    assert all(scores["merge", d].loss > scores["base", d].loss for d in ("english", "python"))
