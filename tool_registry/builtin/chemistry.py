"""Chemical elements and formulas, with the standard atomic weights that molmass ships."""

from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, array, obj
from tool_registry.builtin.kinds import MASS_G, TEMPERATURE_C, WHOLE_NUMBER, kind
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("chemistry")

AVOGADRO = 6.02214076e23
#: Molar gas constant in J/(mol K), and one standard atmosphere in hPa.
GAS_CONSTANT, ATMOSPHERE_HPA = 8.314462618, 1013.25

_ELEMENTS = (
    "H hydrogen,He helium,Li lithium,Be beryllium,B boron,C carbon,N nitrogen,O oxygen,F fluorine,"
    "Ne neon,Na sodium,Mg magnesium,Al aluminium,Si silicon,P phosphorus,S sulfur,Cl chlorine,Ar argon,"
    "K potassium,Ca calcium,Ti titanium,V vanadium,Cr chromium,Mn manganese,Fe iron,Co cobalt,"
    "Ni nickel,Cu copper,Zn zinc,Ga gallium,As arsenic,Br bromine,Kr krypton,Ag silver,Cd cadmium,"
    "Sn tin,I iodine,Xe xenon,Cs caesium,Ba barium,W tungsten,Pt platinum,Au gold,Hg mercury,Pb lead,"
    "Bi bismuth,Rn radon,Ra radium,U uranium,Pu plutonium"
)
_SUBSTANCES = (
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


def _choices(lines: str) -> list[dict[str, Any]]:
    pairs = (line.split(" ", 1) for line in lines.split(","))
    return [{"const": value, "title": title} for value, title in pairs]


ELEMENT: dict[str, Any] = {
    "type": "string",
    "format": "element-symbol",
    "title": "element",
    "description": "Symbol of a chemical element, such as Au.",
    "anyOf": [*_choices(_ELEMENTS), {"pattern": "^[A-Z][a-z]?$", "title": "any other element symbol"}],
    "examples": [choice["const"] for choice in _choices(_ELEMENTS)],
    "x-phrases": {"again": "that element"},
}
FORMULA: dict[str, Any] = {
    "type": "string",
    "format": "chemical-formula",
    "title": "substance",
    "description": "Chemical formula, such as C6H12O6, Ca(OH)2 or CuSO4.5H2O.",
    "maxLength": 40,
    "anyOf": [
        *_choices(_SUBSTANCES),
        {"pattern": r"^[A-Z(\[][A-Za-z0-9()\[\].]*$", "title": "any other chemical formula"},
    ],
    "examples": [choice["const"] for choice in _choices(_SUBSTANCES)],
    "x-phrases": {"again": "that substance"},
}
SAMPLE_MASS = kind(
    MASS_G,
    minimum=0.001,
    maximum=1_000_000,
    examples=[0.5, 1, 2.5, 5, 8, 10, 12, 18, 20, 25, 36, 40, 50, 58.5, 75, 100, 150, 200, 250, 500, 1000],
)
MOLES: dict[str, Any] = {
    "type": "number",
    "format": "amount-mol",
    "title": "amount of substance",
    "description": "Amount of substance in moles.",
    "exclusiveMinimum": 0,
    "maximum": 1_000_000,
    "examples": [0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.75, 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 12],
    "x-phrases": {"mention": ["{} mol", "{} moles"], "again": "that amount"},
}
#: No number of anything else is one: nobody looks for the element that has as many protons as a word has letters.
ATOMIC_NUMBER = kind(
    WHOLE_NUMBER, format="atomic-number", title="atomic number", description="Number of protons in the nucleus."
)


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


@KIT.tool(
    parameters=obj(
        {"symbol": ELEMENT},
        examples=[{"symbol": "Au"}, {"symbol": "Fe"}, {"symbol": "O"}, {"symbol": "Hg"}],
        x_phrases=phrases("""
? the atomic number and atomic mass of {symbol}
? What are the atomic number and the atomic mass of {symbol}?
? Look up how heavy an atom of {symbol} is and which atomic number it has.
? where {symbol} comes in the order of the elements and how much its atoms weigh
= The atomic number of {symbol} is {/atomic_number} and the atomic mass is {/atomic_mass_u} u.

? at which temperature {symbol} melts
? What's the melting point of {symbol}?
? How hot does it have to be for {symbol} to melt?
? Give me the melting point of {symbol} in degrees Celsius.
= The melting point of {symbol} is {/melting_point_c} °C.
= {symbol} melts at {/melting_point_c} °C.

? the electron configuration of {symbol}
? how the electrons of {symbol} are arranged
? How are the electrons in an atom of {symbol} arranged?
? Write out the electron configuration of {symbol} in the short noble gas form.
= The electron configuration of {symbol} is {/electron_configuration}.

? which period and block of the periodic table {symbol} is in
? In which period and block of the periodic table do I find {symbol}?
? Where in the periodic table, by period and block, does {symbol} sit?
? Place {symbol} in the periodic table by period and block.
= In the periodic table, {symbol} is in period {/period}, in the {/block} block.

~ I'm revising for a chemistry exam.
~ My daughter is doing a school project on the elements.
~ I'm writing quiz questions about the periodic table.
~ I'm helping my son with his chemistry homework.
~ We're stuck on a crossword about the elements.
"""),
    ),
    output=obj(
        {
            "name": {"type": "string", "title": "name", "description": "English name of the element."},
            "atomic_number": told(
                ATOMIC_NUMBER,
                "the atomic number of {symbol}",
                # An answer: the element that has it is known already.
                format="plain-atomic-number",
                again="that atomic number",
            ),
            "atomic_mass_u": {
                "type": "number",
                "format": "molar-mass",
                "title": "atomic mass",
                "description": "Standard atomic weight in u, the same number as the molar mass in g/mol.",
                "x-phrases": {"refer": ["the atomic mass of {symbol}"], "again": "that mass"},
            },
            "period": {
                "type": "integer",
                "format": "table-row",
                "title": "period",
                "description": "Row of the periodic table.",
            },
            "block": {"type": "string", "title": "block", "description": "Block: s, p, d or f."},
            "melting_point_c": told(
                {**TEMPERATURE_C, "type": ["number", "null"]},
                "the melting point of {symbol}",
                "the temperature at which {symbol} melts",
                title="melting point",
                description="Melting point in °C, null if not known.",
                again="that melting point",
            ),
            "electron_configuration": {
                "type": "string",
                "title": "electron configuration",
                "description": "Ground state, with a noble gas for the inner shells.",
            },
            "electronegativity": {
                "type": ["number", "null"],
                "title": "electronegativity",
                "description": "On the Pauling scale, null where the element has none.",
            },
        }
    ),
)
def element_details(symbol: str) -> dict[str, Any]:
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
_SYMBOL = told(ELEMENT, "the element with {atomic_number} as its atomic number")
del _SYMBOL["anyOf"]


@KIT.tool(
    parameters=obj(
        {
            "atomic_number": kind(
                ATOMIC_NUMBER,
                maximum=109,
                examples=[1, 2, 6, 7, 8, 10, 13, 14, 17, 42, 47, 50, 53, 56, 74, 79, 82, 92],
            )
        },
        examples=[{"atomic_number": 79}, {"atomic_number": 26}, {"atomic_number": 92}],
        x_phrases=phrases("""
? which element has {atomic_number} as its atomic number
? which element of the periodic table goes with {atomic_number}
? Which chemical element has {atomic_number} protons?
? Taking {atomic_number} as an atomic number, which element is it?
? Name the element whose atomic number is {atomic_number}, with its symbol.
= The element with the number {atomic_number} is {/name}, with the symbol {/symbol}.
= The number {atomic_number} belongs to {/name} ({/symbol}).

~ I'm solving an escape-room puzzle with the periodic table.
~ I'm decoding a message written in atomic numbers.
~ We're having a pub quiz tonight.
~ I'm working on a geocaching mystery.
"""),
    ),
    output=obj(
        {
            "symbol": _SYMBOL,
            "name": {"type": "string", "title": "name", "description": "English name of the element."},
        }
    ),
)
def element_by_number(atomic_number: int) -> dict[str, Any]:
    """Give the chemical element with an atomic number, from 1 (hydrogen) to 109 (meitnerium)."""
    from molmass import ELEMENTS

    element = ELEMENTS[atomic_number]
    return {"symbol": element.symbol, "name": element.name}


@KIT.tool(
    parameters=obj(
        {"formula": FORMULA},
        examples=[
            {"formula": "C8H10N4O2"},
            {"formula": "H2O"},
            {"formula": "CuSO4.5H2O"},
            {"formula": "NaCl"},
        ],
        x_phrases=phrases("""
? the molar mass of {formula}
? how much one mole of {formula} weighs
? What's the molar mass of {formula}?
? How many grams does a mole of {formula} weigh?
? Calculate the molar mass of {formula} for me.
= The molar mass of {formula} is {/molar_mass} g/mol.
= One mole of {formula} weighs {/molar_mass} g.

? how many atoms are in one formula unit of {formula}
? How many atoms make up one formula unit of {formula}?
? What is the total number of atoms in one formula unit of {formula}?
? Count the atoms in a single formula unit of {formula}.
= One formula unit of {formula} has {/atom_count} atoms.

~ I have a chemistry lab report to finish.
~ I'm preparing a worksheet for my students.
~ I have a stoichiometry exercise in front of me.
~ I'm double-checking the label on a bottle in the lab.
"""),
    ),
    output=obj(
        {
            "molar_mass": {
                "type": "number",
                "format": "molar-mass",
                "title": "molar mass",
                "description": "Molar mass in g/mol.",
                "x-phrases": {"refer": ["the molar mass of {formula}"], "again": "that molar mass"},
            },
            "atom_count": told(
                kind(WHOLE_NUMBER, format="atom-count"),
                "the number of atoms in one formula unit of {formula}",
                title="number of atoms",
                description="Atoms in one formula unit.",
            ),
        }
    ),
)
def molar_mass(formula: str) -> dict[str, Any]:
    """Give the molar mass of a chemical formula in g/mol, and the number of its atoms."""
    parsed = _formula(formula)
    return {"molar_mass": round(parsed.mass, 3), "atom_count": parsed.atoms}


@KIT.tool(
    parameters=obj(
        {"formula": FORMULA},
        examples=[{"formula": "C9H8O4"}, {"formula": "Fe2O3"}, {"formula": "Ca(OH)2"}],
        x_phrases=phrases("""
? what percentage of the mass of {formula} each element makes up
? the percent composition of {formula} by mass
? What is the mass percentage of each element in {formula}?
? How is the mass of {formula} split among its elements?
? Break {formula} down into its elements by mass percent.
= By mass, {formula} consists of {/elements/*|[percent] % [symbol]}.

? which element makes up most of the mass of {formula}
? Which element is the heaviest part of {formula} by mass?
? In terms of mass, what is {formula} mostly made of?
? Find the element that contributes most to the mass of {formula}.
= Most of the mass of {formula} is {/main_element}.

~ I'm working out how much of a fertiliser is actual nutrient.
~ I'm preparing for the chemistry olympiad.
~ We did an elemental analysis and I want to compare.
~ I have to fill in a table for chemistry class.
"""),
    ),
    output=obj(
        {
            "main_element": told(
                ELEMENT,
                "the element that makes up most of the mass of {formula}",
                title="main element",
                description="Symbol of the element with the largest share of the mass.",
            ),
            "element_count": {
                "type": "integer",
                "title": "number of elements",
                "description": "How many different elements there are.",
            },
            "elements": array(
                obj(
                    {
                        "symbol": told(ELEMENT, "the {#} element in the mass breakdown of {formula}"),
                        "count": {
                            "type": "integer",
                            "title": "number of atoms",
                            "description": "Atoms of the element in one formula unit.",
                        },
                        "percent": {
                            "type": "number",
                            "title": "share of the mass",
                            "description": "Percent of the mass.",
                        },
                    }
                ),
                title="elements",
                description="The elements by falling share of the mass, 12 at most.",
                maxItems=12,
            ),
        }
    ),
)
def mass_composition(formula: str) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {"formula": FORMULA, "mass_g": SAMPLE_MASS},
        examples=[
            {"formula": "H2O", "mass_g": 36},
            {"formula": "NaCl", "mass_g": 58.5},
            {"formula": "C12H22O11", "mass_g": 1000},
        ],
        x_phrases=phrases("""
? how many moles of {formula} are in {mass_g}
? the amount of substance if I have {mass_g} of {formula}
? How many moles does {mass_g} of {formula} come to?
? What amount in moles is {mass_g} of {formula}?
? Convert {mass_g} of {formula} to moles.
= {mass_g} of {formula} comes to {/moles} mol.
= That is {/moles} mol.

? how many molecules {mass_g} of {formula} contains
? How many molecules are there in {mass_g} of {formula}?
? If I have {mass_g} of {formula}, how many molecules is that?
? Estimate the number of molecules in {mass_g} of {formula}.
= About {/molecules} molecules make up {mass_g} of {formula}.

~ I'm balancing a reaction for the lab course.
~ I'm getting a school experiment ready.
~ The recipe for the reaction only speaks of moles.
~ I want to check the answer key of my exercise book.
"""),
    ),
    output=obj(
        {
            "moles": told(
                MOLES,
                "the number of moles in {mass_g} of {formula}",
                "the amount of {formula} in {mass_g}",
                description="Amount of substance in moles.",
            ),
            "molecules": {
                "type": "string",
                "title": "number of molecules",
                "description": "Number of formula units in scientific notation.",
            },
        }
    ),
)
def moles_from_mass(formula: str, mass_g: float) -> dict[str, Any]:
    """Give the amount of substance in moles, and the number of molecules, in a mass of a substance."""
    moles = mass_g / _formula(formula).mass
    mantissa, exponent = f"{moles * AVOGADRO:.3e}".split("e+")
    return {"moles": _significant(moles), "molecules": f"{mantissa} × 10^{int(exponent)}"}


