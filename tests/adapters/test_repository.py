"""A notebook's repository is found with its packages in every usual layout, and nothing outside."""

from pathlib import Path

import pytest

from nb_refactor.adapters.repository import (
    BadModule,
    Package,
    module_file,
    modules,
    proposed_package,
    read_repository,
    repository_root,
    suggested_module,
)


def make(root: Path, *files: str, **texts: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for name, text in texts.items():
        (
            root / name.replace("_toml", ".toml").replace("_cfg", ".cfg").replace("_py", ".py")
        ).write_text(text)
    return root


def packages(root: Path) -> list[str]:
    return [package.folder for package in read_repository(root).packages]


def test_the_root_is_the_nearest_project_or_repository_else_the_notebooks_folder(
    tmp_path: Path,
) -> None:
    notebook = tmp_path / "repo" / "a" / "b" / "n.ipynb"
    make(tmp_path, "repo/a/b/n.ipynb")
    assert repository_root(notebook) == notebook.parent
    (tmp_path / "repo" / ".git").mkdir()
    assert repository_root(notebook) == tmp_path / "repo"
    assert repository_root(notebook, ceiling=tmp_path / "repo" / "a") == notebook.parent
    make(tmp_path, "repo/a/setup.py")
    assert repository_root(notebook) == tmp_path / "repo" / "a"


@pytest.mark.parametrize(
    ("files", "texts", "expected"),
    [
        (["src/pkg/__init__.py", "tests/__init__.py"], {}, ["src/pkg"]),
        (["pkg/__init__.py", "tests/__init__.py", "docs/conf.py", "scripts/a.py"], {}, ["pkg"]),
        (["src/__init__.py", "src/data/__init__.py"], {}, ["src"]),
        (["src/space/part.py"], {}, ["src/space"]),
        (["src/empty/readme.md", "loose/a.py"], {}, []),
        (
            ["b/__init__.py", "a/__init__.py"],
            {"pyproject_toml": '[project]\nname = "b"'},
            ["b", "a"],
        ),
        (["my_lib/core.py"], {"pyproject_toml": '[project]\nname = "my-lib"'}, ["my_lib"]),
        (
            ["lib/pkg/a.py"],
            {"pyproject_toml": '[tool.setuptools.packages.find]\nwhere = ["lib"]'},
            ["lib/pkg"],
        ),
        (
            ["lib/pkg/a.py"],
            {"pyproject_toml": '[tool.setuptools]\npackage-dir = {"" = "lib"}'},
            ["lib/pkg"],
        ),
        (
            ["x/pkg/a.py"],
            {"pyproject_toml": '[tool.hatch.build.targets.wheel]\npackages = ["x/pkg"]'},
            ["x/pkg"],
        ),
        (
            ["x/pkg/a.py"],
            {"pyproject_toml": '[tool.poetry]\npackages = [{include = "pkg", from = "x"}]'},
            ["x/pkg"],
        ),
        (
            ["tests/__init__.py", "pkg/a.py"],
            {"pyproject_toml": '[tool.flit.module]\nname = "pkg"'},
            ["pkg"],
        ),
        (
            ["x/pkg/a.py"],
            {"pyproject_toml": '[tool.uv.build-backend]\nmodule-name = "pkg"\nmodule-root = "x"'},
            ["x/pkg"],
        ),
        (
            ["x/pkg/a.py"],
            {"setup_cfg": "[options]\npackage_dir =\n    = x\npackages = find:"},
            ["x/pkg"],
        ),
        (
            ["x/pkg/a.py"],
            {"setup_py": 'import s\ns.setup(package_dir={"": "x"}, packages=["pkg"])'},
            ["x/pkg"],
        ),
        (["pkg/__init__.py"], {"pyproject_toml": "[[[ broken"}, ["pkg"]),
        (["pkg/__init__.py"], {"pyproject_toml": "project = 3\ntool = []"}, ["pkg"]),
        (["pkg/__init__.py"], {"setup_py": "def (", "setup_cfg": "]"}, ["pkg"]),
        (
            ["pkg/__init__.py"],
            {"pyproject_toml": '[tool.hatch.build]\npackages = ["../up", ".hid/p", "none"]'},
            ["pkg"],
        ),
    ],
)
def test_packages_of_every_layout(
    tmp_path: Path, files: list[str], texts: dict[str, str], expected: list[str]
) -> None:
    assert packages(make(tmp_path, *files, **texts)) == expected


def test_modules_are_named_with_dots_and_hidden_ones_left_out(tmp_path: Path) -> None:
    make(
        tmp_path,
        "src/pkg/__init__.py",
        "src/pkg/a.py",
        "src/pkg/sub/__init__.py",
        "src/pkg/sub/b.py",
        "src/pkg/.hidden/c.py",
        "src/pkg/not-a-name.py",
        "src/pkg/__main__.py",
        "src/pkg/data.txt",
    )
    assert modules(read_repository(tmp_path)) == ("pkg.a", "pkg.sub.b")


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("My Project-2", "my_project_2"),
        ("2024 sales", "sales"),
        ("json", "json_code"),
        ("notebooks", "notebooks_code"),
        ("class", "class_code"),
        ("---", "project"),
    ],
)
def test_a_package_is_proposed_where_there_is_none(tmp_path: Path, folder: str, name: str) -> None:
    root = tmp_path / folder
    root.mkdir()
    repository = read_repository(root)
    assert proposed_package(repository) == Package(name, "src")
    found = module_file(repository, f"{name}.steps")
    assert found.path == f"src/{name}/steps.py"
    assert [path for path, _ in found.extra_files] == ["pyproject.toml", f"src/{name}/__init__.py"]


