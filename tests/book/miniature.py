# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A miniature chapter
#
# One of everything that a chapter may hold: charts, a formula, a number from the run, a table, a
# passage, a feature card and an exercise.

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
from example_charts import CHARTS
from myst_nb import glue

from featurefate.figures import theme
from featurefate.figures.feature_card import Context, FeatureCard
from featurefate.figures.passage import boxes, coloured, predictions
from featurefate.figures.tables import table

theme.use()

# %% [markdown]
# ## Charts

# %%
CHARTS["flow"]()

# %%
CHARTS["curves"]()

# %%
CHARTS["heat_map"]()

# %%
CHARTS["rates"]()

# %%
CHARTS["histogram"]()

# %%
CHARTS["best_correlations"]()

# %%
CHARTS["intervals"]()

# %% [markdown]
# ## Words and numbers
#
# Two features are partners when their {term}`correlation` is at least 0.8:
#
# $$
# r = \frac{\sum_i (a_i - \bar a)(b_i - \bar b)}
#          {\sqrt{\sum_i (a_i - \bar a)^2}\sqrt{\sum_i (b_i - \bar b)^2}},
# \qquad \boldsymbol{a}, \boldsymbol{b} \in \mathbb{R}^n .
# $$

# %% tags=["remove-output"]
glue("loss.base.english", "3.21 (3.15 to 3.27)", display=False)

# %% [markdown]
# The loss on english is {glue:text}`loss.base.english` nats, as {cite:t}`horn2025tracking` might
# have said.

# %%
frame = pd.DataFrame({"domain": ["english", "lua"], "tokens": [16384, 1234567]})
table(frame.assign(loss=[3.2061, np.nan], share=[0.25, 0.5]), formats={"share": ".0%"})

# %%
code = ["def", " add", "(", "a", ",", " b", "):", "\n", "   ", " return", " a", " +", " b", "\n"]
boxes(code, caption="The tokens of a small function")

# %%
coloured(code, np.linspace(0, 6, len(code)), unit="nats", caption="Surprise at every token")

# %%
guesses = [[(token, 0.5), (" other", 0.25)] for token in code]
predictions(code, guesses, caption="What the model expected")

# %%
counts, edges = np.histogram(np.random.default_rng(0).gamma(2.0, 1.0, 400), bins=24)
strengths = [0, 0, 0, 0, 0, 0, 0, 0, 1.5, 6.2, 0.4, 0, 0, 0]
FeatureCard(
    name="1234",
    model="base",
    share=0.0123,
    counts=counts.tolist(),
    edges=edges.tolist(),
    promoted=[(" self", 2.31), (" None", 1.90), ("\n", 1.2)],
    suppressed=[(" the", -1.71), ("</script>", -1.5)],
    contexts=[Context(code, strengths, "numpy/linalg/linalg.py")] * 2,
    facts={"base → stories": "persisted (r = 0.91)", "base → lua": "disappeared (r = 0.34)"},
)

# %% [markdown]
# ```{exercise}
# :label: miniature-exercise
#
# How many tokens does the function above have?
# ```
#
# ```{solution-start} miniature-exercise
# :class: dropdown
# ```

# %%
len(code)

# %% [markdown]
# ```{solution-end}
# ```
