"""Our own formats, of conversations and of pairs."""

from toolgrad_data.export import formats

FORMATS = {name: format for name, format in formats.FORMATS.own().items() if not format.of_pairs}
PREFERENCES = {name: format for name, format in formats.FORMATS.own().items() if format.of_pairs}
