"""Chemical elements and formulas, with the standard atomic weights that molmass ships."""

from typing import Annotated, Any

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import MassG, TemperatureC, words_by_value
from tool_registry.declare import Kind

tool = pure(category="chemistry")

AVOGADRO = 6.02214076e23
#: Molar gas constant in J/(mol K), and one standard atmosphere in hPa.
GAS_CONSTANT, ATMOSPHERE_HPA = 8.314462618, 1013.25

ELEMENTS = words_by_value(
    "H hydrogen,He helium,Li lithium,Be beryllium,B boron,C carbon,N nitrogen,O oxygen,F fluorine,"
    "Ne neon,Na sodium,Mg magnesium,Al aluminium,Si silicon,P phosphorus,S sulfur,Cl chlorine,Ar argon,"
    "K potassium,Ca calcium,Ti titanium,V vanadium,Cr chromium,Mn manganese,Fe iron,Co cobalt,"
    "Ni nickel,Cu copper,Zn zinc,Ga gallium,As arsenic,Br bromine,Kr krypton,Ag silver,Cd cadmium,"
    "Sn tin,I iodine,Xe xenon,Cs caesium,Ba barium,W tungsten,Pt platinum,Au gold,Hg mercury,Pb lead,"
    "Bi bismuth,Rn radon,Ra radium,U uranium,Pu plutonium"
)
SUBSTANCES = words_by_value(
    "H2O water,CO2 carbon dioxide,NaCl table salt,C6H12O6 glucose,C12H22O11 sucrose,C2H6O ethanol,"
    "CH4 methane,NH3 ammonia,H2O2 hydrogen peroxide,H2SO4 sulfuric acid,HCl hydrogen chloride,"
    "HNO3 nitric acid,NaOH sodium hydroxide,KOH potassium hydroxide,NaHCO3 baking soda,"
    "CaCO3 calcium carbonate,C8H10N4O2 caffeine,C9H8O4 aspirin,C8H9NO2 paracetamol,C13H18O2 ibuprofen,"
    "C6H8O7 citric acid,C2H4O2 acetic acid,C6H8O6 vitamin C,KMnO4 potassium permanganate,"
    "CuSO4 copper sulfate,AgNO3 silver nitrate,Fe2O3 iron(III) oxide,KCl potassium chloride,"
    "CaCl2 calcium chloride,MgSO4 magnesium sulfate,C3H6O acetone,C6H6 benzene,C3H8 propane,"
    "C8H18 octane,CH4N2O urea,N2O nitrous oxide,TiO2 titanium dioxide,KNO3 potassium nitrate,"
    "C10H14N2 nicotine,C27H46O cholesterol"
)

Element = Annotated[
    str,
    Kind(
        "element",
        "Symbol of a chemical element, such as Au.",
        format="element-symbol",
        labels=ELEMENTS,
        others=("^[A-Z][a-z]?$", "any other element symbol"),
        examples=list(ELEMENTS),
        again="that element",
    ),
]
Formula = Annotated[
    str,
    Kind(
        "substance",
        "Chemical formula, such as C6H12O6, Ca(OH)2 or CuSO4.5H2O.",
        format="chemical-formula",
        labels=SUBSTANCES,
        others=(r"^[A-Z(\[][A-Za-z0-9()\[\].]*$", "any other chemical formula"),
        maxLength=40,
        examples=list(SUBSTANCES),
        again="that substance",
    ),
]
SampleMass = Annotated[
    MassG,
    Kind(
        minimum=0.001,
        maximum=1_000_000,
        examples=[0.5, 1, 2.5, 5, 8, 10, 12, 18, 20, 25, 36, 40, 50, 58.5, 75, 100, 150, 200, 250, 500, 1000],
    ),
]
Moles = Annotated[
    float,
    Kind(
        "amount of substance",
        "Amount of substance in moles.",
        format="amount-mol",
        exclusiveMinimum=0,
        maximum=1_000_000,
        examples=[0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.75, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 12],
        mention=["{} mol", "{} moles"],
        again="that amount",
    ),
]
#: No number of anything else is one: nobody looks for the element that has as many protons as a word has letters.
AtomicNumber = Annotated[
    int,
    Kind("atomic number", "Number of protons in the nucleus.", format="atomic-number", minimum=1, again="that number"),
]


def _element(symbol: str) -> Any:
    from molmass import ELEMENTS

    try:
        return ELEMENTS[symbol]
    except KeyError:
        raise ToolkitError(f"There is no element {symbol} up to number 109; give a symbol such as Au.") from None


def _formula(formula: str) -> Any:
    from molmass import Formula, FormulaError

    try:
        parsed = Formula(formula)
        # molmass reads lazily, and reads "" and "()" as a formula of no atoms.
        if not parsed.atoms:
            raise FormulaError("no atoms in it")
    except FormulaError as error:
        reason = str(error).splitlines()[0]
        raise ToolkitError(
            f"{formula} cannot be read as a chemical formula ({reason}). Write it like C6H12O6."
        ) from error
    return parsed


def _significant(value: float, digits: int = 5) -> float:
    return float(f"{value:.{digits}g}")


class _ElementDetails(Result):
    name: Annotated[str, Kind("name", "English name of the element.")]
    atomic_number: Annotated[AtomicNumber, Kind(format="plain-atomic-number")]
    atomic_mass_u: Annotated[
        float,
        Kind(
            "atomic mass",
            "Standard atomic weight in u, the same number as the molar mass in g/mol.",
            format="molar-mass",
        ),
    ]
    period: Annotated[int, Kind("period", "Row of the periodic table.", format="table-row")]
    block: Annotated[str, Kind("block", "Block: s, p, d or f.")]
    melting_point_c: Annotated[
        float | None,
        Kind("melting point", "Melting point in °C, null if not known.", format="temperature-c", minimum=-273.15),
    ]
    electron_configuration: Annotated[
        str, Kind("electron configuration", "Ground state, with a noble gas for the inner shells.")
    ]
    electronegativity: Annotated[
        float | None, Kind("electronegativity", "On the Pauling scale, null where the element has none.")
    ]


