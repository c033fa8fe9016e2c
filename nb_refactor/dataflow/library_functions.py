"""What library functions give, and which of their arguments they change."""

from __future__ import annotations

import sys

from nb_refactor.dataflow.effects import Call, Kind
from nb_refactor.dataflow.library_options import OPTION_CALLS
from nb_refactor.dataflow.words import words

# Packages that nobody has as a folder beside a notebook: they are found where they are installed.
INSTALLED = words(
    "numpy pandas matplotlib scipy sklearn seaborn statsmodels torch torchvision tensorflow keras "
    "jax IPython ipywidgets plotly bokeh altair networkx sympy PIL cv2 skimage nltk spacy gensim "
    "tqdm requests bs4 lxml yaml xgboost lightgbm catboost numba dask pyarrow h5py xarray shapely "
    "geopandas joblib pytz dateutil sqlalchemy"
)
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
# NumPy's functions of one and of two arrays: the array behind these is what they write into.
_OF_ONE_ARRAY = words(
    "absolute abs negative positive sqrt cbrt square exp exp2 expm1 log log2 log10 log1p sin cos "
    "tan arcsin arccos arctan sinh cosh tanh sign floor ceil trunc rint reciprocal conj conjugate "
    "invert logical_not isnan isinf isfinite deg2rad rad2deg degrees radians fabs"
)
_OF_TWO_ARRAYS = words(
    "add subtract multiply divide true_divide floor_divide power float_power mod remainder fmod "
    "maximum minimum fmax fmin greater greater_equal less less_equal equal not_equal logical_and "
    "logical_or logical_xor bitwise_and bitwise_or bitwise_xor left_shift right_shift arctan2 "
    "hypot copysign matmul dot outer"
)
CHANGED_ARGUMENTS |= {f"numpy.{name}": (1,) for name in sorted(_OF_ONE_ARRAY)}
CHANGED_ARGUMENTS |= {f"numpy.{name}": (2,) for name in sorted(_OF_TWO_ARRAYS)}
CHANGED_ARGUMENTS["numpy.clip"] = (3,)
# Keywords through which a function draws into, or writes to, an object that it is given.
CHANGED_KEYWORDS = words("ax axes out figure fig")
# Functions that walk an iterator to its end (or some way) when they are given one.
CONSUMING = words(
    "list tuple set dict sum min max sorted any all frozenset enumerate_ next print len_ join "
    "extend Counter DataFrame Series array fromiter"
)
# What trains the very estimators that it is made of, which others train copies of.
TRAINING_ITS_PARTS = words(
    "sklearn.pipeline.make_pipeline sklearn.pipeline.make_union sklearn.pipeline.Pipeline "
    "sklearn.pipeline.FeatureUnion imblearn.pipeline.make_pipeline imblearn.pipeline.Pipeline"
)
# Functions whose result is, or shares memory with, their first argument (or all arguments).
SHARING_FUNCTIONS = (
    words(
        "numpy.asarray numpy.asanyarray numpy.ravel numpy.reshape numpy.transpose numpy.squeeze "
        "numpy.atleast_1d numpy.atleast_2d numpy.expand_dims numpy.swapaxes numpy.broadcast_to "
        "numpy.split numpy.array_split numpy.flip numpy.rollaxis numpy.moveaxis numpy.diag "
        "torch.from_numpy torch.reshape torch.transpose torch.squeeze iter reversed zip enumerate "
        "map filter memoryview functools.reduce getattr max min itertools.chain next "
        "operator.itemgetter operator.attrgetter csv.reader csv.writer vars "
        "torch.nn.Sequential torch.optim.SGD torch.optim.Adam torch.optim.AdamW "
        "torch.utils.data.DataLoader contextlib.closing iter"
    )
    | TRAINING_ITS_PARTS
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
    "datetime.datetime.now datetime.datetime datetime.date datetime.timedelta "
    "pandas.Timestamp pandas.Timedelta pandas.Period "
    "pandas.to_datetime_ os.path.join os.getcwd os.listdir pathlib.Path math.sqrt math.log "
    "math.exp math.sin math.cos math.pi numpy.float64 numpy.int64 decimal.Decimal "
    "fractions.Fraction input display IPython.display.display IPython.core.display.display"
)
# Functions that give a table (the others of pandas may give a column, or anything).
TABLE_FUNCTIONS = words(
    "pandas.DataFrame pandas.read_csv pandas.read_table pandas.read_excel pandas.read_parquet "
    "pandas.read_feather pandas.read_sql pandas.read_fwf pandas.merge seaborn.load_dataset"
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
    "torch.load": "unknown",
    "scipy.io.loadmat": "dict",
    "sklearn.utils.check_random_state": "generator",
    "quantecon.DiscreteDP": "solver",
    "quantecon.markov.DiscreteDP": "solver",
    "quantecon.markov.ddp.DiscreteDP": "solver",
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
# How the functions of scikit-learn's `datasets` begin that give a bunch, unless they are asked for
# a tuple.
_LOADERS = ("sklearn.datasets.load_", "sklearn.datasets.fetch_")
_NO_BUNCH = words("load_svmlight_file load_svmlight_files load_sample_image fetch_file")
# Functions that train copies of the estimator that they are given first: how it was trained does
# not matter to them.
_CLONING = words(
    "sklearn.base.clone sklearn.model_selection.cross_val_score "
    "sklearn.model_selection.cross_validate sklearn.model_selection.cross_val_predict "
    "sklearn.model_selection.learning_curve sklearn.model_selection.validation_curve "
    "sklearn.model_selection.permutation_test_score"
)
_ESTIMATOR_PACKAGES = ("sklearn.", "xgboost.", "lightgbm.", "catboost.", "statsmodels.")
# Functions that put an estimator together.
_MAKING_ESTIMATORS = words(
    "sklearn.pipeline.make_pipeline sklearn.pipeline.make_union "
    "sklearn.compose.make_column_transformer imblearn.pipeline.make_pipeline"
)


def result_kind(name: str) -> Kind:
    """The kind of what a library function returns, by its canonical name."""
    if name in _KIND_BY_FUNCTION:
        return _KIND_BY_FUNCTION[name]
    if name in SHALLOW_COPIES:
        return SHALLOW_COPIES[name]
    if name in SCALAR_FUNCTIONS or name in OPTION_CALLS:
        return "scalar"
    if is_estimator(name):
        return "estimator"
    for package, kind in _KIND_BY_PACKAGE:
        if name.startswith(package):
            return kind
    return "unknown"


def gives_bunch(call: Call, name: str) -> bool:
    """Whether it is a loader of scikit-learn that is not asked for a tuple."""
    loads = name.startswith(_LOADERS) and name.rpartition(".")[2] not in _NO_BUNCH
    return loads and not any(
        a.starred or (a.keyword == "return_X_y" and a.literal is not False) for a in call.arguments
    )


def trains_copies(name: str, place: int | str) -> bool:
    """Whether a function trains but copies of the argument at this place."""
    return name in _CLONING and place in (0, "estimator")


def is_estimator(name: str) -> bool:
    last = name.rpartition(".")[2]
    made = name.startswith(_ESTIMATOR_PACKAGES) and last[:1].isupper()
    return made or name in _MAKING_ESTIMATORS


def changed_by_keyword(call: Call) -> tuple[int, ...]:
    return tuple(i for i, a in enumerate(call.arguments) if a.keyword in CHANGED_KEYWORDS)


def is_installed(module: str) -> bool:
    """Whether it is Python's own, or of a package that nobody has beside a notebook."""
    package = module.split(".")[0]
    return package in sys.stdlib_module_names or package in INSTALLED
