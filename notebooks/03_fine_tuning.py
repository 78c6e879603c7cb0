# %% [markdown]
# # 03 · Fine-tuning
#
# **What is gained, what is forgotten?**
#
# The base gets two {term}`children <child>`. Both start from all of its weights. One goes on with
# stories, the other with Lua; neither sees English or Python again.
#
# *Predict first.* Draw a table: three models (base, stories, Lua) by four domains (English,
# Python, stories, Lua). Mark each cell that you think will be *worse* than the base. Which of the
# two children do you expect to forget more Python?
#
# | reads | `corpora/*` (01), `models/base`, `models/base_other_seed` (02) |
# |---|---|
# | writes | `models/stories`, `models/lua`, their pairs of other lineage and from scratch |
# | takes | about three minutes at laptop size on two cores |

# %% tags=["hide-input"]
from dataclasses import astuple
from itertools import chain

import numpy as np
import pandas as pd
import torch
from IPython.display import display

from featurefate.corpora.concepts.labels import load_concepts
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.changes import changes
from featurefate.figures.curves import curves
from featurefate.figures.heat_map import heat_map
from featurefate.figures.intervals import intervals
from featurefate.figures.passage import coloured
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.by_concept import changes_by_concept
from featurefate.language_model.calibration import calibration
from featurefate.language_model.evaluation import Scores, score_model, score_tokens
from featurefate.language_model.forgetting import forgetting_curves
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.milestones import load_milestones
from featurefate.language_model.movement import ALL, PARTS, movement, moves_compared
from featurefate.language_model.order import mixed_rows
from featurefate.language_model.reading import read
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.training import fine_tune, train_base
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
training_tokens = 1_000_000  # tokens that each child sees
batch = 16  # rows a step
learning_rate = 1e-3  # peak of the schedule, a quarter of the base's
weight_decay = 0.01  # on matrices only
milestones = 8  # models kept on the way of the two children, logarithmically spaced
seeds = {
    "stories": 21,
    "lua": 22,
    "stories_other_lineage": 23,
    "lua_other_lineage": 24,
    "stories_from_scratch": 25,
    "lua_from_scratch": 26,
}  # data order; from scratch the initial weights too
other_order = 0  # seed of a stories child with its data in another order; 0: not trained
evaluation_tokens = 16_384  # test tokens a domain
milestone_tokens = 8_192  # of them, for each milestone