@tool
def element_details(symbol: Element) -> _ElementDetails:
    """Give the atomic number, atomic mass, place in the periodic table and melting point of an element."""
    element = _element(symbol)
    return {
        "name": element.name,
        "atomic_number": element.number,
        "atomic_mass_u": round(element.mass, 4),
        "period": element.period,
        "block": element.block,
        "melting_point_c": round(element.tmelt - 273.15, 1) if element.tmelt else None,
        "electron_configuration": element.eleconfig,
        "electronegativity": element.eleneg or None,
    }


#: Without labels: here the symbol itself is asked for, not what the element is called.
Symbol = Annotated[Element, Kind(anyOf=None)]


class _ElementByNumber(Result):
    symbol: Symbol
    name: Annotated[str, Kind("name", "English name of the element.")]


@tool
def element_by_number(atomic_number: Annotated[AtomicNumber, Kind(maximum=109)]) -> _ElementByNumber:
    """Give the chemical element with an atomic number, from 1 (hydrogen) to 109 (meitnerium)."""
    from molmass import ELEMENTS

    element = ELEMENTS[atomic_number]
    return {"symbol": element.symbol, "name": element.name}


class _MolarMass(Result):
    molar_mass: Annotated[float, Kind("molar mass", "Molar mass in g/mol.", format="molar-mass")]
    atom_count: Annotated[int, Kind("number of atoms", "Atoms in one formula unit.", format="atom-count", minimum=1)]


@tool
def molar_mass(formula: Formula) -> _MolarMass:
    """Give the molar mass of a chemical formula in g/mol, and the number of its atoms."""
    parsed = _formula(formula)
    return {"molar_mass": round(parsed.mass, 3), "atom_count": parsed.atoms}


class _Element(Result):
    symbol: Element
    count: Annotated[int, Kind("number of atoms", "Atoms of the element in one formula unit.")]
    percent: Annotated[float, Kind("share of the mass", "Percent of the mass.")]


class _MassComposition(Result):
    main_element: Annotated[Element, Kind("main element", "Symbol of the element with the largest share of the mass.")]
    element_count: Annotated[int, Kind("number of elements", "How many different elements there are.")]
    elements: Annotated[
        list[_Element], Kind("elements", "The elements by falling share of the mass, 12 at most.", maxItems=12)
    ]


@tool
def mass_composition(formula: Formula) -> _MassComposition:
    """Give the percentage by mass of each element in a chemical formula, largest first."""
    items = sorted(_formula(formula).composition().values(), key=lambda item: -item.fraction)
    return {
        "main_element": items[0].symbol,
        "element_count": len(items),
        "elements": [
            {"symbol": item.symbol, "count": item.count, "percent": round(item.fraction * 100, 2)}
            for item in items[:12]
        ],
    }


class _MolesFromMass(Result):
    moles: Moles
    molecules: Annotated[str, Kind("number of molecules", "Number of formula units in scientific notation.")]


@tool
def moles_from_mass(formula: Formula, mass_g: SampleMass) -> _MolesFromMass:
    """Give the amount of substance in moles, and the number of molecules, in a mass of a substance."""
    moles = mass_g / _formula(formula).mass
    mantissa, exponent = f"{moles * AVOGADRO:.3e}".split("e+")
    return {"moles": _significant(moles), "molecules": f"{mantissa} × 10^{int(exponent)}"}


class _MassFromMoles(Result):
    mass_g: MassG


@tool
def mass_from_moles(formula: Formula, moles: Moles) -> _MassFromMoles:
    """Give the mass in grams of an amount of a substance in moles."""
    return {"mass_g": _significant(moles * _formula(formula).mass)}


class _SolutionRecipe(Result):
    mass_g: Annotated[MassG, Kind(description="Mass to dissolve in grams.")]


@tool
def solution_recipe(
    formula: Formula,
    concentration: Annotated[
        float,
        Kind(
            "concentration",
            "Concentration wanted, in mol/L.",
            format="concentration-mol-per-l",
            minimum=0.0001,
            maximum=20,
        ),
    ],
    volume_ml: Annotated[
        float,
        Kind(
            "volume", "Volume of the finished solution in millilitres.", format="volume-ml", minimum=1, maximum=100_000
        ),
    ],
) -> _SolutionRecipe:
    """Give the mass of a substance to dissolve for a volume of solution of a molar concentration."""
    return {"mass_g": _significant(concentration * volume_ml / 1000 * _formula(formula).mass)}


class _GasVolume(Result):
    litres: Annotated[float, Kind("volume", "Volume in litres at 1013.25 hPa.", format="volume-l", minimum=0)]


@tool
def gas_volume(moles: Moles, temperature_c: Annotated[TemperatureC, Kind(minimum=-200, maximum=4000)]) -> _GasVolume:
    """Give the volume in litres of an amount of an ideal gas at a temperature and one atmosphere."""
    return {"litres": _significant(moles * GAS_CONSTANT * (temperature_c + 273.15) / ATMOSPHERE_HPA * 10, 4)}


TOOLS = [
    element_details, element_by_number, molar_mass, mass_composition, moles_from_mass, mass_from_moles,
    solution_recipe, gas_volume,
]  # fmt: skip
