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
# | writes | `corpora/documents`, `corpora/tokenizer`, `corpora/tokens`, `corpora/concepts` |
# | takes | about one minute at laptop size on two cores |

# %% tags=["hide-input"]
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import display

import featurefate
from featurefate.corpora.concepts.coverage import coverage
from featurefate.corpora.concepts.labels import label_concepts, load_concepts
from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.sources import BUILT_IN, identified
from featurefate.corpora.stories.comparison import text_statistics, word_frequencies
from featurefate.corpora.stories.story import tell_story
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.words.phrases import Phrases
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens, tokenize
from featurefate.corpora.vocabulary import token_counts, vocabulary_use
from featurefate.figures import theme
from featurefate.figures.concept_counts import concept_counts
from featurefate.figures.heat_map import heat_map
from featurefate.figures.labelled_passage import labelled_passage
from featurefate.figures.parallel_text import parallel_text
from featurefate.figures.passage import boxes
from featurefate.figures.tables import table
from featurefate.figures.text_comparison import frequency_curve
from featurefate.study.chapter import Chapter

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
seed = 1  # draws files, stories and splits
sources = {}  # domains of your own text, as {"lua": {"files": "plugins"}}; see "Your own text"
characters = {
    "english": 5_000_000,
    "python": 4_800_000,
    "stories": 4_000_000,
    "lua": 2_800_000,
}  # wanted of each domain, all splits together
vocabulary = 4_096  # tokens of the byte-level BPE
context = 128  # tokens a row
evaluation_tokens = 16_384  # a domain and split
real_stories = {}  # files of real stories to compare with, such as {"files": "stories.txt"}

# %% [markdown]
# ## The result
#
# Four steps: gather documents, train a tokenizer on equally many characters of each domain, turn
# the documents into tokens, label the held-out tokens with what is known about them. The versions
# of the installed packages are part of the first step's identity: another version of a package is
# other text.

# %%
chapter = Chapter.open("01_data", globals())
store = chapter.store

# %%
kinds = BUILT_IN | sources
corpus = {"seed": seed, "characters": characters, "sources": identified(kinds)}
documents = store.step("corpora/documents", build_documents, corpus)
bpe = {"vocabulary": vocabulary, "seed": seed}
tokenizer_files = store.step("corpora/tokenizer", train_tokenizer, bpe, {"documents": documents})
texts = {"documents": documents, "tokenizer": tokenizer_files}
tokens = store.step("corpora/tokens", tokenize, {}, texts)
concepts = store.step("corpora/concepts", label_concepts, {}, {**texts, "tokens": tokens})

# %% [markdown]
# How near are two domains to each other, seen through the tokenizer? Count how often each token
# occurs in each; the *overlap* of two domains is the sum, over all tokens, of the smaller of the
# two relative frequencies. It is 1 for equal frequencies and 0 for no token in common.

# %%
tokenizer = load_tokenizer(tokenizer_files)
train = {d: load_tokens(tokens, d, "train") for d in DOMAINS}
counts = {d: token_counts(train[d], len(tokenizer)) for d in DOMAINS}
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
samples = [tables[d][tables[d].split == "test"].iloc[0] for d in DOMAINS]
parallel_text(
    ["\n".join(s.text[:480].splitlines()[:14]) + " …" for s in samples],
    languages=["text", "python", "text", "lua"],
    captions=[f"{d}, from {s.origin}" for d, s in zip(DOMAINS, samples, strict=True)],
)

# %% [markdown]
# ## The same program twice
#
# Each Lua function keeps the Python that it was translated from. Files are divided first: what
# becomes Lua is read by neither the python nor the english domain. So a model that is fine-tuned
# on Lua meets new programs in a new language, but of the old kind.

# %%
lua = tables["lua"][tables["lua"].split == "test"]
functions = [(row, f) for row in lua.itertuples() for f in getattr(row, "functions", [])]
fitting = [(row, f) for row, f in functions if 300 < f["end"] - f["start"] < 600]
for row, f in fitting[:1]:
    both = [f["python"], row.text[f["start"] : f["end"]]]
    captions = [f"Python, from {row.origin}", "the same in Lua"]
    display(parallel_text(both, languages=["python", "lua"], captions=captions))

