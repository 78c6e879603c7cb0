# %% [markdown]
# # 08 · Feature tracking
#
# **Which features persist, emerge, disappear; against which ceiling and floors?**
#
# Two models read the same text. If a feature of the one is active exactly where a feature of the
# other is, we say that it {term}`persisted <fate>`. A feature of the child without such a partner
# has *emerged*; one of the parent without one in the child has *disappeared*
# {cite}`horn2025tracking`. The rule is simple. What it takes to believe its answer is the subject
# of this chapter.
#
# *Predict first.* What share of the base's features will find a partner in a child? In a model that
# the child does *not* descend from, but that read the same text? In a model that was never trained?
# And how many would find one if all a feature knew was which token it stands on?
#
# | reads | `dictionaries/*` (07), `models/*` (02, 03, 04), `corpora/tokenizer` (01) |
# |---|---|
# | writes | `tracking/*` |
# | takes | about two minutes at laptop size on two cores |

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
from IPython.display import display
from scipy import sparse

from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.describe import describe
from featurefate.dictionaries.encoding import encode, encoded_seeds, load_encoded
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.shared import encode_shared, train_shared
from featurefate.dictionaries.stability import stability
from featurefate.dictionaries.training import load_dictionary
from featurefate.figures import theme
from featurefate.figures.best_correlations import best_correlations
from featurefate.figures.correlation_matrix import correlation_matrix
from featurefate.figures.distributions import histogram
from featurefate.figures.feature_card import FeatureCard
from featurefate.figures.flow import flow
from featurefate.figures.heat_map import heat_map
from featurefate.figures.rates import rates
from featurefate.figures.tables import table
from featurefate.language_model.architecture import load_model
from featurefate.study.chapter import Chapter
from featurefate.study.report_fates import report_fates, report_stable
from featurefate.tracking.decoder_directions import compare_directions
from featurefate.tracking.family import EDGES, OTHER_LINEAGE
from featurefate.tracking.fates import FLOORS
from featurefate.tracking.lives import lives
from featurefate.tracking.nulls import shifted, shuffled_within_tokens
from featurefate.tracking.paths import ANSWERS, QUESTIONS, follow_paths
from featurefate.tracking.presence import presence
from featurefate.tracking.rule_comparison import PER_STRING, compare_rules
from featurefate.tracking.rules import side_by_side
from featurefate.tracking.string_correlation import mean_by_string, string_correlation
from featurefate.tracking.track import track
from featurefate.tracking.turnover import PARTS
from featurefate.tracking.views import views

theme.use()

# %% tags=["parameters"]
profile = "laptop"  # size of the study
validation_tokens = 8_192  # a domain, to choose stable features on
draws = 200  # of the bootstrap over documents
shifts = 3  # circular shifts for the chance floor
shuffles = 3  # of positions with the same token, for the token floor
controlled = ["base_stories"]  # edges from base whose new and lost features are sought once more
control_tokens = 8_192  # a domain, for that
control_draws = 100  # of the bootstrap, for the controls
path_seeds = [202]  # of the merge's dictionaries whose features are followed back
shared_tokens = 0  # that a dictionary of three models together is trained on; 0: none is
tracking_seed = 404  # of draws, shifts and shuffles

# %% [markdown]
# ## The result
#
# Chapter 07 read every dictionary on the same test tokens. What it kept is sparse: for each token,
# which features were active and how strongly. Every model of the family has three dictionaries, of
# other seeds; they are compared in all pairs of unequal seeds. Two of the three also read
# *validation* text here, to choose the features that are stable.

# %%
chapter = Chapter.open("08_feature_tracking", globals())
store = chapter.store
family = ["base", "stories", "lua", "merge"]
models = {n: store.read(f"models/{n}")
          for n in [*family, *OTHER_LINEAGE.values(), "base_untrained"]}
dictionaries = {n: store.read(f"dictionaries/{n}") for n in models}
encoded = {n: store.read(f"dictionaries/{n}_encoded") for n in models}
seeds = encoded_seeds(encoded["base"])

# %%
reading = encoded["base"].manifest.recipe["settings"]  # the test text; now validation text
reading |= {"split": "validation", "seeds": seeds[:2], "evaluation_tokens": validation_tokens}
tokens, about = store.read("corpora/tokens"), {"draws": 20, "seed": tracking_seed}
validation = chapter.steps(encode, "tracking/{}_validation", {
    n: (reading, {"model": models[n], "dictionaries": dictionaries[n], "tokens": tokens})
    for n in [*family, "base_untrained"]})
stable = chapter.steps(stability, "tracking/{}_stable", {
    n: (about, {"encoded": read}) for n, read in validation.items()})
bootstrap = {"draws": draws, "shifts": shifts, "shuffles": shuffles, "seed": tracking_seed}
fates = store.step("tracking/fates", track, bootstrap,
                   encoded | {f"{n}_stable": stable[n] for n in stable})

# %% tags=["remove-cell"]
tables = {f: pd.read_parquet(fates.file(f"{f}.parquet"))
          for f in ("rates", "stable", "centred", "by_domain", "pairs", "best", "flow", "turnover")}


def persisting(name, selected="threshold_name == 'paper'"):
    """The rates of persisting in one of the tables, by edge and denominator, in words, too."""
    rows = tables[name].query(f"fate == 'persisted' and {selected}")
    label = rows.parent + " → " + rows.child
    panel = "of the " + rows.denominator + "'s features"
    return rows.assign(label=label, panel=panel).set_index(["edge", "denominator"], drop=False)


# %% tags=["remove-cell"]
def known(*numbers):
    """The same, with None where there is no number."""
    return [None if pd.isna(number) else number for number in numbers]


persisted, best = persisting("rates"), tables["best"]
onward, back = (persisted.xs(side, level="denominator") for side in ("parent", "child"))
report_fates(chapter, tables["rates"])
report_stable(chapter, tables["stable"])

# %% tags=["hide-input"]
flow(
    tables["flow"],
    title=f"Of the base's features {onward.value['base_stories']:.0%} persist in the stories child "
    f"and {onward.value['base_lua']:.0%} in the Lua child; "
    f"{onward.ceiling['base_stories']:.0%} would if nothing had changed",
    subtitle="features with a partner at r ≥ 0.8, from another dictionary seed",
    description="Flow of features from base to both children and from them to the merge.",
)

# %% [markdown]
# Read the figure from its dashed outline inwards. The outline is the {term}`ceiling`: the share
# of features that find a partner in a *second dictionary of the same model*. For the base it is
# {glue:text}`sae.base.seed_ceiling`. Beyond it nothing can be called lost: two dictionaries of the
# *same* model do not find each other's features there either, at this size and threshold. The
# dotted outline is the stranger, one of four {term}`floors <floor>` below.
#
# ## From one correlation to a fate
#
# Take two features and the same tokens. Their *correlation* $r$ is the mean product of their
# standardised activations,
#
# $$ r = \frac{1}{T} \sum_{t} \frac{x_t - \bar{x}}{\sigma_x} \frac{y_t - \bar{y}}{\sigma_y}, $$
#
# with $x_t$ and $y_t$ the activations on token $t$, a bar for a mean and $\sigma$ for a standard
# deviation, over all $T$ test tokens. Here are five frequent features of the base, and the
# features of the stories child that fit them best. The first number is also computed by hand; all
# {glue:text}`tracking.pairs` of them come from the pairs that are active together, in one product.

