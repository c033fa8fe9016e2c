"""The shell that JupyterLab talks to."""
