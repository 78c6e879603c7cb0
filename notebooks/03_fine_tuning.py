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
# | writes | `models/stories`, `models/lua`, and their controls `models/stories_*`, `models/lua_*` |
# | takes | about three minutes at laptop size on two cores |

# %% tags=["hide-input"]
from dataclasses import astuple
from itertools import chain
from operator import attrgetter

import numpy as np
import pandas as pd
import torch
from IPython.display import display
from scipy.stats import spearmanr

from featurefate.corpora.concepts.labels import load_concepts
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.changes import changes
from featurefate.figures.curves import curves
from featurefate.figures.frames import NOT_RUN, percent
from featurefate.figures.heat_map import heat_map
from featurefate.figures.intervals import intervals
from featurefate.figures.numbers import minus, with_interval
from featurefate.figures.passage import coloured
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.baselines import (
    BigramBaseline,
    TrigramBaseline,
    UnigramBaseline,
    counted_rows,
)
from featurefate.language_model.by_concept import changes_by_concept
from featurefate.language_model.calibration import calibration
from featurefate.language_model.evaluation import Scores, score_model, score_tokens
from featurefate.language_model.forgetting import (
    accuracy_gained,
    forgetting_curves,
    progress,
    share_kept,
)
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.milestones import load_milestones
from featurefate.language_model.movement import (
    ALL,
    INNER,
    PARTS,
    moved_at_random,
    moved_like,
    movement,
    moves_compared,
)
from featurefate.language_model.order import mixed_rows
from featurefate.language_model.reading import read
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.text_size import text_size
from featurefate.language_model.training import fine_tune, train_base
from featurefate.study import training_settings
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
base_recipe = ["stories"]  # domains whose child is also trained by the base's own recipe
more_seeds = []  # data orders of further children, one a domain each
evaluation_tokens = 16_384  # test tokens a domain
milestone_tokens = 4_096  # of them, for each milestone

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
# instead of random ones, and its learning rate and weight decay are lower, so that it does not
# throw away at once what it was given.
#
# Further models, the *controls*, say what the numbers of the two children are worth.
#
# | control | differs from the child in | shows |
# |---|---|---|
# | other lineage | its parent, the second base, and the order of its data | what comes back |
# | further seeds | the order of its data | what holds for another order too |
# | base's recipe | the base's rate and weight decay, and the order of its data | what pace brings |
# | from scratch | all that, and random weights to start from | what the base was worth |
#
# The base's learning rate is {glue:text}`faster` times as high, its weight decay is
# {glue:text}`decay`. {glue:text}`over_seeds`

# %%
base_settings = parents["base"].manifest.recipe["settings"]  # its own shape and recipe
trained = {}
for name, (parent, settings) in training_settings.children(globals(), base_settings).items():
    function, given = train_base, inputs
    if parent:
        function, given = fine_tune, inputs | {"parent": parents[parent]}
    trained[name] = store.step(f"models/{name}", function, settings, given)

# %%
models = {name: load_model(artifact) for name, artifact in (parents | trained).items()}
context = models["base"].config.max_position_embeddings
streams = {d: load_tokens(tokens, d, "test") for d in DOMAINS}
test = {d: evaluation_rows(streams[d], context, evaluation_tokens) for d in DOMAINS}
by_token = {(m, d): score_tokens(models[m], test[d]) for m in models for d in DOMAINS}
for c, _ in pairs:
    rows = counted_rows(tokens, [c], training_tokens, context, seeds[c])  # no document twice
    for n, baseline in {"bigram": BigramBaseline, "trigram": TrigramBaseline}.items():
        counted = baseline(rows, len(tokenizer))
        by_token |= {(f"{c}_{n}", d): counted.score_tokens(test[d]) for d in DOMAINS}
scores = {(m, d): Scores.of(by_token[m, d], test[d]) for m, d in by_token}

# %% tags=["hide-input"]
shown = ["base", *sorted(trained, key=lambda m: m.partition("_")[2])]
summary = pd.DataFrame({"model": m.replace("_", " ").replace("base r", "base's r"),
    "domain": d, **scores[m, d].summary()} for m in shown for d in DOMAINS)
absent = [f"{c} base's recipe" for c, _ in pairs if c not in base_recipe]
absent += [] if more_seeds else ["further seeds"]
not_run = f"; {NOT_RUN}: {', '.join(absent)}" if absent else ""
own = {c: f"{scores[c, c].loss - scores['base', c].loss:+.1f}" for c, _ in pairs}
heat_map(summary, row="model", column="domain", value="loss", low_is_good=True,
    title=f"On its own domain the stories child stands at {own['stories']} nats from the base, "
    f"the Lua child at {own['lua']}",
    subtitle=f"cross-entropy on test documents, nats a token; low is good{not_run}",
    description="Test loss of base, children and their controls on the four domains.")

# %% tags=["remove-cell"]
size = {d: text_size(test[d], tokenizer) for d in DOMAINS}
for (m, d), score in scores.items():
    if m not in parents or d not in known:  # those stand in chapter 02
        chapter.report(f"loss.{m}.{d}", score.loss, *score.loss_interval(), unit="nats")
        right, bounds = score.accuracy, score.accuracy_interval()
        chapter.report(f"accuracy.{m}.{d}", right, *bounds, unit="share")
        chapter.report(f"bits_per_byte.{m}.{d}", *score.bits_per_byte(size[d]), unit="bits")
