"""LitServe and ONNX Runtime, two workers: python litserve_server.py PORT; MODEL names the file."""

import io
import os
import sys

import litserve
import numpy
import onnxruntime
from fastapi import UploadFile
from PIL import Image


class Xrays(litserve.LitAPI):
    def setup(self, device):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options)

    def decode_request(self, request):
        image: UploadFile = request["image"]
        _, _, height, width = self.session.get_inputs()[0].shape
        gray = Image.open(io.BytesIO(image.file.read())).convert("L")
        return numpy.asarray(gray.resize((width, height), Image.LANCZOS), dtype=numpy.float32)

    def predict(self, pixels):
        return self.session.run(["probabilities"], {"image": pixels[None, None]})[0][0]

    def encode_response(self, probabilities):
        return {"probabilities": probabilities.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Xrays(), accelerator="cpu", workers_per_device=2)
    server.run(port=int(sys.argv[1]), generate_client_file=False, log_level="error")
