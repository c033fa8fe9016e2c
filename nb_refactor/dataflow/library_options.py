"""Which calls set options of libraries, and which options they set.

An option is a piece of the process's state, `@domain:library:option`. Setting it again to the same
changes nothing. A call of which the text does not tell the options may set all of its library: it
has a key of its own, which ends in `*`, and what stands before it and what comes behind it are told
apart, as they are for the groups of options that seaborn sets at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb_refactor.dataflow.effects import Argument, Call, Fresh
from nb_refactor.dataflow.words import words

RC = "@matplotlib:rc"
_INLINE = "@matplotlib:inline"
_PANDAS = "@display:text:pandas"
_NUMPY = "@display:text:numpy"
_ENVIRON = "@environ:os"
_SYS_PATH = "@sys.path:sys.path"
ANY = "*"
# How many rows of a table are shown before some are left out, and how many that are at first.
ROW_LIMIT = f"{_PANDAS}:max_rows"
FIRST_ROW_LIMIT = 60
# Calls that set the options that literals among their arguments name, by where the names stand.
_NAMED_FIRST: dict[str, str] = {
    "pandas.reset_option": _PANDAS,
    "os.putenv": _ENVIRON,
    "os.environ.setdefault": _ENVIRON,
    "os.environ.pop": _ENVIRON,
    "__magic__.env": _ENVIRON,
    "__magic__.set_env": _ENVIRON,
    "__magic__.config": _INLINE,
    "sys.path.append": _SYS_PATH,
    "sys.path.remove": _SYS_PATH,
}
# Calls that set these options, each time all of them.
_SETTING: dict[str, tuple[str, ...]] = {
    "matplotlib.use": (f"{_INLINE}:backend",),
    "sympy.init_printing": ("@display:rich:sympy:printing",),
    "sympy.init_session": ("@display:rich:sympy:printing",),
    "__magic__.precision": (f"{_NUMPY}:precision", "@display:rich:ipython:precision"),
}
# Calls that may set any option of a library, or set it by what it was.
_SETTING_ANY: dict[str, str] = {
    "matplotlib.style.use": RC,
    "matplotlib.pyplot.style.use": RC,
    "matplotlib.rcParams.update": RC,
    "matplotlib.pyplot.rcParams.update": RC,
    "logging.basicConfig": "@logging:logging",
    "logging.disable": "@logging:logging",
    "os.environ.update": _ENVIRON,
    "sys.path.insert": _SYS_PATH,
    "sys.path.extend": _SYS_PATH,
}
_SETTING_RC = words("matplotlib.rc matplotlib.pyplot.rc")
_OTHERS = words(
    "pandas.set_option numpy.set_printoptions seaborn.despine seaborn.set seaborn.set_theme "
    "seaborn.set_style seaborn.set_context seaborn.set_palette"
)
# Calls that set all options of a library back.
OPTION_RESETS: dict[str, str] = {
    "matplotlib.rcdefaults": RC,
    "matplotlib.pyplot.rcdefaults": RC,
    "seaborn.reset_defaults": RC,
    "seaborn.reset_orig": RC,
}
# All of them; they go by no option themselves.
OPTION_CALLS = frozenset(
    {*_NAMED_FIRST, *_SETTING, *_SETTING_ANY, *_SETTING_RC, *_OTHERS, *OPTION_RESETS}
)
# Objects whose items are options: `plt.rcParams["x"] = v`, `pd.options.display.x = v`.
OPTION_OBJECTS: dict[str, str] = {
    "matplotlib.rcParams": RC,
    "matplotlib.pyplot.rcParams": RC,
    "pandas.options": _PANDAS,
    "os.environ": _ENVIRON,
    "sys.path": _SYS_PATH,
}
# Groups of matplotlib's options that seaborn sets at once, and options that are in none of them.
_GROUPS = frozenset({f"{RC}:style", f"{RC}:context", f"{RC}:palette"})
_IN_NO_GROUP = frozenset({f"{RC}:figure.figsize", f"{RC}:figure.dpi"})
# What is in a group, and so goes back to what the group says when it is set again.
_IN_GROUP: dict[str, frozenset[str]] = {
    f"{RC}:style": words(
        "axes.axisbelow axes.edgecolor axes.facecolor axes.grid axes.labelcolor axes.spines.bottom "
        "axes.spines.left axes.spines.right axes.spines.top figure.facecolor font.family "
        "font.sans-serif grid.color grid.linestyle image.cmap lines.solid_capstyle patch.edgecolor "
        "patch.force_edgecolor text.color xtick.bottom xtick.color xtick.direction xtick.top "
        "ytick.color ytick.direction ytick.left ytick.right"
    ),
    f"{RC}:context": words(
        "axes.labelsize axes.linewidth axes.titlesize font.size grid.linewidth legend.fontsize "
        "legend.title_fontsize lines.linewidth lines.markersize patch.linewidth xtick.labelsize "
        "xtick.major.size xtick.major.width xtick.minor.size xtick.minor.width ytick.labelsize "
        "ytick.major.size ytick.major.width ytick.minor.size ytick.minor.width"
    ),
}
# By which arguments seaborn sets the groups; a group stays as it is where that is None.
_GROUP_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "seaborn.set": ("context", "style", "palette"),
    "seaborn.set_theme": ("context", "style", "palette"),
    "seaborn.set_style": ("style",),
    "seaborn.set_context": ("context",),
    "seaborn.set_palette": ("palette",),
}
# What sympy's printing is told about text; all else is about what IPython shows.
_TEXT_ARGUMENTS = words("order perm_cyclic")
_PRINT_OPTIONS = (
    "precision", "threshold", "edgeitems", "linewidth", "suppress", "nanstr", "infstr", "formatter",
)  # fmt: skip
_ALIASES = {
    "lw": "linewidth", "ls": "linestyle", "c": "color", "fc": "facecolor", "ec": "edgecolor",
    "mew": "markeredgewidth", "aa": "antialiased",
}  # fmt: skip


def options_set(call: Call, name: str) -> tuple[str, ...]:
    """The options that a call of a function by this canonical name sets."""
    if name in _SETTING_ANY:
        return (f"{_SETTING_ANY[name]}:{ANY}",)
    if name in _NAMED_FIRST:
        return (f"{_NAMED_FIRST[name]}:{_named(call.arguments[:1], name)}",)
    if name in _SETTING_RC:
        return tuple(_of_rc(call))
    if name == "pandas.set_option":
        return (f"{_PANDAS}:{_named(call.arguments[: len(call.arguments) == 2], name)}",)
    if name == "numpy.set_printoptions":
        return tuple(dict.fromkeys(_of_printing(call)))
    if name == "sympy.init_printing" and _tells_of_text(call):
        return ("@display:text:sympy:printing",)
    if name in _GROUP_ARGUMENTS:
        return (*_groups_set(call, name), *([f"{RC}:{ANY}"] if _more_given(call) else []))
    return _SETTING.get(name, ())


def options_by(call: Call, name: str) -> int | None:
    """The argument that is a dictionary of options."""
    if name in ("matplotlib.rcParams.update", "matplotlib.pyplot.rcParams.update"):
        return 0 if len(call.arguments) == 1 and call.arguments[0].keyword is None else None
    if name not in _GROUP_ARGUMENTS or any(a.starred for a in call.arguments):
        return None
    return next((i for i, a in enumerate(call.arguments) if a.keyword == "rc"), None)


def named_by(options: tuple[str, ...], keys: tuple[str, ...] | None) -> tuple[str, ...]:
    """The options, where a dictionary with these keys names those that are not known."""
    if keys is None:
        return options
    known = tuple(option for option in options if not option.endswith(ANY))
    return (*known, *(f"{RC}:{key}" for key in keys))


def covered_by(option: str) -> Iterator[str]:
    """The options that are set with a group of them."""
    yield from (f"{RC}:{name}" for name in _IN_GROUP.get(option, ()))


def _groups_set(call: Call, name: str) -> Iterator[str]:
    given = dict(zip(_GROUP_ARGUMENTS[name], call.arguments, strict=False))
    given = {part: a for part, a in given.items() if a.keyword is None}
    given |= {a.keyword: a for a in call.arguments if a.keyword is not None}
    for part in _GROUP_ARGUMENTS[name]:
        none = part in given and given[part].value == Fresh("scalar")
        if not none and (part in given or name in ("seaborn.set", "seaborn.set_theme")):
            yield f"{RC}:{part}"


def _more_given(call: Call) -> bool:
    return any(a.keyword == "rc" or a.starred for a in call.arguments)


def _named(arguments: tuple[Argument, ...], setter: str) -> str:
    """The option that the first argument names; pandas' by the last part of its name."""
    literal = arguments[0].literal if arguments else None
    if not isinstance(literal, str) or not literal:
        return ANY
    return literal.rpartition(".")[2] if setter.startswith("pandas.") else literal


