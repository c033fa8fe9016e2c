"""What the person chose about the new function, in place of what would be proposed."""

from __future__ import annotations

from msgspec import Struct


class Lines(Struct, frozen=True):
    """Whole lines of a cell's source, `first` to `last`, both counted from 1. The top-level
    statements that they touch are meant."""

    first: int
    last: int


class Choices(Struct, frozen=True):
    """All have a default: the change set of an empty choice shows what there is to choose.

    `lines`: only these statements of the one cell. `names`: for variables of the notebook, the
    name that the parameter or the return value has in the function. `parameters` and `returns`:
    the notebook's names in the order that is wanted; names that the function does not have are
    passed over, those left out come last. `types`: for variables of the notebook, what the live
    kernel knows of their types, as Python writes them in full (`pandas.DataFrame`,
    `dict[str, numpy.ndarray]`, `int`): they become annotations. `defaults`: constants of the
    notebook become default values of the parameters that take them. `proposed`: the function
    is called by what stands above the code or what the code makes, whatever name is given."""

    lines: Lines | None = None
    names: dict[str, str] = {}
    parameters: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    types: dict[str, str] = {}
    defaults: bool = True
    proposed: bool = False
