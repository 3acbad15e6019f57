"""BentoML and ONNX Runtime, one worker: bentoml serve bentoml_server:XRays; MODEL names the file."""

import os

import bentoml
import numpy
import onnxruntime
from PIL.Image import Image, Resampling


@bentoml.service(workers=1)
class XRays:
    def __init__(self):
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"])

    @bentoml.api
    def predict(self, image: Image) -> dict:
        _, _, height, width = self.session.get_inputs()[0].shape
        gray = image.convert("L").resize((width, height), Resampling.LANCZOS)
        pixels = numpy.asarray(gray, dtype=numpy.float32)
        (probabilities,) = self.session.run(["probabilities"], {"image": pixels[None, None]})
        return {"probabilities": probabilities[0].tolist()}
