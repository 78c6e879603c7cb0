# %% [markdown]
# # 09 · Feature histories
#
# **When do features go, and why: along training, along t, by concept, by cause?**
#
# Chapter 08 compared models at their ends. Between the ends lies a way: the steps of a fine-tuning,
# the values of {term}`t` from one child to the other. This chapter follows single features along
# such ways and asks whether distance in weight space explains what is lost. Then come two questions
# that correlation cannot answer: does a feature that fires as before still *do* what it did? And
# which kinds of features are they, in words a reader of the text would use?
#
# *Predict first.* Walk from the stories child to the Lua child by SLERP. At the middle, what share
# of the stories child's features is still there? Take a base's feature that fires in a child
# exactly as it did, and silence it in both: will the same next tokens become less likely? And which
# features persist most: those of punctuation and layout, of names in code, or of words of prose?
#
# | reads | `models`, `regions`, `alignment` (02–06), `dictionaries` (07), `tracking/fates` (08) |
# |---|---|
# | writes | `tracking/histories/*` |
# | takes | about a minute and a half at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import torch
from scipy.stats import spearmanr
from torch.nn.functional import cosine_similarity

from featurefate.alignment.aligned import merge_aligned
from featurefate.alignment.transform import Transform
from featurefate.corpora.parallel.functions import CHANGED, is_translated, parallel_functions
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.domain_detectors import domain_detectors
from featurefate.dictionaries.encoding import encode, encoded_seeds, load_encoded
from featurefate.dictionaries.moved_neurons import with_moved_neurons
from featurefate.dictionaries.partners import best_partners
from featurefate.dictionaries.training import load_dictionary, train_dictionaries
from featurefate.figures import theme
from featurefate.figures.curves import curves
from featurefate.figures.frames import NOT_RUN, percent
from featurefate.figures.heat_map import heat_map
from featurefate.figures.intervals import intervals
from featurefate.figures.numbers import minus, with_interval
from featurefate.figures.panels import curves_in_panels
from featurefate.figures.rates import rates
from featurefate.figures.tables import table
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.movement import ALL
from featurefate.merging.methods import METHODS
from featurefate.merging.sweep import load_scores, values_of_t
from featurefate.merging.with_base import merge_with_base
from featurefate.regions.task_vectors import gram_matrices
from featurefate.study import profiles
from featurefate.study.chapter import Chapter
from featurefate.tracking.causes import causes
from featurefate.tracking.concept_fates import concept_fates
from featurefate.tracking.detector_partners import detector_partners
from featurefate.tracking.distance import OWN, RANDOM, kinship, survival_by_distance
from featurefate.tracking.effects import FeatureEffects, common_tokens
from featurefate.tracking.family import EDGES, OTHER_LINEAGE
from featurefate.tracking.feature_labels import label_features
from featurefate.tracking.same_effect import by_correlation, same_effect
from featurefate.tracking.survival import Reader, survival, survival_in_training
from featurefate.tracking.translated_words import translated_words

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
ways = {"slerp": 7, "linear": 3, "task_arithmetic": 3, "ties": 3}  # values of t from end to end
evaluation_tokens = 2_048  # tokens a domain to follow features on
draws = 300  # of the bootstrap over documents
lengths = [0.5, 1.0, 2.0]  # of moves away from the base, in moves to a child
kin = 2  # fine-tunes of each data set of chapter 05 that are compared with each other
tokens_each = 64  # tokens on which the effect of each feature is measured
retrained_at = []  # values of t at which dictionaries are trained anew
about = {"least_f1": 0.4, "least_features": 8,
         "permutations": 999}  # F1 of a feature about a concept; features of a kind; deals, for p
functions = 400  # read in Python and in Lua, fewer where there are fewer
seeds = {"draws": 901, "moves": 902, "effects": 903, "concepts": 911, "words": 914}  # of the draws

# %%
chapter = Chapter.open("09_feature_histories", globals())
store = chapter.store
tokens, tokenizer_files = store.read("corpora/tokens"), store.read("corpora/tokenizer")
family = ["base", "stories", "lua", "merge"]
read_by = [*family, *OTHER_LINEAGE.values()]  # models whose dictionaries are asked
models = {n: store.read(f"models/{n}") for n in [*read_by, "base_shuffled", "base_untrained"]}
dictionaries = {n: store.read(f"dictionaries/{n}") for n in [*read_by, "base_untrained"]}
encoded = {n: store.read(f"dictionaries/{n}_encoded") for n in read_by}
other, own = encoded_seeds(encoded["base"])[:2]  # two dictionaries of each model
t_merge = models["merge"].manifest.recipe["settings"]["t"]

# %% [markdown]
# ## The result
#
# Along a way there is no need for new dictionaries. All models of one {term}`lineage` share their
# neurons: the dictionary of one, its home, can read the activations of another on the same tokens,
# and each feature is compared with *itself at home*. It {term}`survives <survive>` where the two
# correlate at $r \ge 0.8$. No seed gets in the way, so the ceiling is 1 by construction: a model
# read at home. There are two floors: a model of another lineage, whose neurons have other places,
# and the base with shuffled weights.

# %% tags=["remove-cell"]
points = [(way, t) for way, n in ways.items() for t in values_of_t(n)]
points += [("slerp", t) for t in retrained_at]
ended = {(way, t): end for way, t in points if METHODS[way].exact
         for end, at in (("stories", 0), ("lua", 1)) if t == at}  # these are the children
of_ways = profiles.settings(profile, "04_merging")["settings"]
children = {"first": models["stories"], "second": models["lua"], "base": models["base"]}
children["tokenizer"] = tokenizer_files
text = {"context": load_model(models["base"]).config.max_position_embeddings}
text |= {"evaluation_tokens": evaluation_tokens}

# %%
merges = chapter.steps(merge_with_base, "tracking/histories/merges/{}", {
    f"{way}_{t:g}": ({"method": way, "t": t, "settings": of_ways.get(way, {})}, children)
    for way, t in points if (way, t) not in ended})
reading = dict(seed=own, reading=text | {"split": "test"}, draws=draws, draws_seed=seeds["draws"])
homes = {n: {"home": models[n], "dictionaries": dictionaries[n], "tokens": tokens} for n in family}
read = {n: merges | {m: models[m] for m in [*family, "base_shuffled", OTHER_LINEAGE[n]]}
        for n in OTHER_LINEAGE} | {"merge": {m: models[m] for m in family}}
survived = chapter.steps(survival, "tracking/histories/survival_{}", {
    name: (reading, homes[name] | read[name]) for name in read})

# %% tags=["remove-cell"]
def overall_of(artifacts, column):
    """The rates of all features from several artifacts, whose keys go to a column."""
    parts = [pd.read_parquet(a.file("rates.parquet")).assign(**{column: key})
             for key, a in artifacts.items()]
    return pd.concat(parts, ignore_index=True).query("of == 'all'")


r_of = pd.concat(pd.read_parquet(a.file("features.parquet")).assign(home=n)
                 for n, a in survived.items())
overall = overall_of(survived, "home").set_index(["home", "model"])
stranger = {n: overall.value[n, OTHER_LINEAGE[n]] for n in OTHER_LINEAGE}
floor = max(stranger.values())

# %% tags=["remove-cell"]
NAMES = {"slerp": "SLERP", "linear": "linear", "task_arithmetic": "task arithmetic", "ties": "TIES"}
on_path = pd.DataFrame({"way": NAMES.get(way, way), "t": t,
                        "model": ended.get((way, t), f"{way}_{t:g}")} for way, t in points)
on_path = on_path.drop_duplicates().merge(overall.reset_index(), on="model")
on_path["way"] = pd.Categorical(on_path.way, [NAMES.get(way, way) for way in ways], ordered=True)
on_path = on_path[on_path.home != "merge"].sort_values(["way", "t"]).astype({"way": str})
on_path["features_of"] = "the " + on_path.home.replace({"lua": "Lua"}) + on_path.home.map(
    {"base": "", "stories": " child", "lua": " child"})
limits = pd.DataFrame({"way": way, "value": v} for way in on_path.way.unique() for v in (1, floor))

