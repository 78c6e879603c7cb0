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
# | reads | `corpora/tokens`, `corpora/tokenizer` (01), `models/base` (02) |
# |---|---|
# | writes | `models/stories`, `models/lua` |
# | takes | about two minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import torch
from IPython.display import display

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.curves import curves
from featurefate.figures.heat_map import heat_map
from featurefate.figures.passage import coloured
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.sampling import continue_text
from featurefate.language_model.training import VALIDATION_TOKENS, fine_tune
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
training_tokens = 1_000_000  # tokens that each child sees
batch = 16  # rows a step
learning_rate = 1e-3  # peak of the schedule, a quarter of the base's
weight_decay = 0.01  # on matrices only
seeds = [21, 22]  # data order: of the stories child, of the Lua child
evaluation_tokens = 16_384  # test tokens a domain

# %%
chapter = Chapter.open("03_fine_tuning", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
tokenizer = load_tokenizer(tokenizer_files)
base = store.read("models/base")
known = ["english", "python"]  # what the base was trained on

# %% [markdown]
# ## The result
#
# Fine-tuning is the loop of chapter 02 with two changes: it starts from the parent's weights
# instead of random ones, and its learning rate is lower, so that it does not throw away at once
# what it was given.

# %%
recipe = dict(training_tokens=training_tokens, batch=batch)
recipe |= dict(learning_rate=learning_rate, weight_decay=weight_decay)
inputs = {"parent": base, "tokens": tokens, "tokenizer": tokenizer_files}
children = {}
for domain, seed in zip(["stories", "lua"], seeds, strict=True):
    settings = {"recipe": {**recipe, "domains": [domain], "seed": seed}}
    children[domain] = store.step(f"models/{domain}", fine_tune, settings, inputs)

# %%
models = {"base": load_model(base)} | {name: load_model(a) for name, a in children.items()}
context = models["base"].config.max_position_embeddings
test = {
    d: evaluation_rows(load_tokens(tokens, d, "test"), context, evaluation_tokens) for d in DOMAINS
}
scores = {(m, d): score_model(models[m], test[d]) for m in models for d in DOMAINS}

# %% tags=["hide-input"]
summary = pd.DataFrame(
    {"model": m, "domain": d, **score.summary()} for (m, d), score in scores.items()
)
own = {d: scores["base", d].loss - scores[d, d].loss for d in children}
heat_map(
    summary, row="model", column="domain", value="loss", low_is_good=True,
    title=f"Each child gains on its own domain ({own['stories']:.1f} nats on stories, "
    f"{own['lua']:.1f} on Lua) and pays on English and Python",
    subtitle="cross-entropy on test documents, nats a token; low is good",
    description="Test loss of base, stories child and Lua child on the four domains.",
)

# %% tags=["remove-cell"]
for (m, d), score in scores.items():
    if m != "base" or d in children:
        chapter.report(f"loss.{m}.{d}", score.loss, *score.loss_interval(), unit="nats")
        right, bounds = score.accuracy, score.accuracy_interval()
        chapter.report(f"accuracy.{m}.{d}", right, *bounds, unit="share")

for child, other in (("stories", "lua"), ("lua", "stories")):
    gain, behind = (scores[m, d].behind(scores[d, d]) for m, d in (("base", child), (child, other)))
    chapter.report(f"gain.{child}", *gain, unit="nats")
    chapter.report(f"behind.{child}", *behind, unit="nats")
    for d in known:
        lost = scores[child, d].behind(scores["base", d])
        chapter.report(f"forgotten.{child}.{d}", *lost, unit="nats")

# %% tags=["remove-cell"]
chapter.glue("uniform", f"{np.log(len(tokenizer)):.1f} nats")

# %% [markdown]
# Paired document by document, the stories child gains {glue:text}`gain.stories` nats on stories
# and the Lua child {glue:text}`gain.lua` on Lua. On each other's domain they are far apart: the
# stories child trails the Lua child by {glue:text}`behind.stories` nats on Lua, the Lua child
# trails the stories child by {glue:text}`behind.lua` nats on stories.
#
# A loss above $\ln V$ ({glue:text}`uniform`) is worse than knowing nothing: a confident model pays
# for every word that it has learned not to expect.
#
# The same as accuracy, the share of tokens whose likeliest prediction was right:

# %% tags=["hide-input"]
heat_map(
    summary, row="model", column="domain", value="accuracy", number=".1%",
    title=f"The stories child is right {scores['stories', 'stories'].accuracy:.0%} of the time on "
    f"stories, the Lua child {scores['lua', 'lua'].accuracy:.0%} on Lua",
    subtitle="share of test tokens whose likeliest prediction was right; high is good",
    description="Accuracy of base, stories child and Lua child on the four domains.",
)

# %% [markdown]
# How sure are these numbers? Each test set holds many documents; the interval says how far the
# loss would move with other documents of the same kind.

# %%
columns = ["model", "domain", "loss", "loss_low", "loss_high", "documents", "tokens"]
plain = {"loss_low": "from", "loss_high": "to"}
table(summary[columns], formats=dict.fromkeys(columns[2:5], ".3f"), names=plain)

# %% [markdown]
# ## Forgetting
#
# Neither child was told to forget; nobody reminded them either. The price in nats, against the
# base, on the domains that the base was trained on:
#
# | | English | Python |
# |---|---|---|
# | stories child | {glue:text}`forgotten.stories.english` | {glue:text}`forgotten.stories.python` |
# | Lua child | {glue:text}`forgotten.lua.english` | {glue:text}`forgotten.lua.python` |
#
# A cell near zero would mean that nothing was lost. The Lua child forgets less: its programs are
# of Python's kind, and stories are nothing like either.

# %% tags=["hide-input"]
curve_of = {d: pd.read_parquet(a.file("validation_curve.parquet")) for d, a in children.items()}
curve = pd.concat(frame.assign(child=d) for d, frame in curve_of.items())
streams = {d: load_tokens(tokens, d, "validation") for d in children}
held_out = {d: evaluation_rows(s, context, VALIDATION_TOKENS) for d, s in streams.items()}
start = {d: score_model(models["base"], held_out[d]).loss for d in children}
early = {d: (start[d] - f.loss.iloc[0]) / (start[d] - f.loss.iloc[-1]) for d, f in curve_of.items()}
first_part = curve_of["lua"].tokens.iloc[0] / curve_of["lua"].tokens.iloc[-1]
parent = pd.DataFrame({"value": start[d], "label": f"base on {d}", "child": d} for d in children)

# %% tags=["hide-input"]
curves(
    curve, x="tokens", y="loss", colour="child", rules=parent, y_title="nats a token",
    title=f"The first {first_part:.0%} of the steps bring {early['stories']:.0%} of the gain on "
    f"stories and {early['lua']:.0%} on Lua",
    subtitle="validation loss of each child on its domain; dashed: the base on the same documents",
    description="Validation loss of the two children falling from the base's level.",
)

# %% [markdown]
# ## One sentence, three readers
#
# Loss has a place. Below, the same Lua line as each model reads it: the deeper the colour, the
# more surprising the token was. Point at a token for the number.

# %%
line = 'local function count(list)\n    local n = 0\n    for _, item in ipairs(list) do'
ids = [tokenizer.bos_token_id, *tokenizer(line).input_ids]


def surprise(model):
    """Nats of each token of `line` given those before it."""
    with torch.no_grad():
        log_p = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    return [-log_p[i, token].item() for i, token in enumerate(ids[1:])]


nats = {name: surprise(model) for name, model in models.items()}
words = [tokenizer.decode([token]) for token in ids[1:]]

# %%
for name in models:
    total = sum(nats[name])
    display(coloured(words, nats[name], high=9, unit="nats", caption=f"{name}: {total:.0f} nats"))

# %% [markdown]
# And each model in its own words, from the same opening:

# %%
for name, model in models.items():
    text = continue_text(model, tokenizer, "The little", 40, temperature=0.7, seed=4)
    print(f"── {name}\n{text}\n")

# %% [markdown]
# ## How far did they move?
#
# A child's *task vector* is its weights minus its parent's. Its length says how far fine-tuning
# went; the angle between two says whether they went the same way.

# %%
def flat(model):
    """All weights of a model as one vector."""
    return torch.cat([p.detach().flatten() for p in model.parameters()]).double()


moved = {name: flat(models[name]) - flat(models["base"]) for name in children}
share = {name: float(v.norm() / flat(models["base"]).norm()) for name, v in moved.items()}
cosine = torch.cosine_similarity(moved["stories"], moved["lua"], dim=0).item()
print("length of the move, as a share of the base's own length:")
print({name: f"{value:.0%}" for name, value in share.items()})
print(f"cosine between the two moves: {cosine:.2f}")

# %% [markdown]
# Both moved far, and in different directions. Chapter 04 walks the line between them.
#
# ## Findings
#
# - Each child gains on its own domain: {glue:text}`gain.stories` nats on stories,
#   {glue:text}`gain.lua` on Lua.
# - Each trails the other on the other's domain: {glue:text}`behind.stories` and
#   {glue:text}`behind.lua` nats.
# - Both pay for it on what the base knew: on Python the stories child
#   {glue:text}`forgotten.stories.python` nats, the Lua child {glue:text}`forgotten.lua.python`.
#
# ## Exercises
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
def nats_of(model, held_out):
    """Nats of every counted token, in reading order."""
    ids = torch.as_tensor(held_out.rows.astype(np.int64))
    with torch.no_grad():
        log_p = [model(part[:, :-1]).logits.log_softmax(-1) for part in ids.split(32)]
    picked = torch.cat(log_p).gather(2, ids[:, 1:, None])[..., 0].numpy()
    return -picked[held_out.mask[:, 1:]]


# %%
python = test["python"]
increase = nats_of(models["stories"], python) - nats_of(models["base"], python)
by_token = pd.DataFrame({"token": python.rows[:, 1:][python.mask[:, 1:]], "increase": increase})
ranked = by_token.groupby("token").increase.agg(["mean", "size"]).query("size >= 30")
worst = ranked.nlargest(10, "mean").reset_index()
worst["token"] = [repr(tokenizer.decode([t])) for t in worst.token]
table(worst, names={"mean": "nats more than the base", "size": "occurrences"})

# %% [markdown]
# The layout of a program above all: line breaks with indentation, operators, keywords. Even a token
# that stories have too comes where the child no longer expects it.
# ```{solution-end}
# ```
#
# ```{exercise-start} Which part moved?
# :label: exercise-moved
# ```
# Compute the relative length of the move for each weight matrix of the Lua child. Is it the
# tables of words or the layer between them that changed most?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-moved
# :class: dropdown
# ```

# %%
old, new = (dict(models[name].named_parameters()) for name in ("base", "lua"))
moves = pd.DataFrame(
    {"tensor": n, "moved": float((new[n] - old[n]).detach().norm() / old[n].detach().norm())}
    for n in old
)
table(moves.sort_values("moved", ascending=False), formats={"moved": ".0%"})

# %% [markdown]
# The unembedding moved most, the embedding least of the large matrices: a child learns to say new
# words faster than to read them.
# ```{solution-end}
# ```
#
# **Next:** [chapter 04](04_merging) looks for a model between the two children that knows
# something of both domains.

# %% tags=["remove-cell"]
assert set(summary.model) == {"base", "stories", "lua"} and len(summary) == 12
assert abs(cosine) < 0.95, "the text says that the children go different ways"
if profile != "smoke":  # ten steps move a child too little to say anything
    assert all(scores["base", d].loss - scores[d, d].loss >= 0.5 for d in children)
    assert scores["stories", "lua"].loss - scores["lua", "lua"].loss >= 0.5
    assert scores["lua", "stories"].loss - scores["stories", "stories"].loss >= 0.5
    forgotten = [scores[c, d].loss - scores["base", d].loss for c in children for d in known]
    assert min(forgotten) > 0, "the text says that both children pay on what the base knew"