# %% [markdown]
# A real Lua 5.4 compiles every document; most of them call libraries of Python and could not run.
# The tests of the study run several hundred pure functions in both languages on random arguments:
# they agree. What cannot be said faithfully is left out and counted, never faked.

# %% tags=["hide-input"]
skipped = pd.read_parquet(documents.file("skipped.parquet")).astype({"count": int})
translated = skipped["count"][skipped.reason == "translated"].sum()
of_all = skipped["count"].sum()
reasons = skipped[skipped.reason != "translated"].nlargest(8, "count")
table(
    reasons, names={"reason": "why a function was left out", "count": "functions"},
    caption=f"{translated:,} of {of_all:,} functions were translated",
)

# %% [markdown]
# ## A world behind the stories
#
# Each story is simulated before it is told: who wants what, what is in the way, who helps, how
# they feel about it. So more is known of a story than its words. Here is a plan, and the story
# with some of what the simulation knows about it. Point at a word for all of it.

# %%
def labelled(domain, document, most=150):
    """The first tokens of a test document, and every concept that one of them carries."""
    stream, known = load_tokens(tokens, domain, "test"), load_concepts(concepts, domain, "test")
    start, end = stream.starts[document : document + 2]
    here = slice(start, min(end, start + most))
    labels = known.labels[here].toarray()
    carried = {n: labels[:, c] for c, n in enumerate(known.names) if labels[:, c].any()}
    return [tokenizer.decode([t]) for t in stream.tokens[here]], carried


story = tables["stories"].iloc[load_tokens(tokens, "stories", "test").rows[0]]
print(story.get("plan", "These stories were not simulated."))

# %%
pieces, known = labelled("stories", 0)
wanted = ["hero", "pronoun for hero", "friend", "wanted thing", "feeling word", "direct speech"]
shown = [concept for concept in wanted if concept in known]
labelled_passage(pieces, known, shown=shown or None, caption=story.origin)

# %% [markdown]
# ### Beside real stories
#
# The model for these stories is TinyStories {cite}`eldan2023tinystories`, which was written by a
# large language model and cannot be downloaded here. Name files of it, or of any other stories, in
# the parameter `real_stories`, and the same numbers for them stand beside ours.

# %%
told = {"ours": tables["stories"].text.tolist()}
if real_stories:
    told["real"] = [document.text for document in source_from(real_stories).documents()]
words = min(200_000, *(text_statistics(each).words for each in told.values()))
statistics = [{"stories": name, **asdict(text_statistics(told[name], words))} for name in told]
measured = dict(sentence_length="words a sentence", text_length="words a story")
several = {f"{n}grams": f"{n}grams in 10 000" for n in ("bi", "tri", "four")}
rounded = dict.fromkeys(several, ",.0f") | {"sentence_length": ".1f", "text_length": ".0f"}
table(
    pd.DataFrame(statistics).drop(columns="words"), names=measured | several, formats=rounded,
    caption=f"{words:,} words of each; how many different words and neighbours they have",
)

# %% tags=["hide-input"]
shares = {name: word_frequencies(each) for name, each in told.items()}
ranked = pd.concat(
    pd.DataFrame({"rank": range(1, len(s) + 1), "frequency": s.to_numpy(), "source": name})
    for name, s in shares.items()
)
frequency_curve(
    ranked, title=f"Ten words make up {shares['ours'].iloc[:10].sum():.0%} of the stories",
    subtitle="share of all words" + ("" if real_stories else "; no real stories were named"),
    description="Frequency of each word by its rank, both axes logarithmic.",
)

# %% [markdown]
# ## Where it comes from
#
# The corpus card: packages, versions and licences as the packages themselves declare them. No
# package gives more than a fifth of what is wanted of english, python or lua. The environment
# holds more than this study takes: `python -m featurefate.corpora.installed.available` counts it.