of_base = base_settings["recipe"]
chapter.glue("faster", f"{of_base['learning_rate'] / learning_rate:.0f}")
chapter.glue("decay", f"{of_base['weight_decay']:g}, not {weight_decay:g}")

# %% tags=["remove-cell"]
lineages = {"": "base", "_other_lineage": "base_other_seed"}
asked = {}  # name → (which predictor trails, which other, on which domain)
for c, other in pairs:
    fast, scratch = f"{c}_base_recipe", f"{c}_from_scratch"
    asked |= {f"gain.{c}": ("base", c, c), f"ahead_of_scratch.{c}": (scratch, c, c)}
    asked |= {f"pace.{c}": (c, fast, c), f"head_start.{c}": (scratch, fast, c)}
    asked |= {f"forgotten.{c}.{d}": (c, "base", d) for d in known}
    asked |= {f"base_worth.{c}.{d}": (scratch, fast, d) for d in known}
    for s, parent in lineages.items():
        asked[f"behind.{c}{s}"] = (c + s, other + s, other)
        asked[f"behind_base.{c}{s}"] = (c + s, parent, other)

# %% tags=["remove-cell"]
for c, _ in pairs:
    for n in ("bigram", "trigram"):
        asked |= {f"lead_over_{n}.{m}": (f"{c}_{n}", m, c) for m in (c, f"{c}_base_recipe")}
        asked |= {f"lead_over_{n}.{c}.{d}": (f"{c}_{n}", c, d) for d in known}
paired = {name: scores[worse, d].behind(scores[better, d])
    for name, (worse, better, d) in asked.items() if (better, d) in scores}
for name in asked:
    if name in paired:
        chapter.report(name, *paired[name], unit="nats")
    else:
        chapter.glue(name, NOT_RUN)

# %% tags=["remove-cell"]
lead = [f"{paired[f'lead_over_trigram.{c}'][0]:+.2f}" for c, _ in pairs]
for c, other in pairs:
    rise = 100 * np.array(accuracy_gained(scores["base", other], scores[c, other]))
    chapter.report(f"accuracy_over_base.{c}", *rise, unit="percentage points")
    again = abs(scores[c, c].loss - scores[f"{c}_other_lineage", c].loss)
    chapter.report(f"lineages_apart.{c}", again, unit="nats")

# %% tags=["remove-cell"]
over_seeds = ("No child is trained in several orders of its data in this profile, so nothing below "
    "says how far the order alone moves a number.")
if more_seeds:
    orders = {c: [c, *(f"{c}_seed_{seed}" for seed in more_seeds)] for c, _ in pairs}
    losses = {c: [scores[m, c].loss for m in orders[c]] for c in orders}
    spans = [f"{min(x):.2f} to {max(x):.2f} for the {c.title()} child" for c, x in losses.items()]
    over_seeds = "Over several orders of its data a child's loss on its own domain runs from "
    over_seeds += f"{' and from '.join(spans)}."
chapter.glue("over_seeds", over_seeds)

# %% tags=["remove-cell"]
head_start_of_lua = "For Lua this pair of models is not run in this profile."
base_worth_of_lua = ("For Lua that pair is not run in this profile, and the child differs from the "
    "model from scratch in pace as well.")
if "lua" in base_recipe:
    ahead, worth = (with_interval(*paired[n]) for n in ("head_start.lua", "base_worth.lua.python"))
    head_start_of_lua = f"The Lua child ends {ahead} nats better than its own rival."
    base_worth_of_lua = f"To the Lua child it is worth {worth}."
chapter.glue("head_start_of_lua", head_start_of_lua)
chapter.glue("base_worth_of_lua", base_worth_of_lua)

# %% [markdown]
# Paired document by document, the stories child gains {glue:text}`gain.stories` nats on stories
# and the Lua child {glue:text}`gain.lua` on Lua. How much is that? Below stands each on its own
# domain, in *bits a byte*, beside its controls and beside two tables that count pairs and triples
# of tokens in what the child has read, each document once (the interpolated tables of chapter
# 02).

# %% tags=["hide-input"]
bars = []
for c, _ in pairs:
    names = {"base": "base", c: "child", f"{c}_base_recipe": "child, base's recipe",
        f"{c}_from_scratch": "from scratch", f"{c}_bigram": "bigrams of its text",
        f"{c}_trigram": "trigrams of its text"}
    ran = [m for m in names if (m, c) in scores]
    bars += [(names[m], f"on {c}", *scores[m, c].bits_per_byte(size[c])) for m in ran]
intervals(pd.DataFrame(bars, columns=["predictor", "on", "bits", "bits_low", "bits_high"]),
    label="predictor", value="bits", panel="on", x_title="bits a byte", title="A child's lead over "
    f"the trigrams of its own text: {lead[0]} nats on stories, {lead[1]} on Lua",
    subtitle=f"test documents, 95 % intervals; low is good{not_run}", description="Bits a byte "
    "of base, child, controls and counting tables on each child's own domain, with intervals.")

