"""A wheel has the files beside the code that the code reads."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
PACKAGES = ("graph", "nodes", "prompts", "tool_registry", "toolgrad_data")
NOT_READ = {".py", ".pyc", ".pyi"}


def test_a_wheel_has_the_data_of_the_packages(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    needed = {
        str(path.relative_to(tmp_path))
        for name in PACKAGES
        for path in (tmp_path / name).rglob("*")
        if path.is_file() and path.suffix not in NOT_READ and path.name != "README.md"
    }
    assert "tool_registry/builtin/units.phrases" in needed
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=tmp_path, capture_output=True, text=True, check=True)
    with ZipFile(tmp_path / "dist" / done.stdout.strip().splitlines()[-1]) as wheel:
        assert needed - set(wheel.namelist()) == set()