@KIT.tool(
    parameters=obj(
        {"formula": FORMULA, "moles": MOLES},
        examples=[
            {"formula": "NaOH", "moles": 0.5},
            {"formula": "CO2", "moles": 2},
            {"formula": "C6H12O6", "moles": 0.25},
        ],
        x_phrases=phrases("""
? how many grams {moles} of {formula} weighs
? what mass of {formula} I need for {moles}
? What mass in grams does {moles} of {formula} have?
? How much {formula} do I weigh out to get {moles}?
? Convert {moles} of {formula} to grams.
= It weighs {/mass_g} g.
= You need {/mass_g} g of {formula}.

~ I'm about to weigh out a reagent.
~ We're working out the yield of a reaction.
~ I'm writing a procedure for the teaching lab.
~ I want to see whether the small balance is good enough.
"""),
    ),
    output=obj({"mass_g": told(MASS_G, "the mass of {moles} of {formula}")}),
)
def mass_from_moles(formula: str, moles: float) -> dict[str, Any]:
    """Give the mass in grams of an amount of a substance in moles."""
    return {"mass_g": _significant(moles * _formula(formula).mass)}


@KIT.tool(
    parameters=obj(
        {
            "formula": FORMULA,
            "concentration": {
                "type": "number",
                "format": "concentration-mol-per-l",
                "title": "concentration",
                "description": "Concentration wanted, in mol/L.",
                "minimum": 0.0001,
                "maximum": 20,
                "examples": [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6],
                "x-phrases": {"mention": ["{} mol/L", "{} M"], "again": "that concentration"},
            },
            "volume_ml": {
                "type": "number",
                "format": "volume-ml",
                "title": "volume",
                "description": "Volume of the finished solution in millilitres.",
                "minimum": 1,
                "maximum": 100_000,
                "examples": [10, 25, 50, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 5000],
                "x-phrases": {"mention": ["{} mL", "{} millilitres"], "again": "that volume"},
            },
        },
        examples=[
            {"formula": "NaCl", "concentration": 0.15, "volume_ml": 500},
            {"formula": "NaOH", "concentration": 1, "volume_ml": 250},
            {"formula": "CuSO4.5H2O", "concentration": 0.1, "volume_ml": 1000},
        ],
        x_phrases=phrases("""
? how many grams of {formula} I need to make {volume_ml} of solution at {concentration}
? how much {formula} goes into {volume_ml} of a solution with a concentration of {concentration}
? How much {formula} do I dissolve to get {volume_ml} at {concentration}?
? What mass of {formula} gives {volume_ml} of solution with {concentration}?
? Work out the mass of {formula} for {volume_ml} of solution at {concentration}.
= Dissolve {/mass_g} g of {formula} and fill up to {volume_ml}.
= You need {/mass_g} g.

~ I'm making stock solutions for the week.
~ I'm preparing the practical for my class.
~ We ran out of buffer in the middle of an experiment.
~ I'm new in the lab and don't want to get this wrong.
"""),
    ),
    output=obj(
        {
            "mass_g": told(
                MASS_G,
                "the mass of {formula} needed for {volume_ml} of solution at {concentration}",
                description="Mass to dissolve in grams.",
            )
        }
    ),
)
def solution_recipe(formula: str, concentration: float, volume_ml: float) -> dict[str, Any]:
    """Give the mass of a substance to dissolve for a volume of solution of a molar concentration."""
    return {"mass_g": _significant(concentration * volume_ml / 1000 * _formula(formula).mass)}


