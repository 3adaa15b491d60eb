"""The page of recipes says what the recipes are."""

import re
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "examples" / "train"
METHODS = {"full": "full", "lora": "LoRA"}


def test_the_table_is_what_is_trained() -> None:
    recipes = tomllib.loads((FOLDER / "recipes.toml").read_text(encoding="utf-8"))
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = [
        tuple(cell.strip(" `") for cell in line.strip("|").split("|")) for line in re.findall(r"^\| `.*", page, re.M)
    ]
    assert rows == [
        (
            name,
            recipe["model"],
            recipe["format"],
            METHODS[recipe["method"]],
            f"{recipe['learning_rate']:.0e}",
            str(recipe["epochs"]),
            str(recipe["batch"]),
        )
        for name, recipe in recipes.items()
    ]
    assert {recipe["max_length"] for recipe in recipes.values()} == {8192}
