"""Regret curves of keras-tuner and Optuna on the functions of functions.ts: reference.py SEEDS TRIALS. Prints JSON."""
import json
import math
import os
import sys
import warnings

os.environ["OMP_NUM_THREADS"] = "1"  # matrices this small only lose by threads
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")
import keras_tuner
import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
SEEDS, TRIALS = int(sys.argv[1]), int(sys.argv[2])
A = np.array(
    [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
)
P = np.array(
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
)


def branin(v):
    x, y, b = v["x"], v["y"], 5.1 / (4 * math.pi**2)
    return -((y - b * x * x + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10)


def hartmann(v):
    x = np.array([v[n] for n in "abcdef"])
    return float(np.array([1, 1.2, 3, 3.2]) @ np.exp(-(A * (x - P) ** 2).sum(1)))


def mixed(v):
    best, bonus = {"adam": (-3, 0), "sgd": (-1.5, -0.02), "rmsprop": (-3.3, -0.01)}[v["optimizer"]]
    rate = (math.log10(v["rate"]) - best) ** 2
    units = ((v["units"] - 160) / 160) ** 2
    dropout = (v["dropout"] - 0.2 - v["units"] / 1000) ** 2
    return bonus - 0.1 * rate - 0.08 * units - 0.5 * dropout


MIXED_SPACE = [
    ("float", "rate", 1e-4, 1e-1, True),
    ("int", "units", 16, 256, 16),
    ("choice", "optimizer", ["adam", "sgd", "rmsprop"]),
    ("float", "dropout", 0, 0.6, False),
]
FUNCTIONS = {
    "Branin": (branin, -0.397887, [("float", "x", -5, 10, False), ("float", "y", 0, 15, False)]),
    "Hartmann 6": (hartmann, 3.32237, [("float", n, 0, 1, False) for n in "abcdef"]),
    "mixed": (mixed, 0, MIXED_SPACE),
}


def suggest_optuna(trial, space):
    v = {}
    for type_, name, *rest in space:
        if type_ == "float":
            v[name] = trial.suggest_float(name, rest[0], rest[1], log=rest[2])
        elif type_ == "int":
            v[name] = trial.suggest_int(name, rest[0], rest[1], step=rest[2])
        else:
            v[name] = trial.suggest_categorical(name, rest[0])
    return v


def run_optuna(sampler):
    def run(function, space, seed):
        study = optuna.create_study(direction="maximize", sampler=sampler(seed))
        study.optimize(lambda trial: function(suggest_optuna(trial, space)), n_trials=TRIALS)
        return [t.value for t in study.trials]

    return run


def run_keras_tuner(function, space, seed):
    hp = keras_tuner.HyperParameters()
    for type_, name, *rest in space:
        if type_ == "float":
            hp.Float(name, rest[0], rest[1], sampling="log" if rest[2] else "linear")
        elif type_ == "int":
            hp.Int(name, rest[0], rest[1], step=rest[2])
        else:
            hp.Choice(name, rest[0])
    objective = keras_tuner.Objective("score", "max")
    oracle = keras_tuner.oracles.BayesianOptimizationOracle(
        objective, max_trials=TRIALS, seed=seed, hyperparameters=hp
    )
    oracle._set_project_dir(f"/tmp/keras-tuner-{os.getpid()}", f"{function.__name__}-{seed}")
    scores = []
    while True:
        trial = oracle.create_trial("tuner")
        if trial.status == "STOPPED":
            return scores
        score = function(trial.hyperparameters.values)
        oracle.update_trial(trial.trial_id, {"score": score})
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
        scores.append(score)


TUNERS = {
    "keras-tuner": run_keras_tuner,
    "Optuna GP": run_optuna(lambda s: optuna.samplers.GPSampler(seed=s)),
    "Optuna TPE": run_optuna(lambda s: optuna.samplers.TPESampler(seed=s)),
}
result = {}
for name, (function, optimum, space) in FUNCTIONS.items():
    result[name] = {}
    for tuner, run in TUNERS.items():
        curves = []
        for seed in range(SEEDS):
            scores = run(function, space, seed)
            best = np.maximum.accumulate(scores + [max(scores)] * (TRIALS - len(scores)))
            curves.append((optimum - best).tolist())
        result[name][tuner] = curves
        print(name, tuner, np.median([c[-1] for c in curves]), file=sys.stderr, flush=True)
print(json.dumps(result))
