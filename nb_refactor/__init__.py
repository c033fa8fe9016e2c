"""From a notebook that works once to code that works in production, without leaving JupyterLab."""

import importlib

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "nb-refactor"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    # By name: the package itself stands below its rooms and imports none of them.
    extension = importlib.import_module("nb_refactor.server.extension")
    return [{"module": extension.__name__, "app": extension.NbRefactor}]
