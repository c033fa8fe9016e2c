"""From a notebook that works once to code that works in production, without leaving JupyterLab."""

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "nb-refactor"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from nb_refactor.server.extension import NbRefactor

    return [{"module": "nb_refactor.server.extension", "app": NbRefactor}]
