"""Writes the sample objects of fediverse-pasture-inputs as JSON: a list of [name, object], in a fixed order.

What that package needs to send them itself is left out; the one name that it imports of it stands in here.
"""

import json
import sys
import types

for name in ("fediverse_pasture", "fediverse_pasture.runner", "fediverse_pasture.runner.entry"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["fediverse_pasture.runner.entry"].Entry = object

from fediverse_pasture_inputs import available  # noqa: E402

samples = [
    [f"{name} {number}", example]
    for name, inputs in sorted(available.items())
    for number, example in enumerate(inputs.examples, 1)
]
json.dump(samples, sys.stdout, indent=1, ensure_ascii=False)