# %% tags=["hide-input"]
card = pd.read_parquet(documents.file("card.parquet"))
card["share"] = card.characters / card.groupby("domain").characters.transform("sum")
largest = card.sort_values(["domain", "characters"], ascending=[True, False])
columns = ["domain", "package", "version", "licence", "documents", "share"]
table(
    largest.groupby("domain").head(4)[columns], formats={"share": ".0%"},
    caption=f"The four largest origins of each domain, of {card.package.nunique()} in all",
)

# %% [markdown]
# ## Splits and duplicates
#
# The split is drawn per *origin*, a file or a story. Code, its documentation and its Lua all
# follow their file into training, validation or test. Validation chooses, test reports.
#
# A document is left out when it equals one that came before, when it nearly does (by MinHash
# {cite}`broder1997resemblance`), or when a good part of it consists of passages that already
# stand in another split. This goes across domains.

# %% tags=["hide-input"]
left_out = pd.read_parquet(documents.file("duplicates.parquet"))
by_kind = left_out.pivot(index="domain", columns="kind", values="documents")
table(by_kind.loc[list(DOMAINS)].reset_index(), caption="documents left out, by reason")

# %%
splits = pd.concat(t[["origin", "split"]].assign(domain=d) for d, t in tables.items())
one_split_each = splits.groupby("origin").split.nunique().eq(1).all()
print(f"every origin in one split only: {one_split_each}")
repeats = {}
for d, frame in tables.items():
    texts_of = frame.groupby("split").text.agg("\n".join)
    parts = {s: re.split(r"(?<=[.!?])\s+|\n", texts_of[s]) for s in ("train", "test")}
    learned = set(parts["train"])
    repeats[d] = np.mean([part in learned for part in parts["test"] if len(part) > 40])
by_split = splits.groupby(["domain", "split"]).size().unstack()[list(SPLITS)]
by_split["said before"] = pd.Series(repeats)
table(by_split.loc[list(DOMAINS)].reset_index(), formats={"said before": ".0%"})

# %% [markdown]
# Files are kept apart; sentences cannot be. *Said before* is the share of test sentences, or lines
# of code, of more than 40 characters that also stand somewhere in training.
#
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
    parts = [tokenizer.decode([i]) for i in tokenizer(line).input_ids]
    display(boxes(parts, caption=f"{d}: {len(line)} characters, {len(parts)} tokens"))

# %%
usage = vocabulary_use(documents=documents, tokens=tokens, vocabulary=len(tokenizer))
table(usage, formats={"characters a token": ".2f"})

# %% [markdown]
# A domain that few tokens cover is usually easier to predict. The stories come from a
# small world on purpose, as TinyStories do.
#
# ## What is known of every token
#
# What does a feature detect? Most studies ask a language model for an opinion. Here the answer is
# known beforehand: every held-out token carries the {term}`concepts <concept>` that hold of it.
# Code is labelled from its syntax tree, prose by rules, stories by their simulation. Python and
# Lua share a name where the concept is the same, so that later chapters can ask whether a feature
# for, say, the names of functions survives the change of language.

# %%
roles = ["function name", "parameter", "assignment target", "return value", "condition"]
for d in ("python", "lua"):
    found = [labelled(d, place, most=110) for place in range(40)]
    pieces, known = max(found, key=lambda each: sum(np.sum(each[1].get(r, 0)) > 1 for r in roles))
    shown = [role for role in roles if role in known]
    display(labelled_passage(pieces, known, shown=shown, caption=f"{d}, a test document"))

# %% tags=["hide-input"]
covered = coverage(concepts, tokens)
held_out_counts = covered[covered.split == "test"]
common = held_out_counts.groupby("concept").tokens.max()
concept_counts(
    held_out_counts, title=f"{len(common)} concepts; {(common >= 100).sum()} of them "
    "stand on a hundred test tokens or more of some domain",
    subtitle="test tokens that carry each concept, by domain",
    description="How many test tokens of each domain carry each concept.",
)

