"""FastAPI and ONNX Runtime as a beginner puts them together: uvicorn fastapi_server:app; MODEL names the file."""

import io
import os

import numpy
import onnxruntime
from fastapi import FastAPI, UploadFile
from PIL import Image

app = FastAPI()
session = onnxruntime.InferenceSession(os.environ["MODEL"])
_, _, height, width = session.get_inputs()[0].shape


@app.post("/predict")
def predict(image: UploadFile):
    gray = Image.open(io.BytesIO(image.file.read())).convert("L")
    pixels = numpy.asarray(gray.resize((width, height), Image.LANCZOS), dtype=numpy.float32)
    (probabilities,) = session.run(["probabilities"], {"image": pixels[None, None]})
    return {"probabilities": probabilities[0].tolist()}
