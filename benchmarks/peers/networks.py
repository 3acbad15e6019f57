"""Images a second of training in Keras: networks.py cnn|default.

The layers, the batch, the optimiser and the threads are the same as ours.
"""
import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers

BATCH, IMAGES, EPOCHS = 32, 960, 3
name = sys.argv[1]


def cnn():
    x = image = layers.Input((180, 180, 1))
    x = layers.Rescaling(1 / 255)(x)
    for filters in (16, 32, 64):
        x = layers.MaxPooling2D()(layers.Conv2D(filters, 3, activation="relu")(x))
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(image, layers.Dense(2, activation="softmax")(x)), keras.optimizers.Adam(1e-3)


def resnet(width=24):
    def convolve(x, filters, kernel, strides):
        convolution = layers.Conv2D(filters, kernel, strides=strides, padding="same", use_bias=False)
        return layers.BatchNormalization()(convolution(x))

    def block(x, filters, strides):
        shortcut = x if strides == 1 and x.shape[-1] == filters else convolve(x, filters, 1, strides)
        y = convolve(layers.ReLU()(convolve(x, filters, 3, strides)), filters, 3, 1)
        return layers.ReLU()(layers.Add()([y, shortcut]))

    image = layers.Input((128, 128, 1))
    x = layers.ReLU()(convolve(layers.Rescaling(2 / 255, offset=-1)(image), width, 3, 2))
    for stage, times in enumerate((1, 2, 4, 6)):
        x = block(x, width * times, 2 if stage else 1)
    x = layers.Conv2D(3, 1)(layers.Dropout(0.2)(x))
    optimizer = keras.optimizers.AdamW(2e-3, weight_decay=0.02)
    return keras.Model(image, layers.Softmax()(layers.GlobalAveragePooling2D()(x))), optimizer


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_epoch_begin(self, *_):
        self.start = time.perf_counter()

    def on_epoch_end(self, *_):
        self.seconds.append(time.perf_counter() - self.start)


model, optimizer = {"cnn": cnn, "default": resnet}[name]()
height, width = model.input_shape[1:3]
images = (np.arange(IMAGES * height * width) * 7919 % 251).astype(np.uint8).reshape(-1, height, width, 1)
labels = np.arange(IMAGES) % model.output_shape[1]
data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(IMAGES).batch(BATCH)
data = data.map(lambda x, y: (tf.cast(x, tf.float32), y)).prefetch(4)
model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
clock = Clock()
model.fit(data, epochs=EPOCHS, verbose=0, callbacks=[clock])
figures = {
    "imagesPerSecond": IMAGES / min(clock.seconds),
    "parameters": model.count_params(),
    "keras": keras.__version__,
    "tensorflow": tf.__version__,
}
print(json.dumps(figures))
