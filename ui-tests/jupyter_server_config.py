"""The Jupyter server of the browser tests: its own port, folders that end with it, no news."""

import atexit
import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

c = get_config()  # noqa: F821

FOLDER = Path(mkdtemp(prefix="nb_refactor-ui-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

ROOT = FOLDER / "root"
SETTINGS = FOLDER / "settings"
WORKSPACES = FOLDER / "workspaces"
for folder in (ROOT, SETTINGS, WORKSPACES):
    folder.mkdir()


def setting(plugin: str, values: dict) -> None:
    """Set a user setting of JupyterLab before it starts."""
    package, _, name = plugin.partition(":")
    path = SETTINGS / package / f"{name}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")


setting(
    "@jupyterlab/apputils-extension:notification",
    {"fetchNews": "false", "checkForUpdates": False},
)

# A kernel that speaks another language than Python.
KERNEL = FOLDER / "data" / "kernels" / "echo"
KERNEL.mkdir(parents=True)
COMMAND = [sys.executable, str(Path(__file__).with_name("echo_kernel.py")), "-f"]
SPEC = {"argv": [*COMMAND, "{connection_file}"], "display_name": "Echo", "language": "echo"}
(KERNEL / "kernel.json").write_text(json.dumps(SPEC), encoding="utf-8")
os.environ["JUPYTER_PATH"] = os.pathsep.join(
    filter(None, (str(FOLDER / "data"), os.environ.get("JUPYTER_PATH")))
)

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ.get("NB_REFACTOR_UI_PORT", "8951"))
c.ServerApp.port_retries = 0
c.ServerApp.log_level = "ERROR"
c.ServerApp.open_browser = False
# Containers of a continuous integration run everything as root.
c.ServerApp.allow_root = True
c.ServerApp.root_dir = str(ROOT)
c.ServerApp.password = ""
c.ServerApp.disable_check_xsrf = True
c.IdentityProvider.token = ""
c.LabApp.expose_app_in_browser = True
c.JupyterNotebookApp.expose_app_in_browser = True
c.LabApp.workspaces_dir = str(WORKSPACES)
c.LabApp.user_settings_dir = str(SETTINGS)
c.LanguageServerManager.autodetect = False
# Shared documents are another way to read, save and undo: only those tests have them that ask.
c.YDocExtension.disable_rtc = not os.environ.get("NB_REFACTOR_UI_COLLABORATION")
c.BaseFileIdManager.db_path = str(FOLDER / "file_ids.db")
c.SQLiteYStore.db_path = str(FOLDER / "shared_documents.db")