# %%
chapter = Chapter.open("03_fine_tuning", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
tokenizer = load_tokenizer(tokenizer_files)
inputs = {"tokens": tokens, "tokenizer": tokenizer_files}
parents = {name: store.read(f"models/{name}") for name in ("base", "base_other_seed")}
known = ("english", "python")  # what the bases were trained on
pairs = (("stories", "lua"), ("lua", "stories"))  # each child, and the other

# %% [markdown]
# ## The result
#
# Fine-tuning is the loop of chapter 02 with two changes: it starts from the parent's weights
# instead of random ones, and its learning rate is lower, so that it does not throw away at once
# what it was given.
#
# Four more models say what the numbers of the two children are worth. The pair of the *other
# lineage* comes from the second base: what holds there too is no accident of one seed. The pair
# *from scratch* was trained like the base, but on one domain and with a child's number of tokens:
# it never knew what a child can forget.

# %%
recipe = dict(training_tokens=training_tokens, batch=batch)
recipe |= dict(learning_rate=learning_rate, weight_decay=weight_decay)


def child(name, domain, parent="base", **changed):
    """The child of a base on one domain."""
    settings = {"recipe": {**recipe, "domains": [domain], **changed}}
    return store.step(f"models/{name}", fine_tune, settings, inputs | {"parent": parents[parent]})


trained = {d: child(d, d, seed=seeds[d], milestones=milestones) for d, _ in pairs}

# %%
for d, _ in pairs:
    name = f"{d}_other_lineage"
    trained[name] = child(name, d, parent="base_other_seed", seed=seeds[name])
    settings = parents["base"].manifest.recipe["settings"]  # the base's own shape and recipe
    name = f"{d}_from_scratch"
    changed = dict(domains=[d], training_tokens=training_tokens, milestones=0, seed=seeds[name])
    settings = {**settings, "recipe": {**settings["recipe"], **changed}}
    trained[name] = store.step(f"models/{name}", train_base, settings, inputs)
if other_order:
    trained["stories_other_order"] = child("stories_other_order", "stories", seed=other_order)

# %%
models = {name: load_model(artifact) for name, artifact in (parents | trained).items()}
context = models["base"].config.max_position_embeddings
streams = {d: load_tokens(tokens, d, "test") for d in DOMAINS}
test = {d: evaluation_rows(streams[d], context, evaluation_tokens) for d in DOMAINS}
by_token = {(m, d): score_tokens(models[m], test[d]) for m in models for d in DOMAINS}
scores = {(m, d): Scores.of(by_token[m, d], test[d]) for m, d in by_token}

# %% tags=["hide-input"]
shown = ["base", *seeds, *(m for m in trained if m not in seeds)]
summary = pd.DataFrame(
    {"model": m.replace("_", " "), "domain": d, **scores[m, d].summary()}
    for m in shown for d in DOMAINS)
own = {d: scores[d, d].loss - scores["base", d].loss for d in ("stories", "lua")}
heat_map(
    summary, row="model", column="domain", value="loss", low_is_good=True,
    title=f"On its own domain the stories child stands at {own['stories']:+.1f} nats from the "
    f"base, the Lua child at {own['lua']:+.1f}",
    subtitle="cross-entropy on test documents, nats a token; low is good",
    description="Test loss of base, children and their controls on the four domains.",
)

# %% tags=["remove-cell"]
for (m, d), score in scores.items():
    if m not in parents or d not in known:  # those stand in chapter 02
        chapter.report(f"loss.{m}.{d}", score.loss, *score.loss_interval(), unit="nats")
        right, bounds = score.accuracy, score.accuracy_interval()
        chapter.report(f"accuracy.{m}.{d}", right, *bounds, unit="share")

# %% tags=["remove-cell"]
behind = {f"gain.{c}": (("base", c), (c, c)) for c, _ in pairs}
behind |= {f"behind.{c}": ((c, other), (other, other)) for c, other in pairs}
behind |= {f"behind_base.{c}": ((c, other), ("base", other)) for c, other in pairs}
behind |= {f"head_start.{c}": ((f"{c}_from_scratch", c), (c, c)) for c, _ in pairs}
behind |= {f"forgotten.{c}.{d}": ((c, d), ("base", d)) for c, _ in pairs for d in known}
for name, (worse, better) in behind.items():
    chapter.report(name, *scores[worse].behind(scores[better]), unit="nats")
named = summary[summary.model.isin(["base", "stories", "lua"])]
chapter.glue("uniform", f"{np.log(len(tokenizer)):.1f} nats")
chapter.glue("worse_than_uniform", str((named.loss > np.log(len(tokenizer))).sum()))

# %% [markdown]
# Paired document by document, the stories child gains {glue:text}`gain.stories` nats on stories
# and the Lua child {glue:text}`gain.lua` on Lua. Is the base a good start for it? Against a new
# model with as many tokens, the stories child is {glue:text}`head_start.stories` nats better and
# the Lua child {glue:text}`head_start.lua`; a negative number means worse. The new models were
# trained at the base's higher learning rate. A child goes slowly, so as not to lose what it has.
#
# How sure are these numbers? Each test set holds many documents; the interval says how far the
# loss would move with other documents of the same kind. The *calibration error* says how far a
# model's confidence is from its accuracy; beside it, what noise alone would give a predictor
# without error.

# %% tags=["hide-input"]
surest = {key: calibration(by_token[key], test[key[1]]) for key in by_token}
cells = [(m, d) for m in ("base", "stories", "lua") for d in DOMAINS]
columns = ["model", "domain", "loss", "loss_low", "loss_high", "accuracy", "documents"]
sure = named[columns].assign(
    error=[surest[cell].error for cell in cells], noise=[surest[cell].floor for cell in cells]
)
plain = {"loss_low": "from", "loss_high": "to", "error": "calibration error", "noise": "by noise"}
formats = dict.fromkeys(["loss", "loss_low", "loss_high"], ".3f")
formats |= dict.fromkeys(["accuracy", "error", "noise"], ".1%")
table(sure, formats=formats, names=plain, caption=f"{evaluation_tokens:,} tokens of each domain")

# %% [markdown]
# A loss above $\ln V$ ({glue:text}`uniform`) is worse than knowing nothing: a confident model pays
# for every word that it has learned not to expect. That holds for
# {glue:text}`worse_than_uniform` of these cells. On its own domain a child's confidence is near its
# accuracy, on the other's it is not.
#
# ## The collapse
#
# Each child is good on its own domain. What is it on the other's? Horn and Elliott
# {cite}`horn2025tracking` trained the same chain on other text, with a larger model and another
# tokenizer. Five cells of the table are known from them, three stated in the paper and two read in
# their code. Nats cannot be compared between tokenizers, but the pattern can: their stories child
# trails their Lua child by 3.38 nats on Lua, and the Lua child trails by 2.18 nats on stories.

# %% tags=["hide-input"]
both = zip(*(astuple(scores["base", d]) for d in known), strict=True)
paper = [
    ("base", "english, python", Scores(*map(np.concatenate, both)), 3.1027, 0.4190, "paper"),
    ("stories", "stories", scores["stories", "stories"], 2.0442, 0.5196, "paper"),
    ("lua", "lua", scores["lua", "lua"], 2.4518, 0.4941, "paper"),
    ("stories", "lua", scores["stories", "lua"], 5.8353, 0.1761, "authors' code"),
    ("lua", "stories", scores["lua", "stories"], 4.2226, 0.2467, "authors' code"),
]
beside = [(m, d, ours.loss, *rest[:1], ours.accuracy, *rest[1:]) for m, d, ours, *rest in paper]
heads = ["model", "read on", "loss", "their loss", "accuracy", "their accuracy", "stated in"]
shown_as = dict.fromkeys(heads[2:4], ".2f") | dict.fromkeys(heads[4:6], ".1%")
table(pd.DataFrame(beside, columns=heads), formats=shown_as)

# %% [markdown]
# We add a second comparison: with the base, which had seen neither domain. A child that stands
# below the base has not only learned nothing there; what it learned elsewhere does harm.

# %% tags=["hide-input"]
lineages = {"": "base", "_other_lineage": "base_other_seed"}
collapse = []
for c, other in pairs:
    for suffix, parent in lineages.items():
        for than, model in (("other child", other + suffix), ("base", parent)):
            trails, low, high = scores[c + suffix, other].behind(scores[model, other])
            row = {"panel": f"{c} child, read on {other}", "low": low, "high": high}
            row |= {"behind": trails, "than": than + suffix.replace("_", ", ", 1).replace("_", " ")}
            collapse.append(row)
collapse = pd.DataFrame(collapse)

# %% tags=["hide-input"]
far = collapse.behind[collapse.than == "other child"].tolist()
harm = collapse.behind[collapse.than == "base"].tolist()
intervals(
    collapse, label="than", value="behind", low="low", high="high", panel="panel", number="+.2f",
    x_title="nats behind",
    title=f"On the other's domain the stories child stands {far[0]:+.1f} nats from the Lua child "
    f"and {harm[0]:+.1f} from the base; the Lua child {far[1]:+.1f} from the stories child and "
    f"{harm[1]:+.1f} from the base",
    subtitle="loss of the child less that of the model named, the same test documents; "
    "95 % intervals over documents; high is bad",
    description="By how much each child trails the other child and the base on the other's domain.",
)

# %% [markdown]
# The stories child trails the Lua child by {glue:text}`behind.stories` nats on Lua, the Lua child
# trails the stories child by {glue:text}`behind.lua` on stories. Against the base the collapse is
# one-sided. On Lua the stories child is {glue:text}`behind_base.stories` nats worse than its
# parent; on stories the Lua child stays near it ({glue:text}`behind_base.lua`). The base knew
# something of Lua, through Python, that could be lost; of stories it knew little. The other lineage
# says the same.
#
# ## What is left
#
# Neither child was told to forget; nobody reminded them either. Three accuracies say how much is
# left of what the base knew: the base's, the child's, and that of the model from scratch, which
# knows of the domain only what its own teaches. The share that is *kept* is where the child lies
# between the last (0) and the first (1). It is taken of accuracies, because a loss knows no end:
# the stories model from scratch pays {glue:text}`loss.stories_from_scratch.python` nats on Python.

# %%
left = []
for c, _ in pairs:
    for d in known:
        base, own, new = (scores[m, d] for m in ("base", c, f"{c}_from_scratch"))
        above, below = own.correct - new.correct, base.correct - new.correct
        share, (low, high) = above.sum() / below.sum(), interval(above, below, seed=0)
        chapter.report(f"kept.{c}.{d}", share, low, high, unit="share")
        left.append([c, d, base.accuracy, own.accuracy, new.accuracy, share, low, high])
columns = ["child of", "on", "base", "child", "from scratch", "kept", "from", "to"]
table(pd.DataFrame(left, columns=columns), formats=dict.fromkeys(columns[2:], ".0%"))

# %% [markdown]
# In nats the Lua child has lost {glue:text}`forgotten.lua.python` on Python and
# {glue:text}`forgotten.lua.english` on English, the stories child
# {glue:text}`forgotten.stories.python` and {glue:text}`forgotten.stories.english`. The Lua child
# forgets less: its programs are of Python's kind, with comments in English; stories are nothing
# like either.
#
# ## When it is forgotten
#
# The children were kept at {glue:text}`milestones` moments of their training, close together at
# the start. *Predict first:* which comes earlier, the gain or the loss?

# %%
small = {d: evaluation_rows(streams[d], context, milestone_tokens) for d in DOMAINS}
start = (0, 0, models["base"])
along = {c: forgetting_curves(chain([start], load_milestones(trained[c])), small) for c, _ in pairs}


def progress(c, d):
    """Share of the whole change of a child on a domain that each milestone has brought."""
    losses = along[c][along[c].domain == d].set_index("tokens").loss
    return (losses - losses[0]) / (losses.iloc[-1] - losses[0])


# %% tags=["hide-input"]
for c, _ in pairs:
    first, after = (along[c][ok] for ok in (along[c].tokens == 0, along[c].tokens > 0))
    seen = after.tokens.unique()[-3]
    gained, paid = (progress(c, d)[seen] for d in (c, "python"))
    display(curves(
        after, x="tokens", y="loss", low="low", high="high", colour="domain", log_x=True,
        rules=first.rename(columns={"loss": "value"}).assign(label=""), y_title="nats a token",
        title=f"{c.capitalize()} child: after {seen / after.tokens.max():.0%} of its tokens it has "
        f"made {gained:.0%} of its gain and {paid:.0%} of its change on Python",
        subtitle="test loss at the milestones with 95 % intervals; dashed: the base",
        description=f"Loss of the {c} child on four domains against the tokens it has seen."))

# %% [markdown]
# The stories child makes most of its gain early; its forgetting goes on to the end, for little more
# gain. In the Lua child the two keep pace. (These are moments of one run and its schedule; a run
# that was planned shorter would end elsewhere.)
#
# ## What kind of token?
#
# Every test token carries the {term}`concepts <concept>` that hold of it (chapter 01). So the
# change can be taken apart: which kinds did a child learn, and which did it forget? Many concepts
# are asked at once, so a change counts only after Holm's correction; the rest is called unclear.
# *Predict first:* which concept of Python does the Lua child forget most?

# %%
labels = store.read("corpora/concepts")


def changed(c, d):
    """By how many nats a child differs from the base on the tokens of each concept."""
    concepts = load_concepts(labels, d, "test")
    before, after = by_token["base", d], by_token[c, d]
    return changes_by_concept(before, after, concepts.of(test[d]), concepts.names, test[d])


by_concept = {(c, d): changed(c, d) for c, _ in pairs for d in (c, "python", "english")}

# %% tags=["hide-input"]
def concept_chart(c, d):
    """The concepts on which a child differs most from the base, either way."""
    found = by_concept[c, d]
    better, worse = ((found.verdict == verdict).sum() for verdict in ("learned", "forgotten"))
    return changes(
        found, label="concept", each=7, overall=scores[c, d].loss - scores["base", d].loss,
        title=f"{c.capitalize()} child on {d.capitalize()}: {better} of {len(found)} concepts "
        f"learned, {worse} forgotten",
        subtitle="loss of child less base; the seven lowest, the seven highest; 95 % intervals",
        description=f"Change of loss from base to the {c} child on {d}, by concept.")


display(*(concept_chart("lua", d) for d in ("lua", "python")))

# %% tags=["hide-input"]
display(*(concept_chart("stories", d) for d in ("stories", "english")))

# %% [markdown]
# On Lua the Lua child learned most {glue:text}`most.lua.lua`; of Python it forgot most
# {glue:text}`most.lua.python`. Among the first seven of both are: {glue:text}`most.both`. What the
# two languages say differently is learned and forgotten together; what they share, such as
# {glue:text}`least.lua.python`, hardly changes. On stories the other child learned most
# {glue:text}`most.stories.stories`; of English it forgot most {glue:text}`most.stories.english`,
# least {glue:text}`least.stories.english`.
#
# ## One sentence, three readers
#
# Loss has a place. Below, the same Lua line as each model reads it: the deeper the colour, the
# more surprising the token was. Point at a token for the number. Then a sentence of a story, token
# by token: what each model expected most, with its probability, and what the token that came then
# cost it. At last each model in its own words, from the same opening.

# %%
line = "local function count(list)\n    local n = 0\n    for _, item in ipairs(list) do"
for m in ("base", "stories", "lua"):
    reading = read(models[m], tokenizer, line)
    caption = f"{m}: {reading.nats.sum():.0f} nats"
    display(coloured(reading.tokens, reading.nats, high=9, unit="nats", caption=caption))

# %% tags=["hide-input"]
sentence = "The little fox was sad because her kite was gone."
readings = {m: read(models[m], tokenizer, sentence) for m in ("base", "stories", "lua")}
side_by_side = pd.DataFrame({"token": [repr(t) for t in readings["base"].tokens]})
for m, reading in readings.items():
    best = [guesses[0] for guesses in reading.guesses]
    side_by_side[f"{m} expects"] = [f"{guess!r} {chance:.0%}" for guess, chance in best]
    side_by_side[f"{m} pays"] = reading.nats
table(side_by_side, formats={f"{m} pays": ".1f" for m in readings})

# %%
for m in ("base", "stories", "lua"):
    text = continue_text(models[m], tokenizer, "The little", 40, temperature=0.7, seed=4)
    print(f"── {m}\n{text.strip()}\n")

# %% [markdown]
# ## How far did they move?
#
# A child's *task vector* is its weights minus its parent's {cite}`ilharco2023editing`. Its length
# says how far fine-tuning went; the angle between two says whether they went the same way. *Predict
# first:* which part of the model moves most?
#
# The angle needs something to be read against. The null, two random directions, is easily beaten:
# any two fine-tunings change frequent tokens most. A better floor is a move that shares the
# domain and not the parent: the stories child of the other lineage, from a base whose weights are
# unrelated. The ceiling is the same child with its data in another order.

# %% tags=["hide-input"]
moves = pd.concat(movement(models["base"], models[c]).assign(child=c) for c, _ in pairs)
by_part = moves[moves.part != ALL].set_index(["part", "child"]).moved.unstack()
share = moves[moves.part == ALL].set_index("child").moved
heat_map(
    moves, row="part", column="child", value="moved", number=".0%", row_title="",
    title=f"The stories child moved most in the {by_part.stories.idxmax()}, the Lua child in the "
    f"{by_part.lua.idxmax()}",
    subtitle="length of the move over the length of the base's own weights",
    description="Relative length of the move of each part of the model, for both children.",
)

# %%
def after_move(parent, child):
    """The first base after the move that led another parent to its child."""
    moved = load_model(parents["base"])
    weights = (models[m].parameters() for m in (parent, child))
    with torch.no_grad():
        for own, before, after in zip(moved.parameters(), *weights, strict=True):
            own += after - before
    return moved


foreign = after_move("base_other_seed", "stories_other_lineage")
partners = {"stories and Lua": models["lua"], "stories of two lineages": foreign}
if other_order:
    partners["stories in two orders"] = models["stories_other_order"]

# %% tags=["hide-input"]
base, first = models["base"], models["stories"]
compared = {pair: moves_compared(base, first, second) for pair, second in partners.items()}
whole = {pair: angles[angles.part == ALL].iloc[0] for pair, angles in compared.items()}
together, apart = (f"{whole[pair].cosine:.2f}" for pair in list(partners)[:2])
heat_map(
    pd.concat(angles.assign(pair=pair) for pair, angles in compared.items()),
    row="part", column="pair", value="cosine", row_title="", column_title="",
    title=f"Cosine between the two children's moves {together}, between two lineages' {apart}",
    subtitle=f"random directions: within ±{whole['stories and Lua'].null_high:.3f} for all weights"
    + ("" if other_order else "; two orders of the data: not run in this profile"),
    description="Cosine between task vectors for each part of the model, with references.")

# %% tags=["remove-cell"]
for c, _ in pairs:
    chapter.report(f"moved.{c}", share[c], unit="share")
for name, pair in {"stories_lua": "stories and Lua", "lineages": "stories of two lineages"}.items():
    chapter.report(f"cosine.{name}", whole[pair].cosine)
borrowed = score_model(foreign, test["stories"]).behind(scores["base", "stories"])
chapter.report("borrowed_move.stories", *borrowed, unit="nats")
chapter.glue("milestones", str(milestones))

# %% tags=["remove-cell"]
concepts = {key: found.concept.tolist() for key, found in by_concept.items()}
for c, d in (("lua", "lua"), ("lua", "python"), ("stories", "stories"), ("stories", "english")):
    most, least = (concepts[c, d][::order][:3] for order in ((1, -1) if c == d else (-1, 1)))
    for name, three in {"most": most, "least": least}.items():
        chapter.glue(f"{name}.{c}.{d}", ", ".join(three))
learned, forgotten = concepts["lua", "lua"][:7], concepts["lua", "python"][-7:]
chapter.glue("most.both", ", ".join(c for c in learned if c in forgotten) or "none")

# %% [markdown]
# The stories child moved by {glue:text}`moved.stories` of the base's length, the Lua child by
# {glue:text}`moved.lua`, with a cosine of {glue:text}`cosine.stories_lua` between them: far, and
# nearly at right angles. The gain of the final norm moves alike in every pair, of two lineages too;
# that says nothing about descent. And a move belongs to its base: the other lineage's, added to
# this one, changes the loss on stories by {glue:text}`borrowed_move.stories` nats, where the
# child's own took off {glue:text}`gain.stories`. Chapter 04 walks the line between the children.
#
# ## Findings
#
# - Each child gains on its own domain: {glue:text}`gain.stories` nats on stories,
#   {glue:text}`gain.lua` on Lua.
# - Each trails the other on the other's domain: {glue:text}`behind.stories` and
#   {glue:text}`behind.lua` nats. Against the base only the stories child has lost there:
#   {glue:text}`behind_base.stories` nats on Lua.
# - Both pay on what the base knew. Of its accuracy on Python the stories child keeps
#   {glue:text}`kept.stories.python`, the Lua child {glue:text}`kept.lua.python`.
# - The two moved far and nearly at right angles (cosine {glue:text}`cosine.stories_lua`).
#
# ## Exercises
#
# Each runs from the artifacts, in under a minute.
#
# ```{exercise-start} What did the stories child forget?
# :label: exercise-forgotten
# ```
# Which Python tokens became most surprising for the stories child, compared with the base? Rank
# tokens that occur at least 30 times by their mean increase in nats.
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-forgotten
# :class: dropdown
# ```

# %%
python = test["python"]
increase = by_token["stories", "python"].nats - by_token["base", "python"].nats
each = pd.DataFrame({"token": python.rows[python.mask], "increase": increase})
ranked = each.groupby("token").increase.agg(["mean", "size"]).query("size >= 30")
worst = ranked.nlargest(10, "mean").reset_index()
worst["token"] = [repr(tokenizer.decode([t])) for t in worst.token]
table(worst, names={"mean": "nats more than the base", "size": "occurrences"})

# %% [markdown]
# The signs of code above all: brackets, equals signs, quotation marks. Even a token that stories
# have too, a blank line for one, comes where the child no longer expects it.
# ```{solution-end}
# ```
#
# ```{exercise-start} Freeze the embeddings
# :label: exercise-frozen
# ```
# Give the base forty steps on stories: once with all weights free, once with the embedding frozen,
# once with embedding and unembedding frozen. How much of the gain needs new word tables?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-frozen
# :class: dropdown
# ```

# %%
def briefly_tuned(*frozen, steps=40):
    """Loss on stories of the base after a few steps, with some of its parts kept as they are."""
    model = load_model(parents["base"])
    free = [p for name, p in model.named_parameters() if PARTS[name] not in frozen]
    optimizer, loss_of = torch.optim.AdamW(free, lr=learning_rate), NextTokenLoss(model)
    rows = mixed_rows(tokens, ["stories"], steps * batch * context, context, seed=29)
    for ids in torch.as_tensor(rows.astype(np.int64)).split(batch):
        loss_of(ids).backward()
        optimizer.step()
        optimizer.zero_grad()
    return score_model(model, small["stories"]).loss


# %%
ends = {"all free": briefly_tuned(), "embedding frozen": briefly_tuned("embedding")}
ends["both frozen"] = briefly_tuned("embedding", "unembedding")
start = score_model(models["base"], small["stories"]).loss
print("nats gained:", {arm: round(start - end, 2) for arm, end in ends.items()})

# %% [markdown]
# Words can be read as before at little cost. To say only the old words costs much more: the
# unembedding decides which word is likely at all.
# ```{solution-end}
# ```
#
# ```{exercise-start} Which part carries it?
# :label: exercise-moved
# ```
# The chart above says which part moved most. Is it the one that matters most? Give the Lua child
# the base's weights back, one part at a time, and measure on Lua.
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-moved
# :class: dropdown
# ```

# %%
old, new = (dict(models[m].named_parameters()) for m in ("base", "lua"))
full, lost_part = score_model(models["lua"], small["lua"]).loss, {}
with torch.no_grad():
    for name, part in PARTS.items():
        kept_part = new[name].clone()
        new[name].copy_(old[name])
        lost_part[part] = score_model(models["lua"], small["lua"]).loss - full
        new[name].copy_(kept_part)
undone = by_part.lua.rename("moved").to_frame().assign(lost=pd.Series(lost_part)).reset_index()
heading = {"lost": "nats lost without its move"}
table(undone.sort_values("lost", ascending=False), formats={"moved": ".0%"}, names=heading)

# %% [markdown]
# The two word tables carry most, though the embedding moved less than any other matrix: length is
# not weight. The losses do not add up, for the parts learned together.
# ```{solution-end}
# ```
#
# **Next:** [chapter 04](04_merging) looks for a model between the two children that knows
# something of both domains.

# %% tags=["remove-cell"]
assert len(summary) == 4 * len(shown) and set(trained) <= set(shown)
assert abs(whole["stories and Lua"].cosine) < 0.3, "nearly at right angles"
if profile != "smoke":  # fifty steps move a child too little to say anything
    rival, onto_base = (collapse[collapse.than.str.startswith(o)] for o in ("other", "base"))
    assert (rival.low > 0.5).all(), "each child far below the other on the other's domain"
    assert scores["base", "lua"].loss < scores["base", "stories"].loss, "of stories it knew little"
    of_stories = onto_base.panel.str.startswith("stories")
    assert (onto_base.low[of_stories] > 0.5).all() and (onto_base.behind[~of_stories] < 0.5).all()
    lost = {(c, d): scores[c, d].behind(scores["base", d]) for c, _ in pairs for d in known}
    assert all(0 < lost["lua", d][1] < lost["lua", d][2] < lost["stories", d][1] for d in known)
    assert all(surest[c, c].error < surest[c, other].error for c, other in pairs), "confidence"

# %% tags=["remove-cell"]
if profile != "smoke":
    gain, price = (progress("stories", d).iloc[-3] for d in ("stories", "python"))
    assert gain > 0.7 > 0.5 > price, "most of the gain comes early, and not the forgetting"
    gain, price = (progress("lua", d).iloc[-3] for d in ("lua", "python"))
    assert abs(gain - price) < 0.2, "in the Lua child the two keep pace"
    norms = [angles.set_index("part").cosine["final norm"] for angles in compared.values()]
    assert min(norms) > 0.5 and abs(borrowed[0]) < 0.5, "the final norm; a move and its base"
    assert 2 * ends["embedding frozen"] < ends["all free"] + ends["both frozen"], "exercise 2"
    assert sorted(lost_part, key=lost_part.get)[-2:] == ["embedding", "unembedding"], "exercise 3"
    assert by_part.lua[~by_part.index.str.contains("norm")].idxmin() == "embedding"
