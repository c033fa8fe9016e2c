"""Adding to a module keeps all that stood in it, byte for byte; an import of names takes more."""

from __future__ import annotations

import ast

import pytest

from nb_refactor.refactor.module_edit import ImportBinding, edit_module

ADDED = "def g(a):\n    return np.sum(a)\n"

MODULES = {
    "docstring and code": '"""Doc."""\nX = 1\n',
    "no newline at the end": "import os\nX = 1\n# end",
    "CRLF and tabs": "# licence\r\nimport os\r\n\r\n\r\ndef a():\r\n\treturn 1\r\n",
    "only a comment": "# only a comment\n",
    "future and guard": (
        "from __future__ import annotations\n\ntry:\n    import x\nexcept ImportError:\n"
        '    x = None\nimport sys\n\nif __name__ == "__main__":\n    main()\n'
    ),
    "byte-order mark": "\ufeffX = 1\n",
    "shebang and coding": "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\nX = 1\n",
}


@pytest.mark.parametrize("existing", MODULES.values(), ids=MODULES.keys())
def test_what_stood_there_is_kept(existing: str) -> None:
    after = edit_module(
        existing,
        docstring="Steps.",
        imports=[ImportBinding("numpy", None, "np")],
        definitions=[ADDED],
    )
    ast.parse(after.removeprefix("\ufeff"))
    remaining = iter(after.removeprefix("\ufeff").splitlines())
    for line in existing.removeprefix("\ufeff").splitlines():
        assert line in remaining, f"{line!r} is gone or out of order"
    assert after.startswith("\ufeff") == existing.startswith("\ufeff")
    assert ("\r\n" in after) == ("\r\n" in existing)
    assert not ("\r\n" in existing and "\n" in after.replace("\r\n", ""))
    assert after.replace("\r\n", "\n").count("import numpy as np\n") == 1


def test_imports_are_not_repeated() -> None:
    existing = "import numpy as np\nfrom math import pi\n"
    wanted = [ImportBinding("numpy", None, "np"), ImportBinding("math", "pi")]
    after = edit_module(existing, docstring="Steps.", imports=wanted, definitions=[ADDED])
    assert after == existing + "\n\n" + ADDED


def test_a_new_module() -> None:
    wanted = [ImportBinding("numpy", None, "np"), ImportBinding("math", "pi")]
    after = edit_module(None, docstring="Steps.", imports=wanted, definitions=[ADDED])
    assert after == ('"""Steps."""\n\nfrom math import pi\n\nimport numpy as np\n\n\n' + ADDED)


def test_constants_stand_below_the_imports_in_their_order() -> None:
    made = edit_module(
        None,
        docstring="Steps.",
        imports=[ImportBinding("math")],
        definitions=[],
        constants=["TURN = 2 * math.pi"],
    )
    assert made == '"""Steps."""\n\nimport math\n\nTURN = 2 * math.pi\n'
    more = edit_module(
        made + "\n\ndef f():\n    return TURN\n",
        docstring="",
        imports=[ImportBinding("os")],
        definitions=["def g():\n    return HALF\n"],
        constants=["HALF = TURN / 2"],
    )
    assert more == (
        '"""Steps."""\n\nimport math\nimport os\n\nTURN = 2 * math.pi\nHALF = TURN / 2\n\n\n'
        "def f():\n    return TURN\n\n\ndef g():\n    return HALF\n"
    )


def _with_import(existing: str, *imports: ImportBinding) -> str:
    return edit_module(existing, docstring="Made.", imports=imports, definitions=[])


@pytest.mark.parametrize(
    ("existing", "wanted", "after"),
    [
        # joined with a plain line of the same module, in its order if it has one
        (
            '"""D."""\n\nfrom typing import TypeVar\n',
            ImportBinding("typing", "Generic"),
            '"""D."""\n\nfrom typing import Generic, TypeVar\n',
        ),
        (
            '"""D."""\n\nfrom os import walk, path\n',
            ImportBinding("os", "sep"),
            '"""D."""\n\nfrom os import walk, path, sep\n',
        ),
        (
            '"""D."""\n\nfrom os import path  # paths\n',
            ImportBinding("os", "sep"),
            '"""D."""\n\nfrom os import path  # paths\nfrom os import sep\n',
        ),
        (
            '"""D."""\n\nfrom os import (\n    path,\n)\n',
            ImportBinding("os", "sep"),
            '"""D."""\n\nfrom os import (\n    path,\n)\nfrom os import sep\n',
        ),
        # in its place among imports that are in order
        (
            '"""D."""\n\nimport re\n\nimport numpy as np\n',
            ImportBinding("json"),
            '"""D."""\n\nimport json\nimport re\n\nimport numpy as np\n',
        ),
        (
            '"""D."""\n\nimport re\n\nimport numpy as np\n',
            ImportBinding("math", "pi"),
            '"""D."""\n\nimport re\nfrom math import pi\n\nimport numpy as np\n',
        ),
        (
            '"""D."""\n\nimport numpy as np\n\nX = 1\n',
            ImportBinding("re"),
            '"""D."""\n\nimport re\n\nimport numpy as np\n\nX = 1\n',
        ),
        (
            '"""D."""\n\nimport re\n\n\ndef f():\n    pass\n',
            ImportBinding("pandas", None, "pd"),
            '"""D."""\n\nimport re\n\nimport pandas as pd\n\n\ndef f():\n    pass\n',
        ),
        # behind all others where they keep no order
        (
            '"""D."""\n\nimport sys\nimport os\n',
            ImportBinding("json"),
            '"""D."""\n\nimport sys\nimport os\nimport json\n',
        ),
        (
            "# licence\nimport re\n",
            ImportBinding("json"),
            "# licence\nimport re\nimport json\n",
        ),
    ],
)
def test_where_an_import_goes(existing: str, wanted: ImportBinding, after: str) -> None:
    assert _with_import(existing, wanted) == after
    crlf = existing.replace("\n", "\r\n")
    assert _with_import(crlf, wanted) == after.replace("\n", "\r\n")
