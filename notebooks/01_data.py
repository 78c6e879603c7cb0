# %% [markdown]
# # 01 · Data
#
# **What do the four domains look like, to a reader and to a tokenizer?**
#
# The study needs text that every machine with its environment has, whose origin is known and
# whose differences can be controlled. It uses four {term}`domains <domain>`:
#
# - **english**: sentences from the documentation of installed Python packages;
# - **python**: source files of the same packages, without that documentation;
# - **stories**: told by a small simulated world;
# - **lua**: Python functions translated into Lua, so that program and meaning stay and only the
#   language changes.
#
# *Predict first.* Rank the six pairs of domains by how much their tokens overlap. Which pair is
# closest? Is Lua nearer to Python, from which it was translated, than stories are to English?
#
# | reads | the environment's own packages |
# |---|---|
# | writes | `corpora/documents`, `corpora/tokenizer`, `corpora/tokens` |
# | takes | about one minute at laptop size on two cores |

# %% tags=["hide-input"]
import re

import numpy as np
import pandas as pd
from IPython.display import display

from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.installed.source_files import installed_versions
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens, tokenize
from featurefate.figures import theme
from featurefate.figures.code import code
from featurefate.figures.heat_map import heat_map
from featurefate.figures.passage import boxes
from featurefate.figures.tables import table
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
seed = 1  # draws files, stories and splits
characters = {
    "english": 6_400_000,
    "python": 5_600_000,
    "stories": 4_800_000,
    "lua": 3_800_000,
}  # wanted of each domain, all splits together
vocabulary = 4_096  # tokens of the byte-level BPE
context = 128  # tokens a row
evaluation_tokens = 16_384  # a domain and split

# %% [markdown]
# ## The result
#
# Three steps: gather documents, train a tokenizer on equally many characters of each domain, turn
# the documents into tokens. The versions of the installed packages are part of the first step's
# identity: another version of a package is other text.

# %%
chapter = Chapter.open("01_data", globals())
store = chapter.store

# %%
wanted = {"seed": seed, "characters": characters, "installed": installed_versions()}
documents = store.step("corpora/documents", build_documents, wanted)
bpe = {"vocabulary": vocabulary, "seed": seed}
tokenizer_files = store.step("corpora/tokenizer", train_tokenizer, bpe, {"documents": documents})
texts = {"documents": documents, "tokenizer": tokenizer_files}
tokens = store.step("corpora/tokens", tokenize, {}, texts)

# %% [markdown]
# How near are two domains to each other, seen through the tokenizer? Count how often each token
# occurs in each; the *overlap* of two domains is the sum, over all tokens, of the smaller of the
# two relative frequencies. It is 1 for equal frequencies and 0 for no token in common.

# %%
tokenizer = load_tokenizer(tokenizer_files)
train = {d: load_tokens(tokens, d, "train") for d in DOMAINS}
counts = {d: np.bincount(train[d].tokens, minlength=len(tokenizer)) for d in DOMAINS}
frequency = {d: counts[d] / counts[d].sum() for d in DOMAINS}
overlap = pd.DataFrame(
    {"one": a, "other": b, "overlap": np.minimum(frequency[a], frequency[b]).sum()}
    for a in DOMAINS
    for b in DOMAINS
)

# %% tags=["hide-input"]
pairs = overlap[overlap.one < overlap.other].sort_values("overlap")
near, far = pairs.iloc[-1], pairs.iloc[0]
heat_map(
    overlap, row="one", column="other", value="overlap",
    row_title="domain", column_title="other domain",
    title=f"Nearest are {near.one} and {near.other} ({near.overlap:.2f}), "
    f"farthest {far.one} and {far.other} ({far.overlap:.2f})",
    subtitle="overlap of token frequencies in the training text",
    description="Overlap of token frequencies between the four domains.",
)

# %% [markdown]
# ## One document of each
#
# The first test document of each domain, cut to its first lines.

# %%
tables = {d: pd.read_parquet(documents.file(f"documents/{d}.parquet")) for d in DOMAINS}
for d in DOMAINS:
    sample = tables[d][tables[d].split == "test"].iloc[0]
    text = "\n".join(sample.text[:600].splitlines()[:12]) + " …"
    language = d if d in ("python", "lua") else "text"
    display(code(text, language=language, caption=f"{d}, from {sample.origin}"))

