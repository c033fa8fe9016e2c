"""Which calls draw from, and which seed, the random generators that the process shares."""

from __future__ import annotations

from nb_refactor.dataflow.effects import Call
from nb_refactor.dataflow.words import words

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
# Those of them that are methods, and those that other packages have under the same name.
_DRAWING_METHODS = words("sample rvs shuffle bootstrap scramble")
_ONLY_OF = {"resample": ("sklearn.", "imblearn.")}
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
# Estimators that give the copies of another one that they train a state each, of their own.
SEEDING_COPIES = words("BaggingClassifier BaggingRegressor AdaBoostClassifier AdaBoostRegressor")
TRAINING = words("fit fit_transform fit_predict partial_fit cross_val_score cross_validate")
SEED_KEYWORDS = words("random_state seed rng generator random_seed")


def random_state(name: str) -> str | None:
    return next((state for prefix, state in RANDOM_STATES if name.startswith(prefix)), None)


def drawn(name: str) -> str | None:
    state = random_state(name)
    last = name.rpartition(".")[2]
    if state is None or name in SEEDING or name in NOT_DRAWING:
        return None
    if state == "@torch.random":
        is_layer = name.startswith("torch.nn.") and last[:1].isupper()
        return state if last in TORCH_DRAWING or is_layer else None
    return state


def draws_unless_seeded(call: Call, last: str, name: str | None) -> str | None:
    """What a call of a function by this `last` part of its canonical `name` draws from, or of a
    method, which has no such name."""
    if last not in (DRAWING_UNLESS_SEEDED if name is not None else _DRAWING_METHODS):
        return None
    if name is not None and not name.startswith(_ONLY_OF.get(last, "")):
        return None
    seeded = any(a.keyword in SEED_KEYWORDS for a in call.arguments)
    return None if seeded else "@numpy.random"
