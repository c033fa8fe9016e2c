"""The new texts: the function's, and the cell's with the call in place of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from nb_refactor.refactor.extract_function.cell_parts import Part, indented, without_trailing_spaces
from nb_refactor.refactor.extract_function.placement import Placement, is_imported_late
from nb_refactor.refactor.extract_function.signature import Signature
from nb_refactor.refactor.import_block import from_import
from nb_refactor.refactor.module_edit import import_statements

WIDTH = 88


@dataclass(frozen=True)
class Shown:
    """What becomes of the value that the cell shows: none is shown by the body, the function
    returns it, or it returns it beside other values under a name of its own."""

    way: Literal["none", "returned", "named"]
    name: str = ""


def function_text(
    name: str,
    signature: Signature,
    body: str,
    shown: Shown,
    docstring: str | None,
    indent: str,
) -> str:
    """The definition of the function. `body` are its statements, not indented; where a value is
    shown, the last of them is the expression for it (see `shown_body`)."""
    begin = f"{'async ' if signature.is_async else ''}def {name}"
    answers = f" -> {signature.answers}" if signature.answers else ""
    parameters = [_parameter(each, signature) for each in signature.parameters]
    blocks = [f"{_wrapped(begin, parameters, answers)}{answers}:"]
    if docstring:
        blocks.append(f'{indent}"""{docstring}"""')
    blocks += [f"{indent}{line}" for line in import_statements(signature.late_imports)]
    blocks.append(indented(without_trailing_spaces(body), indent))
    returned = [signature.local(each) for each in signature.returns]
    returned += [shown.name] if shown.way == "named" else []
    if returned:
        blocks.append(f"{indent}return {_listed(returned, indent)}")
    return "\n".join(blocks) + "\n"


def _parameter(name: str, signature: Signature) -> str:
    """`df: pd.DataFrame`, `size=3`, `size: int = 3`."""
    text = signature.local(name)
    typed = signature.annotations.get(name)
    value = signature.defaults.get(name)
    if typed:
        text = f"{text}: {typed}"
    if value is None:
        return text
    return f"{text} = {value}" if typed else f"{text}={value}"


def body_text(
    parts: Sequence[Part], placement: Placement, kept: Iterable[Part], body: Sequence[Part]
) -> str:
    """The text of the `body`, with the comments of imports that are moved out of the cell's
    `parts`. The last of `body` may have another text than in the cell (see `shown_body`)."""
    kept = list(kept)
    waiting = list(body)
    pieces: list[str] = []
    carried = ""
    for part in parts:
        if part in placement.imports and part not in kept:
            carried += _comments(part.lead)
        elif waiting and part.nodes is waiting[0].nodes:
            pieces.append(f"{carried}{waiting[0].lead}{_plain(waiting[0].text)}")
            waiting.pop(0)
            carried = ""
    return "\n".join(pieces).strip("\n")


def _plain(text: str) -> str:
    """Without the `;` at the end, by which a cell shows nothing."""
    return text.rstrip("; ") if text.rstrip().endswith(";") else text


def _comments(lead: str) -> str:
    return "".join(f"{line}\n" for line in lead.split("\n") if line.strip())


def shown_body(parts: Sequence[Part], shown: Shown) -> tuple[Part, ...]:
    """The parts with the last, an expression, turned into what hands its value out."""
    if shown.way == "none":
        return tuple(parts)
    last = parts[-1]
    lead_in = "return " if shown.way == "returned" else f"{shown.name} = "
    made = Part(last.lead, lead_in + last.text, lead_in + last.code, last.nodes, last.line)
    return (*parts[:-1], made)


def call_text(name: str, signature: Signature, shown: Shown) -> str:
    """The statements that call the function from the notebook."""
    call = f"await {name}" if signature.is_async else name
    targets = [*signature.returns, *([shown.name] if shown.way == "named" else [])]
    begin = f"{', '.join(targets)} = " if targets else ""
    if len(begin) > WIDTH // 2 and len(begin + call) + 2 > WIDTH:
        begin = "(\n" + "".join(f"    {target},\n" for target in targets) + ") = "
    arguments = [
        f"{signature.local(each)}={each}" if each in signature.defaults else each
        for each in signature.parameters
    ]
    text = _wrapped(begin + call, arguments)
    return f"{text}\n{shown.name}" if shown.way == "named" else text


def _wrapped(head: str, arguments: Sequence[str], tail: str = "") -> str:
    """`head(arguments)` on one line where it fits with the `tail`, else as black wraps it."""
    start = head.rpartition("\n")[2]
    line = f"{start}({', '.join(arguments)}){tail}"
    if len(line) + 1 <= WIDTH or not arguments:
        return f"{head}({', '.join(arguments)})"
    joined = ", ".join(arguments)
    if len(joined) + 4 <= WIDTH:
        return f"{head}(\n    {joined}\n)"
    return f"{head}(\n" + "".join(f"    {argument},\n" for argument in arguments) + ")"


def _listed(names: Sequence[str], indent: str) -> str:
    line = ", ".join(names)
    if len(line) + len(indent) + 7 <= WIDTH:
        return line
    inner = "".join(f"{indent}{indent}{name},\n" for name in names)
    return f"(\n{inner}{indent})"


def definition_texts(parts: Iterable[Part]) -> list[str]:
    """The definitions as they go to the module; those of one line (`Point = namedtuple(…)`) that
    follow each other in one piece."""
    texts: list[str] = []
    last: Part | None = None
    for part in parts:
        text = definition_text(part)
        if last is not None and all(map(_is_one_line, (last, part))):
            texts[-1] = f"{texts[-1]}\n{text}"
        else:
            texts.append(text)
        last = part
    return texts


def _is_one_line(part: Part) -> bool:
    return isinstance(part.node, ast.Assign) and "\n" not in part.text


def definition_text(part: Part) -> str:
    """A definition as it goes to the module, with the comments right above it."""
    above = part.lead.split("\n")[:-1]
    comments: list[str] = []
    for line in reversed(above):
        if not line.strip():
            break
        comments.insert(0, line)
    return without_trailing_spaces("\n".join([*comments, part.text]))


# ---- the cell ---------------------------------------------------------------------------------


def cell_text(
    opening: str,
    top: Sequence[Part],
    imported: Mapping[str, Sequence[str]],
    before: Sequence[Part],
    call: str,
    behind: Sequence[Part],
) -> str:
    """The cell with the call. `top` are settings and imports that stay, `imported` the names that
    it takes from modules; an opening `%%timeit` takes the imports on its own line."""
    imports = [from_import(module, names) for module, names in imported.items() if names]
    if opening.rstrip().rpartition("\n")[2].startswith("%%timeit") and imports:
        opening = _with_setup(opening, imports)
        imports = []
    head = [text for part in top if (text := _stripped(part))]
    first = _text(before)
    late = is_imported_late(before)
    blocks = [head, [first], imports] if late else [[*head, *imports], [first]]
    gap = "\n\n" if behind and behind[0].lead.startswith("\n") else "\n"
    blocks.append([gap.join(text for text in (call, _text(behind)) if text)])
    texts = ["\n".join(block) for block in blocks]
    return opening + "\n\n".join(text for text in texts if text).strip("\n")


def _with_setup(opening: str, imports: Sequence[str]) -> str:
    line = opening.rstrip("\n")
    options = re.sub(r"^%%timeit|\s-[a-zA-Z](\s*\d+)?", "", line.rpartition("\n")[2]).strip()
    return f"{line}{'; ' if options else ' '}{'; '.join(imports)}\n"


def _stripped(part: Part) -> str:
    return f"{_comments(part.lead)}{part.text}".strip("\n")


def _text(parts: Sequence[Part]) -> str:
    return "\n".join(f"{part.lead}{part.text}" for part in parts).strip("\n")