# %% [markdown]
# ## The same program twice
#
# Each Lua document keeps the Python that it was translated from. Files are divided first: what
# becomes Lua is read by neither the python nor the english domain. So a model that is fine-tuned
# on Lua meets new programs in a new language, but of the old kind.

# %%
lua = tables["lua"]
plain = (lua.split == "test") & lua.python.str.startswith("def ")
pair = lua[plain & lua.text.str.len().between(300, 600)].iloc[0]
display(code(pair.python, language="python", caption=f"Python, from {pair.origin}"))
display(code(pair.text, language="lua", caption="the same in Lua"))

# %% [markdown]
# A real Lua 5.4 compiles every document; most of them call libraries of Python and could not run.
# What cannot be said faithfully is left out and counted, never faked. One document may hold several
# functions:

# %% tags=["hide-input"]
skipped = pd.read_parquet(documents.file("skipped.parquet"))
translated = skipped["count"][skipped.reason == "translated"].sum()
reasons = skipped[skipped.reason != "translated"].nlargest(8, "count")
table(
    reasons, names={"reason": "why a function was left out", "count": "functions"},
    caption=f"{translated:,} of {skipped['count'].sum():,} functions were translated",
)

# %% [markdown]
# ## Where it comes from
#
# The corpus card: packages, versions and licences as the packages themselves declare them. No
# package gives more than a fifth of english, python or lua; the stories are all ours.

# %% tags=["hide-input"]
card = pd.read_parquet(documents.file("card.parquet"))
card["share"] = card.characters / card.groupby("domain").characters.transform("sum")
largest = card.sort_values(["domain", "characters"], ascending=[True, False])
columns = ["domain", "package", "version", "licence", "documents", "share"]
table(
    largest.groupby("domain").head(4)[columns], formats={"share": ".0%"},
    caption="The four largest origins of each domain",
)

# %%
totals = card.groupby("domain")[["documents", "characters"]].sum()
totals["packages"] = card.groupby("domain").package.nunique()
in_split = {(d, s): len(load_tokens(tokens, d, s).tokens) for d in DOMAINS for s in SPLITS}
totals["tokens"] = [sum(in_split[d, s] for s in SPLITS) for d in totals.index]
table(totals.loc[list(DOMAINS)].reset_index())

# %% [markdown]
# ## Splits
#
# The split is drawn per *origin file*. Code, its documentation and its Lua all follow their file
# into training, validation or test. Validation chooses, test reports.

# %%
splits = pd.concat(t[["origin", "split"]].assign(domain=d) for d, t in tables.items())
one_split_each = splits.groupby("origin").split.nunique().eq(1).all()
print(f"every file in one split only: {one_split_each}")
repeats = {}
for d, frame in tables.items():
    texts = frame.groupby("split").text.agg("\n".join)
    pieces = {s: re.split(r"(?<=[.!?])\s+|\n", texts[s]) for s in ("train", "test")}
    long = [piece for piece in pieces["test"] if len(piece) > 40]
    repeats[d] = np.isin(long, pieces["train"]).mean()
counts_by_split = splits.groupby(["domain", "split"]).size().unstack()[list(SPLITS)]
counts_by_split["said before"] = pd.Series(repeats)
table(counts_by_split.loc[list(DOMAINS)].reset_index(), formats={"said before": ".0%"})

# %% [markdown]
# Files are kept apart; sentences cannot be. *Said before* is the share of test sentences, or lines
# of code, of more than 40 characters that also stand somewhere in training. Stories come from one
# small world and repeat themselves most: their low losses in later chapters are partly memory.

# %% [markdown]
# ## The tokenizer at work
#
# Byte-level BPE: it starts from bytes and joins, again and again, the pair that occurs most often
# {cite}`sennrich2016neural`. Common words become one token, rare ones several; nothing is
# unknown.

# %%
lines = {
    "english": "Return the number of elements in the given list.",
    "python": "for index, value in enumerate(values):",
    "stories": "The little fox was sad because her kite was gone.",
    "lua": "for index, value in ipairs(values) do",
}
for d, line in lines.items():
    pieces = [tokenizer.decode([i]) for i in tokenizer(line).input_ids]
    display(boxes(pieces, caption=f"{d}: {len(line)} characters, {len(pieces)} tokens"))

