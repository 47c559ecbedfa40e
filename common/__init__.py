"""The product without its doors: everything the apps and processes share."""

import gc
from typing import Final

USUAL_PACE: Final = gc.get_threshold()
IMPORTING: Final = 100_000  # objects, of the 300,000 that a process begins with

# What is made while modules are imported stays; looking through it a dozen times takes a fifth of
# every start. Whoever is bound gives the collector its usual pace back (services/binding.py).
gc.set_threshold(IMPORTING)
