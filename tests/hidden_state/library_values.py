"""What objects of numpy, pandas, matplotlib and scikit-learn are worth, as values that are equal
where the objects show and hold the same; and the state that these libraries keep in the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.base import BaseEstimator
from sklearn.utils import Bunch

mpl.use("agg")

Worth = Callable[[Any], object]


def library_worth(value: Any, worth: Worth) -> object | None:
    """The worth of an object of these libraries; None of any other. `worth` is asked for what is
    in it."""
    match value:
        case np.ndarray():
            content = worth(value.tolist()) if value.dtype == object else repr(value.tolist())
            return ("array", value.dtype.str, value.shape, content)
        case np.generic():
            return (type(value).__name__, repr(value))
        case np.random.Generator():
            return ("Generator", repr(value.bit_generator.state))
        case np.random.RandomState():
            return ("RandomState", value.get_state()[1].tobytes(), value.get_state()[2:])
        case pd.DataFrame():
            columns = [worth(value.iloc[:, i].to_numpy()) for i in range(value.shape[1])]
            return ("DataFrame", worth(value.columns), worth(value.index), *columns)
        case pd.Series():
            return ("Series", worth(value.name), worth(value.index), worth(value.to_numpy()))
        case pd.Index():
            return (type(value).__name__, worth(list(value.names)), worth(list(value)))
        case Figure():
            return ("Figure", *(_axes_worth(axes) for axes in value.axes), _texts(value.texts))
        case Axes():
            return _axes_worth(value)
        case Artist():
            return (type(value).__name__, _artist_worth(value))
        case BaseEstimator():
            return (type(value).__name__, worth(dict(vars(value))))
        case Bunch():
            return ("Bunch", worth(dict(value)))
    if type(value).__module__ == "sklearn.tree._tree":
        return ("tree", repr(value.__getstate__()))
    return None


def is_drawing(value: Any) -> bool:
    """Whether it is something drawn, which shows where its figure is shown."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return all(isinstance(v, Artist) for v in value.ravel())
    return isinstance(value, Artist)


def shown_figures() -> Iterator[str]:
    """The figures that were made or chosen since the last time, as IPython shows them at the end
    of a cell: they are closed then."""
    for number in plt.get_fignums():
        yield repr(library_worth(plt.figure(number), lambda v: v))
    plt.close("all")


def shown_text(value: Any) -> str:
    """What the last expression of a cell shows."""
    if isinstance(value, Figure):
        return repr(library_worth(value, lambda v: v))
    return repr(value)


def _axes_worth(axes: Axes) -> object:
    legend = axes.get_legend()
    return (
        "Axes",
        axes.get_title(),
        axes.get_xlabel(),
        axes.get_ylabel(),
        repr(axes.get_xlim()),
        repr(axes.get_ylim()),
        axes.get_xscale(),
        tuple((type(each).__name__, _artist_worth(each)) for each in _drawn(axes)),
        _texts(axes.texts),
        _texts(legend.get_texts()) if legend is not None else None,
    )


def _drawn(axes: Axes) -> list[Artist]:
    return [*axes.lines, *axes.patches, *axes.collections, *axes.images]


def _artist_worth(artist: Any) -> object:
    look = (repr(artist.get_label()), repr(artist.get_visible()), repr(artist.get_alpha()))
    for name in ("get_data", "get_bbox", "get_offsets", "get_array", "get_text"):
        if hasattr(artist, name):
            look = (*look, repr(getattr(artist, name)()))
    for name in ("get_color", "get_facecolor", "get_linestyle"):
        if hasattr(artist, name):
            look = (*look, repr(getattr(artist, name)()))
    return look


def _texts(texts: Any) -> tuple[str, ...]:
    return tuple(text.get_text() for text in texts)


class ProcessState:
    """What the libraries keep in the process: numpy's random state, options of matplotlib and of
    pandas. It is taken from the process, and given back to it."""

    def __init__(self, random: Any = None) -> None:
        self._random = random if random is not None else np.random.get_state()
        self._parameters = dict.copy(mpl.rcParams)
        self._options = {name: pd.get_option(name) for name in _OPTIONS}

    @staticmethod
    def new(chance: int) -> ProcessState:
        """Of a process that has just begun; `chance` is what unseeded random numbers come from."""
        return ProcessState(np.random.RandomState(chance).get_state())

    def restore(self) -> None:
        np.random.set_state(self._random)
        dict.update(mpl.rcParams, self._parameters)
        for name, value in self._options.items():
            if pd.get_option(name) != value:
                pd.set_option(name, value)


_OPTIONS = ("mode.copy_on_write", "display.max_rows", "display.precision")