# %% [markdown]
# A lead below zero means that counting the same text does better. Over the bigrams the stories
# child leads by {glue:text}`lead_over_bigram.stories` nats a token, over the trigrams by
# {glue:text}`lead_over_trigram.stories`; the Lua child by {glue:text}`lead_over_bigram.lua` and
# {glue:text}`lead_over_trigram.lua`. Part of this is pace: by the base's recipe the stories child
# stands {glue:text}`pace.stories` nats better and leads over the trigrams by
# {glue:text}`lead_over_trigram.stories_base_recipe`.
#
# Is the base a good start? The fair rival has the same recipe and the same rows in the same order;
# only its first weights are others. Started from the base instead, the stories child ends
# {glue:text}`head_start.stories` nats better. {glue:text}`head_start_of_lua` That is one run each,
# by a recipe made for random weights, and the interval knows of other documents only: the stories
# children of the two lineages, trained alike, lie {glue:text}`lineages_apart.stories` nats apart on
# stories. At its own low rate a child can lose more than this start: the stories child stands
# {glue:text}`ahead_of_scratch.stories` nats ahead of the model from scratch, the Lua child
# {glue:text}`ahead_of_scratch.lua`; below zero means behind. What the low rate is good for shows
# further down.
#
# How sure is a model itself? The *calibration error* says how far a model's confidence is
# from its accuracy; beside it, what noise alone would give a predictor without error.

# %% tags=["hide-input"]
cells = [(m, d) for m in ("base", "stories", "lua") for d in DOMAINS]
surest = {(m, d): calibration(by_token[m, d], test[d]) for m, d in cells}
columns = ["model", "domain", "loss", "loss_low", "loss_high", "accuracy", "documents"]
sure = summary[summary.model.isin(["base", "stories", "lua"])][columns].assign(
    error=[surest[cell].error for cell in cells], noise=[surest[cell].floor for cell in cells])
sure.insert(5, "bits a byte", [scores[m, d].bits_per_byte(size[d])[0] for m, d in cells])
plain = {"loss_low": "from", "loss_high": "to", "error": "calibration error", "noise": "by noise"}
formats = dict.fromkeys(["loss", "loss_low", "loss_high"], ".3f") | {"bits a byte": ".2f"}
formats |= dict.fromkeys(["accuracy", "error", "noise"], ".1%")
table(sure, formats=formats, names=plain, caption=f"{evaluation_tokens:,} tokens of each domain")

# %% tags=["remove-cell"]
for m, d in cells[4:]:
    found = surest[m, d]
    bounds = dict(low=found.low, high=found.high, floor=found.floor, unit="share")
    chapter.report(f"calibration_error.{m}.{d}", found.error, **bounds)
chapter.glue("uniform", f"{np.log(len(tokenizer)):.1f} nats")
chapter.glue("worse_than_uniform", f"{(sure.loss > np.log(len(tokenizer))).sum()} of {len(sure)}")

# %% [markdown]
# A loss above $\ln V$ ({glue:text}`uniform`) is worse than knowing nothing: a confident model pays
# for every word that it has learned not to expect. That holds for
# {glue:text}`worse_than_uniform` of these cells. The confidence of the stories child is
# {glue:text}`calibration_error.stories.stories` off on stories and
# {glue:text}`calibration_error.stories.lua` on Lua; that of the Lua child
# {glue:text}`calibration_error.lua.lua` on Lua and {glue:text}`calibration_error.lua.stories` on
# stories.
#
# ## The collapse
#
# Each child is good on its own domain. What is it on the other's? Horn and Elliott
# {cite}`horn2025tracking` trained the same chain on other text, with a larger model and another
# tokenizer. Five cells of the table are known from them, three stated in the paper and two read in
# their code. Nats cannot be compared between tokenizers, but the pattern can: their stories child
# trails their Lua child by 3.38 nats on Lua, and the Lua child trails by 2.18 nats on stories.
#
# We add a second comparison: with the base, which had seen neither domain. A child that stands
# below the base has not only learned nothing there; what it learned elsewhere does harm.

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

# %% tags=["hide-input"]
kinds = {"behind": "other child", "behind_base": "base"}
collapse = pd.DataFrame([(f"{c} child, read on {other}", than + s.replace("_other_", ", other "),
    *paired[f"{kind}.{c}{s}"]) for c, other in pairs for s in lineages
    for kind, than in kinds.items()], columns=["panel", "than", "behind", "low", "high"])
far, harm = ([f"{paired[f'{kind}.{c}'][0]:+.1f}" for c, _ in pairs] for kind in kinds)
title = (f"On the other's domain the stories child stands {far[0]} nats from the Lua child and "
    f"{harm[0]} from the base; the Lua child {far[1]} from its sibling and {harm[1]} from the base")
intervals(collapse, label="than", value="behind", low="low", high="high", panel="panel",
    number="+.2f", title=title, x_title="nats behind", subtitle="loss of the child less that of "
    "the model named, the same test documents; 95 % intervals over documents; high is bad",
    description="By how much each child trails the other child and the base on the other's domain.")

