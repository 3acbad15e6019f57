/** The experiments by name, each with its question and the options it takes. */
export const EXPERIMENTS = {
  ablation: {
    question: 'What is each ingredient of the recipe worth?',
    options: '--data DIR --out OUT [ROW …]',
  },
  folds: {
    question: 'Does the recipe hold on other patients, another series of normals, other numbers?',
    options: '--data DIR --out OUT',
  },
  'holdout-by-number': {
    question: 'How good is the recipe on the patients with the lowest numbers, set aside?',
    options: '--data DIR --out OUT',
  },
  'subtype-by-number': {
    question: 'Does the patient number decide how well bacterial and viral are told apart?',
    options: '--data DIR [--model PATH]',
  },
  shortcuts: {
    question: 'How far does the picture apart from its anatomy tell the classes apart?',
    options: '--data DIR [PATH …]',
  },
  strangers: {
    question: 'Do copies that differ in several ways at once promise what unseen X-rays gave?',
    options: '--data DIR [--model PATH] [--out FOLDER --id ID]',
  },
  'near-duplicates': {
    question: 'Which copies of a film are found under another patient?',
    options: '--data DIR',
  },
  drift: {
    question: 'After how many answers is drift found, and how often where there is none?',
    options: '--data DIR [--model PATH]',
  },
  maps: {
    question: 'Do activation maps lie in the lungs, and does the answer depend on them?',
    options: '--data DIR [--model PATH]',
  },
  'input-check': {
    question: 'Which images that are no chest X-ray get a warning, and how many X-rays get it wrongly?',
    options: '--data DIR --pictures FOLDER [--model PATH]',
  },
  tuners: {
    question: 'How near do tuners come to the best value of known functions?',
    options: '',
  },
  'search-table': {
    question: 'How good is every network of a small space?',
    options: '--data DIR --out OUT',
  },
  replay: {
    question: 'Which tuner finds the best row of the search table first?',
    options: '',
  },
  'seed-noise': {
    question: 'How far does the score of a short training move with its seed?',
    options: '--data DIR',
  },
  search: {
    question: 'What does a short Bayesian search over the recipe find?',
    options: '--data DIR --out OUT',
  },
  'tuned-against-manual': {
    question: 'Are the values that the search found better than the recipe made by hand?',
    options: '--data DIR --out OUT',
  },
} as const

export type ExperimentName = keyof typeof EXPERIMENTS
