"""`python -m bench.chaos`."""

import sys

from bench.chaos.trials import main

main(sys.argv[1:])
