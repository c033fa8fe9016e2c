"""The packages that notebooks need, as a requirements file for pip."""

from __future__ import annotations

from collections.abc import Sequence

from nb_refactor.reproduce.dependencies import Dependencies


def requirements_text(found: Sequence[Dependencies]) -> str:
    """A line for each package that the code of the notebooks asks for, at the version that was
    there in the run; what is only installed with others is left to pip. Two runs that had different
    versions have a line each, since one file cannot satisfy both."""
    pythons = sorted({one.environment.python for one in found if one.environment})
    lines = {
        (package.name.lower(), package.version): _line(package.name, package.version)
        for one in found
        for package in one.packages
        if package.is_direct
    }
    head = f"# As in a run from top to bottom with {' and '.join(pythons) or 'no kernel'}."
    return "\n".join([head, *(lines[key] for key in sorted(lines)), ""])


def _line(name: str, version: str) -> str:
    return f"{name}=={version}" if version else name
