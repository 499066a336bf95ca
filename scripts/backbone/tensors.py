"""Prints where a checkpoint of PyTorch keeps its tensors, as JSON: [{name, shape, strides, offset}].

Reads the format that torch.save wrote before version 1.6: five pickles, then of each storage its number of elements (8
bytes) and its raw elements. Only 32-bit floats are listed. `strides` are in elements, `offset` is in bytes from the
start of the file. Needs no PyTorch, and creates nothing but the classes named below.
"""

import collections
import json
import pickle
import sys

MAGIC = 0x1950A86A20F9469CFC6C
BYTES = {"FloatStorage": 4, "LongStorage": 8}


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if module == "torch" and name in BYTES:
            return name
        raise pickle.UnpicklingError(f"the checkpoint has {module}.{name} in it")

    def persistent_load(self, saved):
        _, kind, key, _, elements, _ = saved
        return kind, key, elements


with open(sys.argv[1], "rb") as file:
    if Reader(file).load() != MAGIC:
        sys.exit("it is not a PyTorch checkpoint")
    Reader(file).load()  # the version of the format
    Reader(file).load()  # the byte order and the sizes of C's types
    tensors = Reader(file).load()
    keys = Reader(file).load()
    bytes_of = {key: BYTES[kind] * elements for (kind, key, elements), *_ in tensors.values()}
    starts = {}
    position = file.tell()
    for key in keys:
        starts[key] = position + 8
        position += 8 + bytes_of[key]
    if position != file.seek(0, 2):
        sys.exit("the checkpoint is cut off")

print(
    json.dumps(
        [
            {"name": name, "shape": shape, "strides": strides, "offset": starts[key] + 4 * first}
            for name, ((kind, key, _), first, shape, strides) in tensors.items()
            if kind == "FloatStorage"
        ]
    )
)
