"""Notebooks, cells and outputs as nbformat JSON, each in a line."""

from __future__ import annotations

from typing import Any


def code(
    source: str, *outputs: dict[str, Any], cell_id: str = "", **metadata: Any
) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": cell_id or f"c{abs(hash(source)) % 10**8}",
        "source": source,
        "metadata": metadata,
        "execution_count": 1,
        "outputs": list(outputs),
    }


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    metadata.setdefault("kernelspec", {"name": "python3", "display_name": "Python 3"})
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(text: str, **data: Any) -> dict[str, Any]:
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": text, **data},
    }


def error(name: str, message: str = "") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": []}
