"""What library calls do to their receiver, their arguments and the state of the process.

A table by library, read off their documentation. Where a call is not in the table the answer
goes the careful way that costs least: a call whose value is thrown away (`model.train()`) is
there for its effect, so it is taken to change its receiver; a call whose value is used is taken
to be asked for its value. New knowledge is one row here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from nb_refactor.dataflow.effects import Argument, Call, Kind, Operand
from nb_refactor.dataflow.words import words

# The part of an estimator that its training fills.
FITTED = ".fitted"

# ---- methods ---------------------------------------------------------------------------------

# Methods that change their receiver, by the kind of the receiver. A kind that is listed here is
# known through and through: its other methods change nothing.
MUTATING_METHODS: dict[Kind, frozenset[str]] = {
    "scalar": frozenset(),
    "list": words(
        "append extend insert remove pop clear sort reverse appendleft popleft extendleft rotate "
        "__iadd__"
    ),
    "dict": words("__iadd__ update setdefault pop popitem clear move_to_end subtract"),
    "set": words(
        "__iadd__ add remove discard pop clear update intersection_update difference_update "
        "symmetric_difference_update"
    ),
    "array": words(
        "__iadd__ sort fill resize partition itemset put setflags setfield byteswap add_ sub_ mul_ "
        "div_ zero_ fill_ copy_ clamp_ backward requires_grad_ detach_ normal_ uniform_"
    ),
    "pandas": words("insert pop update set_flags"),
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

# Methods that restart their receiver: what an earlier call of them left does not matter.
RESETTING_METHODS = words("fit fit_transform fit_predict compile cluster")

# Methods whose result is, or may share memory with, their receiver.
SHARING_METHODS = words(
    "fit set_params partial_fit reshape ravel view transpose squeeze swapaxes diagonal get "
    "setdefault pop items values keys groupby rolling resample expanding iterrows itertuples "
    "popitem popleft __getitem__ __iter__ train eval to cuda cpu detach numpy requires_grad_ "
    "set_index_ named_parameters parameters children modules add_subplot gca get_figure "
    "appendleft axes_dict flat chain append_ merge_ rename_ pipe filter_ select"
)

# A pandas object's methods that take `inplace=True`.
INPLACE_KEYWORD = "inplace"

# Attributes of pandas objects that are about the whole object, not a column of that name.
PANDAS_ATTRIBUTES = words(
    "shape columns index values T dtypes dtype loc iloc at iat ix size empty ndim axes style plot "
    "hist str dt cat sparse attrs flags array nbytes name hasnans is_unique"
)

# ---- functions -------------------------------------------------------------------------------

# Functions that change arguments (by position), by canonical dotted name.
CHANGED_ARGUMENTS: dict[str, tuple[int, ...]] = {
    "random.shuffle": (0,),
    "numpy.random.shuffle": (0,),
    "numpy.fill_diagonal": (0,),
    "numpy.put": (0,),
    "numpy.place": (0,),
    "numpy.copyto": (0,),
    "numpy.putmask": (0,),
    "numpy.add.at": (0,),
    "numpy.subtract.at": (0,),
    "heapq.heappush": (0,),
    "heapq.heappop": (0,),
    "heapq.heapify": (0,),
    "heapq.heappushpop": (0,),
    "heapq.heapreplace": (0,),
    "bisect.insort": (0,),
    "bisect.insort_left": (0,),
    "bisect.insort_right": (0,),
    "operator.setitem": (0,),
    "setattr": (0,),
    "delattr": (0,),
    "next": (0,),
    "anext": (0,),
    "random.setstate": (),
    "copy.replace": (),
    "pickle.load": (0,),
    "json.load": (0,),
    "csv.reader": (0,),
    "csv.writer": (0,),
    "importlib.reload": (0,),
    "numpy.nan_to_num": (),
    "torch.nn.init.xavier_uniform_": (0,),
    "torch.nn.utils.clip_grad_norm_": (0,),
    "matplotlib.pyplot.setp": (0,),
    "matplotlib.pyplot.sca": (0,),
}

# Methods that change arguments, whatever their receiver is.
METHODS_CHANGING_ARGUMENTS: dict[str, tuple[int, ...]] = {"shuffle": (0,), "readinto": (0,)}

# Keywords through which a function draws into, or writes to, an object that it is given.
CHANGED_KEYWORDS = words("ax axes out figure fig")

# Functions that walk an iterator to its end (or some way) when they are given one.
CONSUMING = words(
    "list tuple set dict sum min max sorted any all frozenset enumerate_ next print len_ join "
    "extend Counter DataFrame Series array fromiter"
)

# Functions whose result is, or shares memory with, their first argument (or all arguments).
SHARING_FUNCTIONS = words(
    "numpy.asarray numpy.asanyarray numpy.ravel numpy.reshape numpy.transpose numpy.squeeze "
    "numpy.atleast_1d numpy.atleast_2d numpy.expand_dims numpy.swapaxes numpy.broadcast_to "
    "numpy.split numpy.array_split numpy.flip numpy.rollaxis numpy.moveaxis numpy.diag "
    "torch.from_numpy torch.reshape torch.transpose torch.squeeze iter reversed zip enumerate map "
    "filter memoryview functools.partial functools.reduce getattr max min itertools.chain next "
    "operator.itemgetter operator.attrgetter csv.reader csv.writer vars "
    "torch.nn.Sequential torch.optim.SGD torch.optim.Adam torch.optim.AdamW "
    "torch.utils.data.DataLoader sklearn.pipeline.Pipeline sklearn.pipeline.make_pipeline "
    "contextlib.closing iter"
)

# Functions that make a new container of the same elements.
SHALLOW_COPIES: dict[str, Kind] = {
    "list": "list",
    "tuple": "scalar",
    "set": "set",
    "dict": "dict",
    "sorted": "list",
    "frozenset": "scalar",
    "copy.copy": "unknown",
    "collections.deque": "list",
    "collections.OrderedDict": "dict",
    "collections.defaultdict": "dict",
    "collections.Counter": "dict",
}

# Functions that give a plain value whatever they are given.
SCALAR_FUNCTIONS = words(
    "len int float str bool complex bytes repr abs_ round_ hash id ord chr type isinstance "
    "issubclass callable hasattr range format bin hex oct print time.time time.perf_counter "
    "datetime.datetime.now datetime.datetime datetime.date datetime.timedelta pandas.Timestamp "
    "pandas.to_datetime_ os.path.join os.getcwd os.listdir pathlib.Path math.sqrt math.log "
    "math.exp math.sin math.cos math.pi numpy.float64 numpy.int64 decimal.Decimal "
    "fractions.Fraction input display IPython.display.display IPython.core.display.display"
)

_KIND_BY_FUNCTION: dict[str, Kind] = {
    "open": "iterator",
    "iter": "iterator",
    "zip": "iterator",
    "map": "iterator",
    "filter": "iterator",
    "enumerate": "iterator",
    "reversed": "iterator",
    "csv.reader": "iterator",
    "csv.DictReader": "iterator",
    "itertools.count": "iterator",
    "itertools.cycle": "iterator",
    "itertools.chain": "iterator",
    "itertools.product": "iterator",
    "itertools.permutations": "iterator",
    "itertools.combinations": "iterator",
    "itertools.islice": "iterator",
    "os.walk": "iterator",
    "os.scandir": "iterator",
    "random.Random": "generator",
    "numpy.random.default_rng": "generator",
    "numpy.random.RandomState": "generator",
    "numpy.random.Generator": "generator",
    "torch.Generator": "generator",
    "sklearn.utils.check_random_state": "generator",
    "matplotlib.pyplot.subplots": "figure",
    "matplotlib.pyplot.figure": "figure",
    "matplotlib.pyplot.gca": "figure",
    "matplotlib.pyplot.gcf": "figure",
    "matplotlib.pyplot.subplot": "figure",
    "matplotlib.pyplot.axes": "figure",
}
_KIND_BY_PACKAGE: tuple[tuple[str, Kind], ...] = (
    ("numpy.", "array"),
    ("scipy.", "array"),
    ("torch.nn.functional.", "array"),
    ("torch.nn.", "unknown"),
    ("torch.optim.", "unknown"),
    ("torch.utils.", "unknown"),
    ("torch.", "array"),
    ("pandas.", "pandas"),
    ("geopandas.", "pandas"),
    ("seaborn.load_dataset", "pandas"),
    ("seaborn.objects.", "scalar"),  # each of their methods gives a new object
    ("seaborn.", "figure"),
    ("matplotlib.", "figure"),
    ("math.", "scalar"),
    ("sympy.", "scalar"),
)
_ESTIMATOR_PACKAGES = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "statsmodels.")

# ---- state of the process --------------------------------------------------------------------

RANDOM_STATES: tuple[tuple[str, str], ...] = (
    ("numpy.random.", "@numpy.random"),
    ("random.", "@random"),
    ("torch.", "@torch.random"),
    ("tensorflow.random.", "@tensorflow.random"),
)
SEEDING = words(
    "numpy.random.seed numpy.random.set_state random.seed random.setstate torch.manual_seed "
    "torch.random.manual_seed torch.set_rng_state tensorflow.random.set_seed"
)
NOT_DRAWING = words(
    "numpy.random.default_rng numpy.random.RandomState numpy.random.Generator "
    "numpy.random.get_state numpy.random.SeedSequence numpy.random.PCG64 random.Random "
    "random.getstate random.SystemRandom"
)
TORCH_DRAWING = words(
    "rand randn randint randperm normal bernoulli multinomial rand_like randn_like dropout"
)
# Calls of scikit-learn, pandas and scipy that draw from numpy's global state unless they are
# given a state of their own.
DRAWING_UNLESS_SEEDED = words(
    "sample rvs train_test_split shuffle resample make_blobs make_classification make_moons "
    "make_circles make_regression KFold_ bootstrap barplot pointplot lineplot "
    "regplot lmplot catplot_ stripplot swarmplot_ scramble"
)
# Estimators that draw when they are trained, unless they are given a state of their own.
DRAWING_ESTIMATORS = words(
    "RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor "
    "DecisionTreeClassifier DecisionTreeRegressor GradientBoostingClassifier "
    "GradientBoostingRegressor BaggingClassifier BaggingRegressor AdaBoostClassifier "
    "AdaBoostRegressor MLPClassifier MLPRegressor SGDClassifier SGDRegressor KMeans "
    "MiniBatchKMeans GaussianMixture BayesianGaussianMixture TSNE MDS NMF FastICA "
    "LatentDirichletAllocation IsolationForest RandomizedSearchCV BernoulliRBM Perceptron "
    "LinearSVC RANSACRegressor TheilSenRegressor SpectralClustering"
)
TRAINING = words("fit fit_transform fit_predict partial_fit cross_val_score cross_validate")
SEED_KEYWORDS = words("random_state seed rng generator random_seed")

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
    "pandas.set_option": "@display",
    "pandas.reset_option": "@display",
    "numpy.set_printoptions": "@display",
    "sympy.init_printing": "@display",
    "sympy.init_session": "@display",
    "__magic__.precision": "@display",
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
    "pandas.options": "@display",
    "os.environ": "@environ",
    "sys.path": "@sys.path",
}
# Functions that give a table (the others of pandas may give a column, or anything).
TABLE_FUNCTIONS = words(
    "pandas.DataFrame pandas.read_csv pandas.read_table pandas.read_excel pandas.read_parquet "
    "pandas.read_feather pandas.read_sql pandas.read_fwf pandas.merge seaborn.load_dataset"
)
# Methods of a table that give a table.
TABLE_METHODS = words(
    "copy dropna drop_duplicates fillna head tail sort_values sort_index reset_index set_index "
    "rename drop assign query merge join astype replace round sample nlargest nsmallest"
)
PLOTTING_PACKAGES = ("matplotlib.", "seaborn.", "pandas.plotting.")
# Packages whose functions read of `data=` the columns that their other arguments name.
COLUMN_PLOTTING = ("seaborn.",)
PLOTTING_METHODS = words("plot hist boxplot scatter bar barh pie line area imshow show density")
SHOWING = words("print display")

CHANGING_FOLDER = words("os.chdir __magic__.cd __magic__.pushd __magic__.popd")
READING_FILES = words(
    "open pandas.read_csv pandas.read_excel pandas.read_json pandas.read_parquet "
    "pandas.read_pickle pandas.read_table pandas.read_hdf pandas.read_feather numpy.load "
    "numpy.loadtxt numpy.genfromtxt numpy.fromfile PIL.Image.open matplotlib.image.imread "
    "matplotlib.pyplot.imread IPython.display.Image IPython.core.display.Image joblib.load "
    "torch.load os.path.exists os.listdir glob.glob pathlib.Path.read_text io.open "
    "scipy.io.loadmat scipy.io.wavfile.read"
)
WRITING_FILES = words(
    "numpy.save numpy.savez numpy.savetxt matplotlib.pyplot.savefig matplotlib.pyplot.imsave "
    "os.remove os.unlink shutil.rmtree os.rename os.makedirs os.mkdir"
)
WRITING_SECOND = words("joblib.dump torch.save scipy.io.savemat")
WRITING_METHODS = words(
    "to_csv to_excel to_json to_parquet to_pickle to_hdf to_feather savefig to_file"
)
READING_PATHS = words("read_text read_bytes iterdir glob rglob is_file is_dir exists stat")
WRITING_PATHS = words("write_text write_bytes unlink mkdir rmdir touch")


class CallEffect(Struct, frozen=True):
    """What one call does. `changes_receiver`/`changed_arguments`: updates. `part`: the update
    fills this part of the receiver anew, whatever was in it. `shrinks`: it may leave the receiver
    empty. `shares`: the result is, or
    may be a part of, the receiver (or, of a function, its arguments). `contains`: the result
    holds its arguments. `element`: the kind of its elements; `grows`: it is a table without rows;
    `saves_figure`: it tells what the cell has drawn so far.
    The others are about state of the process."""

    result: Kind = "unknown"
    element: Kind | None = None
    grows: bool = False
    changes_receiver: bool = False
    part: str | None = None
    shrinks: bool = True
    changed_arguments: tuple[int, ...] = ()
    shares: bool = False
    contains: bool = False
    draws: str | None = None
    seeds: str | None = None
    saves_figure: bool = False
    option: str | None = None
    clears: str | None = None
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


def call_effect(call: Call, canonical: str | None, receiver_kind: Kind | None) -> CallEffect:
    """What a call of library code does. `canonical` is the dotted name of the function with its
    imports resolved (`numpy.random.rand`), None for a method; `receiver_kind` the kind of the
    object that a method is called on, None for a function."""
    if canonical is not None:
        return _function_effect(call, canonical)
    return _method_effect(call, call.method or "", receiver_kind or "unknown")


def _method_effect(call: Call, method: str, kind: Kind) -> CallEffect:
    changes = changes_receiver(call, method, kind)
    return CallEffect(
        result=_method_result(method, kind),
        changes_receiver=changes,
        part=part_set(method, kind) if changes else None,
        shrinks=method not in GROWING_METHODS,
        changed_arguments=(*METHODS_CHANGING_ARGUMENTS.get(method, ()), *_changed_by_keyword(call)),
        shares=method in SHARING_METHODS or kind in ("instance", "module"),
        contains=method in ("append", "add", "insert", "extend", "update", "setdefault", "put"),
        draws=_draws_unless_seeded(call, method),
        reads=_method_reads(call, method),
        writes=_method_writes(call, method),
    )


def _method_reads(call: Call, method: str) -> tuple[str, ...]:
    if method in READING_PATHS:
        return (*_files_at(call), "@cwd")
    return ("@matplotlib",) if method in PLOTTING_METHODS else ()


def _method_writes(call: Call, method: str) -> tuple[str, ...]:
    if method in WRITING_PATHS:
        return _files_at(call)[:1] if _path_given(call) is not None else ("@files",)
    return _written(call, 0) if method in WRITING_METHODS else ()


def _files_at(call: Call) -> tuple[str, ...]:
    """The files that `Path("name")` and other paths lead to."""
    literal = _path_given(call)
    return (f"@file:{literal}", "@files") if literal is not None else ("@file", "@files")


def _path_given(call: Call) -> str | None:
    made = call.receiver
    if not (isinstance(made, Call) and made.path[-1:] == ("Path",) and len(made.arguments) == 1):
        return None
    literal = made.arguments[0].literal
    return literal if isinstance(literal, str) else None


def part_set(method: str, kind: Kind) -> str | None:
    """The part of the receiver that a method fills anew, if it is of that sort."""
    if kind == "estimator" and method in RESETTING_METHODS:
        return FITTED
    if kind == "figure" and (method.startswith(SETTING_PREFIX) or method in SETTING_METHODS):
        return f".{method}"
    return None


def only_draws(method: str) -> bool:
    """Whether a method of a figure or its axes draws, and gives nothing of what was drawn before.
    (An axis' label stands where the ticks leave it room, and its text tells the place.)"""
    shown = method.startswith(("get_", "show", "save", "set_ylabel", "set_xlabel", "_"))
    return not shown and method not in ("legend_elements", "to_image", "to_html", "write_image")


def changes_receiver(call: Call, method: str, kind: Kind) -> bool:
    """Whether calling this method changes the object that it is called on."""
    if _keyword(call, INPLACE_KEYWORD) is True:
        return True
    if kind in ("iterator", "generator"):
        return True
    if kind == "figure":
        return not method.startswith("get_") and method not in ("show", "savefig")
    if kind in MUTATING_METHODS:
        return method in MUTATING_METHODS[kind] or (method.endswith("_") and kind == "array")
    if kind == "estimator":
        return method.startswith(("fit", "partial_fit", "set_", "add", "train", "compile", "load"))
    if method in MUTATING_ANYWHERE:
        return True
    if method in QUIET_METHODS or call.awaited:
        return False
    return call.discarded or method.startswith(MUTATING_PREFIXES)


def _method_result(method: str, kind: Kind) -> Kind:
    if kind in ("pandas", "array", "scalar", "figure", "estimator"):
        return kind
    if method in ("copy", "tolist"):
        return kind if kind != "unknown" else "unknown"
    return "unknown"


def _function_effect(call: Call, name: str) -> CallEffect:
    last = name.rpartition(".")[2]
    option = _option(call, name)
    return CallEffect(
        result=result_kind(name),
        element=_element(call, name, last),
        grows=name == "pandas.DataFrame" and _without_data(call),
        changed_arguments=(*CHANGED_ARGUMENTS.get(name, ()), *_changed_by_keyword(call)),
        shares=name in SHARING_FUNCTIONS,
        contains=name in SHALLOW_COPIES or _is_estimator(name),
        draws=_drawn(name) or _draws_unless_seeded(call, last),
        seeds=_random_state(name) if name in SEEDING else None,
        option=option,
        clears=OPTION_RESETS.get(name),
        saves_figure=name == "matplotlib.pyplot.savefig",
        reads=_process_reads(call, name, last),
        writes=_process_writes(call, name),
    )


def result_kind(name: str) -> Kind:
    """The kind of what a library function returns, by its canonical name."""
    if name in _KIND_BY_FUNCTION:
        return _KIND_BY_FUNCTION[name]
    if name in SHALLOW_COPIES:
        return SHALLOW_COPIES[name]
    if name in SCALAR_FUNCTIONS:
        return "scalar"
    if _is_estimator(name):
        return "estimator"
    for package, kind in _KIND_BY_PACKAGE:
        if name.startswith(package):
            return kind
    return "unknown"


def _element(call: Call, name: str, last: str) -> Kind | None:
    """The kind of the elements of a table; of an estimator, the generator that it draws from."""
    if name in TABLE_FUNCTIONS:
        return "pandas"
    seeded = any(a.keyword in SEED_KEYWORDS for a in call.arguments)
    return "generator" if last in DRAWING_ESTIMATORS and not seeded else None


def _without_data(call: Call) -> bool:
    return all(a.keyword not in (None, "data") for a in call.arguments)


def _is_estimator(name: str) -> bool:
    last = name.rpartition(".")[2]
    return name.startswith(_ESTIMATOR_PACKAGES) and last[:1].isupper()


def _random_state(name: str) -> str | None:
    return next((state for prefix, state in RANDOM_STATES if name.startswith(prefix)), None)


def _drawn(name: str) -> str | None:
    state = _random_state(name)
    last = name.rpartition(".")[2]
    if state is None or name in SEEDING or name in NOT_DRAWING:
        return None
    if state == "@torch.random":
        is_layer = name.startswith("torch.nn.") and last[:1].isupper()
        return state if last in TORCH_DRAWING or is_layer else None
    return state


def _draws_unless_seeded(call: Call, last: str) -> str | None:
    if last not in DRAWING_UNLESS_SEEDED:
        return None
    seeded = any(a.keyword in SEED_KEYWORDS for a in call.arguments)
    return None if seeded else "@numpy.random"


def _option(call: Call, name: str) -> str | None:
    domain = OPTION_CALLS.get(name)
    if not domain:
        return None
    first = call.arguments[0].literal if call.arguments else None
    keyed = name in KEYED_OPTIONS
    return f"{domain}:{name}:{first if keyed else ''}"


def _process_reads(call: Call, name: str, last: str) -> tuple[str, ...]:
    reads: list[str] = []
    if name in READING_FILES and not _writes_mode(call):
        reads += [*_files(call, 0), "@cwd"]
    if name.startswith(PLOTTING_PACKAGES) and name not in OPTION_CALLS | OPTION_RESETS:
        reads.append("@matplotlib")
    if last in SHOWING:
        reads.append("@display")
    if name.startswith("os.environ.") or name in ("os.getenv", "os.path.expandvars"):
        reads.append("@environ")
    if name.startswith("logging.") and name not in OPTION_CALLS:
        reads.append("@logging")
    if name in ("os.getcwd", "os.listdir", "os.path.exists", "os.path.abspath"):
        reads.append("@cwd")
    return tuple(reads)


def _process_writes(call: Call, name: str) -> tuple[str, ...]:
    if name in CHANGING_FOLDER:
        return ("@cwd",)
    if name in ("open", "io.open") and _writes_mode(call):
        return _written(call, 0)
    if name in WRITING_FILES:
        return _written(call, 0)
    if name in WRITING_SECOND:
        return _written(call, 1)
    return ()


def _writes_mode(call: Call) -> bool:
    mode = call.arguments[1].literal if len(call.arguments) > 1 else _keyword(call, "mode")
    return isinstance(mode, str) and any(letter in mode for letter in "wax+")


def _files(call: Call, position: int) -> tuple[str, ...]:
    literal = _positional_literal(call, position)
    return (f"@file:{literal}", "@files") if isinstance(literal, str) else ("@file", "@files")


def _written(call: Call, position: int) -> tuple[str, ...]:
    literal = _positional_literal(call, position)
    return (f"@file:{literal}",) if isinstance(literal, str) else ("@files",)


def _positional_literal(call: Call, position: int) -> object:
    if len(call.arguments) <= position:
        return None
    argument = call.arguments[position]
    return argument.literal


def _keyword(call: Call, name: str) -> object:
    return next((a.literal for a in call.arguments if a.keyword == name), None)


def _changed_by_keyword(call: Call) -> tuple[int, ...]:
    return tuple(i for i, a in enumerate(call.arguments) if a.keyword in CHANGED_KEYWORDS)


def syntactically_changed(call: Call) -> Iterator[Operand]:
    """The operands that a call changes as far as its text alone tells."""
    if call.receiver is not None and changes_receiver(call, call.method or "", "unknown"):
        yield call.receiver
    name = ".".join(call.path)
    arguments: tuple[Argument, ...] = call.arguments
    for i in (*CHANGED_ARGUMENTS.get(name, ()), *_changed_by_keyword(call)):
        if i < len(arguments):
            yield arguments[i].value
