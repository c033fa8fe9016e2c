"""A notebook in good order: every cell was run once, from top to bottom."""

from __future__ import annotations

from sessions.session import Code, Run, Session, Text

WRITTEN = (
    Text(
        "title",
        """\
# What weather does to rentals

Nothing is hidden here: every cell was run once, from top to bottom, and a fresh run gives the
outputs that are saved. The notebook next door, `demand.ipynb`, is another matter.""",
    ),
    Text("data", "## Data"),
    Code(
        "imports",
        """\
import matplotlib.pyplot as plt
import pandas as pd

from bikes.days import is_weekend""",
    ),
    Code(
        "load",
        """\
rentals = pd.read_csv("../data/rentals.csv", parse_dates=["day"])
rentals.head()""",
    ),
    Code(
        "size",
        """\
without_wind = rentals["wind"].isna().sum()
print(f"{len(rentals)} days, {without_wind} without wind")""",
    ),
    Text("rain-or-shine", "## Rain or shine"),
    Code(
        "kind-of-day",
        """\
rentals["weather"] = pd.cut(
    rentals["rain"],
    bins=[-1, 0, 4, 100],
    labels=["dry", "showers", "wet"],
)
rentals["part of week"] = is_weekend(rentals["day"]).map({True: "weekend", False: "weekday"})""",
    ),
    Code(
        "mean-rentals",
        """\
mean_rentals = (
    rentals.groupby(["weather", "part of week"], observed=True)["rentals"].mean().unstack().round(0)
)
mean_rentals""",
    ),
    Code(
        "lost-to-rain",
        """\
lost = mean_rentals.loc["dry"] - mean_rentals.loc["wet"]
for part_of_week, bikes in lost.items():
    print(f"Rain on a {part_of_week} costs {bikes:.0f} rentals")""",
    ),
    Text("picture", "## The picture"),
    Code(
        "plot",
        """\
figure, axes = plt.subplots(figsize=(6, 3.5))
for weather, days in rentals.groupby("weather", observed=True):
    axes.scatter(days["temperature"], days["rentals"], s=8, label=weather)
axes.set_xlabel("temperature, °C")
axes.set_ylabel("rentals in a day")
axes.legend()
plt.show()""",
    ),
)

SESSION = Session(
    written=WRITTEN,
    ran=tuple(Run(cell.cell_id) for cell in WRITTEN if isinstance(cell, Code)),
)
