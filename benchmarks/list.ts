/** The benchmarks by name, each with what it measures. */
export const BENCHMARKS = {
  engine: 'each engine in a process of its own: start, memory, one image, sixteen images; what they answer',
  http: 'one client through the Hosting and Functions emulators, with each engine',
  serving: 'requests a second beside FastAPI, BentoML and LitServe, alternated; start, memory, the limit',
  overload:
    'four times as many requests as can be answered, and a hundred thousand predictions: latency, memory',
  training: 'images a second of training: the bare network, its recipe, augmentation, half size',
  loading: 'a data set decoded the first time and read from the cache after that',
  classical: 'fit and predict of the classical algorithms, and a grid on one thread and on two',
  peers: 'training beside Keras, classical algorithms beside scikit-learn, XGBoost and CatBoost',
  suggestion: 'one suggestion of the Bayesian search, by how many trials have ended',
  'trial-cost': 'what a trial of a search costs besides its epochs',
} as const

export type BenchmarkName = keyof typeof BENCHMARKS
