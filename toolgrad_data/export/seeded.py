"""Random generators that depend on a seed and on names, and on nothing else."""

import hashlib
import random


def rng_for(seed: int, *names: object) -> random.Random:
    """Return a generator of its own for what the names name: the same names, the same draws."""
    text = "\0".join(map(str, (seed, *names)))
    return random.Random(int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big"))
