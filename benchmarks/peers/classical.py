"""Fit and predict of scikit-learn, XGBoost and CatBoost on a folder of matrices: classical.py FOLDER THREADS."""
import json
import sys
import time
import warnings

import catboost
import numpy as np
import sklearn
import xgboost
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")
folder, threads = sys.argv[1], int(sys.argv[2])


def load(part):
    y = np.fromfile(f"{folder}/{part}.y", np.uint8)
    return np.fromfile(f"{folder}/{part}.x", np.uint8).reshape(len(y), -1).astype(np.float32), y


(x, y), (v, z) = load("train"), load("validation")
scaler = StandardScaler().fit(x)
x, v = scaler.transform(x), scaler.transform(v)
report = dict(max_depth=3, learning_rate=0.1, n_estimators=100, subsample=0.75, colsample_bytree=0.5)
trees = dict(iterations=100, learning_rate=0.1, random_seed=1, verbose=0, allow_writing_files=False)
models = {
    "linear-svc": LinearSVC(random_state=1),
    "knn": KNeighborsClassifier(4, n_jobs=threads),
    "svc": SVC(kernel="linear"),
    "svc rbf": SVC(),
    "xgboost": xgboost.XGBClassifier(tree_method="hist", n_jobs=threads, random_state=1, **report),
    "catboost": catboost.CatBoostClassifier(thread_count=threads, **trees),
}
rows = []
for name, model in models.items():
    started = time.perf_counter()
    model.fit(x, y)
    fitted = time.perf_counter()
    predicted = model.predict(v)
    ended = time.perf_counter()
    accuracy = float((predicted == z).mean())
    rows.append(
        {"name": name, "fitSeconds": fitted - started, "predictSeconds": ended - fitted, "accuracy": accuracy}
    )
libraries = {"scikit-learn": sklearn, "xgboost": xgboost, "catboost": catboost}
versions = {name: library.__version__ for name, library in libraries.items()}
print(json.dumps({"rows": rows, "versions": versions}))