# %% [markdown]
# The stories child trails the Lua child by {glue:text}`behind.stories` nats on Lua, the Lua child
# trails the stories child by {glue:text}`behind.lua` on stories. Behind the base, which is the
# harder question, the stories child is {glue:text}`behind_base.stories` nats on Lua, the Lua child
# {glue:text}`behind_base.lua` on stories; below zero means ahead. In the other lineage these are
# {glue:text}`behind_base.stories_other_lineage` and {glue:text}`behind_base.lua_other_lineage`. So
# of the two only the stories child collapses below its base, and does so twice; the Lua child stays
# near its base's level. (On which side of it is not settled by two runs: lineages differ in base
# and in the order of the data.)
#
# Accuracy is another measure: from the base's, that of the stories child on Lua differs by
# {glue:text}`accuracy_over_base.stories` percentage points, that of the Lua child on stories by
# {glue:text}`accuracy_over_base.lua`. A child can be ahead in nats and behind in accuracy: then the
# right token has become likelier on average, and is less often the first choice. A likely reason
# why one child collapses further than the other: the base has read Python, which Lua resembles, and
# nothing like the stories, so on Lua there was more to lose.
#
# ## What is left
#
# Neither child was told to forget; nobody reminded them either. How much is left of what the base
# knew? The share that is *kept* is where the child's accuracy lies between that of knowing nothing
# of it (0) and that of the base (1). Accuracies are taken, because a loss knows no end: the stories
# model from scratch pays {glue:text}`loss.stories_from_scratch.python` nats on Python.
#
# Who knows nothing of Python can still always name its most frequent token: that *constant guess*
# is right in {glue:text}`accuracy.constant_guess.python`. But a child has read other text since,
# and what that teaches it about Python was not kept. The models from scratch, which never saw the
# base, show how much it is: {glue:text}`accuracy.stories_from_scratch.python` for stories (less
# than the guess: it guesses words of its own), {glue:text}`accuracy.lua_from_scratch.python` for
# Lua, which is far more. Zero is the better of the two.

# %%
words = {d: load_tokens(tokens, d, "train").tokens[None] for d in known}
guess = {d: UnigramBaseline(words[d], len(tokenizer)).score(test[d]) for d in known}
left = []
for m in [c + s for c, _ in pairs for s in ("", "_base_recipe") if c + s in trained]:
    for d in known:
        zeros = guess[d], scores[f"{m.split('_')[0]}_from_scratch", d]
        kept = share_kept(scores["base", d], scores[m, d], max(zeros, key=attrgetter("accuracy")))
        chapter.report(f"kept.{m}.{d}", *kept, unit="share")
        rates = [score.accuracy for score in (*zeros, scores[m, d], scores["base", d])]
        left.append([m.replace("_base_", ", base's "), d, *rates, *kept])
columns = ["child", "on", "constant guess", "from scratch", "itself", "base", "kept", "from", "to"]
table(pd.DataFrame(left, columns=columns), formats=dict.fromkeys(columns[2:], ".0%"))

# %% [markdown]
# Of its accuracy on Python the stories child keeps {glue:text}`kept.stories.python`, the Lua child
# {glue:text}`kept.lua.python`; on English {glue:text}`kept.stories.english` and
# {glue:text}`kept.lua.english`. In nats the Lua child has lost {glue:text}`forgotten.lua.python` on
# Python and {glue:text}`forgotten.lua.english` on English, the stories child
# {glue:text}`forgotten.stories.python` and {glue:text}`forgotten.stories.english`.
#
# Here is what the low learning rate is for. Trained by the base's recipe, the stories child keeps
# {glue:text}`kept.stories_base_recipe.python` on Python and
# {glue:text}`kept.stories_base_recipe.english` on English (below zero: worse than a constant
# guess). That is the price of the {glue:text}`pace.stories` nats that it is better on stories. (The
# recipe has another weight decay too, and its rows came in another order.)
#
# Why does one child keep more than the other? Lua text resembles what the base knew. A table that
# counted the triples of the Lua child's text pays {glue:text}`loss.lua_trigram.python` nats on
# Python, one of the stories child's text {glue:text}`loss.stories_trigram.python`: so much of
# Python is in either text. The children do better on Python than these tables, by
# {glue:text}`lead_over_trigram.lua.python` and {glue:text}`lead_over_trigram.stories.python` nats.
# How much of that is the base's? A network from scratch can tell, against a child of the same
# recipe. By the base's recipe the stories child pays {glue:text}`loss.stories_base_recipe.python`
# nats on Python, the model from scratch {glue:text}`loss.stories_from_scratch.python`: even at this
# pace the base is worth {glue:text}`base_worth.stories.python`. {glue:text}`base_worth_of_lua`
#
# ## When it is forgotten
#
# The children were kept at {glue:text}`milestones` moments of their training, close together at
# the start. *Predict first:* which comes earlier, the gain or the loss?

# %%
small = {d: evaluation_rows(streams[d], context, milestone_tokens) for d in DOMAINS}
start = (0, 0, models["base"])
along = {c: forgetting_curves(chain([start], load_milestones(trained[c])), small) for c, _ in pairs}

# %% tags=["hide-input"]
for c, _ in pairs:
    first, after = (along[c][ok] for ok in (along[c].tokens == 0, along[c].tokens > 0))
    seen = after.tokens.unique()[-3]
    done = [minus(percent(progress(along[c], d)[seen])) for d in (c, "python")]
    way = f"{done[0]} of its gain and {done[1]} of its change on Python"
    chapter.glue(f"way.{c}", way)
    display(curves(after, x="tokens", y="loss", low="low", high="high", colour="domain", log_x=True,
        rules=first.rename(columns={"loss": "value"}).assign(label=""), y_title="nats a token",
        title=f"{c.title()} child: after {percent(seen / after.tokens.max())} of its tokens it "
        f"has made {way}", subtitle="test loss at milestones, 95 % intervals; dashed: the base",
        description=f"Loss of the {c} child on four domains against the tokens it has seen."))

