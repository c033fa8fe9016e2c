"""Write data/rentals.csv: eighteen months of rentals in a made-up city, the same at each run."""

from __future__ import annotations

import csv
import math
from datetime import date, timedelta
from pathlib import Path
from random import Random

FIRST_DAY = date(2023, 1, 1)
DAYS = 547
COLUMNS = ("day", "temperature", "wind", "rain", "rentals")
RENTALS_CSV = Path(__file__).parents[1] / "data" / "rentals.csv"


def rentals_on(day: date, temperature: float, wind: float, rain: float, chance: Random) -> int:
    """Rentals grow with warmth and with the months, and shrink with rain, wind and weekends."""
    expected = 900 + 38 * temperature + 0.9 * (day - FIRST_DAY).days
    expected -= 6 * wind + 55 * min(rain, 12)
    expected -= 260 if day.weekday() >= 5 else 0
    return max(0, round(expected + chance.gauss(0, 90)))


def made_up_day(day: date, chance: Random) -> tuple[str, float, float | str, float, int]:
    """One row of the table; one day in sixty the anemometer was out of order."""
    season = -math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)
    temperature = round(11 + 10 * season + chance.gauss(0, 3), 1)
    wind = round(chance.gammavariate(3, 5), 1)
    rain = round(chance.expovariate(0.25), 1) if chance.random() < 0.35 else 0.0
    rentals = rentals_on(day, temperature, wind, rain, chance)
    measured_wind = "" if chance.random() < 1 / 60 else wind
    return day.isoformat(), temperature, measured_wind, rain, rentals


def main() -> None:
    chance = Random(20230101)
    with RENTALS_CSV.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for number in range(DAYS):
            table.writerow(made_up_day(FIRST_DAY + timedelta(days=number), chance))


if __name__ == "__main__":
    main()
