"""`python -m bench.endpoint`."""

import sys

from bench.endpoint.server import main

main(sys.argv[1:])
