"""What the methods of library objects do to their receiver.

A method that is not in a table goes the careful way that costs least: a call whose value is
thrown away (`model.train()`) is there for its effect, so it is taken to change its receiver; a
call whose value is used is taken to be asked for its value.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb_refactor.dataflow.call_arguments import keyword_literal
from nb_refactor.dataflow.effects import Call, Kind
from nb_refactor.dataflow.words import words

# The part of an estimator that its training fills.
FITTED = ".fitted"
# The part of a table that tells in which order its rows stand.
ORDER = ".order"
# Methods that change their receiver, by the kind of the receiver. A kind that is listed here is
# known through and through: its other methods change nothing.
MUTATING_METHODS: dict[Kind, frozenset[str]] = {
    "scalar": frozenset(),
    "list": words(
        "append extend insert remove pop clear sort reverse appendleft popleft extendleft rotate "
        "__iadd__"
    ),
    "dict": words("__iadd__ update setdefault pop popitem clear move_to_end subtract"),
    "namespace": words(
        "__iadd__ __ior__ __setitem__ __delitem__ update setdefault pop popitem clear"
    ),
    "bunch": words("__iadd__ update setdefault pop popitem clear"),
    "set": words(
        "__iadd__ add remove discard pop clear update intersection_update difference_update "
        "symmetric_difference_update"
    ),
    "array": words(
        "__iadd__ sort fill resize partition itemset put setflags setfield byteswap add_ sub_ mul_ "
        "div_ zero_ fill_ copy_ clamp_ backward requires_grad_ detach_ normal_ uniform_"
    ),
    "pandas": words("insert pop update set_flags"),
    "solver": frozenset(),
    "module": frozenset(),
    "imported": frozenset(),
    "function": words("cache_clear"),
}
# Methods that change a receiver of unknown kind, whether or not their value is used.
MUTATING_ANYWHERE = words(
    "__iadd__ append extend insert remove pop clear sort reverse update setdefault popitem add "
    "discard appendleft popleft extendleft intersection_update difference_update "
    "symmetric_difference_update fill resize itemset put partition "
    "fit fit_transform fit_predict partial_fit fit_resample fit_generator train train_on_batch "
    "compile step backward zero_grad load_state_dict set_params "
    "read readline readlines write writelines seek truncate flush close next send throw "
    "fetchone fetchall fetchmany execute executemany commit rollback "
    "random rand randn randint integers normal uniform choice choices shuffle permutation "
    "standard_normal sample_n rvs seed push put_nowait get_nowait "
    "set_title set_xlabel set_ylabel set_xlim set_ylim set_xticks set_yticks "
    "set_xticklabels set_yticklabels set legend add_subplot add_axes add_patch add_artist "
    "add_collection tight_layout subplots_adjust colorbar annotate axhline axvline fill_between "
    "scatter errorbar imshow pcolormesh contour contourf quiver streamplot tick_params "
    "add_edge add_edges_from add_node add_nodes_from remove_node remove_edge "
    "enqueue dequeue register cache_clear"
)
# Methods that change a receiver of unknown kind by their name, also where their value is shown.
MUTATING_PREFIXES = (
    "add", "set_", "update", "remove", "insert", "append", "push", "fit", "train", "load_",
    "reset", "clear", "init", "step", "delete", "register", "drop_", "run", "start", "build",
    "compile", "enable", "disable", "attach", "put", "write", "pop", "shuffle",
)  # fmt: skip
# Methods that only make a container larger.
GROWING_METHODS = words("append extend insert add update setdefault appendleft extendleft put")
# Methods that set one thing of their receiver: setting it again to the same changes nothing, and
# what it was before does not matter.
SETTING_PREFIX = "set_"
SETTING_METHODS = words("legend tick_params tight_layout grid suptitle invert_xaxis_ axis")
# Methods that change nothing, even where their value is thrown away.
QUIET_METHODS = words(
    "head tail describe info show plot hist boxplot sum mean median min max std var count corr "
    "value_counts unique nunique isnull isna notnull notna keys values items get copy sample "
    "groupby agg aggregate apply map applymap transform pivot pivot_table merge join concat "
    "sort_values sort_index reset_index set_index rename drop dropna fillna drop_duplicates "
    "astype to_csv to_excel to_json to_parquet to_pickle to_sql to_html to_string to_frame "
    "to_numpy to_list tolist to_dict to_latex savefig save dump dumps format join split strip "
    "lower upper replace startswith endswith encode decode index find render display "
    "predict predict_proba transform inverse_transform score summary evaluate decision_function "
    "get_params named_steps isin between query eval filter melt stack unstack explode clip round "
    "abs diff shift rolling expanding resample interpolate rank cumsum cumprod quantile mode "
    "skew kurt memory_usage select_dtypes nlargest nsmallest iterrows itertuples all any dot "
    "reshape ravel flatten transpose squeeze argmax argmin argsort nonzero tobytes tofile repeat "
    "take cumsum conj trace diagonal swapaxes lookup where mask pipe equals compare assign "
    "info_ cpu cuda eval_ is_integer bit_length title capitalize center ljust rjust zfill "
    "simplify expand factor subs evalf doit diff integrate lambdify pretty "
    "assert_called parameters state_dict named_parameters children modules"
)
# How methods begin that tell, show or copy something of a receiver of unknown kind.
_QUIET_PREFIXES = (
    "plot_", "show_", "print_", "display_", "describe_", "to_", "get_", "is_", "has_", "as_",
    "export_", "save_", "raise_for_", "assert_",
)  # fmt: skip
# Methods that restart their receiver: what an earlier call of them left does not matter.
RESETTING_METHODS = words("fit fit_transform fit_predict compile cluster")
# Methods that change nothing of a figure, nor of an array of its axes.
_QUIET_ON_FIGURES = words("show savefig ravel flatten reshape tolist transpose squeeze item")
# Methods whose result is, or may share memory with, their receiver.
SHARING_METHODS = words(
    "fit set_params partial_fit reshape ravel view transpose squeeze swapaxes diagonal get "
    "setdefault pop items values keys groupby rolling resample expanding iterrows itertuples "
    "popitem popleft __getitem__ __iter__ train eval to cuda cpu detach numpy requires_grad_ "
    "set_index_ named_parameters parameters children modules add_subplot gca get_figure "
    "appendleft axes_dict flat chain append_ merge_ rename_ pipe filter_ select"
)
# Methods of a table, a column or groups of them that give the axes that they draw in.
_DRAWING_METHODS = words("plot hist boxplot bar barh pie line area scatter hexbin kde density")
# Those of them whose result is the receiver itself.
SELF_METHODS = words("fit partial_fit set_params train eval requires_grad_")
# A pandas object's methods that take `inplace=True`.
INPLACE_KEYWORD = "inplace"
# Attributes of pandas objects that are about the whole object, not a column of that name.
PANDAS_ATTRIBUTES = words(
    "shape columns index values T dtypes dtype loc iloc at iat ix size empty ndim axes style plot "
    "hist str dt cat sparse attrs flags array nbytes name hasnans is_unique"
)
# All attributes of a table: a column of such a name is none.
TABLE_ATTRIBUTES = PANDAS_ATTRIBUTES | words(
    "T abs add add_prefix add_suffix agg aggregate align all any apply applymap asfreq asof "
    "assign astype at at_time attrs axes backfill between_time bfill bool boxplot clip columns "
    "combine combine_first compare convert_dtypes copy corr corrwith count cov cummax cummin "
    "from_arrow select to_iceberg "
    "cumprod cumsum describe diff div divide dot drop drop_duplicates droplevel dropna dtypes "
    "duplicated empty eq equals eval ewm expanding explode ffill fillna filter first "
    "first_valid_index flags floordiv from_dict from_records ge get groupby gt head hist iat "
    "idxmax idxmin iloc index infer_objects info insert interpolate isetitem isin isna isnull "
    "items iterrows itertuples join keys kurt kurtosis last last_valid_index le loc lt map mask "
    "max mean median melt memory_usage merge min mod mode mul multiply ndim ne nlargest notna "
    "notnull nsmallest nunique pad pct_change pipe pivot pivot_table plot pop pow prod product "
    "quantile query radd rank rdiv reindex reindex_like rename rename_axis reorder_levels replace "
    "resample reset_index rfloordiv rmod rmul rolling round rpow rsub rtruediv sample "
    "select_dtypes sem set_axis set_flags set_index shape shift size skew sort_index sort_values "
    "sparse squeeze stack std style sub subtract sum swapaxes swaplevel tail take to_clipboard "
    "to_csv to_dict to_excel to_feather to_gbq to_hdf to_html to_json to_latex to_markdown "
    "to_numpy to_orc to_parquet to_period to_pickle to_records to_sql to_stata to_string "
    "to_timestamp to_xarray to_xml transform transpose truediv truncate tz_convert tz_localize "
    "unstack update value_counts values var where xs"
)
# Methods that change arguments, whatever their receiver is.
METHODS_CHANGING_ARGUMENTS: dict[str, tuple[int, ...]] = {"shuffle": (0,), "readinto": (0,)}
# Arguments that a solver's methods write into, by position and by name.
_FILLED_BY_SOLVERS: dict[str, tuple[tuple[int, str], ...]] = {
    "operator_iteration": ((1, "v"),),
    "bellman_operator": ((1, "Tv"), (2, "sigma")),
    "compute_greedy": ((1, "sigma"),),
    "s_wise_max": ((1, "out"), (2, "out_argmax")),
}
# Entries of a bunch that share their memory with another one (a table with some of its columns: the
# one is not told apart from all others).
_SHARED_ENTRIES = {"images": "data", "pairs": "data", "frame": None}
# Methods of a table that give a table.
TABLE_METHODS = words(
    "copy dropna drop_duplicates fillna head tail sort_values sort_index reset_index set_index "
    "rename drop assign query merge join astype replace round sample nlargest nsmallest"
)


def part_set(method: str, kind: Kind) -> str | None:
    """The part of the receiver that a method fills anew, if it is of that sort."""
    if kind == "estimator" and method in RESETTING_METHODS:
        return FITTED
    if kind == "figure" and (method.startswith(SETTING_PREFIX) or method in SETTING_METHODS):
        return f".{method}"
    return None


def entry_of(kind: Kind, name: str) -> str | None:
    """The field that an attribute, or an entry, of an object is, if it is a field of its own."""
    if kind != "bunch":
        return name
    return None if hasattr(dict, name) or name.startswith("_") else _SHARED_ENTRIES.get(name, name)


def orders_rows(call: Call, method: str, kind: Kind) -> bool:
    """Whether a method puts the rows of its receiver in order and does nothing else to it."""
    others = {argument.keyword for argument in call.arguments} & {"ignore_index", "axis"}
    sorts = kind == "pandas" and method in ("sort_values", "sort_index")
    few = sum(argument.keyword is None for argument in call.arguments) < 2
    return sorts and few and not others


def only_draws(method: str) -> bool:
    """Whether a method of a figure or its axes draws, and gives nothing of what was drawn before.
    (An axis' label stands where the ticks leave it room, and its text tells the place.)"""
    shown = method.startswith(("get_", "show", "save", "set_ylabel", "set_xlabel", "_"))
    return not shown and method not in ("legend_elements", "to_image", "to_html", "write_image")


def changes_receiver(call: Call, method: str, kind: Kind) -> bool:
    """Whether calling this method changes the object that it is called on."""
    if keyword_literal(call, INPLACE_KEYWORD) is True:
        return True
    if kind in ("iterator", "generator"):
        return True
    if kind == "figure":
        return not method.startswith("get_") and method not in _QUIET_ON_FIGURES
    if kind in MUTATING_METHODS:
        return method in MUTATING_METHODS[kind] or (method.endswith("_") and kind == "array")
    if kind == "estimator":
        return method.startswith(("fit", "partial_fit", "set_", "add", "train", "compile", "load"))
    if method in MUTATING_ANYWHERE:
        return True
    if method in QUIET_METHODS or method.startswith(_QUIET_PREFIXES) or call.awaited:
        return False
    return call.discarded or method.startswith(MUTATING_PREFIXES)


def changes_list_or_set(kind: Kind, method: str) -> bool:
    """Whether a method that is given away (`map(rows.append, more)`) changes what it is of."""
    return kind in ("list", "set") and method in MUTATING_METHODS[kind]


def changed_arguments(call: Call, method: str, kind: Kind) -> Iterator[int]:
    """The arguments that a method changes, by their place among those of the call."""
    yield from METHODS_CHANGING_ARGUMENTS.get(method, ())
    filled = _FILLED_BY_SOLVERS.get(method, ()) if kind == "solver" else ()
    for i, argument in enumerate(call.arguments):
        if any((i if argument.keyword is None else argument.keyword) in names for names in filled):
            yield i


def method_result(method: str, kind: Kind) -> Kind:
    if kind == "pandas" and method in _DRAWING_METHODS:
        return "figure"
    if kind in ("pandas", "array", "scalar", "figure", "estimator"):
        return kind
    if method in ("copy", "tolist"):
        return kind if kind != "unknown" else "unknown"
    return "unknown"
