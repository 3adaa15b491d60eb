"""Elements and formulas against the values of any school book."""

import pytest

from tool_registry.builtin.chemistry import (
    ELEMENTS,
    SUBSTANCES,
    element_by_number,
    element_details,
    gas_volume,
    mass_composition,
    mass_from_moles,
    molar_mass,
    moles_from_mass,
    solution_recipe,
)
from tool_registry.builtin.declare import ToolkitError


def test_gold() -> None:
    gold = element_details("Au")
    assert (gold["name"], gold["atomic_number"], gold["period"], gold["block"]) == ("Gold", 79, 6, "d")
    assert gold["atomic_mass_u"] == pytest.approx(196.967, abs=0.001)
    assert gold["melting_point_c"] == pytest.approx(1064, abs=1)


def test_mercury_is_liquid_at_room_temperature() -> None:
    assert element_details("Hg")["melting_point_c"] == pytest.approx(-38.8, abs=0.1)


def test_a_noble_gas_has_no_electronegativity() -> None:
    assert element_details("Ne")["electronegativity"] is None
    assert element_details("F")["electronegativity"] == 3.98


def test_sodium_has_one_electron_outside_neon() -> None:
    assert element_details("Na")["electron_configuration"] == "[Ne] 3s"


@pytest.mark.parametrize(("value", "title"), ELEMENTS.items())
def test_labels_of_elements_name_them(value: str, title: str) -> None:
    assert element_details(value)["name"].lower() == title


def test_an_unknown_element() -> None:
    with pytest.raises(ToolkitError, match="Xx"):
        element_details("Xx")


def test_numbers_to_elements() -> None:
    assert element_by_number(1) == {"symbol": "H", "name": "Hydrogen"}
    assert element_by_number(26) == {"symbol": "Fe", "name": "Iron"}
    assert element_by_number(109) == {"symbol": "Mt", "name": "Meitnerium"}


@pytest.mark.parametrize(
    ("formula", "mass", "atoms"),
    [
        ("H2O", 18.015, 3),
        ("CO2", 44.01, 3),
        ("NaCl", 58.44, 2),
        ("C6H12O6", 180.16, 24),
        ("C8H10N4O2", 194.19, 24),
        ("Ca(OH)2", 74.09, 5),
        ("CuSO4.5H2O", 249.68, 21),
    ],
)
def test_molar_masses(formula: str, mass: float, atoms: int) -> None:
    result = molar_mass(formula)
    assert result["molar_mass"] == pytest.approx(mass, abs=0.01)
    assert result["atom_count"] == atoms


@pytest.mark.parametrize("formula", SUBSTANCES)
def test_every_labelled_formula_can_be_read(formula: str) -> None:
    assert molar_mass(formula)["molar_mass"] > 1


@pytest.mark.parametrize("formula", ["Xx2O", "h2o", "C6H12O6)", "()", ""])
def test_no_formula(formula: str) -> None:
    with pytest.raises(ToolkitError, match="chemical formula"):
        molar_mass(formula)


def test_water_is_89_percent_oxygen() -> None:
    water = mass_composition("H2O")
    assert water["main_element"] == "O"
    assert [(e["symbol"], e["count"]) for e in water["elements"]] == [("O", 1), ("H", 2)]
    assert water["elements"][0]["percent"] == pytest.approx(88.81, abs=0.01)
    assert sum(e["percent"] for e in water["elements"]) == pytest.approx(100, abs=0.05)


def test_two_moles_of_water() -> None:
    result = moles_from_mass("H2O", 36.03)
    assert result["moles"] == pytest.approx(2, abs=0.001)
    assert result["molecules"] == "1.204 × 10^24"


def test_a_tiny_mass_still_has_many_molecules() -> None:
    assert moles_from_mass("C27H46O", 0.001)["molecules"] == "1.557 × 10^18"


def test_mass_and_moles_are_inverse() -> None:
    assert mass_from_moles("NaOH", 0.5)["mass_g"] == pytest.approx(20, abs=0.01)
    assert moles_from_mass("NaOH", 20)["moles"] == pytest.approx(0.5, abs=0.001)


def test_physiological_saline_takes_about_9_grams_a_litre() -> None:
    assert solution_recipe("NaCl", 0.154, 1000)["mass_g"] == pytest.approx(9.0, abs=0.01)


def test_a_mole_of_gas_fills_22_4_litres() -> None:
    assert gas_volume(1, 0) == {"litres": 22.41}


def test_gas_shrinks_to_nothing_at_absolute_zero() -> None:
    assert gas_volume(1, -273.15) == {"litres": 0.0}
