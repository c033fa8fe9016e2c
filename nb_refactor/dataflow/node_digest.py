"""Digests of code and of its texts."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from hashlib import blake2b

from nb_refactor.dataflow.magics import Magic


def digest_text(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def digest_node(node: ast.AST) -> bytes:
    return digest_text(ast.dump(node))


def digest_without(node: ast.AST, names: Mapping[int, tuple[ast.Name, str]]) -> bytes:
    """The digest of code with some of its names written otherwise; they are known by identity."""
    written = [(name, name.id) for name, _ in names.values()]
    try:
        for name, other in names.values():
            name.id = other
        return digest_node(node)
    finally:
        for name, own in written:
            name.id = own


def combine(*parts: bytes) -> bytes:
    return blake2b(b"\x1f".join(parts), digest_size=16).digest()


def magic_digest(magic: Magic) -> bytes:
    return digest_text(f"{magic.kind} {magic.name} {magic.arguments}")
