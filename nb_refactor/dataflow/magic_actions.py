"""What IPython's magics do, as actions: those that bind names, take them away, or set state of the
process."""

from __future__ import annotations

from collections.abc import Iterator

from nb_refactor.dataflow.effects import (
    Action,
    Argument,
    Bind,
    Call,
    ClearAll,
    Evaluate,
    Fresh,
    ImportStar,
    Named,
    Opaque,
    Unbind,
    Use,
)
from nb_refactor.dataflow.magics import Magic
from nb_refactor.dataflow.words import words
from nb_refactor.notebook import Span

# Line magics that may bind anything.
BINDING = words("run load loadpy load_ext store xdel macro edit")
# Line magics that set state of the process (`library_options` knows which).
SETTING = words("cd pushd popd env set_env precision config")
# Cell magics that write a file.
WRITING = words("writefile file")
HARMLESS_EXTENSIONS = words(
    "autoreload matplotlib line_profiler memory_profiler watermark autotime nb_black lab_black "
    "tensorboard rpy2.ipython sql cython google.colab.data_table jupyter_black"
)
# Options of cell magics that are followed by a name: one that the cell reads, one that it binds.
_READING_OPTIONS = words("-i --input --in")
_BINDING_OPTIONS = words("-o --output --out --err --to")
# What the functions of magics are called; no name of the notebook can be it.
MAGIC = "__magic__"


def of_line(magic: Magic, at: Span) -> Iterator[Action]:
    """The actions of a magic on a line of its own."""
    if magic.kind != "line":
        return
    argument = magic.arguments.strip()
    if magic.name == "reset":
        yield ClearAll(at)
    elif magic.name == "pylab":
        yield ImportStar("numpy", at)
        yield ImportStar("matplotlib.pyplot", at)
        for name, module in (("np", "numpy"), ("plt", "matplotlib.pyplot")):
            yield Bind(name, at, Fresh("module"), "magic", module)
    elif magic.name == "xdel" and argument.isidentifier():
        yield Unbind(argument, at)
    elif magic.name in SETTING:
        first = argument.replace("=", " ").split()[0] if argument else ""
        yield _call((MAGIC, magic.name), (first,), at)
    elif magic.name == "load_ext" and argument in HARMLESS_EXTENSIONS:
        yield _call((MAGIC, magic.name), (argument,), at)
    elif magic.name in BINDING:
        yield Opaque(f"%{magic.name}", at, binds=True)


def of_cell(magic: Magic, at: Span) -> tuple[tuple[Use, ...], tuple[Action, ...]]:
    """What a cell in another language reads and does in the notebook, by its first line."""
    given = magic.arguments.split()
    if magic.name in WRITING:
        return (), (_call(("open",), (given[-1] if given else "", "w"), at),)
    reads: list[Use] = []
    binds: list[Action] = []
    for option, value in _options(given):
        names = [name for name in value.split(",") if name.isidentifier()]
        if option in _READING_OPTIONS:
            reads += [Use(name, at) for name in names]
        elif option in _BINDING_OPTIONS:
            binds += [Bind(name, at, Fresh("unknown"), "magic") for name in names]
    if "<<" in given[1:]:  # %%sql result << SELECT …
        name = given[given.index("<<") - 1]
        binds += [Bind(name, at, Fresh("unknown"), "magic")] if name.isidentifier() else []
    return tuple(reads), tuple(binds)


def _options(given: list[str]) -> Iterator[tuple[str, str]]:
    for position, word in enumerate(given):
        option, equals, value = word.partition("=")
        if equals:
            yield option, value
        elif position + 1 < len(given):
            yield option, given[position + 1]


def _call(path: tuple[str, ...], literals: tuple[str, ...], at: Span) -> Action:
    arguments = tuple(Argument(Fresh("scalar"), literal=text) for text in literals)
    return Evaluate(Call(Named(path[0]), path, None, None, arguments, True, False, at))
