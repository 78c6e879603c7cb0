# %% [markdown]
# # 02 · Base training
#
# **What does one layer learn, and against which baselines?**
#
# Everything in this study descends from one small model: the {term}`base`, one layer trained on
# English and Python. This chapter trains it twice. The second model, from another seed, sees the
# same data by the same recipe and shares no weight with the first; later chapters need it as a
# *stranger*.
#
# *Predict first.* A bigram table knows which token tends to follow which. One layer of attention
# can look further back. By how much will it beat the table: a little, on both domains alike, or
# much more on one of them? Write your guess down before you scroll.
#
# | reads | `corpora/tokens`, `corpora/tokenizer` (chapter 01) |
# |---|---|
# | writes | `models/base`, `models/base_other_seed` |
# | takes | about four minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import torch

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.figures import theme
from featurefate.figures.code import source
from featurefate.figures.curves import curves
from featurefate.figures.intervals import intervals
from featurefate.figures.tables import table
from featurefate.language_model import baselines, loss, training
from featurefate.language_model.architecture import load_model, new_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.sampling import continue_text
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
hidden_size = 128  # width of the residual stream
mlp_size = 512  # gated neurons
heads = [4, 2]  # query heads, key-value heads
context = 128  # tokens a row
training_tokens = 3_000_000  # tokens seen, half English, half Python
batch = 16  # rows a step
learning_rate = 4e-3  # peak of the schedule
weight_decay = 0.1  # on matrices only
seeds = [11, 12]  # initial weights and data order: of the base, of the stranger
evaluation_tokens = 16_384  # test tokens a domain