# %% tags=["hide-input"]
middle = overall.value.xs("slerp_0.5", level="model")
curves_in_panels(
    on_path, x="t", y="value", low="low", high="high", colour="features_of", panel="way",
    x_title="t: 0 the stories child, 1 the Lua child", y_title="share that survives",
    rules=limits,
    title=f"Halfway by SLERP {middle['stories']:.0%} of the stories child's features survive, "
    f"{middle['lua']:.0%} of the Lua child's and {middle['base']:.0%} of the base's",
    subtitle="each feature against itself at home, r ≥ 0.8; 95 % over documents; dashed: read at "
    f"home (1) and in a stranger ({floor:.2f} at most)",
    description="Share of the features of base and children that survive in merges along t.",
)

# %% tags=["remove-cell"]
by_document = load_scores(store.read("merging/sweep"))
for name, end in (("stories", 0.0), ("lua", 1.0)):
    halfway, whole = (by_document["slerp", t, "test", name].correct for t in (0.5, end))
    kept = halfway.sum() / whole.sum(), *interval(halfway, whole, seeds["draws"])
    chapter.report(f"accuracy_kept.{name}", *kept, ceiling=1.0, unit="share of accuracy")

# %% tags=["remove-cell"]
along = on_path[(on_path.way == "SLERP") & (on_path.home == "base")].set_index("t")
most = along.loc[along.value.idxmax()]
chapter.glue("best_t_for_base", f"{most.name:.2f}")
for name in ("stories", "lua"):
    chapter.glue(f"distance.{name}", f"{overall.distance['base', name]:.0f}")
chapter.glue("distance.merge", f"{most.distance:.0f}")
nothing = overall.value[[(n, m) for n in stranger for m in (OTHER_LINEAGE[n], "base_shuffled")]]
chapter.glue("survival.floors", f"{100 * nothing.max():.1f} %")
chapter.report("survival.base.slerp_most", most.value, most.low, most.high, ceiling=1.0,
               floor=stranger["base"], unit="share of features")

# %% tags=["remove-cell"]
for name, key in OTHER_LINEAGE.items():
    for model in ("base", "stories", "lua", "merge", "slerp_0.5", "linear_0.5"):
        if (name, model) in overall.index and name != model:
            row = overall.loc[name, model]
            chapter.report(f"survival.{name}.{model.replace('_0.5', '_middle')}", row.value,
                           row.low, row.high, ceiling=row.ceiling, floor=stranger[name],
                           unit="share of features")
    for kind, model in {"stranger": key, "shuffled": "base_shuffled"}.items():
        row = overall.loc[name, model]
        chapter.report(f"survival.{name}.{kind}", row.value, row.low, row.high,
                       unit="share of features")

# %% [markdown]
# A child's own features go slowly at first, then fast. At the middle
# {glue:text}`survival.stories.slerp_middle` of the stories child's survive and
# {glue:text}`survival.lua.slerp_middle` of the Lua child's, while the merge there keeps
# {glue:text}`accuracy_kept.stories` and {glue:text}`accuracy_kept.lua` of their accuracies.
#
# The base's features do the opposite. Of these {glue:text}`survival.base.stories` are left in the
# stories child and {glue:text}`survival.base.lua` in the Lua child, but
# {glue:text}`survival.base.slerp_most` in the merge at $t$ = {glue:text}`best_t_for_base`.
# *Merging brings back features that both children had changed*: what the two changed in different
# ways is averaged away, and what is left is the base. That merge is the point of the way nearest to
# the base, {glue:text}`distance.merge` away (length of the difference of all weights), while its
# parents lie at {glue:text}`distance.stories` and {glue:text}`distance.lua`; what distance explains
# is asked below. SLERP and the straight line hardly differ.
# Task arithmetic, which here takes each change one and a half times as far, and TIES, which keeps
# the largest changes, lead elsewhere. Their ends are not the children: each of the two also trims
# or stretches a single child.
#
# Both floors, the stranger and the shuffled weights, are at {glue:text}`survival.floors` at most.
# They say only that the reading means nothing without a shared basis; a floor that could be reached
# *within* the lineage comes below.
#
# How one feature is read elsewhere, by hand: the stories child's dictionary on the activations of
# the merge, and the correlation with what it reads at home.

# %%
reader = Reader(**homes["stories"], seed=own, reading=reading["reading"])
feature = int(np.diff(reader.at_home.tocsc().indptr).argmax())
with torch.no_grad():
    of_merge = mlp_activations(load_model(models["merge"]), reader.text.rows)
    inside = of_merge[torch.as_tensor(reader.text.mask)]
    there = reader.dictionary.encode(inside)[:, feature]  # the home's rule, the other's neurons
at_home = reader.at_home[:, [feature]].toarray()[:, 0]
by_hand = np.corrcoef(at_home, there)[0, 1]
in_table = r_of.query(f"home == 'stories' and model == 'merge' and feature == {feature}").r.item()
print(f"feature {feature}, its activation in the stories child and in the merge: r = {by_hand:.3f}")

# %% [markdown]
# ## Do new dictionaries agree?
#
# Reading elsewhere has a price: it asks whether the *old* words still fit. So the same is asked of
# dictionaries that know nothing of the home: those of chapter 07, trained on the stories child, the
# merge and the Lua child: both ends of the way and one point between. What share of the stories
# child's features has a partner there at $r \ge 0.8$?

# %% tags=["remove-cell"]
new = {f"slerp_{t:g}": {"model": merges[f"slerp_{t:g}"], "tokens": tokens} for t in retrained_at}
as_07 = dictionaries["merge"].manifest.recipe["settings"] | {"seeds": [other]}
made = chapter.steps(train_dictionaries, "tracking/histories/dictionaries/{}", {
    key: (as_07, model) for key, model in new.items()})
on_test = encoded["merge"].manifest.recipe["settings"] | {"seeds": [other]}
known = {n: encoded[n] for n in ("stories", "merge", "lua", "stories_other_lineage")}
known |= chapter.steps(encode, "tracking/histories/encoded/{}", {
    key: (on_test, model | {"dictionaries": made[key]}) for key, model in new.items()})

# %% tags=["remove-cell"]
def ranks_together(first, second, generator):
    """The rank correlation over features, and its interval over features drawn again."""
    both = np.stack([first, second], axis=1)
    drawn = [spearmanr(*both[generator.integers(0, len(both), len(both))].T).statistic
             for _ in range(draws)]
    return spearmanr(*both.T).statistic, *np.quantile(drawn, [0.025, 0.975])


def share_of(these):
    """A share of features, and its interval over features drawn again."""
    return these.mean(), *interval(these.astype(float), np.ones(len(these)), seeds["draws"])


# %% tags=["remove-cell"]
ours, where = load_encoded(encoded["stories"], own), {"stories": 0, "merge": t_merge, "lua": 1}
where |= dict(zip(new, retrained_at, strict=True))
again, generator = {}, np.random.default_rng(seeds["draws"])
for name in [*sorted(where, key=where.get), "stories_other_lineage"]:
    theirs = load_encoded(known[name], other)
    best, _ = best_partners(correlation(ours.values, theirs.values), ours, theirs)
    alive = r_of[(r_of.home == "stories") & (r_of.model == name)].r.to_numpy()[best.counted]
    found = best.r[best.counted]
    agree = ranks_together(alive, found, generator) if where.get(name) else None
    read_there = overall.loc["stories", name][["value", "low", "high"]]
    again[name] = {"read": read_there, "new": share_of(found >= 0.8), "agree": agree}
    chapter.report(f"retrained.{name}", *again[name]["new"], unit="share of features")

# %% tags=["hide-input"]
SAID = {"stories": "stories child (ceiling)", "merge": "the merge", "lua": "Lua child",
        "stories_other_lineage": "a stranger (floor)"}
shown = [{"model": SAID.get(n, n.replace("slerp_", "SLERP, t = ")), "read": percent(*row["read"]),
          "new": percent(*row["new"]),
          "agree": with_interval(*row["agree"]) if row["agree"] else "–"}
         for n, row in again.items()]
shown += [] if new else [{"model": "other values of t"}]
table(pd.DataFrame(shown), names={
    "read": "survive, read from home", "new": "found by a new dictionary",
    "agree": "rank correlation of both r"},
    caption="features of the stories child; 95 % over documents (first column) and over features")