# %%
first, second = load_encoded(encoded["base"], seeds[0]), load_encoded(encoded["stories"], seeds[1])
r = correlation(first.values, second.values)  # (feature of base, feature of stories)
firings = np.diff(first.values.tocsc().indptr)
frequent = np.argsort(-firings)[: len(firings) // 4]
ranked = frequent[np.argsort(-r[frequent].max(axis=1))]
_, apart = np.unique(r[ranked].argmax(axis=1), return_index=True)  # no two with one partner
five = ranked[np.sort(apart)[:: len(apart) // 5][:5]]
partners = r[five].argmax(axis=1)
x = first.values[:, [five[0]]].toarray().ravel()
y = second.values[:, [partners[0]]].toarray().ravel()
print(f"by hand {np.corrcoef(x, y)[0, 1]:.6f}, all at once {r[five[0], partners[0]]:.6f}")

# %% tags=["hide-input"]
chapter.glue("tracking.pairs", f"{r.size / 1e6:.1f} million")
small = pd.DataFrame(
    {"base": f"base {i}", "stories": f"stories {j}", "r": r[i, j]} for i in five for j in partners
).drop_duplicates()
heat_map(
    small, row="base", column="stories", value="r",
    row_title="feature of the base", column_title="feature of the stories child",
    title=f"On the diagonal each feature's best partner, r from {r[five, partners].min():.2f} "
    f"to {r[five, partners].max():.2f}",
    description="Correlations of five features of the base with their partners in stories.",
)

# %% tags=["hide-input"]
rows, columns = side_by_side(r)
matched = (r[rows, columns] >= 0.8).sum()
correlation_matrix(
    r[np.ix_(rows, columns)], row_title="features of the base, best pair first",
    column_title="features of the stories child, in the same order",
    title=f"All {r.size:,} pairs: if nobody is taken twice, {matched} of the {len(r)} features of "
    "the base have a partner at r ≥ 0.8",
    subtitle="paired so that the sum of r is largest; whoever has r < 0.3 with all comes last",
    description="Correlations of all features of base and stories, paired ones on the diagonal.",
)

# %% [markdown]
# A feature persists when its best partner reaches $r \ge 0.8$, the paper's threshold. In the whole
# matrix a row is a feature of the base: its largest entry decides whether the feature persists or
# disappears. A column is a feature of the child: its largest entry decides whether that persists,
# seen from the child, or has emerged. The two shares need not agree, since several features may
# choose one partner.
#
# Three choices make the answer fair, and each is easy to get wrong:
#
# - **Tokens, not words.** Activations are compared position by position. Averaging them per word
#   first makes unrelated features look alike.
# - **Other seeds.** Edges pair dictionary seed *a* of one model with seed *b* of the other.
#   Equal seeds start at the same tokens and read in the same order, which could make them agree
#   for no other reason; an exercise asks whether it does.
# - **Enough to go by.** A feature is judged if it fires on at least 30 tokens in at least 10
#   documents.
#
# ## Four floors
#
# A rate means something between two others. The ceiling says what it would be had nothing
# changed; the {term}`floors <floor>` what it would be without descent. Two of them need no other
# model, only another order of the child's tokens. *Chance* turns the stream round within each
# domain, so that no token meets itself. *Token* lets positions change places with others that have
# the same current token: a feature that is nothing but a spelling loses nothing, and whatever is
# left is explained by the token alone. ({glue:text}`token.moved` of the positions have another to
# change places with; the rest stay, so this floor is, if anything, a little high.)

# %%
streams = {"as it is": second, "turned round": shifted(second, 5_000),
           "token kept, the rest shuffled": shuffled_within_tokens(second, seed=1)}
r_of = {name: correlation(first.values, stream.values) for name, stream in streams.items()}
of_base, of_child = counted_features(first), counted_features(second)
for name, matrix in r_of.items():
    print(f"{name:30} {(matrix[of_base].max(axis=1) >= 0.8).mean():.1%} of the base's persist, "
          f"{(matrix[:, of_child].max(axis=0) < 0.8).mean():.1%} of the child's have emerged")
chapter.glue("token.moved", f"{pd.Series(second.token).duplicated(keep=False).mean():.1%}")

# %% [markdown]
# The other two are models. The *stranger* stands in for the parent: a base from another seed that
# read the same text, and, on the edges into the merge, that base's children. The child does not
# descend from it. *Untrained* is a model that learned nothing: what it shares with the child comes
# from the architecture, the tokenizer and the text.

# %% tags=["remove-cell"]
for floor in FLOORS:
    low, high = persisted[floor].agg(["min", "max"])
    chapter.glue(f"floors.{floor}", f"{low:.0%} to {high:.0%}")
chapter.glue("floors.moves", str(shifts))
by_token = (persisted.token / persisted.value).agg(["min", "max"])
chapter.glue("floors.token_share", f"{by_token['min']:.0%} to {by_token['max']:.0%}")
pairs = tables["pairs"].query("comparison == 'edge' and selection == 'counted'")
pairs = pairs.assign(label=pairs.edge.map(persisted.groupby(level=0).label.first()),
                     panel="of the " + pairs.denominator + "'s features")

# %% tags=["hide-input"]
gap = persisted.loc["base_stories", "parent"]
rates(
    persisted, label="label", panel="panel", points=pairs,
    title=f"base → stories: {gap.value:.0%} persist; in a stranger are {gap.stranger:.0%}, in an "
    f"untrained model {gap.untrained:.0%}, by the token alone {gap.token:.0%}; "
    f"{gap.ceiling:.0%} is the ceiling",
    subtitle="share with a partner at r ≥ 0.8; 95 % intervals over documents; rings: single pairs "
    "of dictionary seeds",
    description="Rate of persisting on four edges with ceiling and four floors.",
)

# %% [markdown]
# Chance is no rival. The other floors are the uncomfortable lines, and they lie close together: the
# stranger finds {glue:text}`floors.stranger` of the features, the untrained model
# {glue:text}`floors.untrained`, and the token alone explains {glue:text}`floors.token`. (The last
# two are not the same: an untrained model's neurons are mixed from tokens, too.) Whatever two
# models of such text share at this threshold, most of it is spelling: the token floor is
# {glue:text}`floors.token_share` of the rates. A table of persisting features says little of what
# was *learned* and handed down.
#
# What only descent can explain is the difference to the stranger, the {term}`lineage effect`. In
# percentage points of the child's features it is {glue:text}`fate.base_stories.lineage_effect` on
# base → stories, {glue:text}`fate.base_lua.lineage_effect` on base → Lua,
# {glue:text}`fate.stories_merge.lineage_effect` on stories → merge and
# {glue:text}`fate.lua_merge.lineage_effect` on Lua → merge. The *corrected* rate sets it on a
# scale from stranger (0) to ceiling (1). All three numbers are resampled together; where the
# ceiling cannot be told from the stranger, there is no scale and the rate is undetermined.

# %% tags=["hide-input"]
shown = persisted.assign(
    corrected=persisted.corrected.map("{:.2f}".format).where(
        persisted.corrected_status == "determined", persisted.corrected_status),
    rate=[f"{value:.0f}\u00a0({low:.0f}\u2060–\u2060{high:.0f})" for value, low, high in (
        100 * persisted[["value", "least", "most"]]).to_numpy()])
columns = ["ceiling", "stranger", "untrained", "token", "lineage_effect"]
table(
    shown[["label", "denominator", "rate", *columns, "corrected"]],
    formats=dict.fromkeys(columns, ".0%") | {"lineage_effect": ".1%"},
    names={"label": "edge", "denominator": "of", "rate": "rate, %", "lineage_effect": "lineage"},
)

# %% [markdown]
# In brackets is the range over the pairs of dictionary seeds, the rings of the figure. Pairs share
# members, so they are not independent, and three seeds a side are too few for an interval over
# seeds; the interval speaks for other documents only. Chance and token are means over
# {glue:text}`floors.moves` reorderings, each with another pair of seeds.
#
# ## Does it hang on the threshold?
#
# At 0.8 the answer is yes or no. The whole curve says more: for each $r$, the share of features
# whose best partner is at least that good.

# %% tags=["remove-cell"]
sweep = persisting("rates", "threshold_name != 'ceiling median' and denominator == 'child'")
highest = sweep.groupby("label", sort=False).lineage_effect.max().mul(100)
chapter.glue("lineage.highest", ", ".join(f"{n:.0f} on {edge}" for edge, n in highest.items()))
of_stories = sweep.loc["base_stories"].set_index("threshold")
loose, strict = of_stories.loc[0.5], of_stories.loc[0.95]
curve = best[best.counted & best.denominator.isin(["", "child"])].assign(r=best.r.clip(0, 1))
strictest = tables["rates"].query("threshold == 0.9 and fate == 'persisted'")
strictest = (strictest.stranger / strictest.value).agg(["min", "max"])
chapter.glue("stranger.at_90", f"{strictest['min']:.0%} to {strictest['max']:.0%}")
medians = tables["rates"].query("threshold_name == 'ceiling median'").threshold
chapter.glue("ceiling.median", "r ≥ " + " to ".join(f"{r_:.2f}" for r_ in sorted({*medians})))

# %% tags=["hide-input"]
panels = []
for parent, child in EDGES:
    own_ceiling = (curve.comparison == "ceiling") & (curve.model == child)
    of_edge = curve[(curve.edge == f"{parent}_{child}") | own_ceiling]
    panels.append(of_edge.assign(panel=f"{parent} → {child}"))
best_correlations(
    pd.concat(panels), correlation="r", kind="comparison", panel="panel",
    title=f"base → stories: by the token alone {loose.token:.0%} find a partner at r ≥ 0.5 and "
    f"{strict.token:.0%} at 0.95, on the edge {loose.value:.0%} and {strict.value:.0%}",
    subtitle="share of the child's features whose best partner has at least this r",
    description="Cumulative curves of best correlation for edge, ceiling and four floors.",
)

# %% [markdown]
# From 0.5 to 0.95 the edge stays between ceiling and stranger. How much descent explains changes:
# most where the demand is mild (at the best threshold, in points, {glue:text}`lineage.highest`). At
# 0.9 a stranger finds {glue:text}`stranger.at_90` of what the parent does. The paper's threshold is
# a strict one. It lies near the ceiling's median ({glue:text}`ceiling.median`), at which half of a
# model's features are found again.
#
# ## Does it hang on the rule?
#
# Who counts as a partner is a choice, too. Four rules:
#
# - **Maximum**, as above: the best one, however many others have it as well.
# - **Mutual**: only two that are each other's best.
# - **One-to-one**: nobody is taken twice, and the sum of all $r$ is as large as it can be
#   {cite}`kuhn1955hungarian`.
# - **Per string**: the rule in the paper's released code. A feature's activations are averaged over
#   the places where it fires on one and the same token; two features are correlated over the
#   tokens on which *both* fire. Two such tokens are enough.
#
# *Predict:* which of them finds partners for features that have none? Here are 400 features, and
# 400 others, that fire on one token in a thousand, anywhere: about as rare as the rarest tenth of
# the base's. They have nothing to do with each other.

# %%
def unrelated(seed, share):
    """Features that fire on tokens drawn at random; share: of the tokens, (features,)."""
    draw = np.random.default_rng((4_040, seed))
    fires = sparse.csr_array(draw.random((len(first.token), len(share)), np.float32) < share)
    strength = draw.lognormal(0, 0.5, fires.nnz)
    return sparse.csr_array((strength, fires.indices, fires.indptr), shape=fires.shape)


rare = np.full(400, 0.001)
one, other = unrelated(1, rare), unrelated(2, rare)
over_strings = string_correlation(one, other, first.token)
best_r = {"by position": correlation(one, other).max(axis=1), PER_STRING: over_strings.max(axis=1)}

# %% tags=["hide-input"]
found = {rule: (r >= 0.8).mean() for rule, r in best_r.items()}
histogram(
    pd.concat(pd.DataFrame({"r": r, "rule": rule}) for rule, r in best_r.items()),
    value="r", colour="rule", x_title="best correlation r",
    title=f"Of features with nothing in common, {found[PER_STRING]:.0%} find a partner per string, "
    f"{found['by position']:.0%} by position",
    subtitle="best r of each of 400 synthetic features among 400 others; partners have r ≥ 0.8",
    description="Best correlations of unrelated features: near 0 by position, near 1 per string.",
)

# %% tags=["remove-cell"]
share = np.diff(first.values.tocsc().indptr) / len(first.token)  # as often as the base's features
rarest = np.quantile(share, 0.1)
as_often = string_correlation(unrelated(3, share), unrelated(4, share), first.token).max(axis=1)
chapter.glue("rules.as_often", f"{(as_often >= 0.8).mean():.0%}")

# %% [markdown]
# Two points always lie on a line, and four or five often do, nearly. Among hundreds of features
# there are always some that share only a handful of tokens with the one in question, and of these
# the luckiest wins. (Of such features that fire as often as the base's do,
# {glue:text}`rules.as_often` still find one.) By position all tokens take part, those as well where
# only one of the two fires. Now the edge base → stories, each rule against *its own* ceiling and
# floors:

# %% tags=["remove-cell"]
roles = {"parent": "base", "child": "stories"}
roles |= {"stranger": "base_other_seed", "untrained": "base_untrained"}
by_rule = store.step("tracking/rules_base_stories", compare_rules,
                     bootstrap | {"pairs": 1, "shifts": 1, "shuffles": 1},  # one pair of seeds
                     {role: encoded[name] for role, name in roles.items()})
by_rule = pd.read_parquet(by_rule.file("rules.parquet"))

# %% tags=["hide-input"]
shown = by_rule.assign(panel="of the " + by_rule.denominator + "'s features")
of_child = by_rule[by_rule.denominator == "child"].set_index("rule")
lineage = 100 * of_child.lineage_effect
rates(
    shown, label="rule", panel="panel",
    title=f"Descent explains {lineage['maximum']:.1f} points by the maximum rule, "
    f"{lineage['one-to-one']:.1f} one-to-one and {lineage[PER_STRING]:.1f} per string",
    subtitle="base → stories; share with a partner at r ≥ 0.8; 95 % intervals over documents",
    description="Rate of persisting by four rules, with the ceiling and the floors of each.",
)

# %% tags=["remove-cell"]
for rule, row in of_child.iterrows():
    name, unit = rule.replace("-", "_").replace(" ", "_"), "share of features"
    beside = {"ceiling": row.ceiling, "floor": row.stranger, "unit": unit}
    chapter.report(f"rules.{name}.persisted", *known(row.value, row.low, row.high), **beside)
    effect = row[["lineage_effect", "lineage_effect_low", "lineage_effect_high"]]
    chapter.report(f"rules.{name}.lineage_effect", *known(*effect), unit=unit)
chance = by_rule[by_rule.rule == PER_STRING].chance
chapter.glue("rules.per_string.chance", f"{chance.min():.0%} to {chance.max():.0%}")

# %% [markdown]
# By position, three rules tell one story: a stricter rule lowers the rate *and* its ceiling *and*
# the stranger. What is left to descent, of the child's features, is
# {glue:text}`rules.maximum.lineage_effect` by the maximum rule,
# {glue:text}`rules.mutual.lineage_effect` mutually and
# {glue:text}`rules.one_to_one.lineage_effect` one-to-one (one pair of dictionary seeds). Per string
# there is nothing to tell: {glue:text}`rules.per_string.persisted` of the child's features have a
# partner in the base, and so they have in the stranger; even chance gives them to
# {glue:text}`rules.per_string.chance`. This chapter keeps the maximum rule, the one that the
# paper describes in words.
#
# ## Domain by domain
#
# Two features that both fire only in Lua correlate a little for that reason alone. So the rates are
# computed once more with every feature's mean removed within each domain, and once on the tokens of
# each domain alone, with that domain's own ceiling and floors.

# %% tags=["hide-input"]
in_domain = persisting("by_domain").query("denominator == 'child'")
descent = in_domain.pivot(index="label", columns="domain", values="lineage_effect").mul(100)
rates(
    in_domain, label="domain", panel="label", columns=2,
    title="Descent explains least on the child's own text: on base → stories "
    f"{descent.loc['base → stories', 'stories']:.1f} points on stories, up to "
    f"{descent.loc['base → stories'].max():.1f} elsewhere; on base → lua "
    f"{descent.loc['base → lua', 'lua']:.1f} on Lua, up to {descent.loc['base → lua'].max():.1f}",
    subtitle="share of the child's features with a partner at r ≥ 0.8, on the tokens of one domain",
    description="Rate of persisting on four edges by domain, with ceilings and floors.",
)

# %% tags=["remove-cell"]
numbers = ["value", "ceiling", *FLOORS]
moved = (persisting("centred")[numbers] - persisted[numbers]).abs().mul(100)
chapter.glue("centred.most", f"{moved.max(axis=None):.1f}")
firm = persisting("stable")
for name, rows in {"stable.corrected": firm, "fate.corrected": persisted}.items():
    of_child = rows.xs("child", level="denominator").corrected
    chapter.glue(name, f"{of_child.min():.2f} to {of_child.max():.2f}")
chapter.glue("stable.share", f"{(firm.features / persisted.features).mean():.0%}")

# %% [markdown]
# The domain as such explains almost nothing: removing its mean moves no rate, ceiling or floor by
# more than {glue:text}`centred.most` points. Where the children differ from their parent is plain
# from the figure. Fine-tuning rewrites what the child does on its own text, and there the edge
# comes nearest to the stranger; on text that the child has not seen since, more of the base is
# left. A feature is judged on a domain if it fires often enough there, so each domain has its own
# set of features, and its own ceiling.
#
# ## Only the features that are stable
#
# Many of a dictionary's features are its seed's. Do rates rise once these are left out? Call
# a feature *stable* when two of a model's dictionaries both find it, at $r \ge 0.8$, on validation
# text. Whether it is found once more is asked of the third dictionary, on test text: of the same
# model for the ceiling, of the other model for the fate. So nothing is tested by what chose it.

# %% tags=["hide-input"]
stays = firm.loc["base_stories", "parent"]
rates(
    firm, label="label", panel="panel",
    title=f"Of the base's stable features {stays.value:.0%} persist in the stories child, the "
    f"token alone explains {stays.token:.0%}, and the ceiling is {stays.ceiling:.0%}",
    subtitle="stable features with a partner at r ≥ 0.8 in a dictionary that did not choose them",
    description="Rate of persisting of stable features on four edges with ceiling and floors.",
)

# %% [markdown]
# {glue:text}`stable.share` of the features that count are stable, and they do persist more often:
# {glue:text}`stable.base_stories.persisted_parent` of the base's on base → stories. But floors and
# ceiling rise with them. Features that every seed finds are to a large part those of single tokens,
# which every *model* has, trained or not. Even here the ceiling is not 100 %: what two seeds agree
# on, a third may still miss. (From the parent's side a floor asks for the stand-in's own stable
# features. An untrained model's are easily found; a stranger has one dictionary only, which cannot
# choose any, so this floor is *not run* there.) Corrected, the child's
# stable features lie at {glue:text}`stable.corrected`, all that count at
# {glue:text}`fate.corrected`: leaving out what is the seed's changes the scale more than the place
# on it.
#
# ## Is what emerged really absent?
#
# No partner at $r \ge 0.8$ is a statement about two dictionaries. Is it one about the models? The
# other model's dictionary may describe the same thing by several features, or leave it in its
# error. So its *activations* are asked: the base's for the features of the stories child that are
# called emerged, the child's for those of the base that are called disappeared. There are three
# answers, asked for in this order:
#
# - *described otherwise*: the feature's own encoder, applied to the other model's activations,
#   fires there as it does at home ($r \ge 0.8$ with itself);
# - *readable*: a linear map of the other model's neurons, fitted on validation text, tells when it
#   fires. How well is set against the same reading from its own model's neurons; what 95 % of the
#   features with a partner reach, counts;
# - *absent*: found by neither.
#
# {term}`Latent scaling <latent scaling>` {cite}`minder2025overcoming` needs no threshold on $r$:
# how much of a feature's direction $d$ is in the other model's activations $y$ while the feature
# fires, $f(t) > 0$, over how much is in its own model's, $x$ (both without their means)?
#
# $$ \nu = \frac{\sum_t f(t)\,\langle d, y(t) \rangle}{\sum_t f(t)\,\langle d, x(t) \rangle} . $$
#
# It can be asked of the activations, of what the other's dictionary rebuilds of them, and of what
# it leaves over. *Spanned* goes the other way: of what the feature writes at home, how much does
# the other's dictionary, applied there, account for? *Predict:* what share of the features called
# emerged is absent?

# %%
sought = {}
for parent, child in (edge.split("_") for edge in controlled):
    sought[f"emerged_{parent}_{child}"] = child, parent, OTHER_LINEAGE[parent]
    sought[f"disappeared_{parent}_{child}"] = parent, child, OTHER_LINEAGE[child]
asked = dict(own_seed=seeds[1], other_seed=seeds[0], context=reading["context"],
             evaluation_tokens=control_tokens, draws=control_draws, seed=tracking_seed)
controls = chapter.steps(presence, "tracking/{}", {
    name: (asked, {"tokens": tokens} | {f"{who}{kind}": held[model]
           for who, model in zip(["", "other_", "stranger_"], three, strict=True)
           for kind, held in {"model": models, "dictionaries": dictionaries}.items()})
    for name, three in sought.items()})

# %% tags=["remove-cell"]
def of_controls(file):
    """One table of all that was sought, by fate and edge."""
    parts = []
    for name, artifact in controls.items():
        fate, parent, child = name.split("_")
        rows = pd.read_parquet(artifact.file(file))
        parts.append(rows.assign(fate=fate, edge=f"{parent} → {child}"))
    return pd.concat(parts, ignore_index=True)


verdicts = of_controls("summary.parquet")
judged = verdicts[verdicts.edge == "base → stories"].set_index(["fate", "of", "what"]).sort_index()

# %% tags=["hide-input"]
named = ["described otherwise", "readable", "absent"]
shown = verdicts[(verdicts.of == "no partner") & verdicts.what.isin(named)]
absent = judged.value.xs(("no partner", "absent"), level=["of", "what"])
rates(
    shown.assign(panel=shown.fate + ", " + shown.edge), label="what", panel="panel",
    x_title="share of the features without a partner",
    title=f"Of the features called emerged {absent['emerged']:.0%} are absent from the base; of "
    f"those called disappeared, {absent['disappeared']:.0%} from the stories child",
    subtitle="ceiling: only the dictionary's seed differs; 95 % intervals over documents",
    description="Verdicts on features without a partner, with ceiling and stranger.",
)

# %% tags=["hide-input"]
measures = {"applied": "r, own encoder", "nu_activation": "ν, activations", "spanned": "spanned",
            "nu_reconstruction": "ν, reconstruction", "nu_error": "ν, error"}
medians = pd.DataFrame({"median": list(measures.values())})
for fate in ("emerged", "disappeared"):
    of_fate = judged.loc[fate]
    for of, column in (("partner", "value"), ("no partner", "value"), ("no partner", "stranger")):
        numbers = [of_fate.loc[(of, f"median {measure}"), column] for measure in measures]
        medians[f"{fate}, {of if column == 'value' else column}"] = numbers
medians = medians.set_index("median").T.rename_axis("median of", axis=0).reset_index()
table(medians, formats=dict.fromkeys(medians.columns[1:], ".2f"), caption="Features of the child "
      "sought in the base (emerged) and the reverse (disappeared): those with a partner, those "
      "without, and those without one in a stranger, sought there")

# %% tags=["remove-cell"]
for fate, what in ((fate, what) for fate in absent.index for what in named):
    row = judged.loc[(fate, "no partner", what)]
    numbers = known(row.value, row.low, row.high, row.ceiling, row.stranger)
    chapter.report(f"sought.{fate}.{what.replace(' ', '_')}", *numbers, unit="share of features")
for fate in absent.index:
    whole, unread = judged.loc[(fate, "all")].value, judged.loc[(fate, "no partner", "unreadable")]
    chapter.glue(f"sought.{fate}.called", f"{1 - whole['partner']:.0%}")
    chapter.glue(f"sought.{fate}.absent_of_all", f"{whole['absent']:.0%}")
    stranger = judged.loc[(fate, "no partner", "absent")].stranger
    chapter.glue(f"sought.{fate}.absent_stranger", f"{stranger:.0%}")
    chapter.glue(f"sought.{fate}.unreadable", f"{unread.value:.0%}")
    chapter.glue(f"sought.{fate}.unreadable_stranger", f"{unread.stranger:.0%}")

# %% tags=["remove-cell"]
nu = judged.value.xs("median nu_activation", level="what")
for (fate, of), value in nu.items():
    chapter.glue(f"nu.{fate}.{of.replace(' ', '_')}", f"{value:.2f}")
variance = of_controls("variance.parquet").set_index(["fate", "domain", "by"])
variance = variance[variance.edge == "base → stories"].drop(columns="edge")
for (fate, domain, by), row in variance.iterrows():
    if domain == "all":
        whose = {"emerged": "stories", "disappeared": "base"}[fate]
        chapter.report(f"variance.{whose}_by_{by}", row.value, row.low, row.high,
                       unit="share of variance")

# %% [markdown]
# In this pair of dictionaries, read on half of the test text, {glue:text}`sought.emerged.called` of
# the child's features are called emerged and {glue:text}`sought.disappeared.called` of the base's
# disappeared. Only part of them are new or gone. Of those called emerged
# {glue:text}`sought.emerged.described_otherwise` were described otherwise,
# {glue:text}`sought.emerged.readable` can be read, and {glue:text}`sought.emerged.absent` are
# absent from the base (from a stranger, {glue:text}`sought.emerged.absent_stranger`); of those
# called disappeared {glue:text}`sought.disappeared.absent` are absent from the child (from a
# stranger, {glue:text}`sought.disappeared.absent_stranger`). (Where only the seed differs, none can
# be absent: it is the same model. A stranger's neurons have other places, so there only reading is
# left, and it finds less: {glue:text}`sought.emerged.unreadable_stranger` of those called emerged
# are not readable from the other base, {glue:text}`sought.emerged.unreadable` from the true one.)
# *Absent* remains a verdict of two readings: what neither finds may still be there in another form.
# How well a feature must be read was set on features that have a partner, and these may be the
# easier ones; and the intervals take for granted which features have one.
#
# Latent scaling warns against short cuts. Features that *have* a partner in the base have a median
# ν of no more than {glue:text}`nu.emerged.partner`, those without one of
# {glue:text}`nu.emerged.no_partner`: fine-tuning turns the directions of what it keeps, or makes
# them longer. So a low ν is no proof of absence here. In the other direction the two medians are
# {glue:text}`nu.disappeared.partner` and {glue:text}`nu.disappeared.no_partner`. Whole dictionaries
# say the same: the base's, applied to the stories child, explains
# {glue:text}`variance.stories_by_edge` of the variance of its activations, where the child's own
# explains {glue:text}`variance.stories_by_own`; the child's, applied to the base,
# {glue:text}`variance.base_by_edge`, where the base's own explains
# {glue:text}`variance.base_by_own`. A stranger's dictionary is worse than the mean.
#
# ## The way to the merge
#
# Each feature of the merge is looked up in two of its ancestors. If these are the base and a child,
# each of four answers has a name: *persisted throughout* (in both), *lost, then regained* (in the
# first alone, the base), *new in the child* and inherited (in the second alone), *new in the merge*
# (in neither). If they are the two children, the answer is which of them it comes from. Such
# stories are tempting. But each look misses about half of what is there, and two looks miss more.
# So the ceiling is the same question with both ancestors replaced by the merge itself, read by two
# other dictionaries.

# %% tags=["hide-input"]
follow = {"own_seeds": path_seeds, "draws": control_draws, "seed": tracking_seed}
ways = store.step("tracking/paths", follow_paths, follow,
                  {n: encoded[n] for n in [*family, *OTHER_LINEAGE.values()]})
paths = pd.read_parquet(ways.file("paths.parquet")).set_index(["question", "way"], drop=False)
regained = paths.loc[("base and stories", "lost, then regained")]
rates(
    paths.assign(label=len(QUESTIONS) * ANSWERS), label="label", panel="question", columns=3,
    title=f"In the base, not in stories: {regained.value:.0%} of the merge's features, as if lost "
    f"and regained; {regained.ceiling:.0%} where nothing was ever lost", x_title="of all features",
    subtitle="a partner at r ≥ 0.8; ceiling: both ancestors replaced by the merge itself",
    description="Shares of four ways of the merge's features, with ceiling and stranger.",
)

# %% tags=["remove-cell"]
for (question, way), row in paths.iterrows():
    name = f"way.{question.replace(' and ', '_')}.{way.split(',')[0].replace(' ', '_')}"
    unit = "share of the merge's features"
    chapter.report(name, row.value, row.low, row.high, row.ceiling, *known(row.stranger), unit)
    beyond = row[["beyond_ceiling", "beyond_ceiling_low", "beyond_ceiling_high"]]
    chapter.report(f"{name}_beyond", *beyond, unit=unit)

# %% tags=["remove-cell"]
shared, three = {}, ["base", "stories", "base_other_seed"]
if shared_tokens:
    recipe = dictionaries["base"].manifest.recipe["settings"]
    names = ("features", "k", "context", "batch", "learning_rate", "buffer_tokens")
    recipe = {name: recipe[name] for name in names} | {"training_tokens": shared_tokens}
    inputs = {"tokens": tokens} | {name: models[name] for name in three}
    trained = store.step("tracking/shared", train_shared, recipe | {"seeds": [606]}, inputs)
    on_test = encoded["base"].manifest.recipe["settings"]
    on_test = {name: on_test[name] for name in ("context", "evaluation_tokens", "split")}
    shared = {"shared": trained, "shared_encoded": store.step(
        "tracking/shared_encoded", encode_shared, on_test, inputs | {"shared": trained})}

# %% tags=["remove-cell"]
warm = {"warm_child": "stories_child", "warm_same": "nothing_changed",
        "warm_other_text": "other_text", "warm_stranger": "other_lineage"}
warm = {role: store.read(f"dictionaries/base_on_{way}_encoded") for role, way in warm.items()}
seen = store.step("tracking/views", views, {
    "parent_seed": seeds[0], "draws": control_draws, "seed": tracking_seed,
    "shared_names": three if shared else None},
    {"parent": encoded["base"], "stable": stable["base"], "child": encoded["stories"]}
    | warm | shared)
by_view = pd.read_parquet(seen.file("rates.parquet")).query("of == 'stable'").set_index("view")
agreement = pd.read_parquet(seen.file("agreement.parquet")).query("of == 'stable'")
agreement = agreement.set_index(["first", "second"])

# %% tags=["remove-cell"]
fresh = tables["turnover"].query("edge == 'base_stories' and denominator == 'parent'")
of_warm = pd.read_parquet(seen.file("turnover.parquet"))
parts = pd.concat([fresh.assign(view="fresh dictionaries"), of_warm.assign(view="warm starts")])
share_of = parts.set_index(["view", "part"]).value

# %% [markdown]
# By way of stories {glue:text}`way.base_stories.lost` of the merge's features were lost and then
# regained, it seems. Where nothing was ever lost, as many are:
# {glue:text}`way.base_stories.lost_beyond` is left beyond the ceiling. What was new in the child
# and inherited goes the same way ({glue:text}`way.base_stories.new_in_the_child`, which is
# {glue:text}`way.base_stories.new_in_the_child_beyond` beyond the ceiling). What the family has
# done to its features shows at the ends alone: fewer than the ceiling are in both ancestors
# ({glue:text}`way.base_stories.persisted_throughout_beyond`), more are in neither
# ({glue:text}`way.base_stories.new_in_the_merge_beyond`).
#
# Which parent? {glue:text}`way.stories_lua.both` of the merge's features are in both children,
# {glue:text}`way.stories_lua.stories_alone` in stories alone and
# {glue:text}`way.stories_lua.lua_alone` in Lua alone. Where nothing changed, luck of seeds gives
# each of these two {glue:text}`way.luck`; beyond that are
# {glue:text}`way.stories_lua.stories_alone_beyond` and
# {glue:text}`way.stories_lua.lua_alone_beyond`. That one feature stems from one parent alone can
# hardly be shown in this way; that the merge has more of the Lua child than of the stories child
# can, since luck favours neither.
#
# ## What is turnover made of?
#
# Turnover is what does not persist. Put between their references, the rates cut it into parts that
# add up. *Dictionary*: a second dictionary of the same model has not even something like the
# feature, at $r \ge 0.5$. *Matcher*: it has, but not at 0.8. *Model*: a second dictionary of the
# same model has the feature, one of the other model has not. The rest persists, *without descent*
# (a stranger has it as well) or *by descent*. Text has no part in it, as all dictionaries see the
# same.
#
# So far, dictionaries were trained afresh. {term}`Warm starts <warm start>` (chapter 07) see
# through the noise of seeds in another way, with a ceiling of their own (nothing changed) and a
# stranger of their own (a dictionary that went on from the base's on the other base). A third view
# is one {term}`shared dictionary` of base, child and a stranger, a crosscoder
# {cite}`lindsey2024sparse`: one set of latents, each with a direction for every model. A feature
# persists in it if the direction of its latent is at least half as long in the child as in the
# base. Do the three say the same of the same features?

# %% tags=["hide-input"]
rates(
    parts.loc[parts.part.isin(PARTS), ["view", "part", "value", "low", "high"]], label="part",
    panel="view", columns=2, x_title="share of the base's features",
    title=f"By fresh dictionaries {share_of['fresh dictionaries', 'turnover']:.0%} do not persist, "
    f"{share_of['fresh dictionaries', 'model']:.0%} because of the model; by warm starts "
    f"{share_of['warm starts', 'turnover']:.0%}, and {share_of['warm starts', 'model']:.0%}",
    subtitle="base → stories; of the base's features; the five parts add up to 100 %",
    description="Parts of the base's features: persisted without and by descent, and turnover.",
)

# %% tags=["hide-input"]
compared = by_view.join(agreement.loc["fresh"].add_prefix("fresh_"))
shown = compared.assign(persist=[
    f"{100 * row.value:.0f}\u00a0({100 * row.low:.0f}\u2060–\u2060{100 * row.high:.0f})"
    if row.status == "run" else row.status for row in compared.itertuples()]).reset_index()
columns = ["ceiling", "floor", "fresh_value", "fresh_chance"]
table(
    shown[["view", "persist", *columns, "fresh_kappa"]], missing="–",
    formats=dict.fromkeys(columns, ".0%") | {"fresh_kappa": ".2f"},
    names={"persist": "stable features that persist, %", "fresh_chance": "by chance",
           "fresh_value": "agrees with fresh", "fresh_kappa": "kappa"},
)

# %% tags=["remove-cell"]
for view, key in {"fresh dictionaries": "fresh", "warm starts": "warm"}.items():
    share = share_of[view]
    found_once = share["model"] + share["persisted"]  # the ceiling
    chapter.glue(f"turnover.{key}.of_ceiling", f"{share['model'] / found_once:.0%}")
    for part, row in parts[parts.view == view].set_index("part").iterrows():
        chapter.report(f"turnover.{key}.{part.replace(' ', '_')}", *known(
            row.value, row.low, row.high, row.ceiling, row.floor), unit="share of features")

# %% tags=["remove-cell"]
top = parts.set_index(["view", "part"]).ceiling["warm starts", "persisted"]
chapter.glue("turnover.warm.ceiling", f"{top:.1%}")
luck = paths.ceiling["stories and lua"][["stories alone", "lua alone"]]
chapter.glue("way.luck", f"{luck.mean():.0%}")
both = agreement.loc[("fresh", "warm")]
chapter.report("views.kappa", *known(*both[["kappa", "kappa_low", "kappa_high"]]))
chapter.glue("views.agree", f"{both.value:.0%}")

# %% tags=["remove-cell"]
together = pd.read_parquet(seen.file("features.parquet")).query("stable")
for fate in ("persisted", "lost"):
    alike = (together.fresh == fate) & (together.warm == fate)
    chapter.glue(f"views.both_{fate}", f"{alike.mean():.0%}")
kept = together[together.fresh == "persisted"].warm == "persisted"  # of these, by a warm start, too
of_shared = by_view.loc["shared"]
chapter.glue("views.shared", of_shared.status if of_shared.status != "run" else
             f"{of_shared.value:.0%} persist, and {of_shared.floor:.0%} in the stranger")

# %% [markdown]
# Where nothing changed, a warm start loses next to nothing ({glue:text}`turnover.warm.ceiling`
# stay), so dictionary and matcher have almost no part in its turnover. It lays
# {glue:text}`turnover.warm.model` of the base's features at the model's door, where fresh
# dictionaries can show {glue:text}`turnover.fresh.model`. But these can only miss what they would
# have found: of what the ceiling finds, fresh dictionaries miss
# {glue:text}`turnover.fresh.of_ceiling` in the child and warm starts
# {glue:text}`turnover.warm.of_ceiling`. On this the two nearly agree; what the fresh view cannot
# see, behind seed and matcher, goes about as often, says the warm start. Other text alone costs a
# warm start {glue:text}`turnover.warm.text`. About descent they do not agree
# ({glue:text}`turnover.fresh.by_descent` against {glue:text}`turnover.warm.by_descent`). A warm
# start on a stranger begins among neurons in another order and has to find everything anew, even
# what the stranger has as well; on a descendant it does not. Fresh dictionaries meet both models
# alike, so theirs is the number to go by.
#
# Feature by feature, fresh and warm dictionaries say the same of {glue:text}`views.agree` of the
# stable features: {glue:text}`views.both_persisted` persist in both, {glue:text}`views.both_lost`
# are lost in both. Cohen's kappa, 0 for chance and 1 for full agreement, is
# {glue:text}`views.kappa`. They differ to one side: nearly all that fresh dictionaries find again,
# a warm start keeps as well, and it keeps more. Of these two answers, both wrong in their own way,
# the fates that they share are the firm ones. The third view, the shared dictionary:
# {glue:text}`views.shared`. Wherever it is run, its floor decides. A latent may serve every model
# at no cost; if the stranger's directions are as long as the child's, their length tells nothing
# about descent. (Floors in the table: tokens shuffled for fresh dictionaries, the other lineage for
# the others. A shared dictionary has no seeds to set against each other, so no ceiling.)
#
# ## Five lives
#
# Rates are made of features. The five below were found by rule, none by eye. Each must have a
# partner at $r \ge 0.8$ in *another dictionary of its own model* (where a small run has any):
# otherwise its absence elsewhere may only be the seed's.

# %%
tokenizer = load_tokenizer(store.read("corpora/tokenizer"))
for life in lives(best, seeds[0]):
    values = load_encoded(encoded[life.model], seeds[0])
    dictionary = load_dictionary(dictionaries[life.model], seeds[0])
    model = load_model(models[life.model])
    description = describe(life.feature, values, dictionary, model, tokenizer)
    facts = {"fate": life.fate} | {f"best r, {other}": f"{r:.2f}" for other, r in life.r.items()}
    display(FeatureCard.of(description, model=life.model, facts=facts))

# %% [markdown]
# Read each card as a claim to be doubted: does every context fit, or only the first?
#
# ## Findings
#
# - Two dictionaries of one model share {glue:text}`sae.base.seed_ceiling` of their features
#   (base). A rate of persisting has to be read against that, not against 100 %.
# - base → stories {glue:text}`fate.base_stories.persisted_parent`, base → Lua
#   {glue:text}`fate.base_lua.persisted_parent` of the base's features persist; stories → merge
#   {glue:text}`fate.stories_merge.persisted_parent`, Lua → merge
#   {glue:text}`fate.lua_merge.persisted_parent` of the child's.
# - The rest has emerged or disappeared: on base → stories {glue:text}`fate.base_stories.emerged`
#   and {glue:text}`fate.base_stories.disappeared`. Much of that is the ceiling's doing.
# - Most of what persists would persist without descent: in a stranger, in an untrained model, and
#   by the token alone.
# - Descent is still to be seen on every edge, at every threshold, on every domain and among stable
#   features. From stranger to ceiling base → stories lies at
#   {glue:text}`fate.base_stories.corrected`, base → Lua at {glue:text}`fate.base_lua.corrected`,
#   stories → merge at {glue:text}`fate.stories_merge.corrected` and Lua → merge at
#   {glue:text}`fate.lua_merge.corrected`: merging keeps more of a parent than fine-tuning does.
#   (Chapter 10 asks whether that holds when everything is trained again.)
# - To be called emerged is not to be new: of the stories child's features without a partner
#   {glue:text}`sought.emerged.absent` are found in the base by neither reading (in a stranger,
#   {glue:text}`sought.emerged.absent_stranger`), of the base's
#   {glue:text}`sought.disappeared.absent` in the child
#   ({glue:text}`sought.disappeared.absent_stranger`).
# - Of the base's features {glue:text}`turnover.fresh.turnover` do not persist in the stories child;
#   {glue:text}`turnover.fresh.model` are lost to the model, as far as fresh dictionaries can tell,
#   {glue:text}`turnover.warm.model` by warm starts. The rest of the turnover is made by seeds and
#   the threshold.
# - The ways of single features (lost and regained, inherited from one parent) are hardly more
#   frequent than the luck of seeds makes them.
#
# The intervals speak for other documents of this kind. They do not speak for other models: each
# edge was run once, with three dictionaries a side and one stranger.
#
# ## Exercises
#
# ```{exercise-start} Equal seeds
# :label: exercise-equal-seeds
# ```
# Compute the rate of persisting from base to stories with *equal* dictionary seeds. Does it change
# the result, and in which direction?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-equal-seeds
# :class: dropdown
# ```

# %%
for name, other_seed in {"equal seeds": seeds[0], "unequal seeds": seeds[1]}.items():
    child = load_encoded(encoded["stories"], other_seed)
    share = (correlation(first.values, child.values)[of_base].max(axis=1) >= 0.8).mean()
    print(f"{name}: {share:.1%} of the base's features persist")

# %% [markdown]
# One pairing of seeds differs from another by as much (the ranges in the table above). Where the
# two rates are close, a shared beginning is forgotten in training; the study keeps seeds apart all
# the same.
# ```{solution-end}
# ```
#
# ```{exercise-start} What a feature writes
# :label: exercise-writes
# ```
# Correlation asks when features *fire*. A dictionary also knows what a feature *writes*: its
# direction, one weight for each neuron. Find each persisting feature's partner by the cosine of
# directions instead. Is it the same one? For which two models can this not be asked?
# ```{exercise-end}
# ```
#
# ```{solution-start} exercise-writes
# :class: dropdown
# ```

# %%
held = {"": models, "_dictionaries": dictionaries, "_encoded": encoded}
for two in (("base", "base"), ("base", "stories"), ("base_other_seed", "stories")):
    inputs = {role + kind: of_models[model] for kind, of_models in held.items()
              for role, model in zip(("parent", "child"), two, strict=True)}
    try:
        written = store.step("tracking/directions_{}_{}".format(*two), compare_directions,
                             {"seeds": seeds[:2], "seed": tracking_seed}, inputs)
        rows = pd.read_parquet(written.file("directions.parquet")).query("counted & best_r >= 0.8")
        print(*two, f"same partner {(rows.r == rows.best_r).mean():.0%}; median cosine "
              f"{rows.cosine.median():.2f}, {rows.chance.median():.2f} by chance")
    except ValueError as refused:
        print(refused)

# %% [markdown]
# Mostly it is. But the directions have turned: features that fire alike need not write alike, so a
# threshold on the cosine is another question than one on $r$. Base and child share their neurons,
# as fine-tuning began with the base's. With a stranger there is nothing to compute: its neurons
# stand in another order, and the step refuses.
# ```{solution-end}
# ```
#
# **Next:** [chapter 09](09_feature_histories) asks when and why: along training, along $t$, by
# concept and by cause.

# %% tags=["remove-cell"]
assert len(persisted) == 2 * len(EDGES)
for name in ("rates", "stable", "centred", "by_domain"):
    frame = tables[name]
    ran = frame[frame.status == "run"]
    assert (ran.low <= ran.value + 1e-9).all() and (ran.value <= ran.high + 1e-9).all()
    for reference in ("ceiling", *FLOORS):
        assert (frame[reference].notna() == (frame[f"{reference}_status"] == "run")).all()
assert found["by position"] == 0, "unrelated features match by position"
by_position = by_rule[by_rule.rule != PER_STRING].set_index("denominator")
wide = by_rule.pivot(index="denominator", columns="rule", values="value")
assert (wide.mutual <= wide.maximum).all() and (wide["one-to-one"] <= wide.maximum).all()
assert abs(np.corrcoef(x, y)[0, 1] - r[five[0], partners[0]]) < 1e-5

# %% tags=["remove-cell"]
with chapter.claims():
    assert (persisted.chance < 0.01).all(), "the text takes chance to be no rival"
    assert (persisted.value < persisted.ceiling).all(), "no edge reaches its ceiling"
    assert (persisted[["stranger", "untrained", "token"]].max(axis=1) < persisted.value).all()
    assert by_token["min"] > 0.5, "the text calls most of what persists spelling"
    assert (sweep.lineage_effect_low > 0).all(), "descent shows at every threshold"
    peak = sweep.set_index("threshold").groupby("label").lineage_effect.idxmax()
    assert peak.max() < 0.8, "descent explains most where the demand is mild"

# %% tags=["remove-cell"]
with chapter.claims():
    own = {"base → stories": "stories", "base → lua": "lua"}
    assert all(descent.loc[e].idxmin() == domain for e, domain in own.items()), "own text least"
    assert (in_domain.lineage_effect_low > 0).all(), "descent shows on every domain"
    assert moved.max(axis=None) < 1, "the domain explains almost nothing"
    assert (firm.value > persisted.value).all() and (firm.token > persisted.token).all()
    into = persisted.corrected.xs("child", level="denominator")
    assert into[["stories_merge", "lua_merge"]].min() > into[["base_stories", "base_lua"]].max()

# %% tags=["remove-cell"]
with chapter.claims():
    assert 0.0005 < rarest < 0.002, "they are about as rare as the rarest tenth of the base's"
    assert found[PER_STRING] > 0.9, "unrelated features find partners per string"
    fires_on = [mean_by_string(values, first.token).toarray() > 0 for values in (one, other)]
    shared = (fires_on[0] & fires_on[1][:, over_strings.argmax(axis=1)]).sum(axis=0)
    assert np.median(shared) <= 6, "and share only a handful of tokens with them"
    assert (by_position.lineage_effect_low > 0).all(), "descent shows by each of three rules"
    loosest = by_position[by_position.rule == "maximum"]
    for column in ("value", "ceiling", "stranger"):
        assert (by_position[column] <= loosest[column].reindex(by_position.index)).all()
    assert abs(lineage[PER_STRING]) < 1, "per string there is nothing to tell"

# %% tags=["remove-cell"]
everything = ["partner", *named]
for shares in (verdicts[(verdicts.of == "all") & verdicts.what.isin(everything)]
               .groupby(["fate", "edge"]).value.sum(),
               paths.groupby(level="question").value.sum(),
               parts[parts.part.isin(PARTS)].groupby("view").value.sum()):
    assert shares.round(6).eq(1).all()
assert by_view.status[["fresh", "warm"]].eq("run").all()
assert (by_view.status["shared"] == "not run in this profile") == (shared_tokens == 0)

# %% tags=["remove-cell"]
with chapter.claims():
    missing = judged.xs(("no partner", "unreadable"), level=["of", "what"])
    assert (missing.value < missing.stranger).all(), "reading finds less in a stranger"
    assert absent.between(0.4, 0.7).all(), "only part of what has no partner is new or gone"
    assert nu["emerged", "partner"] < 0.75, "what is kept has turned or grown, too"
    assert nu["emerged", "partner"] - nu["emerged", "no partner"] < 0.2, "ν hardly tells them apart"
    explained = variance.value.xs("all", level="domain")
    assert (explained.xs("stranger", level="by") < 0).all(), "a stranger's is worse than the mean"
    assert (explained.xs("edge", level="by") < explained.xs("own", level="by")).all()

# %% tags=["remove-cell"]
with chapter.claims():
    middle = paths[paths.way.isin(["lost, then regained", "new in the child"])]
    assert (middle.beyond_ceiling < 0.02).all(), "single ways are within the luck of seeds"
    ends = paths.set_index(["question", "way"]).loc["base and stories"]
    assert ends.beyond_ceiling_high["persisted throughout"] < 0, "fewer in both ancestors"
    assert ends.beyond_ceiling_low["new in the merge"] > 0, "more in neither"
    alone = paths.loc["stories and lua"]
    assert alone.low["lua alone"] > alone.high["stories alone"], "more of Lua than of stories"
    assert np.ptp(luck) < 0.01, "luck favours neither parent"
    assert (alone.beyond_ceiling[["stories alone", "lua alone"]] < 0.03).all(), "hardly beyond luck"

# %% tags=["remove-cell"]
with chapter.claims():
    assert top > 0.97, "warm starts lose next to nothing where nothing changed"
    lost = {v: share_of[v, "model"] / (share_of[v, "model"] + share_of[v, "persisted"])
            for v in ("fresh dictionaries", "warm starts")}
    by_fresh, by_warm = lost["fresh dictionaries"], lost["warm starts"]
    assert abs(by_fresh - by_warm) < 0.1, "on this the two nearly agree"
    assert share_of["warm starts", "by descent"] > 2 * share_of["fresh dictionaries", "by descent"]
    assert both.kappa_low > 0.3, "fresh and warm agree beyond chance"
    assert kept.mean() > 0.95, "nearly all that fresh dictionaries find again, a warm start keeps"
