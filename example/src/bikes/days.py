"""What kind of day a date is."""

from __future__ import annotations

import pandas as pd


def is_weekend(day: pd.Series) -> pd.Series:
    """True for Saturdays and Sundays; `day` holds timestamps."""
    return day.dt.dayofweek >= 5
