"""Which calls set options of a library: setting one again to the same changes nothing."""

from __future__ import annotations

from nb_refactor.dataflow.effects import Argument, Call
from nb_refactor.dataflow.words import words

# Calls that set an option of a library. Setting it again to the same changes nothing.
OPTION_CALLS: dict[str, str] = {
    "matplotlib.rc": "@matplotlib",
    "matplotlib.use": "@matplotlib",
    "matplotlib.pyplot.rc": "@matplotlib",
    "matplotlib.style.use": "@matplotlib",
    "matplotlib.pyplot.style.use": "@matplotlib",
    "matplotlib.rcParams.update": "@matplotlib",
    "matplotlib.pyplot.rcParams.update": "@matplotlib",
    "seaborn.set": "@matplotlib",
    "seaborn.set_theme": "@matplotlib",
    "seaborn.set_style": "@matplotlib",
    "seaborn.set_context": "@matplotlib",
    "seaborn.set_palette": "@matplotlib",
    "seaborn.despine": "",
    "pandas.set_option": "@display:text",
    "pandas.reset_option": "@display:text",
    "numpy.set_printoptions": "@display:text",
    "sympy.init_printing": "@display:rich",
    "sympy.init_session": "@display:rich",
    "__magic__.precision": "@display:text",
    "__magic__.config": "@matplotlib",
    "__magic__.env": "@environ",
    "__magic__.set_env": "@environ",
    "logging.basicConfig": "@logging",
    "logging.disable": "@logging",
    "os.putenv": "@environ",
    "os.environ.update": "@environ",
    "os.environ.setdefault": "@environ",
    "os.environ.pop": "@environ",
    "sys.path.append": "@sys.path",
    "sys.path.insert": "@sys.path",
    "sys.path.extend": "@sys.path",
    "sys.path.remove": "@sys.path",
}
# Those of them that set the option that their first argument names.
KEYED_OPTIONS = words(
    "pandas.set_option pandas.reset_option matplotlib.rc os.putenv os.environ.setdefault "
    "os.environ.pop sys.path.append sys.path.remove __magic__.config __magic__.env "
    "__magic__.set_env"
)
# Those of them that tell how IPython shows a value, and say nothing of its text. With one of these
# arguments they do.
_TEXT_ARGUMENTS = words("order perm_cyclic")
# Calls that set all options of a library back.
OPTION_RESETS: dict[str, str] = {
    "matplotlib.rcdefaults": "@matplotlib",
    "matplotlib.pyplot.rcdefaults": "@matplotlib",
    "seaborn.reset_defaults": "@matplotlib",
    "seaborn.reset_orig": "@matplotlib",
}
# Objects whose items are options: `plt.rcParams["x"] = v`, `pd.options.display.x = v`.
OPTION_OBJECTS: dict[str, str] = {
    "matplotlib.rcParams": "@matplotlib",
    "matplotlib.pyplot.rcParams": "@matplotlib",
    "pandas.options": "@display:text",
    "os.environ": "@environ",
    "sys.path": "@sys.path",
}


def option_set(call: Call, name: str) -> str | None:
    domain = OPTION_CALLS.get(name)
    if not domain:
        return None
    if domain == "@display:rich" and any(
        _tells_of_text(a, i) for i, a in enumerate(call.arguments)
    ):
        domain = "@display:text"
    first = call.arguments[0].literal if call.arguments else None
    keyed = name in KEYED_OPTIONS
    return f"{domain}:{name}:{first if keyed else ''}"


def _tells_of_text(argument: Argument, position: int) -> bool:
    return (
        argument.starred
        or argument.keyword in _TEXT_ARGUMENTS
        or (argument.keyword is None and position > 0)
    )


def tells_how_it_is_shown(option: str, kind: str) -> bool:
    """Whether an option of displays (`@display:…`) says anything about values of this kind. What a
    call on a figure gives holds no table; a plain number goes by IPython's own options."""
    if kind == "scalar":
        return not option.startswith(("@display:text:pandas.", "@display:text:numpy."))
    return kind != "figure" or not option.startswith("@display:text:pandas.")