def _of_rc(call: Call) -> Iterator[str]:
    """The options that `rc("figure", dpi=100)` sets."""
    group = call.arguments[0].literal if call.arguments else None
    for argument in call.arguments[1:]:
        known = isinstance(group, str) and argument.keyword is not None
        option = f"{group}.{_ALIASES.get(argument.keyword or '', argument.keyword)}"
        yield f"{RC}:{option if known else ANY}"


def _of_printing(call: Call) -> Iterator[str]:
    """The options that `set_printoptions(precision=2)` sets; it always takes the formatter back."""
    yield f"{_NUMPY}:formatter"
    for position, argument in enumerate(call.arguments):
        if argument.starred or (argument.keyword is None and position >= len(_PRINT_OPTIONS)):
            yield f"{_NUMPY}:{ANY}"
        else:
            yield f"{_NUMPY}:{argument.keyword or _PRINT_OPTIONS[position]}"


def _tells_of_text(call: Call) -> bool:
    return any(
        a.starred or a.keyword in _TEXT_ARGUMENTS or (a.keyword is None and position > 0)
        for position, a in enumerate(call.arguments)
    )


def set_by(setter: str, option: str) -> bool:
    """Whether what set one option may have set the other one, too."""
    library, _, name = setter.rpartition(":")
    if setter == option or library != option.rpartition(":")[0]:
        return False
    if name.startswith(ANY):
        return True
    grouped = setter in _GROUPS and option not in _GROUPS
    return grouped and option not in _IN_NO_GROUP and not option.startswith(f"{library}:{ANY}")


def tells_how_it_is_shown(option: str, kind: str) -> bool:
    """Whether an option of displays (`@display:…`) says anything about values of this kind. What a
    call on a figure gives holds no table; a plain number goes by IPython's own options."""
    if kind == "scalar":
        return not option.startswith((_PANDAS, _NUMPY))
    return kind != "figure" or not option.startswith(_PANDAS)
