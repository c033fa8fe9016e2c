"""Digests of code and of its texts."""

from __future__ import annotations

import ast
from hashlib import blake2b

from nb_refactor.dataflow.magics import Magic


def digest_text(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def digest_node(node: ast.AST) -> bytes:
    return digest_text(ast.dump(node))


def combine(*parts: bytes) -> bytes:
    return blake2b(b"\x1f".join(parts), digest_size=16).digest()


def magic_digest(magic: Magic) -> bytes:
    return digest_text(f"{magic.kind} {magic.name} {magic.arguments}")
