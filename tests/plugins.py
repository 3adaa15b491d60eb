"""Packages as an installer leaves them: modules, and a folder of metadata beside them."""

from pathlib import Path


def install(
    site: Path, name: str, entry_points: dict[str, dict[str, str]], version: str = "1.0", **modules: str
) -> None:
    """Put a package into the folder: `entry_points` by group and name, the text of each module by its name."""
    site.mkdir(parents=True, exist_ok=True)
    for module, text in modules.items():
        (site / f"{module}.py").write_text(text, encoding="utf-8")
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n")
    groups = (
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in given.items())])
        for group, given in entry_points.items()
    )
    (folder / "entry_points.txt").write_text("\n".join(groups) + "\n")