def test_the_proposed_package_is_named_for_the_project(tmp_path: Path) -> None:
    make(tmp_path, pyproject_toml='[project]\nname = "Big-Thing"')
    repository = read_repository(tmp_path)
    assert proposed_package(repository).name == "Big_Thing"
    found = module_file(repository, "Big_Thing.steps")
    assert found.extra_files == (("src/Big_Thing/__init__.py", ""),)


@pytest.mark.parametrize(
    ("notebook", "module"),
    [("01 - Load data.ipynb", "pkg.load_data"), ("2.ipynb", "pkg.steps"), ("x.ipynb", "pkg.x")],
)
def test_the_suggested_module_is_named_for_the_notebook(
    tmp_path: Path, notebook: str, module: str
) -> None:
    make(tmp_path, "pkg/__init__.py")
    assert suggested_module(read_repository(tmp_path), tmp_path / notebook) == module


def test_the_file_of_a_module(tmp_path: Path) -> None:
    make(
        tmp_path,
        "src/pkg/__init__.py",
        "src/pkg/a.py",
        "src/pkg/sub/__init__.py",
        "src/pkg/ns/c.py",
    )
    repository = read_repository(tmp_path)

    def found(module: str) -> tuple[str, list[str]]:
        file = module_file(repository, module)
        assert file.import_root == "src"
        return file.path, [path for path, _ in file.extra_files]

    assert found("pkg.a") == ("src/pkg/a.py", [])
    assert found("pkg.new") == ("src/pkg/new.py", [])
    assert found("pkg") == ("src/pkg/__init__.py", [])
    assert found("pkg.sub") == ("src/pkg/sub/__init__.py", [])
    assert found("pkg.ns.d") == ("src/pkg/ns/d.py", [])
    assert found("pkg.x.y.z") == (
        "src/pkg/x/y/z.py",
        ["src/pkg/x/__init__.py", "src/pkg/x/y/__init__.py"],
    )
    assert found("other.z") == ("src/other/z.py", ["pyproject.toml", "src/other/__init__.py"])


def test_an_existing_module_beside_the_packages_may_be_named_alone(tmp_path: Path) -> None:
    make(tmp_path, "pkg/__init__.py", "tools_of_mine.py")
    assert module_file(read_repository(tmp_path), "tools_of_mine").path == "tools_of_mine.py"


@pytest.mark.parametrize(
    "module",
    ["", ".", "a.", ".a", "a..b", "../x", "a/b", "a\\b", "pkg.a-b", "pkg.1", "pkg.class",
     "pkg.None", "pkg.__init__", "__main__.x", "pkg.a b", "pkg.a\n", "pkg.a\0", "/etc/x", "alone",
     "json.x", "taken.x", "pkg.out.x", "pkg.link", "C:.x", "pkg.é;import os"],
)  # fmt: skip
def test_what_is_no_module_of_the_repository_is_refused(tmp_path: Path, module: str) -> None:
    root = make(tmp_path / "repo", "pkg/__init__.py", "taken.py")
    make(tmp_path, "outside/secret.py")
    (root / "pkg" / "out").symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "pkg" / "link.py").symlink_to(tmp_path / "outside" / "secret.py")
    with pytest.raises(BadModule) as refused:
        module_file(read_repository(root), module)
    assert str(refused.value).endswith(".")