# %% [markdown]
# At the moment that the titles speak of, the stories child has made {glue:text}`way.stories`; the
# Lua child {glue:text}`way.lua`. From there to the end the stories child still gained
# {glue:text}`rest_of_gain.stories` nats on stories and paid {glue:text}`rest_of_price.stories` on
# Python, the Lua child {glue:text}`rest_of_gain.lua` and {glue:text}`rest_of_price.lua`: stopping
# there would have saved the price and given up the gain. (These are moments of one run and its
# schedule; a run that was planned shorter would end elsewhere.)
#
# ## What kind of token?
#
# Every test token carries the {term}`concepts <concept>` that hold of it (chapter 01). So the
# change can be taken apart: which kinds did a child learn, and which did it forget? Many concepts
# are asked at once, so a change counts only after Holm's correction; the rest is called unclear.
# *Predict first:* which concept of Python does the Lua child forget most?

# %% tags=["hide-input"]
labels, by_concept = store.read("corpora/concepts"), {}
for c, d in (("lua", "lua"), ("lua", "python"), ("stories", "stories"), ("stories", "english")):
    concepts = load_concepts(labels, d, "test")
    by_concept[c, d] = found = changes_by_concept(
        by_token["base", d], by_token[c, d], concepts.of(test[d]), concepts.names, test[d])
    better, worse = ((found.verdict == verdict).sum() for verdict in ("learned", "forgotten"))
    display(changes(found, label="concept", each=7,
        overall=scores[c, d].loss - scores["base", d].loss,
        title=f"{c.title()} child on {d.title()}: {better} of {len(found)} concepts learned, "
        f"{worse} forgotten", description=f"Change from base to the {c} child on {d}, by concept.",
        subtitle="loss of child less base; the seven lowest, the seven highest; 95 % intervals"))

# %% tags=["remove-cell"]
for (c, d), found in by_concept.items():
    clear = found[found.verdict == ("learned" if c == d else "forgotten")]
    found = clear.sort_values("change", ascending=c == d)
    said = [minus(f"{r.concept} ({r.change:+.1f})") for r in found.itertuples()]
    chapter.glue(f"most.{c}.{d}", ", ".join(said[:3]) or "none for sure")
    chapter.glue(f"least.{c}.{d}", ", ".join(said[:-4:-1]) or "none for sure")
both = by_concept["lua", "lua"].merge(by_concept["lua", "python"], on="concept")
together = spearmanr(both.change_x, both.change_y).statistic
chapter.report("concepts_together.lua", together, unit="rank correlation")
chapter.glue("concepts_of_both", str(len(both)))
chapter.glue("milestones", str(milestones))

# %% tags=["remove-cell"]
for c, _ in pairs:
    loss = along[c].set_index(["domain", "tokens"]).loss
    rest = {d: loss[d].iloc[-1] - loss[d].iloc[-3] for d in (c, "python")}
    chapter.report(f"rest_of_gain.{c}", -rest[c], unit="nats")
    chapter.report(f"rest_of_price.{c}", rest["python"], unit="nats")
for d, score in guess.items():
    chapter.report(f"accuracy.constant_guess.{d}", score.accuracy, unit="share")

# %% [markdown]
# Of the concepts with a clear verdict, the Lua child learned on Lua most
# {glue:text}`most.lua.lua`, in nats a token; of Python it forgot most {glue:text}`most.lua.python`
# and least {glue:text}`least.lua.python`. Are these the same kind of token? Over the
# {glue:text}`concepts_of_both` concepts that are frequent enough in both languages, whatever their
# verdict, the rank correlation of the two changes is {glue:text}`concepts_together.lua`; at −1 the
# concepts that improved most on Lua would be those that suffered most on Python. (Concepts overlap,
# so the number has no simple interval.) On stories the other child learned most
# {glue:text}`most.stories.stories`; of English it forgot most {glue:text}`most.stories.english`,
# least {glue:text}`least.stories.english`.
#
# ## One sentence, three readers
#
# Loss has a place. Below, the same Lua line as each model reads it: the deeper the colour, the
# more surprising the token was; point at a token for the number. Under it, each model in its own
# words, from the same opening. Then a sentence of a story, token by token: what each model expected
# most, with its probability, and what the token that came then cost it.

# %%
line = "local function count(list)\n    local n = 0\n    for _, item in ipairs(list) do"
for m in ("base", "stories", "lua"):
    reading = read(models[m], tokenizer, line)
    caption = f"{m}: {reading.nats.sum():.0f} nats"
    display(coloured(reading.tokens, reading.nats, high=9, unit="nats", caption=caption))
    text = continue_text(models[m], tokenizer, "The little", 40, temperature=0.7, seed=4)
    print(f"{text.strip()}\n")

# %% tags=["hide-input"]
sentence = "The little fox was sad because her kite was gone."
readings = {m: read(models[m], tokenizer, sentence) for m in ("base", "stories", "lua")}
side_by_side = pd.DataFrame({"token": readings["base"].tokens})
for m, reading in readings.items():
    best = [guesses[0] for guesses in reading.guesses]
    side_by_side[f"{m} expects"] = [f"{guess!r} {chance:.0%}" for guess, chance in best]
    side_by_side[f"{m} pays"] = reading.nats
table(side_by_side, formats={f"{m} pays": ".1f" for m in readings}, tokens=["token"])