# %% [markdown]
# A rule for prose is only a rule: *past tense* knows verbs by their endings and a list, and errs
# now and then. What the simulation says of a story is certain.
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
# papers' data. [Your own text](../book/your_text) tells how to put other text in their place, and
# how to measure how far the generated domains stand for real ones.
#
# ## Findings
#
# - Four domains, {glue:text}`data.tokens` tokens in all, every document with origin and licence.
# - Nearest to each other are {glue:text}`data.nearest`; farthest apart {glue:text}`data.farthest`.
#   Python and Lua overlap by {glue:text}`data.translated`, English and stories by
#   {glue:text}`data.prose`: to a tokenizer, a translated program stays near its origin, and two
#   kinds of prose may be far apart.
# - {glue:text}`data.concepts` concepts are known token by token.
#
# ## Exercises

# %% tags=["remove-cell"]
chapter.glue("data.tokens", f"{usage.tokens.sum() / 1e6:.1f} million")
between = overlap.set_index(["one", "other"]).overlap
chapter.glue("data.translated", f"{between['lua', 'python']:.2f}")
chapter.glue("data.prose", f"{between['stories', 'english']:.2f}")
chapter.glue("data.nearest", f"{near.one} and {near.other}")
chapter.glue("data.farthest", f"{far.one} and {far.other}")
chapter.glue("data.concepts", str(len(common)))
for row in usage.itertuples():
    chapter.report(f"data.tokens.{row.domain}", row.tokens, unit="tokens")
share_translated = translated / of_all if of_all else None
chapter.report("data.translated_share", share_translated, unit="share")

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
# ```{exercise-start} Your own files as a domain
# :label: exercise-files
# ```
# Make a domain of the package's own sources, as a stand-in for files of yours. How many of its
# tokens are continuation pieces of words, compared with the python domain's?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-files
# :class: dropdown
# ```

# %%
mine = source_from({"files": f"{Path(featurefate.__file__).parent}/**/*.py", "licence": "MIT"})
own = [tokenizer(document.text).input_ids for document in mine.documents()]
split_words = {}
for name, ids in {"own files": sum(own, []), "python": train["python"].tokens[:200_000]}.items():
    parts = [tokenizer.decode([i]) for i in ids]
    split_words[name] = np.mean([part[:1].isalpha() for part in parts])
print({name: f"{share:.0%} of tokens go on with a word" for name, share in split_words.items()})

# %% [markdown]
# The parameter `sources = {"python": {"files": …}}` makes such files the python domain of the
# whole study.
# ```{solution-end}
# ```
#
# ```{exercise-start} Another world
# :label: exercise-world
# ```
# Let it be winter in every story. Which list of phrases do you have to change, and what in the
# stories does not follow?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-world
# :class: dropdown
# ```

# %%
summer = LISTS["weather"]
LISTS["weather"] = Phrases("snow was falling*3, the pond was frozen, it was very cold")
stories = [tell_story(number, seed=77).text for number in range(200)]
LISTS["weather"] = summer
print("\n".join([text for text in stories if "snow was" in text.lower()][:2]))

# %% [markdown]
# The weather is only told, nothing in this world acts on it: the children swim and pick flowers in
# the snow. What a story needs to be consistent about has to be part of the simulation.
# ```{solution-end}
# ```
#
# **Next:** [chapter 02](02_base_training) trains the base on English and Python.

# %% tags=["remove-cell"]
assert one_split_each, "the text says that no origin is in two splits"
untranslated = set(tables["python"].origin) | set(tables["english"].origin)
assert untranslated.isdisjoint(tables["lua"].origin), "the text says: files are divided first"
assert (sizes.tokens == evaluation_tokens).all() and (sizes.documents >= 60).all()
for d in ("english", "python", "lua"):
    if d not in sources:
        of_package = card[card.domain == d].groupby("package").characters.sum()
        assert of_package.max() <= 0.21 * characters[d], "the text says: at most a fifth"
assert len(common) >= 40, "the text says that many concepts are known"
line = tables["lua"].text.iloc[0] + "é\n\t🦊"
assert tokenizer.decode(tokenizer(line).input_ids) == line