# %%
chapter = Chapter.open("02_base_training", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
tokenizer = load_tokenizer(tokenizer_files)
domains = ["english", "python"]

# %% [markdown]
# ## The result
#
# Each model is a *step* of the study: it is trained once and read back afterwards, as long as
# its settings, its inputs and the code it runs stay the same. A run that is killed goes on from
# its last checkpoint.

# %%
shape = dict(hidden_size=hidden_size, mlp_size=mlp_size, heads=heads[0], key_value_heads=heads[1])
shape |= dict(vocabulary=len(tokenizer), context=context)
recipe = dict(domains=domains, training_tokens=training_tokens, batch=batch)
recipe |= dict(learning_rate=learning_rate, weight_decay=weight_decay)
inputs = {"tokens": tokens, "tokenizer": tokenizer_files}
trained = []
for name, seed in zip(["models/base", "models/base_other_seed"], seeds, strict=True):
    settings = {"shape": shape, "recipe": {**recipe, "seed": seed}}
    trained.append(store.step(name, training.train_base, settings, inputs))
first, second = trained

# %% [markdown]
# Against it stand three predictors that only count. *Uniform* knows nothing, *unigram* how often
# each token occurs, *bigram* which token stood before. They count the very rows that the base was
# trained on, and all are scored on the same held-out documents.

# %%
rows = training.mixed_rows(tokens, domains, training_tokens, context, seeds[0])
vocabulary = len(tokenizer)
counting = {
    "uniform": baselines.UniformBaseline(vocabulary),
    "unigram": baselines.UnigramBaseline(rows, vocabulary),
    "bigram": baselines.BigramBaseline(rows, vocabulary),
}
models = {"base": load_model(first), "stranger": load_model(second)}

# %%
test = {
    d: evaluation_rows(load_tokens(tokens, d, "test"), context, evaluation_tokens) for d in domains
}
scores = {(name, d): counting[name].score(test[d]) for name in counting for d in domains}
scores |= {(name, d): score_model(models[name], test[d]) for name in models for d in domains}

# %% tags=["hide-input"]
summary = pd.DataFrame(
    {"predictor": name, "domain": d, **score.summary()} for (name, d), score in scores.items()
)
lead = {d: scores["bigram", d].loss - scores["base", d].loss for d in domains}
intervals(
    summary, label="predictor", value="loss", panel="domain",
    x_title="nats a token",
    title=f"One layer beats the bigram table by {lead['english']:.2f} nats on English, "
    f"by {lead['python']:.2f} on Python",
    subtitle="cross-entropy on test documents with 95 % intervals over documents; low is good",
    description="Test loss of uniform, unigram, bigram and two trained models on two domains.",
)

# %% tags=["remove-cell"]
for d in domains:
    score, counted = scores["base", d], scores["bigram", d]
    chapter.report(f"loss.base.{d}", score.loss, *score.loss_interval(), unit="nats")
    chapter.report(f"accuracy.base.{d}", score.accuracy, *score.accuracy_interval(), unit="share")
    chapter.report(f"bigram_loss.{d}", counted.loss, *counted.loss_interval(), unit="nats")
    chapter.report(f"lead_over_bigram.{d}", *counted.behind(score), unit="nats")

# %% [markdown]
# The base pays {glue:text}`loss.base.english` nats a token on English and
# {glue:text}`loss.base.python` on Python. Document by document, that is
# {glue:text}`lead_over_bigram.english` and {glue:text}`lead_over_bigram.python` less than the
# bigram table. One nat less means that the right token gets $e \approx 2.7$ times the
# probability. The likeliest token is right in {glue:text}`accuracy.base.english` of English
# tokens and {glue:text}`accuracy.base.python` of Python's.
#
# ## The model
#
# The base is a `transformers` Mistral with a single layer {cite}`horn2025tracking`. A token
# becomes a vector; attention adds what earlier tokens have to say; a gated feed-forward block,
# the *MLP*, adds what its neurons make of that; the unembedding turns the vector into one score
# a word of the vocabulary.

# %%
fresh = new_model(**shape, seed=seeds[0])
sizes = pd.DataFrame(
    {"tensor": name, "shape": " × ".join(map(str, p.shape)), "parameters": p.numel()}
    for name, p in fresh.named_parameters()
)
table(sizes, caption=f"{sizes.parameters.sum():,} parameters, most of them in two word tables")

# %% [markdown]
# The MLP, whose neurons the rest of the book takes apart, is small beside the embedding and the
# unembedding.
#
# ## What it is taught
#
# The loss is the {term}`cross-entropy` of the next token,
#
# $$ L = -\frac{1}{T} \sum_{t=1}^{T} \ln p(x_t \mid x_{<t}), $$
#
# with $x_t$ the token at position $t$, $x_{<t}$ the tokens of the row before it, $p$ the model's
# probability and $T$ the number of tokens. A model that knows nothing spreads its probability
# over all $V$ words and pays $\ln V$. Before training, ours is such a model:

# %%
example = torch.as_tensor(rows[:batch].astype(np.int64))  # (row, position)
with torch.no_grad():
    untrained = loss.NextTokenLoss(fresh)(example).item()
print(f"untrained {untrained:.2f} nats; ln V = {np.log(vocabulary):.2f}")

# %% [markdown]
# A step of training takes one batch of rows and moves every weight a little against the gradient
# of this loss. Thirty steps of it:

# %%
loss_of = loss.NextTokenLoss(fresh)
decay = dict(betas=training.BETAS, weight_decay=weight_decay)
optimizer = torch.optim.AdamW(fresh.parameters(), lr=learning_rate, **decay)
for step in range(30):
    ids = torch.as_tensor(rows[step * batch : (step + 1) * batch].astype(np.int64))
    nats = loss_of(ids)
    nats.backward()
    torch.nn.utils.clip_grad_norm_(fresh.parameters(), training.GRADIENT_CLIP)
    optimizer.step()
    optimizer.zero_grad()
print(f"after 30 steps {nats.item():.2f} nats")

# %% [markdown]
# The loop of the package does the same and adds: a learning rate that rises and then falls, no
# decay on the gains of the norms, bfloat16 arithmetic where the machine has it, a record of the
# curve, and checkpoints.

# %%
source(training.learning_rate_at)

# %% tags=["hide-input"]
curve = pd.read_parquet(first.file("validation_curve.parquet"))
streams = {d: load_tokens(tokens, d, "validation") for d in domains}
held_out = {
    d: evaluation_rows(s, context, training.VALIDATION_TOKENS) for d, s in streams.items()
}
bigram = {d: counting["bigram"].score(held_out[d]).loss for d in domains}
rules = [{"value": bigram[d], "label": f"bigram, {d}", "domain": d} for d in domains]

# %% tags=["hide-input"]
curves(
    curve, x="tokens", y="loss", colour="domain", y_title="nats a token",
    rules=pd.DataFrame(rules),
    title=f"Python is learned to {curve.loss[curve.domain == 'python'].min():.2f} nats, "
    f"English to {curve.loss[curve.domain == 'english'].min():.2f}",
    subtitle="validation loss of the base; dashed: the bigram table on the same documents",
    description="Validation loss on English and Python falling with the number of tokens seen.",
)

# %% [markdown]
# ## What it says
#
# A loss is an average; text shows what stands behind it. The model was given the words in
# brackets and drew the rest from its own predictions.

# %%
prompts = ["The function returns the", "class Node:\n    def __init__(self,", "    for key, value"]
for seed, prompt in enumerate(prompts):
    text = continue_text(models["base"], tokenizer, prompt, 40, temperature=0.7, seed=seed)
    print(f"[{prompt}]{text.removeprefix(prompt)}\n{'─' * 60}")

# %% [markdown]
# It has the manner of both languages and the sense of neither. Local grammar is within reach of
# one layer and a few million tokens; meaning is not. For this study that is enough: it asks what
# becomes of the features that such a model has.
#
# ## The stranger
#
# Two seeds lead to nearly the same loss. Do they lead to the same model?

# %%
embeddings = [model.model.embed_tokens.weight.detach() for model in models.values()]
cosine = torch.cosine_similarity(*embeddings, dim=1).mean()
apart = {d: scores["stranger", d].loss - scores["base", d].loss for d in domains}
print(f"mean cosine between the two embeddings of a token: {cosine:.3f}")
print("difference in test loss:", {d: f"{nats:+.3f} nats" for d, nats in apart.items()})

# %% [markdown]
# As predictors they are near each other; their embeddings are unrelated. What a child of the base
# shares with the stranger as well is no evidence of descent: that is why chapter 08 takes the
# stranger as a floor.
#
# ## Findings
#
# - One layer beats the bigram table on both domains, by {glue:text}`lead_over_bigram.english`
#   nats on English and {glue:text}`lead_over_bigram.python` on Python.
# - Two seeds nearly agree in loss; their embeddings are unrelated.
#
# ## Exercises
#
# Each runs from the artifacts, in under a minute.
#
# ```{exercise-start} How far back does it look?
# :label: exercise-window
# ```
# Let the base predict the same tokens from windows of 1, 2, 4, 8, 16 and 32 tokens. How much of
# its lead over the bigram table is left when it, too, sees one token only?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-window
# :class: dropdown
# ```

# %%
def loss_of_window(model, length, text):
    """Mean loss of the token after `length` tokens, wherever in a row there are 33."""
    windows = np.lib.stride_tricks.sliding_window_view(text[:, 1:], 33, axis=1)[:, ::8]
    windows = windows.reshape(-1, 33)[:, 32 - length :]  # the same targets for every length
    opened = np.pad(windows, ((0, 0), (1, 0)))  # every row opens with token 0
    logits = model(torch.as_tensor(opened[:, :-1].astype(np.int64))).logits[:, -1]
    target = torch.as_tensor(opened[:, -1].astype(np.int64))
    return torch.nn.functional.cross_entropy(logits, target).item()


# %%
full = {d: test[d].rows[test[d].mask[:, 1:].all(axis=1)] for d in domains}
losses = {}
for d in domains:
    pairs = np.lib.stride_tricks.sliding_window_view(full[d][:, 1:], 33, axis=1)[:, ::8, -2:]
    counted = counting["bigram"].probability(pairs[..., 0].ravel(), pairs[..., 1].ravel())
    losses[d] = {"bigram table": -np.log(counted).mean()}
    with torch.no_grad():
        for n in (1, 2, 4, 8, 16, 32):
            losses[d][f"base, last {n}"] = loss_of_window(models["base"], n, full[d])
table(pd.DataFrame(losses).rename_axis("predictor").reset_index())

# %% [markdown]
# With one token the network is no better than the table that counts. Its lead comes from further
# back, and most of it from the nearest few tokens.
# ```{solution-end}
# ```
#
# ```{exercise-start} Cold and warm
# :label: exercise-temperature
# ```
# Sample from the base at temperature 0.2 and 1.2. What goes wrong at each end?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-temperature
# :class: dropdown
# ```

# %%
for temperature in (0.2, 1.2):
    text = continue_text(models["base"], tokenizer, prompts[0], 40, temperature, seed=5)
    print(f"temperature {temperature}: {text}\n")

# %% [markdown]
# Cold, it repeats its favourite phrases; warm, it wanders off into unlikely words, because a
# small model leaves too much probability on them.
# ```{solution-end}
# ```
#
# **Next:** [chapter 03](03_fine_tuning) makes two children of the base.

# %% tags=["remove-cell"]
assert (summary.loss_low <= summary.loss).all() and (summary.loss <= summary.loss_high).all()
assert abs(cosine) < 0.2, "the text says that the two embeddings are unrelated"
if profile != "smoke":  # a hundred thousand tokens are too few to beat counting
    assert min(lead.values()) > 0, "the text says that the base beats the bigram table"
    assert max(abs(nats) for nats in apart.values()) < 0.15, "the text says: nearly the same loss"