# %% [markdown]
# ## How far did they move?
#
# A child's *task vector* is its weights minus its parent's {cite}`ilharco2023editing`. Its length
# says how far fine-tuning went; the angle between two says whether they went the same way. *Predict
# first:* which part of the model moves most? The table takes the two moves apart. A part's share of
# the squared length says how much of the whole vector it is.
#
# A trap first. Add one vector to every row of the unembedding: all logits of a token rise by one
# number, and no probability changes. The gradient never points that way (its rows sum to zero), but
# AdamW scales each weight's step by itself, and so drifts there. Of the squared length of the
# unembedding's move this *shift* is {glue:text}`shift_share.stories` for the stories child and
# {glue:text}`shift_share.lua` for the Lua child; with it the two moves of the unembedding would
# seem to share a direction, with a cosine of {glue:text}`cosine_with_shift.unembedding`. What
# changes nothing is no movement: from here on the mean row is taken off.
#
# An angle needs something to be read against. The null, two random directions, is easily beaten:
# any one thing that all fine-tunings do is enough. The same child of the *other lineage* is only a
# check: its base has another basis, so a cosine near zero is to be expected, and what is not near
# zero there says nothing about descent. The {term}`ceiling` is the same child with its data in
# another order. And the two children of the other base ask the question a second time.

# %% tags=["hide-input"]
moves = {c: movement(models["base"], models[c]) for c, _ in pairs}
parts = moves["stories"][["part", "weights"]].copy()
for c, moved in moves.items():
    parts[f"{c}: length"], parts[f"{c}: over base's own"] = moved.length, moved.moved
    parts[f"{c}: share of squared length"] = moved.share
formats = {name: ".2f" if name.endswith(": length") else ".1%" for name in parts.columns[2:]}
table(parts, formats=formats, caption="the move from base to child, without the shift: its length, "
    "that over the base's own, and the part's share of the whole move's squared length")

# %% tags=["remove-cell"]
family = {c + s: (models[p], models[c + s]) for s, p in lineages.items() for c, _ in pairs}
compared = {"the two children": ("stories", "lua")}
compared["in the other lineage"] = ("stories_other_lineage", "lua_other_lineage")
compared |= {f"{c}, two lineages": (c, f"{c}_other_lineage") for c, _ in pairs}
for c, again in ((c, f"{c}_seed_{seed}") for seed in more_seeds[:1] for c, _ in pairs):
    family[again], compared[f"{c}, two orders"] = (models["base"], models[again]), (c, again)
angles = {pair: moves_compared(family[a], family[b]).set_index("part")
    for pair, (a, b) in compared.items()}

# %% tags=["hide-input"]
whole, inner = ([f"{found.cosine[part]:z.2f}" for found in angles.values()]
    for part in (ALL, INNER))
null = angles["the two children"].null_high
heat_map(
    pd.concat(found.assign(pair=pair) for pair, found in angles.items()).reset_index(),
    row="part", column="pair", value="cosine", row_title=" ", column_title=" ",
    title=f"Cosine between the two children's moves: {whole[0]}, without the word tables "
    f"{inner[0]}; in the other lineage {whole[1]} and {inner[1]}",
    subtitle=f"random directions: within ±{null[ALL]:.3f} for all weights, ±{null[INNER]:.3f} "
    f"without the word tables" + ("" if more_seeds else f"; two orders of the data: {NOT_RUN}"),
    description="Cosine between task vectors for each part of the model, with references.")

# %% tags=["remove-cell"]
for c, moved in moves.items():
    moved = moved.set_index("part")
    chapter.report(f"moved.{c}", moved.moved[ALL], unit="share")
    chapter.report(f"move_length.{c}", moved.length[ALL])
    chapter.report(f"unembedding_share.{c}", moved.share["unembedding"], unit="share")
named = ("stories_lua", "other_lineage", "lineages.stories", "lineages.lua")
for name, found in zip(named, angles.values(), strict=False):  # two orders follow, where they ran
    chapter.report(f"cosine.{name}", found.cosine[ALL])
    chapter.report(f"cosine_inner.{name}", found.cosine[INNER])
chapter.report("cosine_unembedding.stories_lua", angles["the two children"].cosine["unembedding"])

# %% tags=["remove-cell"]
said_by = {m: models[m].lm_head.weight.detach() for m in ("base", "stories", "lua")}
raw = {c: (said_by[c] - said_by["base"]).flatten() for c, _ in pairs}  # with the shift
for c, moved in moves.items():
    counted = moved.set_index("part").length["unembedding"]
    shift_share = 1 - (counted / float(raw[c].norm())) ** 2
    chapter.report(f"shift_share.{c}", shift_share, unit="share")
with_shift = float(torch.cosine_similarity(*raw.values(), dim=0))
chapter.report("cosine_with_shift.unembedding", with_shift)

# %% tags=["remove-cell"]
alike = min(found.cosine["final norm"] for found in angles.values())
chapter.report("cosine.final_norm_least", alike)
of_orders = "Two orders of the data, the ceiling, are not run in this profile."
if more_seeds:
    found = [f"{angles[f'{c}, two orders'].cosine[ALL]:.2f} ({c.title()} child)" for c, _ in pairs]
    of_orders = f"Between two orders of the data, the ceiling, it is {' and '.join(found)}."
