"""Tests of the server run inside a real Jupyter server."""

pytest_plugins = ("pytest_jupyter.jupyter_server",)
