"""A notebook as it happens in life: it worked, and a fresh run of it does not."""

from __future__ import annotations

from sessions.session import Code, Run, Session, Text

TITLE = """\
# How many bikes will be rented tomorrow?

This notebook worked once: its outputs are below. A fresh run does not give them. The panel in the
right sidebar (*Notebook Refactoring* in the command palette, or Alt Shift R) says at its top how
the notebook stands and what to do next. It has three rooms; here is one thing to try in each:

1. **Reproduce: see whether it still works.** Choose *Run top to bottom and compare*. The run has a
   kernel of its own and changes nothing here. Some outputs come out different, and near the end a
   cell fails: its author deleted the cell that said what `warm` is.
2. **State: watch hidden state arise.** Choose *Run All Cells* in the *Run* menu, then run the cell
   that begins with `model = Ridge` once more. It now has another `alpha`: the one that the loop
   further down left behind. The cell is marked at its side; the room says what happened, offers a
   mend, and goes to the place when it is clicked.
3. **Extract: make a cell a function.** The room lists the cells that are worth a function, and why;
   *Show the map* draws which names flow between them. Right-click the first cell under *Features*,
   choose *Extract to module…*, and give it a name (`add_features`) and a module (`bikes.features`).
   You see both files before anything is written, and Ctrl Z brings the cell back. `rentals` has
   been through this cell and would not stand it twice: so it is not run again, and a notification
   says so."""

LOAD = """\
rentals = pd.read_csv("../data/rentals.csv", parse_dates=["day"])
rentals.head()"""

ADD_FEATURES = """\
rentals["wind"] = rentals["wind"].fillna(rentals["wind"].median())
rentals["feels_like"] = rentals["temperature"] - 0.15 * rentals["wind"]
rentals["is_weekend"] = is_weekend(rentals["day"]).astype(int)
rentals["last_week"] = rentals["rentals"].shift(1).rolling(7).mean()
rentals = rentals.dropna().reset_index(drop=True)
print(f"{len(rentals)} days with all features")"""

SPLIT = """\
test_days = {test_days}
train, test = rentals.iloc[:-test_days], rentals.iloc[-test_days:]
print(f"{{len(train)}} days to learn from, {{len(test)}} days to test on")"""

FIT = """\
model = Ridge(alpha=alpha).fit(train[features], train["rentals"])
pd.Series(model.coef_, index=features).round(1)"""

ERROR = """\
predicted = model.predict(test[features])
errors.append(round(mean_absolute_error(test["rentals"], predicted), 1))
errors"""

WEEKLY_ERROR = """\
weekly_error = {}
for first in range(0, len(test), 7):
    week = test.iloc[first : first + 7]
    predicted = model.predict(week[features])
    weekly_error[week["day"].iloc[0]] = mean_absolute_error(week["rentals"], predicted)
weekly_error = pd.Series(weekly_error, name="mean absolute error")
weekly_error.round(1)"""

TUNE = """\
for alpha in [0.1, 1, 10, 100, 1000]:
    candidate = Ridge(alpha=alpha).fit(train[features], train["rentals"])
    error = mean_absolute_error(test["rentals"], candidate.predict(test[features]))
    print(f"alpha {alpha:6}: {error:.1f}")"""

PLOT_WEEKS = """\
figure, axes = plt.subplots(figsize=(7, 3))
axes.bar(list(weekly_error.index.strftime("%d %b")), weekly_error)
axes.tick_params(axis="x", rotation=45)
axes.set_ylabel("mean absolute error, rentals")
plt.show()"""

PLOT_WARM_DAYS = """\
warm_days = test[test["temperature"] > warm]
figure, axes = plt.subplots(figsize=(5, 3.5))
axes.scatter(warm_days["rentals"], model.predict(warm_days[features]), s=10)
axes.set_xlabel("rentals")
axes.set_ylabel("predicted")
plt.show()"""

WRITTEN = (
    Text("title", TITLE),
    Text("data", "## Data"),
    Code(
        "imports",
        """\
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error

from bikes.days import is_weekend""",
    ),
    Code("load", LOAD),
    Code("describe", 'rentals[["temperature", "wind", "rain", "rentals"]].describe().round(1)'),
    Code("gaps", "print(f\"{rentals['wind'].isna().sum()} days without wind\")"),
    Text("features-title", "## Features"),
    Code("add-features", ADD_FEATURES),
    Code("features", 'features = ["feels_like", "rain", "is_weekend", "last_week"]'),
    Text("model-title", "## Model"),
    Code("split", SPLIT.format(test_days=91)),
    Code("settings", "alpha = 1\nerrors = []"),
    Code("fit", FIT),
    Code("error", ERROR),
    Code("weekly-error", WEEKLY_ERROR),
    Text("tune-title", "Would another `alpha` be better?"),
    Code("tune", TUNE),
    Text("plots-title", "## Plots"),
    Code("plot-weeks", PLOT_WEEKS),
    Code("plot-warm-days", PLOT_WARM_DAYS),
    Code(
        "summary",
        """\
worst = weekly_error.idxmax()
print(f"worst week: from {worst:%d %B}, {weekly_error[worst]:.0f} rentals off in a day")""",
    ),
)

RAN = (
    Run("imports"),
    Run("load"),
    Run("describe"),
    Run("gaps"),
    Run("add-features"),
    Run("features"),
    Run("split", SPLIT.format(test_days=56)),  # 56 was made 91 afterwards, and not run
    Run("settings"),
    Run("fit"),
    Run("error"),
    Run("tune"),  # leaves its last alpha behind
    Run("fit"),  # with the alpha that `tune` left
    Run("error"),  # a second time: the list of errors grows
    Run("weekly-error"),
    Run("plot-weeks"),
    Run("warm", "warm = 15"),  # this cell was deleted later
    Run("plot-warm-days"),
    Run("summary"),
)

SESSION = Session(written=WRITTEN, ran=RAN)