@KIT.tool(
    parameters=obj(
        {
            "moles": MOLES,
            "temperature_c": kind(
                TEMPERATURE_C,
                minimum=-200,
                maximum=4000,
                examples=[-20, -10, 0, 5, 10, 15, 20, 22, 25, 30, 37, 40, 50, 60, 80, 100, 150],
            ),
        },
        examples=[
            {"moles": 1, "temperature_c": 0},
            {"moles": 2.5, "temperature_c": 25},
            {"moles": 0.1, "temperature_c": 100},
        ],
        x_phrases=phrases("""
? what volume {moles} of an ideal gas takes up at {temperature_c} and normal pressure
? how many litres {moles} of gas fills at {temperature_c} and one atmosphere
? How much space does {moles} of gas need at {temperature_c} and normal pressure?
? At {temperature_c} and one atmosphere, what's the volume of {moles} of gas?
? Use the ideal gas law for {moles} at {temperature_c} and one atmosphere.
= At {temperature_c}, the gas takes up {/litres} litres, given {moles} of it.
= For {moles} at {temperature_c} and normal pressure, the gas takes up {/litres} litres.

~ I'm sizing a balloon for a demonstration.
~ I need to know whether the gas fits into the flask.
~ I'm revising the gas laws.
~ We're collecting gas over water in the practical.
"""),
    ),
    output=obj(
        {
            "litres": {
                "type": "number",
                "format": "volume-l",
                "title": "volume",
                "description": "Volume in litres at 1013.25 hPa.",
                "minimum": 0,
                "x-phrases": {
                    "refer": ["the volume that {moles} of gas takes up at {temperature_c}"],
                    "again": "that volume",
                },
            }
        }
    ),
)
def gas_volume(moles: float, temperature_c: float) -> dict[str, Any]:
    """Give the volume in litres of an amount of an ideal gas at a temperature and one atmosphere."""
    return {"litres": _significant(moles * GAS_CONSTANT * (temperature_c + 273.15) / ATMOSPHERE_HPA * 10, 4)}