# %% [markdown]
# The two ways are on other scales: even the stories child's own second dictionary finds no more
# than {glue:text}`retrained.stories`, which is the ceiling here, and a stranger's finds
# {glue:text}`retrained.stories_other_lineage`. Between the two, the models stand in the order in
# which reading from home puts them: the merge ({glue:text}`retrained.merge`) above the floor, the
# sibling ({glue:text}`retrained.lua`) hardly. So what the home's dictionary misses has not just
# moved a little. Feature by feature the two ways agree more loosely, as the last column says: of a
# single feature's history, both should be asked. (One pair of dictionaries each; chapter 08 has
# all.)
#
# ## Along training
#
# Chapter 03 kept each child at some steps of its training. Read by the *base's* dictionary, these
# say when features of the base go. Read by the *child's own*, they say the reverse: how much of
# what the child will be is there already. *Predict:* do features of the base go before those of the
# child come, or together with them?
#
# Two more questions need the same reader. Is it only the *distance* in weight space that costs
# features? The control goes as far from the base in a random direction, in each part of the model
# by the same length. And do models of one {term}`region` share features? Chapter 05's fine-tunes of
# the base are compared pair by pair.

# %%
asked = {f"{home}_to_{child}": (reading, homes[home] | {"trained": models[child]})
         for child in ("stories", "lua") for home in ("base", child)}
trained = chapter.steps(survival_in_training, "tracking/histories/training_{}", asked)
away = dict(lengths=lengths, move_seed=seeds["moves"])
moved = chapter.steps(survival_by_distance, "tracking/histories/moves_{}", {
    n: (reading | away, homes["base"] | {"child": models[n]}) for n in ("stories", "lua")})
in_05 = profiles.settings(profile, "05_weight_space_regions")
members = {f"{d}_{s}": d for d in in_05["datasets"] for s in in_05["seeds"][:kin]}
tuned = {key: store.read("regions/" + "/".join(key.rsplit("_", 1))) for key in members}
once = {name: reading[name] for name in ("seed", "reading")}
related = store.step("tracking/histories/kinship", kinship, once, homes["base"] | tuned)

# %% tags=["remove-cell"]
training = overall_of(trained, "home")
training["features_of"] = training.home.map({
    "base_to_stories": "of the base (stories)", "stories_to_stories": "of the stories child",
    "base_to_lua": "of the base (Lua)", "lua_to_lua": "of the Lua child"})
lived = training.pivot(index="trained_on", columns="home", values="value")
for child in ("stories", "lua"):
    early, own_curve = lived[f"base_to_{child}"], lived[f"{child}_to_{child}"]
    chapter.glue(f"settled.{child}", f"{own_curve[own_curve >= 0.95].index[0]:,}")
    chapter.glue(f"intact.{child}", f"{early[early >= 0.95].index.max():,}")
    start = training[training.home == f"{child}_to_{child}"].iloc[0]
    chapter.report(f"survival.{child}.from_the_start", start.value, start.low, start.high,
                   ceiling=1.0, floor=stranger[child], unit="share of features")

# %% tags=["remove-cell"]
def half_done(curve):
    """Tokens after which a curve is half way from its first value to its last."""
    done = (curve - curve.iloc[0]) / (curve.iloc[-1] - curve.iloc[0])
    after = int(np.argmax(done.to_numpy() >= 0.5))
    here = np.interp(0.5, done.iloc[after - 1:after + 1], np.log(curve.index[after - 1:after + 1]))
    return round(float(np.exp(here)), -3)


half_gone, half_there = ({c: half_done(lived[f"{home or c}_to_{c}"]) for c in ("stories", "lua")}
                         for home in ("base", ""))
for child in ("stories", "lua"):
    chapter.glue(f"half_gone.{child}", f"{half_gone[child]:,.0f}")
    chapter.glue(f"half_there.{child}", f"{half_there[child]:,.0f}")

# %% tags=["hide-input"]
curves(
    training, x="trained_on", y="value", low="low", high="high", colour="features_of", log_x=True,
    x_title="tokens seen by the child", y_title="share that survives",
    rules=pd.DataFrame({"value": [floor], "label": ["in a stranger"]}),
    title="Of what the base loses to stories half is gone after about "
    f"{half_gone['stories']:,.0f} tokens; of what the stories child gains half is there after "
    f"{half_there['stories']:,.0f}",
    subtitle="features of the base, and of the finished child, in the child on its way; r ≥ 0.8; "
    "the ceiling is 1; 95 % over documents",
    description="Survival of features along fine-tuning, for the base's and the child's own.",
)

# %% [markdown]
# Nothing happens to the base's features for the first {glue:text}`intact.stories` tokens of
# stories ({glue:text}`intact.lua` of Lua). Then they go, and only later the child's own come: half
# of the loss is over after about {glue:text}`half_gone.stories` tokens
# ({glue:text}`half_gone.lua`), half of the gain after {glue:text}`half_there.stories`
# ({glue:text}`half_there.lua`). In the stories child
# {glue:text}`survival.stories.from_the_start` of its features are there from the start, in the Lua
# child {glue:text}`survival.lua.from_the_start`, and nearly all by {glue:text}`settled.stories`
# (stories) and {glue:text}`settled.lua` (Lua) tokens, well before the training ends.
# (The scale is logarithmic, the models are those of eight steps, and the learning rate falls to
# nothing at the end, so the last steps would change little in any case.)
#
# ## How far, or which way?
#
# The base's dictionary reads models on the straight line from base to child, and beyond; models as
# far away in a random direction; and the steps of the child's training.

# %% tags=["remove-cell"]
lines = overall_of(moved, "child")
lines["way"] = lines.model.str.rsplit(" ", n=1).str[0]
ends_of = lines[lines.model.str.endswith(" 1", na=False)]
steps = training[training.home.str.startswith("base")].assign(way="steps of its training")
steps["child"] = steps.home.str.split("_").str[-1]
start = ends_of.assign(distance=0.0, value=1.0, low=1.0, high=1.0)  # the base itself
lines = pd.concat([start, lines, steps]).astype({"way": str})
lines["panel"] = "base, " + lines.child.replace("lua", "Lua") + " child"
gone = ends_of.set_index(["child", "way"]).value
limits = pd.DataFrame({"panel": p, "value": v} for p in lines.panel.unique()
                      for v in (1, stranger["base"]))

# %% tags=["hide-input"]
curves_in_panels(
    lines, x="distance", y="value", low="low", high="high", colour="way", panel="panel",
    x_title="distance from the base in weight space", y_title="share that survives", rules=limits,
    title=f"At the stories child's distance {gone['stories', OWN]:.0%} of the base's features "
    f"are left, as far away in a random direction {gone['stories', RANDOM]:.0%}",
    subtitle="features of the base at r ≥ 0.8; 95 % over documents; dashed: the base itself, and a "
    "stranger",
    description="Survival of the base's features against distance, by direction.",
)

# %% tags=["remove-cell"]
for row in ends_of.itertuples():
    short = {OWN: "own", RANDOM: "random"}[row.way]
    chapter.report(f"moved.{row.child}.{short}", row.value, row.low, row.high, ceiling=1.0,
                   floor=stranger["base"], unit="share of features")
by_way = lines.set_index(["way", "child", "distance"]).value.sort_index()
below = []
for child in ("stories", "lua"):
    on_way, straight = by_way["steps of its training", child][-3:-1], by_way[OWN, child]
    there = np.interp(on_way.index, straight.index, straight)
    below += list(on_way < there)

# %% tags=["remove-cell"]
pairs = pd.read_parquet(related.file("pairs.parquet"))
gram = gram_matrices([*tuned.values()], [models["base"]] * len(tuned))[ALL]
place = {name: n for n, name in enumerate(tuned)}
i, j = pairs["first"].map(place), pairs["second"].map(place)
pairs["distance"] = np.sqrt(np.maximum(0, gram[i, i] + gram[j, j] - 2 * gram[i, j]))
pairs["distance"] /= np.sqrt(np.diag(gram)).mean()
data_sets = pairs["first"].map(members), pairs["second"].map(members)
families = [a.str.split("_").str[0] for a in data_sets]
pairs["between"] = np.select([data_sets[0] == data_sets[1], families[0] == families[1]],
                             ["one data set", "one kind of text"], "two kinds of text")

# %% tags=["remove-cell"]
for name, part in pairs.groupby("between"):
    short = name.replace("of text", "").strip().replace(" ", "_")
    middle_to_ends = {m: (part[m].mean(), part[m].min(), part[m].max())
                      for m in ("agreement", "distance")}
    chapter.glue(f"kinship.{short}.agreement", percent(*middle_to_ends["agreement"]))
    chapter.glue(f"kinship.{short}.distance", with_interval(*middle_to_ends["distance"]))
