# What `start` and `check` share: the tools they need, and the project's own virtual environment.

# Say in one sentence why it cannot go on, and stop.
stop() {
  echo "$*" >&2
  exit 1
}

need_python() {
  PYTHON=${PYTHON:-python3}
  command -v "$PYTHON" >/dev/null || stop "Python 3.10 or newer is needed: there is no '$PYTHON'."
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    stop "Python 3.10 or newer is needed: '$PYTHON' is $("$PYTHON" --version). Set PYTHON to another."
}

need_node() {
  command -v node >/dev/null || stop "Node 20.19 or newer is needed to build the frontend: there is no 'node'."
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)' ||
    stop "Node 20.19 or newer is needed to build the frontend: this is $(node --version)."
}

# Make .venv where there is none, and put it first on PATH.
enter_venv() {
  need_python
  need_node
  if [ ! -x .venv/bin/pip ]; then
    "$PYTHON" -m venv .venv ||
      stop "'$PYTHON -m venv' does not work here: on Debian and Ubuntu, install python3-venv."
  fi
  export VIRTUAL_ENV="$PWD/.venv" PATH="$PWD/.venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
}