# %% tags=["hide-input"]
usage = pd.DataFrame(
    {
        "domain": d,
        "characters a token": tables[d].text.str.len().sum() / totals.tokens[d],
        "tokens in use": int((counts[d] > 0).sum()),
        "tokens for 90 % of the text": int((np.sort(frequency[d])[::-1].cumsum() < 0.9).sum() + 1),
    }
    for d in DOMAINS
)
table(usage, formats={"characters a token": ".2f"})

# %% [markdown]
# A domain that few tokens cover is usually easier to predict. The stories come from a
# small world on purpose, as TinyStories do {cite}`eldan2023tinystories`.
#
# ## What is measured on
#
# Evaluation takes at most 256 consecutive tokens of a document, so that no document dominates,
# and equally many tokens of each domain. The intervals of this book are drawn over documents.

# %%
held_out = {
    (d, split): evaluation_rows(load_tokens(tokens, d, split), context, evaluation_tokens)
    for d in DOMAINS
    for split in ("validation", "test")
}
sizes = pd.DataFrame(
    {"domain": d, "split": s, "documents": rows.document_count, "tokens": rows.tokens}
    for (d, s), rows in held_out.items()
)
table(sizes)

# %% [markdown]
# ## What is known about this text, and what is not
#
# - *english* is technical prose: it explains code. It is not the English of newspapers or novels.
# - *python* is written by experienced programmers, mostly for libraries.
# - *stories* are generated. Their plots, words and sentence forms are ours, so their statistics
#   are simpler than those of stories told by people.
# - *lua* is translated. It has Lua's syntax and Python's habits.
#
# The domains are stand-ins that anybody can rebuild. What holds on them need not hold on the
# papers' data.
#
# ## Findings
#
# - Four domains, {glue:text}`data.tokens` tokens in all, every document with origin and licence.
# - Nearest to each other are {glue:text}`data.nearest`; farthest apart {glue:text}`data.farthest`.
#   Python and Lua overlap by {glue:text}`data.translated`, English and stories by
#   {glue:text}`data.prose`: to a tokenizer, a translated program stays near its origin, and two
#   kinds of prose may be far apart.
#
# ## Exercises

# %% tags=["remove-cell"]
chapter.glue("data.tokens", f"{totals.tokens.sum() / 1e6:.1f} million")
between = overlap.set_index(["one", "other"]).overlap
chapter.glue("data.translated", f"{between['lua', 'python']:.2f}")
chapter.glue("data.prose", f"{between['stories', 'english']:.2f}")
chapter.glue("data.nearest", f"{near.one} and {near.other}")
chapter.glue("data.farthest", f"{far.one} and {far.other}")
for d in DOMAINS:
    chapter.report(f"data.tokens.{d}", int(totals.tokens[d]), unit="tokens")

# %% [markdown]
# ```{exercise-start} Shared words
# :label: exercise-shared
# ```
# Which twenty tokens contribute most to the overlap of Python and Lua? Predict five of them
# before you look.
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-shared
# :class: dropdown
# ```

# %%
shared = np.minimum(frequency["python"], frequency["lua"])
top = np.argsort(-shared)[:20]
print([tokenizer.decode([int(i)]) for i in top])

# %% [markdown]
# Punctuation, white space, short pieces of names, and the keywords that both languages have.
# ```{solution-end}
# ```
#
# ```{exercise-start} Another world
# :label: exercise-world
# ```
# Tell three stories with another seed. Which parts of a story stay the same?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-world
# :class: dropdown
# ```

# %%
from featurefate.corpora.stories.story import tell_story

for number in range(3):
    print(tell_story(number, seed=77), end="\n\n")

# %% [markdown]
# ```{solution-end}
# ```
#
# **Next:** [chapter 02](02_base_training) trains the base on English and Python.

# %% tags=["remove-cell"]
assert one_split_each, "the text says that no file is in two splits"
untranslated = set(tables["python"].origin) | set(tables["english"].origin)
assert untranslated.isdisjoint(tables["lua"].origin), "the text says: files are divided first"
assert (sizes.tokens == evaluation_tokens).all() and (sizes.documents >= 60).all()
shares = card.groupby(["domain", "package"]).share.sum()
assert (shares.drop("stories").max() <= 0.21), "the text says: at most a fifth"
text = tables["lua"].text.iloc[0] + "é\n\t🦊"
assert tokenizer.decode(tokenizer(text).input_ids) == text