chapter.glue("cosine_of_orders", of_orders)

# %% tags=["remove-cell"]
foreign = family["stories_other_lineage"]
put = [moved_like(models["base"], foreign)]
put += [moved_at_random(models["base"], foreign, seed) for seed in range(31, 35)]
borrowed, *noise = (score_model(model, test["stories"]).behind(scores["base", "stories"])
    for model in put)
chapter.report("borrowed_move.stories", *borrowed, unit="nats")
chapter.report("random_move.stories", *min(noise), unit="nats")  # the mildest

# %% [markdown]
# The stories child moved by {glue:text}`moved.stories` of the base's length, the Lua child by
# {glue:text}`moved.lua`. Seen as one vector a move is mostly its unembedding:
# {glue:text}`unembedding_share.stories` of the squared length of one and
# {glue:text}`unembedding_share.lua` of the other. (1 is the same way, 0 a right angle.) The two
# children's moves stand at nearly a right angle: the cosine is {glue:text}`cosine.stories_lua`, in
# the other lineage {glue:text}`cosine.other_lineage`. Of the unembedding alone it is
# {glue:text}`cosine_unembedding.stories_lua`: most of what they seemed to share was the shift.
# Without the word tables the cosine is {glue:text}`cosine_inner.stories_lua` and
# {glue:text}`cosine_inner.other_lineage`, small, but above the
# {glue:text}`cosine_inner.lineages.stories` and {glue:text}`cosine_inner.lineages.lua` of two
# lineages: the children share a little of their way in the layer.
#
# The check between two lineages gives {glue:text}`cosine.lineages.stories` for all weights of the
# stories children and {glue:text}`cosine.lineages.lua` of the Lua children.
# {glue:text}`cosine_of_orders` The gain of the final norm moves alike in every pair, with a cosine
# of at least {glue:text}`cosine.final_norm_least`, of two lineages too; that says nothing about
# descent.
#
# Does a move work on another base? The other lineage's stories move, added to this base, changes
# its loss on stories by {glue:text}`borrowed_move.stories` nats (below zero is better), where the
# child's own took off {glue:text}`gain.stories`. Of four random moves, as long in every part, the
# mildest raises it by {glue:text}`random_move.stories`. So the borrowed move does less harm than
# noise, and next to none of the good. (One move was tried.) Chapter 04 walks the line between the
# children.
#
# ## Findings
#
# - Each child gains on its own domain: {glue:text}`gain.stories` nats on stories,
#   {glue:text}`gain.lua` on Lua. Its lead over the trigrams of its own text is
#   {glue:text}`lead_over_trigram.stories` nats for the stories child and
#   {glue:text}`lead_over_trigram.lua` for the Lua child; below zero it is beaten by counting.
# - By the same recipe the base as a start is worth {glue:text}`head_start.stories` nats to the
#   stories child on stories (one run each).
# - Each trails the other on the other's domain: {glue:text}`behind.stories` and
#   {glue:text}`behind.lua` nats. Below its base only the stories child collapses, by
#   {glue:text}`behind_base.stories` nats on Lua and by
#   {glue:text}`behind_base.stories_other_lineage` in the other lineage. The Lua child stays near
#   its base on stories: {glue:text}`behind_base.lua` nats behind it, in the other lineage
#   {glue:text}`behind_base.lua_other_lineage`.
# - Both pay on what the base knew. Of its accuracy on Python, beyond what a constant guess or the
#   new text by itself gives, the stories child keeps {glue:text}`kept.stories.python`, the Lua
#   child {glue:text}`kept.lua.python`; by the base's recipe the stories child keeps
#   {glue:text}`kept.stories_base_recipe.python`.
# - The two moves stand at nearly a right angle, once what changes no probability is taken off: the
#   cosine is {glue:text}`cosine.stories_lua`, without the word tables
#   {glue:text}`cosine_inner.stories_lua`. With the shift that of the unembedding would read
#   {glue:text}`cosine_with_shift.unembedding`.
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
worst["token"] = [tokenizer.decode([t]) for t in worst.token]
heading = {"mean": "nats more than the base", "size": "occurrences"}
table(worst, formats={"mean": ".2f"}, names=heading, tokens=["token"])

# %% [markdown]
# Look for the signs of code: equals signs, brackets, quotation marks; and for words such as
# `import`, which open a line of Python and no line of a story.
# ```{solution-end}
# ```
#
# ```{exercise-start} Freeze the embeddings
# :label: exercise-frozen
# ```
# Give the base twenty-five steps on stories: with all weights free, with the embedding frozen, with
# the unembedding frozen, with both frozen. How much of the gain needs new word tables?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-frozen
# :class: dropdown
# ```

# %%
ids = torch.as_tensor(mixed_rows(tokens, ["stories"], 25 * batch * context, context, seed=29))
ends = {"everything (the base)": score_model(models["base"], small["stories"]).loss}
for frozen in ((), ("embedding",), ("unembedding",), ("embedding", "unembedding")):
    model = load_model(parents["base"])
    free = [p for name, p in model.named_parameters() if PARTS[name] not in frozen]
    optimizer, loss_of = torch.optim.AdamW(free, lr=learning_rate), NextTokenLoss(model)
    for rows in ids.long().split(batch):
        loss_of(rows).backward()
        optimizer.step()
        optimizer.zero_grad()
    ends[" and ".join(frozen) or "nothing"] = score_model(model, small["stories"]).loss