chapter.glue("kinship.pairs", str(len(pairs)))

# %% tags=["remove-cell"]
def rank_of(part, moved):
    """Rank correlation of distance and agreement over pairs, with the models dealt anew or not."""
    apart = np.sqrt(np.maximum(0, gram[i, i] + gram[j, j] - 2 * gram[i, j]))
    table_of = np.zeros(gram.shape)
    table_of[i, j] = table_of[j, i] = apart
    a, b = (moved[side[part.index]] for side in (i, j))
    return spearmanr(table_of[a, b], part.agreement).statistic


# %% tags=["remove-cell"]
far, generator = pairs[pairs.between == "two kinds of text"], np.random.default_rng(seeds["draws"])
as_it_is = np.arange(len(tuned))
near, within = (rank_of(part, as_it_is) for part in (pairs, far))
deals = [rank_of(pairs, generator.permutation(len(tuned))) for _ in range(999)]
chapter.glue("kinship.rank", minus(f"{near:.2f}"))
chapter.glue("kinship.p", f"{(1 + np.sum(np.array(deals) <= near)) / 1_000:.3f}")
chapter.glue("kinship.rank_within", minus(f"{within:.2f}"))

# %% [markdown]
# Distance matters and does not explain it all. At the child's distance
# {glue:text}`moved.stories.own` (stories) and {glue:text}`moved.lua.own` (Lua) of the base's
# features are left, in a random direction {glue:text}`moved.stories.random` and
# {glue:text}`moved.lua.random`: fine-tuning changes what features rest on, not just any weights.
# And the steps of the training itself lie below the straight line to where it ends: at the same
# distance from the base, a model on its way has lost more than a mixture of base and child.
#
# Of {glue:text}`kinship.pairs` pairs of fine-tunes, those of one data set agree on
# {glue:text}`kinship.one_data_set.agreement` of the features (mean, and range over the pairs), of
# one kind of text on {glue:text}`kinship.one_kind.agreement`, of two kinds on
# {glue:text}`kinship.two_kinds.agreement`. But they also lie
# {glue:text}`kinship.one_data_set.distance`, {glue:text}`kinship.one_kind.distance` and
# {glue:text}`kinship.two_kinds.distance` apart (in units of a fine-tune's distance from the base),
# and agreement falls with distance: rank correlation {glue:text}`kinship.rank` (as low in a share
# of {glue:text}`kinship.p` of deals of the models' names), among pairs of two kinds alone
# {glue:text}`kinship.rank_within`. As pairs inside a region are also the close ones, they cannot
# say whether the region adds anything to the distance. They do say that a region, in the sense of
# chapter 05, is a place where models share nearly all features.
#
# ## Does aligning help features?
#
# Chapter 06 ended on a question. Two bases of other seeds have to be {term}`aligned <alignment>`
# before they can be averaged. Does aligning make their *features* more alike? Each aligned base,
# and its average with the first, was read by the first base's dictionary. And each dictionary can
# be moved with its model, neuron by neuron, and its directions compared.

# %% tags=["remove-cell"]
arms = {"averaging": None, "neurons": "activations", "neurons_heads": "activations",
        "orthogonal_weight_matching": "weights", "learned": "learned"}
both = {"first": models["base"], "second": models["base_other_seed"], "tokenizer": tokenizer_files}
found_in = {arm: {"transforms": store.read(f"alignment/1_2/{way}")} if way else {}
            for arm, way in arms.items()}
aligned = chapter.steps(merge_aligned, "tracking/histories/aligned/{}", {
    f"{arm}_{t:g}": ({"t": t} | ({"arm": arm} if found_in[arm] else {}), both | found_in[arm])
    for arm in arms for t in (0.5, 1.0)})
in_aligned = store.step("tracking/histories/survival_aligned", survival, reading,
                        homes["base"] | aligned)

# %% tags=["remove-cell"]
first, second = (load_dictionary(dictionaries[n], s)
                 for n, s in (("base", own), ("base_other_seed", other)))
ours = FeatureEffects(load_model(models["base"]), first, reader.text)


def transform_of(arm):
    """What an arm does to the second base; nothing for the first of them."""
    if not found_in[arm]:
        return Transform.identity(ours.model.config)
    return Transform.load(found_in[arm]["transforms"].file(f"{arm}.safetensors"))


# %% tags=["remove-cell"]
def compared(arm):
    """How alike the two bases' features are once the second is aligned by one arm."""
    form = transform_of(arm)
    theirs = with_moved_neurons(second, form.neurons, form.neuron_scales)
    there = FeatureEffects(load_model(aligned[f"{arm}_1"]), theirs, reader.text)
    r = correlation(ours.values.tocsr(), there.values.tocsr())
    best, counted = r.argmax(axis=1), reader.counted(ours.values.tocsr())
    fit = counted & (r.max(axis=1) >= 0.8)
    cosines = (cosine_similarity(a, b[best], dim=1)[fit].detach().numpy() for a, b in
               ((first.W_dec, theirs.W_dec), (ours.written, there.written)))
    return np.median(r.max(axis=1)[counted]), *cosines

# %% tags=["remove-cell"]
LADDER = {"averaging": "as they are", "neurons": "neurons matched, by activations"}
LADDER |= {"neurons_heads": "+ heads, as in the paper"}
LADDER |= {"orthogonal_weight_matching": "everything turned, by weights", "learned": "learned"}
alike = pd.DataFrame(map(compared, arms), columns=["r", "neurons", "stream"], index=[*arms])
in_a = pd.read_parquet(in_aligned.file("rates.parquet")).query("of == 'all'").set_index("model")
WHERE = {"0.5": "in the average of both bases", "1": "in the other base, aligned"}
ladder = in_a.loc[[f"{arm}_{t}" for t in WHERE for arm in arms]].reset_index()
ladder["arm"] = [LADDER[m.rsplit("_", 1)[0]] for m in ladder.model]
ladder["panel"] = [WHERE[m.rsplit("_", 1)[1]] for m in ladder.model]
siblings = overall.loc["base", "slerp_0.5"]
ladder["ceiling"] = np.where(ladder.panel == WHERE["0.5"], siblings.value, np.nan)
ladder["ceiling_status"] = np.where(ladder.ceiling.isna(), "none", "run")

# %% tags=["hide-input"]
in_average = in_a.value[[f"{arm}_0.5" for arm in arms]]
rates(
    ladder, label="arm", panel="panel",
    title=f"In the average of two bases up to {in_average.max():.0%} of the first one's features "
    f"survive, in the average of two siblings {siblings.value:.0%}",
    subtitle="features of the base at r ≥ 0.8; 95 % over documents; dashed: in the average of its "
    "two children (SLERP, t = 0.5)",
    description="Survival of the base's features in another base and in the average of both, by "
    "way of aligning.",
)

# %% tags=["remove-cell"]
called = {arm: f"{arm}_0.5" for arm in arms} | {"best": in_average.idxmax()}
for arm, key in called.items():
    row = in_a.loc[key]
    chapter.report(f"survival_aligned.{arm}", row.value, row.low, row.high,
                   ceiling=siblings.value, floor=in_average["averaging_0.5"],
                   unit="share of features")
for space, best_arm in (("neurons", "neurons"), ("stream", "orthogonal_weight_matching")):
    for name, arm in (("before", "averaging"), ("after", best_arm)):
        values = alike.loc[arm, space]
        chapter.report(f"directions.{space}.{name}", values.mean().item(),
                       *interval(values, np.ones(len(values)), seeds["draws"]), unit="cosine")
chapter.glue("directions.r", f"{alike.r.mean():.2f}")

