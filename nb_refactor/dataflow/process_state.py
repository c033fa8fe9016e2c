"""What calls read and write of the process around the notebook: files, the working folder, the
environment, what plots and displays go by.
"""

from __future__ import annotations

from nb_refactor.dataflow.call_arguments import keyword_literal, positional_literal
from nb_refactor.dataflow.effects import Call
from nb_refactor.dataflow.library_options import OPTION_CALLS
from nb_refactor.dataflow.words import words

PLOTTING_PACKAGES = ("matplotlib.", "seaborn.", "pandas.plotting.")
# Packages whose functions read of `data=` the columns that their other arguments name.
COLUMN_PLOTTING = ("seaborn.",)
PLOTTING_METHODS = words("plot hist boxplot scatter bar barh pie line area imshow show density")
# What shows text, and what shows a value as IPython does at the end of a cell.
PRINTING = words("print")
SHOWING = words("display pprint")
LOADING = "__magic__.load_ext"
EXTENSIONS = "@extensions"
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
    "os.remove os.unlink shutil.rmtree os.rename"
)
# What draws a picture into a file: no table, and no array, is read from there.
PICTURES = "@pictures"
WRITING_PICTURES = words("matplotlib.pyplot.savefig matplotlib.pyplot.imsave savefig")
_READING_DATA = ("pandas.read_", "numpy.", "joblib.", "torch.", "scipy.io.")
# A folder that comes or goes changes no file beside it: what a file holds does not hang on it.
FOLDERS = "@folders"
MAKING_FOLDERS = words("os.makedirs os.mkdir os.rmdir os.removedirs shutil.rmtree os.rename")
LOOKING_FOR_FOLDERS = words("os.path.exists os.path.isdir os.listdir os.scandir os.walk glob.glob")
WRITING_SECOND = words("joblib.dump torch.save scipy.io.savemat")
WRITING_METHODS = words(
    "to_csv to_excel to_json to_parquet to_pickle to_hdf to_feather savefig to_file"
)
READING_PATHS = words("read_text read_bytes iterdir glob rglob is_file is_dir exists stat")
WRITING_PATHS = words("write_text write_bytes unlink touch")
MAKING_FOLDER_PATHS = words("mkdir rmdir")
LOOKING_FOR_FOLDER_PATHS = words("iterdir glob rglob is_dir exists stat")


def method_reads(call: Call, method: str) -> tuple[str, ...]:
    if method in READING_PATHS:
        folders = (FOLDERS,) if method in LOOKING_FOR_FOLDER_PATHS else ()
        return (*_files_at(call), PICTURES, "@cwd", *folders)
    return ("@matplotlib",) if method in PLOTTING_METHODS else ()


def method_writes(call: Call, method: str) -> tuple[str, ...]:
    if method in WRITING_PATHS:
        return _files_at(call)[:1] if _path_given(call) is not None else ("@files",)
    if method in MAKING_FOLDER_PATHS:
        return (FOLDERS,)
    return _written(call, 0, method) if method in WRITING_METHODS else ()


def process_reads(call: Call, name: str, last: str) -> tuple[str, ...]:
    reads: list[str] = []
    if name in READING_FILES and not _writes_mode(call):
        pictures = () if name.startswith(_READING_DATA) else (PICTURES,)
        reads += [*_files(call, 0), *pictures, "@cwd"]
    if name in LOOKING_FOR_FOLDERS:
        reads += [FOLDERS, "@cwd"]
    if name.startswith(PLOTTING_PACKAGES) and name not in OPTION_CALLS:
        reads.append("@matplotlib")
    if last in PRINTING:
        reads.append("@display:text")
    if last in SHOWING:
        reads.append("@display")
    if name.startswith("os.environ.") or name in ("os.getenv", "os.path.expandvars"):
        reads.append("@environ")
    if name.startswith("logging.") and name not in OPTION_CALLS:
        reads.append("@logging")
    if name == LOADING:  # it says so where the extension is loaded already
        reads.append(f"{EXTENSIONS}:{positional_literal(call, 0)}")
    if name in ("os.getcwd", "os.listdir", "os.path.exists", "os.path.abspath"):
        reads.append("@cwd")
    return tuple(reads)


def process_writes(call: Call, name: str) -> tuple[str, ...]:
    if name in CHANGING_FOLDER:
        return ("@cwd",)
    if name == LOADING:
        return (f"{EXTENSIONS}:{positional_literal(call, 0)}",)
    if name in ("open", "io.open") and _writes_mode(call):
        return _written(call, 0, name)
    if name in WRITING_SECOND:
        return _written(call, 1, name)
    files = _written(call, 0, name) if name in WRITING_FILES else ()
    folders = (FOLDERS,) if name in MAKING_FOLDERS else ()
    return (*files, *folders)


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


def _writes_mode(call: Call) -> bool:
    mode = call.arguments[1].literal if len(call.arguments) > 1 else keyword_literal(call, "mode")
    return isinstance(mode, str) and any(letter in mode for letter in "wax+")


def _files(call: Call, position: int) -> tuple[str, ...]:
    literal = positional_literal(call, position)
    return (f"@file:{literal}", "@files") if isinstance(literal, str) else ("@file", "@files")


def _written(call: Call, position: int, by: str) -> tuple[str, ...]:
    literal = positional_literal(call, position)
    if isinstance(literal, str):
        return (f"@file:{literal}",)
    return (PICTURES,) if by in WRITING_PICTURES else ("@files",)