table(pd.DataFrame({"frozen": ends.keys(), "nats": ends.values()}), formats={"nats": ".2f"})

# %% tags=["remove-cell"]
gains = {arm: ends["everything (the base)"] - end for arm, end in ends.items()}
for name, arm in zip(("embedding", "unembedding", "both"), list(gains)[2:], strict=True):
    chapter.glue(f"frozen.{name}", minus(percent(gains[arm] / gains["nothing"])))

# %% [markdown]
# With words *read* as before, {glue:text}`frozen.embedding` of the gain is left; with words *said*
# as before, {glue:text}`frozen.unembedding`; with both, {glue:text}`frozen.both`. In so few steps
# the rest needs new word tables, and the unembedding more than the embedding.
# ```{solution-end}
# ```
#
# ```{exercise-start} Which part carries it?
# :label: exercise-moved
# ```
# The table above says which part moved most. Is it the one that matters most? Give the Lua child
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
undone = moves["lua"][["part", "length", "moved"]].assign(lost=moves["lua"].part.map(lost_part))
undone = undone.dropna().sort_values("lost", ascending=False)
heading = {"moved": "over base's own", "lost": "nats lost without its move"}
table(undone, formats={"length": ".2f", "moved": ".1%", "lost": ".3f"}, names=heading)

# %% tags=["remove-cell"]
matrices = undone[~undone.part.str.contains("norm")]
chapter.glue("carried_by", " and ".join(undone.part[:2]))
chapter.glue("longest", " and ".join(undone.nlargest(2, "length").part))
chapter.glue("moved_least", matrices.part[matrices.moved.idxmin()])

# %% [markdown]
# Most is carried by {glue:text}`carried_by`; the longest moves are those of
# {glue:text}`longest`. Over the base's own length it looks otherwise: so measured, of all matrices
# the {glue:text}`moved_least` moved least. The losses need not add up, for the parts learned
# together.
# ```{solution-end}
# ```
#
# **Next:** [chapter 04](04_merging) looks for a model between the two children that knows
# something of both domains.

# %% tags=["remove-cell"]
assert len(summary) == 4 * len(shown) and set(trained) < set(shown)
assert all(np.isclose(moved.share[: len(PARTS)].sum(), 1) for moved in moves.values())
sums = {pair: found.contribution[: len(PARTS)].sum() for pair, found in angles.items()}
assert all(np.isclose(sums[pair], angles[pair].cosine[ALL]) for pair in angles)
with chapter.claims():  # what the words of the text say, beyond its numbers
    rival, onto_base = (collapse[collapse.than.str.startswith(o)] for o in ("other", "base"))
    assert (rival.low > 0.5).all(), "each child far below the other on the other's domain"
    assert scores["base", "lua"].loss < scores["base", "stories"].loss, "of stories it knew little"
    of_stories = onto_base.panel.str.startswith("stories")
    assert (onto_base.low[of_stories] > 0.5).all() and (onto_base.high[~of_stories] < 0.5).all()

# %% tags=["remove-cell"]
with chapter.claims():
    bounds = {name: found[1:] for name, found in paired.items()}
    assert bounds["pace.stories"][0] > 0 and bounds["head_start.stories"][0] > 0, "pace; good start"
    assert all(0 < bounds[f"forgotten.lua.{d}"][1] < bounds[f"forgotten.stories.{d}"][0]
        for d in known), "the Lua child keeps more"
    assert scores["lua_trigram", "python"].loss < scores["stories_trigram", "python"].loss
    assert all(bounds[f"lead_over_trigram.{c}.python"][0] > 0 for c, _ in pairs), "left over"

# %% tags=["remove-cell"]
with chapter.claims():
    keeps = [[scores[m, d].accuracy for m in ("stories_base_recipe", "stories")] for d in known]
    assert all(fast < 0.9 * slow for fast, slow in keeps), "what the low rate is for"
    assert max(abs(angles[p].cosine[ALL]) for p in list(angles)[:2]) < 0.1, "a right angle, nearly"
    between = [found.cosine[INNER] for found in angles.values()]
    assert max(between[2:4]) < min(between[:2]) < 0.1, "a little is shared in the layer"
    assert min(moved.share[len(PARTS) - 1] for moved in moves.values()) > 0.5, "the unembedding"
    assert borrowed[2] < min(noise)[1], "less harm than noise"
    assert borrowed[1] > -0.1 * paired["gain.stories"][0], "and next to none of the good"
    without = abs(angles["the two children"].cosine["unembedding"])
    assert without < 0.1 and without < 0.5 * with_shift, "most of what seemed shared was the shift"

# %% tags=["remove-cell"]
with chapter.claims():
    near = bounds["behind_base.lua"], bounds["behind_base.lua_other_lineage"]
    assert all(-0.5 < low < high < 0.5 for low, high in near), "near the base's level"
    assert bounds["base_worth.stories.python"][0] > 0, "the base is worth something on Python"
    poor, good = (scores[f"{c}_from_scratch", "python"].accuracy for c, _ in pairs)
    assert poor < guess["python"].accuracy < 0.5 * good, "a constant guess, and what text teaches"
    assert gains["unembedding"] < gains["embedding"], "saying matters more than reading"
    assert set(undone.part[:2]) == set(undone.nlargest(2, "length").part), "longest and weightiest"