# %% [markdown]
# *By activation: no, and it could not.* However the second base is turned, each of its features
# fires on the same tokens: the median best $r$ is {glue:text}`directions.r` by every way of
# aligning, because a {term}`symmetry` leaves every activation as it is, up to the order, sign and
# scale of neurons that its dictionary follows. Chapter 08's rates against a stranger would be the
# same after any alignment.
#
# *By direction: a little.* Features that fire alike in both bases ($r \ge 0.8$) point in unrelated
# directions before, and in slightly related ones after. In the neurons' space their cosine goes
# from {glue:text}`directions.neurons.before` to {glue:text}`directions.neurons.after` once neurons
# are matched, in the stream from {glue:text}`directions.stream.before` to
# {glue:text}`directions.stream.after` once the stream is turned. *For a merge: some.* The average
# of two aligned strangers keeps {glue:text}`survival_aligned.best` of the base's features, the
# unaligned average {glue:text}`survival_aligned.averaging`; the average of two *siblings* keeps
# {glue:text}`survival.base.slerp_middle`. What chapter 06 measured as a barrier removed is mostly
# not features regained.
#
# ## Does it do what it did?
#
# Two features that fire together need not do the same. What a feature *does* is what changes when
# it is taken out. In a model of one layer this can be written down: where the stream that the last
# norm reads is $h$ and the feature adds $z\,w$ to it, taking it out changes the logits by
# $U\,(\text{norm}(h) - \text{norm}(h - z\,w))$. Averaged over the tokens on which it fires, that
# is its {term}`effect`: one number for each token of the vocabulary. Models share a vocabulary
# though they share no basis, so effects can be compared between any two of them. First by hand, for
# one feature.

# %%
words, common = load_tokenizer(tokenizer_files), common_tokens(reader.text)
firings = np.diff(ours.values.indptr)
chosen = int(np.argsort(-firings)[len(firings) // 10])
h, z = ours.behind, torch.as_tensor(ours.values[:, [chosen]].toarray())
with torch.no_grad():
    norm, U = ours.model.model.norm, ours.model.lm_head.weight[torch.as_tensor(common)]
    change = (norm(h) - norm(h - z * ours.written[chosen]))[z[:, 0] > 0].mean(dim=0) @ U.T
change -= change.mean()
print("taken out, the base's feature", chosen, "is missed most by",
      [words.decode([i]) for i in common[change.topk(6).indices]])

# %% [markdown]
# Each feature of a parent is given its best partner in a child, by activation alone. Both are taken
# out, each in its own model, and the cosine of the two effects is taken; then both are *put in*, on
# tokens where they need not fire. Against each partner stands a *random* feature of the child that
# fires about as often. And two references: dictionaries of one model (ceiling), and of a stranger.

# %%
ceilings, unrelated = [("base", "base")], [("base", "base_other_seed")]
effects = {"reading": text, "tokens_each": tokens_each, "seed": seeds["effects"]}


def between(parent, child, seed, of):
    """The settings and inputs of `causes`: which dictionary of the child, and whose it is."""
    given = effects | {"parent_seed": own, "child_seed": seed, "same_feature": seed == own}
    of_child = {"child": models[child], "child_dictionaries": dictionaries[of]}
    named = {"parent": models[parent], "parent_dictionaries": dictionaries[parent]}
    return given, named | of_child | {"tokens": tokens}


asked = {f"{p}_{c}": between(p, c, other, c) for p, c in [*EDGES, *ceilings, *unrelated]}
asked |= {f"{p}_{c}_read": between(p, c, own, p) for p, c in EDGES}
done = chapter.steps(causes, "tracking/histories/effects_{}", asked)

# %% tags=["remove-cell"]
of_pairs = {key: pd.read_parquet(a.file("pairs.parquet")) for key, a in done.items()}
groups = {"base → child": EDGES[:2], "child → merge": EDGES[2:], "ceiling": ceilings}
KINDS = {f"{p}_{c}": kind for kind, each in (groups | {"stranger": unrelated}).items()
         for p, c in each}
alike_effects = pd.concat(same_effect(pairs, seeds["draws"]).assign(comparison=key)
                          for key, pairs in of_pairs.items())
partners = pd.concat(of_pairs[key].query("kind == 'partner'").assign(kind=kind)
                     for key, kind in KINDS.items())
by_r = pd.concat(by_correlation(part, seeds["draws"]).assign(kind=kind)
                 for kind, part in partners.groupby("kind", sort=False))
effect_of = alike_effects.set_index(["comparison", "kind", "measure"]).sort_index()

# %% tags=["remove-cell"]
found = effect_of.xs(("partner", "taken out"), level=("kind", "measure")).value
found = found.reindex([*asked])  # undetermined where nothing persists
by_chance = effect_of.value.xs(("random", "taken out"), level=("kind", "measure")).mean()
for (key, kind, measure), row in effect_of.iterrows():
    if kind == "partner" and measure in ("taken out", "no common effect"):
        chance = effect_of.value[key, "random", measure]
        if measure == "no common effect":
            chapter.glue(f"at_random.{key}", percent(chance))
        chapter.report(f"effect.{key}.{measure.replace(' ', '_')}", row.value, row.low, row.high,
                       ceiling=effect_of.value.get(("base_base", kind, measure)),
                       floor=chance, unit="cosine" if measure == "taken out" else "share")

# %% tags=["remove-cell"]
for child in ("stories", "lua"):
    fires_apart = of_pairs[f"base_{child}_read"].query("kind == 'partner' and r < 0.8").out
    ends = interval(fires_apart, np.ones(len(fires_apart)), seeds["draws"])
    chapter.report(f"effect.base_{child}_read.fires_apart", fires_apart.mean(), *ends,
                   ceiling=effect_of.value.get(("base_base", "partner", "taken out")),
                   floor=by_chance, unit="cosine")

# %% tags=["hide-input"]
curves(
    by_r, x="r", y="value", low="low", high="high", colour="kind",
    x_title="correlation r of the partners' activations", y_title="mean cosine of their effects",
    rules=pd.DataFrame({"value": [by_chance], "label": ["random features"]}),
    title=f"Partners at r ≥ 0.8 do alike by a cosine of {found['base_base']:.2f} in one model, "
    f"{found['base_stories']:.2f} in base and stories child, {found['base_base_other_seed']:.2f} "
    "in a stranger",
    subtitle="features taken out where they fire, effect on the logits; 95 % over features",
    description="Cosine of effects against correlation of activations, by kind of pair.",
)

# %% tags=["remove-cell"]
def in_cells(key):
    """What the table says of one comparison."""
    called = key.replace("_read", ", from home").replace("_other_seed", "'s stranger")
    row = {"between": called.replace("_", " → ", 1),
           "features": int(effect_of.features[key, "partner", "taken out"])}
    for measure, form in (("taken out", with_interval), ("put in", with_interval),
                          ("effect kept", percent), ("no common effect", percent)):
        shown = form(*effect_of.loc[key, "partner", measure][["value", "low", "high"]])
        row[measure] = shown.replace(" to ", "\u00a0to\u00a0").replace(" %", "\u00a0%")
    return row


# %% tags=["hide-input"]
at_random = effect_of.xs(("random", "taken out"), level=("kind", "measure"))
table(
    pd.DataFrame([in_cells(key) for key in asked if key in effect_of.index]),
    caption="partners at r ≥ 0.8: cosine of the effects, taken out and put in (with a random "
    f"feature at most {at_random.value.max():.2f}, its intervals from {at_random.low.min():.2f} to "
    f"{at_random.high.max():.2f}); share kept of what the parent's feature gives to the tokens it "
    "promotes; share with no more effect in common than random pairs; 95 % over features",
)

# %% tags=["remove-cell"]
again_r = pd.read_parquet(store.read("dictionaries/base_stability").file("partners.parquet"))
again_r = again_r[again_r.seed == own].groupby("feature").r.mean()
firing = pd.Series(np.diff(ours.values.indptr) / len(ours.behind))
given = of_pairs["base_stories_read"].query("kind == 'partner'").set_index("feature").promoted
traits = {"found": again_r, "fires": firing, "raises": given}
ranked, generator = {}, np.random.default_rng(seeds["draws"])
for child in ("stories", "lua"):
    r = r_of[(r_of.home == "base") & (r_of.model == child) & r_of.counted].set_index("feature").r
    for name, trait in traits.items():
        two = pd.concat([trait, r], axis=1, join="inner").dropna().to_numpy()
        ranked[child, name] = ranks_together(*two.T, generator)
        chapter.report(f"trait.{child}.{name}", *ranked[child, name], unit="rank correlation")

# %% [markdown]
# *Firing alike is not doing alike.* Of the base's features that have a partner in the stories
# child, {glue:text}`effect.base_stories.no_common_effect` have no more effect in common with it
# than random pairs do; with their partner in the Lua child
# {glue:text}`effect.base_lua.no_common_effect`. (Of the same features and random ones of the child
# it is {glue:text}`at_random.base_stories` and {glue:text}`at_random.base_lua`.) Between two
# dictionaries of the base itself it is {glue:text}`effect.base_base.no_common_effect`, so this is
# not the seed's doing; between the base and a stranger
# {glue:text}`effect.base_base_other_seed.no_common_effect`. By what it *does*, a feature that has
# persisted into the stories child (cosine {glue:text}`effect.base_stories.taken_out`) is nearer to
# one of a model that does not descend from its parent
# ({glue:text}`effect.base_base_other_seed.taken_out`) than to its parent's second dictionary
# ({glue:text}`effect.base_base.taken_out`). Into the Lua child and into the merge more is kept. And
# it is not that these partners fit less well: the curves lie apart at every $r$.
#
# *And doing alike is not firing alike.* The last four rows read the child by the parent's own
# dictionary: the same rule, the same direction. There the effects agree
# ({glue:text}`effect.base_stories_read.taken_out`, {glue:text}`effect.base_lua_read.taken_out`),
# and those of features that do *not* survive hardly less:
# {glue:text}`effect.base_stories_read.fires_apart` in the stories child,
# {glue:text}`effect.base_lua_read.fires_apart` in the Lua child. What a direction means to the
# unembedding outlives when it is used; a new dictionary that finds "the same" feature by its firing
# may have found another direction.
#
# Three caveats: an effect here is a mean over the tokens on which a feature fires, of common tokens
# alike; the effect is that of the MLP's one layer; and whether text that the model writes would
# change is not asked.
#
# *What survives has a worth.* Features that other dictionaries of the base find again survive
# better (rank correlation {glue:text}`trait.stories.found` in the stories child,
# {glue:text}`trait.lua.found` in the Lua child), and so do those that raise their own tokens most
# ({glue:text}`trait.stories.raises`, {glue:text}`trait.lua.raises`). How often a feature fires
# hardly matters. This says that they go together, not which of them is the cause.
#
# ## Which kinds of features persist?
#
# Horn and Elliott found few features that persist and described them: mostly punctuation and
# formatting {cite}`horn2025tracking`. That was seen by eye. Here it is counted. A feature is
# *about* the {term}`concept` that it detects best on validation text, if its {term}`F1` reaches
# 0.4 and beats saying "yes" everywhere; concepts make up eight kinds. Features about no concept
# that has a name here are a kind of their own. Many kinds are asked about at once, so $p$ is
# corrected: how often does *any* kind stand out as far when the labels are dealt anew
# {cite}`westfall1993resampling`?

# %% tags=["remove-cell"]
in_07 = {name: encoded["base"].manifest.recipe["settings"][name]
         for name in ("context", "evaluation_tokens")}  # the text of chapter 07
opened = {n: {"model": models[n], "dictionaries": dictionaries[n], "tokens": tokens,
              "concepts": store.read("corpora/concepts")} for n in read_by}
half = in_07 | {"evaluation_tokens": in_07["evaluation_tokens"] // 2}
labels = chapter.steps(label_features, "tracking/histories/labels_{}", {
    n: (half | {"sae_seed": own if n in family else other}, opened[n]) for n in read_by})
by_concept = store.step("tracking/histories/concepts", concept_fates,
    about | {"draws": draws, "seed": seeds["concepts"]},
    encoded | {f"{n}_labels": a for n, a in labels.items()}
    | {"fates": store.read("tracking/fates")})

# %% tags=["remove-cell"]
of_concepts = pd.read_parquet(by_concept.file("rates.parquet"))
kinds = of_concepts[(of_concepts.level == "group") & (of_concepts.fate == "persisted")]
kinds = kinds.assign(way=kinds.parent + " → " + kinds.child)
of_parent = kinds[kinds.denominator == "parent"]
signs, prose = (of_parent[of_parent.concept == kind].set_index("edge").reindex(
    [f"{p}_{c}" for p, c in EDGES]) for kind in ("punctuation and layout", "words of prose"))

# %% tags=["hide-input"]
rates(
    of_parent[of_parent.parent == "base"], label="concept", panel="way",
    title=f"Of the base's features for punctuation and layout {signs.value['base_stories']:.0%} "
    f"persist in stories and {signs.value['base_lua']:.0%} in Lua",
    subtitle="share of the base's features of a kind with a partner at r ≥ 0.8; 95 % over "
    "documents and features; ceiling: another dictionary of the base",
    description="Rate of persisting by kind of feature on the edges from the base, with ceiling "
    "and stranger.",
)

# %% tags=["hide-input"]
columns = ["features", "of_all", "of_persisted", "p"]
named = {"concept": "kind", "of_all": "of all", "of_persisted": "of the persisting"}
table(of_parent[["way", "concept", *columns]], names={"way": "edge"} | named,
      formats={"of_all": ".0%", "of_persisted": ".0%", "p": ".3f"},
      caption="kinds with 8 features of the parent or more; p: that kinds do not matter, corrected "
      "for all rows and both sides (maximum statistic)")

# %% [markdown]
# What the paper describes cannot be confirmed. Punctuation and layout are
# {glue:text}`concept.punctuation.of_all` of the base's features and
# {glue:text}`concept.punctuation.of_persisted` of those that persist in the Lua child: nothing
# shows that they persist more often than others. Another dictionary of the same base finds most of
# them again, so they can be found; the children have moved them. What stands out is another kind:
# of the base's features for words of prose {glue:text}`concept.prose.base_lua` persist in the Lua
# child, and {glue:text}`concept.prose.base_stories` in the stories child. Lua has little prose, so
# nothing pulls at what the base knew of it; stories are prose of another sort. That is a likely
# reason, not a test.
#
# The {term}`lineage effect` of punctuation is
# {glue:text}`concept.punctuation.base_stories.lineage_effect` (stories) and
# {glue:text}`concept.punctuation.base_lua.lineage_effect` (Lua): some of what persists was handed
# down. Words of prose are found by a stranger more often; their effect in the Lua child,
# {glue:text}`concept.prose.base_lua.lineage_effect`, cannot be told from that of punctuation. Most
# features are about no concept of the list, so all this speaks of a quarter of them.
#
# ### Two cases, found by rule
#
# The paper names two features: one for variable assignment, found in all four models, and one for
# Python's exceptions, without a close match in Lua. Rules can look for them: in each dictionary,
# the feature with the best F1 on Python validation text. Then: are the detectors of two models
# each other's best partners?

# %% tags=["remove-cell"]
wanted = {"assignment target": "assignment", "operator": "any operator", "none/nil": "None",
          "raise/error": "raising an error"}
two = dict(seeds=[other, own], domain="python", elsewhere=["lua"], seed=seeds["concepts"])
detectors = chapter.steps(domain_detectors, "tracking/histories/detectors_{}", {
    n: (in_07 | two, opened[n] | {"encoded": encoded[n]}) for n in family})
met = store.step("tracking/histories/detector_partners", detector_partners,
                 dict(concepts=list(wanted), draws=draws, seed=seeds["draws"]),
                 {n: encoded[n] for n in family} | {f"{n}_detectors": detectors[n] for n in family})
meetings = pd.read_parquet(met.file("partners.parquet"))

# %% tags=["remove-cell"]
columns = ["r", "best_r", "each_other"]
mean = meetings.groupby(["concept", "model", "other"], sort=False)[columns].mean().reset_index()
assigning = mean[mean.concept == "assignment target"]
across = assigning[assigning.model != assigning.other]
TOO_RARE = "Assignment is too rare in the text of this profile for a detector."
best_of = pd.concat([pd.read_parquet(detectors[n].file("detectors.parquet")).assign(model=n)
                     for n in family])
best_of = best_of[best_of.concept.isin(wanted) & (best_of.seed == other)]
into_lua = meetings[(meetings.other == "lua") & (meetings.seed == other)]
into_lua = into_lua.set_index(["concept", "model"])

# %% tags=["hide-input"]
heat_map(
    assigning, row="model", column="other", value="r",
    row_title="detector of assignment in …", column_title="… and in",
    title=f"Two models' detectors of assignment correlate at {across.r.min():.2f} to "
    f"{across.r.max():.2f}, below the paper's 0.8",
    subtitle="mean over two orders of dictionary seeds; the diagonal is the ceiling: two "
    "dictionaries of one model",
    description="Correlation of the best detectors of assignment between the four models.",
) if len(across) else print(TOO_RARE)

# %% tags=["hide-input"]
cases = pd.DataFrame([{"concept": wanted[row.concept], "model": row.model, "feature": row.unit,
     "F1 in Python": with_interval(row.f1, row.low, row.high),
     "F1 in Lua": with_interval(row.in_lua, row.in_lua_low, row.in_lua_high),
     "best r in lua": into_lua.best_r.get((row.concept, row.model))}
    for concept in wanted for row in best_of[best_of.concept == concept].itertuples()])
table(cases, formats={"best r in lua": ".2f"} if len(cases) else {},
      caption="each concept's best feature: chosen on validation, measured on test text of Python")

# %% [markdown]
# The first case is there, with less certainty than a look by eye suggests. In every model some
# feature tells what is assigned to better than any other does, but not well: F1 is
# {glue:text}`concept.assignment.f1` in the base. The detectors of two models are each other's best
# partners in {glue:text}`concept.assignment.each_other` of the comparisons, and their r stays below
# the threshold; but so it does between two dictionaries of one model, the stories child's apart.
# The same feature hardly knows assignment in Lua ({glue:text}`concept.assignment.f1_in_lua`).
#
# The second case is not there: no dictionary has a feature for raising an error (F1
# {glue:text}`concept.error.f1` in the base), so none can be lost. Dictionaries of this size spend
# their features on what is frequent. What the paper saw in its exceptions shows in `None`: all
# four models have a feature for it (F1 {glue:text}`concept.none.f1` in the base), the Lua child
# too, and in none of them is it a feature for `nil` (F1 {glue:text}`concept.none.f1_in_lua`).
#
# ### The same program in two languages
#
# The Lua of this study was translated from Python, so it is known which word became which.
# Reading a function in both languages asks more of a feature than correlation does: is it about
# the *word*, or about what the word *means*? If a feature is active on `x` in Python and on `x`
# in Lua, it may know no more than the token. But `None` became `nil` and `!=` became `~=`: these
# have no token in common. Words are paired in order, each with itself or with what the translator
# makes of it. *Predict:* of what fires on a Python word, how much fires on its translation?

# %% tags=["remove-cell"]
documents, both = store.read("corpora/documents"), {}
if is_translated(documents):
    parallel = store.step("tracking/histories/parallel", parallel_functions,
        dict(split="test", context=in_07["context"], functions=functions, per_document=20),
        {"documents": documents, "tokenizer": tokenizer_files})
    dealt = dict(seeds=[other], permutations=99, seed=seeds["words"])
    both = chapter.steps(translated_words, "tracking/histories/translated_{}", {
        n: (dealt, {"parallel": parallel, "model": models[n], "dictionaries": dictionaries[n]})
        for n in ("base", "lua", "base_untrained")})

# %% tags=["remove-cell"]
def of_all_models(file):
    parts = [pd.read_parquet(a.file(file)).assign(model=n) for n, a in both.items()]
    return pd.concat(parts).replace({"model": {"base_untrained": "untrained"}})


met_in_lua = of_all_models("kinds.parquet") if both else None
changed_words = met_in_lua[met_in_lua.kind == CHANGED].set_index("model") if both else None
same_token = met_in_lua[met_in_lua.kind == "same token"].set_index("model") if both else None
beyond = ["above_exchanged", "above_exchanged_low", "above_exchanged_high"]

# %% tags=["hide-input"]
intervals(
    met_in_lua, label="model", value="above_exchanged", panel="kind", number=".1%",
    x_title="share of firings",
    title=f"Of the Lua child's firings {changed_words.above_exchanged['lua']:.0%} carry over to "
    f"another word beyond chance, {same_token.above_exchanged['lua']:.0%} to the same token",
    subtitle="what fires on a Python word and on its translation, less what fires on it and on the "
    "translation of another word of the function; 95 % over source files",
    description="Share of feature firings that carry over from Python to Lua, above chance, in "
    "three models, by whether the word changed.",
) if both else print(f"The parallel text was {NOT_RUN}.")

# %% tags=["hide-input"]
if both:
    by_word = of_all_models("translations.parquet").query("kind == @CHANGED")
    by_word["word"] = by_word.python + " → " + by_word.lua
    by_word["extra"] = [minus(percent(*row)) for row in by_word[beyond].to_numpy()]
    by_word = by_word.pivot(index=["word", "pairs"], columns="model", values="extra").reset_index()
table(by_word.reindex(columns=["word", "pairs", "base", "lua", "untrained"]),
      names={"word": "Python → Lua", "pairs": "times"},
      caption="how much more often what fires on the Python word fires on its translation than on "
      "another word's; each interval by itself") if both else print(NOT_RUN)

# %% tags=["remove-cell"]
def report(name, row, columns, unit, **beside):
    """Report a number with what is beside it, undetermined where this profile has none."""
    known = [None if pd.isna(row[c]) else float(row[c]) for c in [*columns, *beside.values()]]
    beside = dict(zip(beside, known[len(columns):], strict=True))
    chapter.report(name, *known[: len(columns)], unit=unit, **beside)


# %% tags=["remove-cell"]
plain, unit = ["value", "low", "high"], "share of features"
lineage = ["lineage_effect", "lineage_effect_low", "lineage_effect_high"]
for edge in ("base_lua", "base_stories"):
    beside = {"ceiling": "ceiling", "floor": "stranger"}
    for name, rows in (("prose", prose), ("punctuation", signs)):
        report(f"concept.{name}.{edge}", rows.loc[edge], plain, unit, **beside)
        report(f"concept.{name}.{edge}.lineage_effect", rows.loc[edge], lineage, unit)
for column in ("of_all", "of_persisted"):
    chapter.glue(f"concept.punctuation.{column}", percent(signs[column]["base_lua"]))

# %% tags=["remove-cell"]
of_base = best_of[best_of.model == "base"].set_index("concept").reindex(list(wanted))
for name, concept in {"assignment": "assignment target", "error": "raise/error",
                      "none": "none/nil"}.items():
    report(f"concept.{name}.f1", of_base.loc[concept], ["f1", "low", "high"], "F1")
    in_lua = ["in_lua", "in_lua_low", "in_lua_high"]
    report(f"concept.{name}.f1_in_lua", of_base.loc[concept], in_lua, "F1")
each_other = percent(across.each_other.mean()) if len(across) else NOT_RUN
chapter.glue("concept.assignment.each_other", each_other)

# %% tags=["remove-cell"]
for model in ("base", "lua", "untrained"):
    row = changed_words.loc[model] if both else dict.fromkeys(beyond)
    report(f"translated.{model}.changed", row, beyond, "share of firings")
knowing = of_all_models("features.parquet").set_index("model").p if both else None
for model in ("base", "lua", "untrained"):
    p = knowing[knowing.index == model] if both else None
    count = f"{(p <= 0.05).sum()} of {len(p)}" if both else NOT_RUN
    chapter.glue(f"translated.{model}.features", count)

# %% [markdown]
# Where the token stayed the same, most of what fires on it fires again, in an untrained model
# too: that is the token, and no evidence of meaning. Where the word changed, most does not fire
# on the translation. But more of it does than on another word's:
# {glue:text}`translated.lua.changed` of the firings in the Lua child,
# {glue:text}`translated.base.changed` in the base, which was never trained on Lua, and
# {glue:text}`translated.untrained.changed` in an untrained model, whose features know little but
# tokens and places. So there is something that the two languages share, it is a small part, and
# fine-tuning on Lua added to it: `None` and `nil` have more in common in the child than in the
# base, though not the feature that detects `None`. Of single features that are active on changed
# words, {glue:text}`translated.lua.features` in the Lua child know translations beyond chance,
# {glue:text}`translated.base.features` in the base and {glue:text}`translated.untrained.features`
# in the untrained model, corrected for their number. What this does not show is that they *do* the
# same in both languages.
#
# ## Findings
#
# - From one child to the other, a child's features go late and then fast; halfway,
#   {glue:text}`survival.stories.slerp_middle` (stories) and {glue:text}`survival.lua.slerp_middle`
#   (Lua) are there. The base's come back: {glue:text}`survival.base.slerp_most` in a merge,
#   {glue:text}`survival.base.stories` and {glue:text}`survival.base.lua` in its two parents.
# - In fine-tuning, the base's features go before the child's own come. By
#   {glue:text}`settled.stories` tokens the stories child's are what they will be.
# - Distance costs features, and direction more: where {glue:text}`moved.stories.own` survive on the
#   way of fine-tuning, {glue:text}`moved.stories.random` do as far off at random.
# - Aligning strangers changes nothing that activation correlation sees. The average of aligned
#   strangers keeps {glue:text}`survival_aligned.best` of a base's features.
# - Firing alike is not doing alike: {glue:text}`effect.base_stories.no_common_effect` of the
#   features that persist into the stories child have no more effect in common with their partner
#   than random pairs do, {glue:text}`effect.base_base.no_common_effect` between two dictionaries of
#   the base.
# - Features that other seeds find again, and that raise their tokens most, survive best.
# - Punctuation and layout cannot be shown to persist more than other kinds of features; words of
#   prose do, in the Lua child.
# - A word that changes in translation carries a feature's firing along in
#   {glue:text}`translated.lua.changed` of the cases beyond chance (Lua child).
#
# ## Exercises
#
# ```{exercise-start} Which parent?
# :label: exercise-which-parent
# ```
# Read the features of the *merge* in both of its parents. How many survive in both, in one, in
# none? From which child does the merge have more?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-which-parent
# :class: dropdown
# ```

# %%
of_merge = r_of[(r_of.home == "merge") & r_of.counted].pivot(
    index="feature", columns="model", values="r") >= 0.8
for (in_stories, in_lua), group in of_merge.groupby(["stories", "lua"]):
    place = {(True, True): "both", (True, False): "stories only", (False, True): "Lua only"}
    print(f"{place.get((in_stories, in_lua), 'neither'):13}{len(group) / len(of_merge):4.0%}, "
          f"of which {group.base.mean():.0%} survive in the base, too")

# %% [markdown]
# What survives in both was mostly the base's already. What survives in neither is not new for that:
# a dictionary of the merge reads a mixture, and much of it fits neither parent well enough.
# ```{solution-end}
# ```
#
# ```{exercise-start} Firing alike, doing otherwise
# :label: exercise-otherwise
# ```
# Of the base's features that the base's dictionary finds in the stories child at $r \ge 0.9$, which
# has changed its effect most? Which tokens did it promote in the base, and which in the child?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-otherwise
# :class: dropdown
# ```

# %%
same = of_pairs["base_stories_read"].query("kind == 'partner' and r >= 0.9")
odd = same.sort_values("out").iloc[0]
child = FeatureEffects(load_model(models["stories"]), first, reader.text)
print(f"feature {odd.feature}: r = {odd.r:.2f}, cosine of effects {odd.out:.2f}")
for name, effects_of in {"base": ours, "stories child": child}.items():
    missed = effects_of.taken_out(np.array([odd.feature]), tokens_each, seeds["effects"])
    top = effects_of.on_tokens(missed, common)[0].topk(6).indices
    print(f"{name:14}", [words.decode([i]) for i in common[top]])

# %% [markdown]
# It fires on the same tokens in both, in the same direction. What differs is what the two models do
# with it: the words at the other end have moved.
# ```{solution-end}
# ```
#
# **Next:** [chapter 10](10_synthesis) puts the three papers side by side.

# %% tags=["remove-cell"]
assert abs(by_hand - in_table) < 1e-3
for name in OTHER_LINEAGE:
    assert overall.value[name, name] == 1, "at home everything survives"
    assert overall.value[name, OTHER_LINEAGE[name]] < 0.1, "another basis is noise"
assert (overall.low <= overall.value).all() and (overall.value <= overall.high).all()
assert np.ptp(alike.r) < 1e-3, "correlation is blind to a symmetry"
assert set(kinds.edge) == {f"{p}_{c}" for p, c in EDGES}

# %% tags=["remove-cell"]
with chapter.claims():
    ends = overall.value["base"][["stories", "lua"]]
    assert most.value > 1.2 * ends.max(), "merging brings back features of the base"
    assert along.distance.idxmin() == most.name, "the nearest merge keeps most of the base"
    assert abs(middle - overall.value.xs("linear_0.5", level="model")).max() < 0.05
    share_of_both = of_merge[of_merge.stories & of_merge.lua].base.mean()
    assert share_of_both > 0.5, "what survives in both was the base's"

# %% tags=["remove-cell"]
with chapter.claims():
    shares = {name: row["new"][0] for name, row in again.items()}
    assert shares["stories"] > shares["merge"] > shares["lua"], "in one order"
    assert again["merge"]["new"][1] > again["stories_other_lineage"]["new"][2], "above the floor"
    assert max((lived[f"{c}_to_{c}"] >= 0.95).idxmax() for c in half_gone) < lived.index[-1] / 2
    assert all(half_gone[c] < half_there[c] for c in half_gone), "the base's go before others come"
    assert all(below), "training lies below the straight line"
    assert (gone.xs(RANDOM, level="way") > 1.5 * gone.xs(OWN, level="way")).all()
    assert near < -0.5 and within < 0, "agreement falls with distance"
    assert in_average.max() < middle["base"] / 2, "the barrier removed is not features regained"
    assert alike.stream.map(np.mean).max() < 0.5, "directions are only a little more alike"

# %% tags=["remove-cell"]
with chapter.claims():
    apart = effect_of.xs(("partner", "no common effect"), level=("kind", "measure"))
    assert apart.low["base_stories"] > apart.high["base_base"], "not the seed's doing"
    assert apart.low["base_lua"] > apart.high["base_base"]
    between_both = (found["base_base"] + found["base_base_other_seed"]) / 2
    assert found["base_stories"] < between_both, "nearer to a stranger's than to a second seed's"
    wide = by_r.pivot(index="r", columns="kind", values="value")
    assert (wide["ceiling"] > wide["base → child"]).all(), "the curves lie apart at every r"
    others = found[["base_lua", "stories_merge", "lua_merge"]]
    assert others.min() > found["base_stories"], "more is kept into Lua and into the merge"

# %% tags=["remove-cell"]
with chapter.claims():
    low_of = {key: low for key, (_, low, _) in ranked.items()}
    assert all(low_of[c, t] > 0 for c in ("stories", "lua") for t in ("found", "raises"))
    assert max(abs(ranked[c, "fires"][0]) for c in ("stories", "lua")) < 0.2

# %% tags=["remove-cell"]
with chapter.claims():
    assert (signs.of_persisted < 1 / 4).all(), "persisting features are mostly not punctuation"
    assert (signs.p > 0.05).all(), "punctuation is not shown to stand out"
    assert (signs.ceiling > 0.5).all(), "another dictionary finds most of punctuation again"
    assert prose.p["base_lua"] <= 0.05, "words of prose stand out in the Lua child"
    assert prose.value["base_lua"] > prose.value["base_stories"], "stories move words of prose"
    assert (signs.lineage_effect_low[["base_lua", "base_stories"]] > 0).all(), "signs are inherited"
    assert signs.stranger["base_lua"] < prose.stranger["base_lua"], "a stranger has fewer signs"
    assert (signs.lineage_effect_low["base_lua"] < prose.lineage_effect["base_lua"]
            < signs.lineage_effect_high["base_lua"]), "the effect on prose is not another"
    nameless = of_parent[of_parent.concept == "no known concept"].of_all
    assert nameless.between(0.7, 0.8).all(), "the list speaks of a quarter"

# %% tags=["remove-cell"]
with chapter.claims():
    assert across.r.max() <= 0.8, "detectors of assignment correlate below the threshold"
    assert of_base.in_lua["assignment target"] < of_base.f1["assignment target"] / 2, "in Lua"
    assert best_of[best_of.concept == "raise/error"].f1.max() < 0.3, "no feature for errors"
    none = best_of[best_of.concept == "none/nil"]
    assert none.f1.min() > 0.4 and none.in_lua.max() < 0.1, "a feature for None, not for nil"
    twice = assigning[assigning.model == assigning.other].set_index("model").r
    assert twice["stories"] > 0.8 > twice.drop("stories").max(), "ceilings of assignment"

# %% tags=["remove-cell"]
with chapter.claims():
    assert same_token.hit.min() > 0.5, "what fires on a token fires on it again"
    assert changed_words.hit.max() < 0.5, "most does not fire on a translation"
    assert (changed_words.above_exchanged_low[["base", "lua"]]
            > changed_words.above_exchanged_high["untrained"]).all(), "more than an untrained model"
    assert changed_words.above_exchanged["lua"] > changed_words.above_exchanged["base"], "tied"
    to_nil = of_all_models("translations.parquet").query("lua == 'nil'").set_index("model")
    assert to_nil.above_exchanged_low["lua"] > to_nil.above_exchanged_high["base"], "None and nil"
