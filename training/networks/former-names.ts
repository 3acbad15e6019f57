/** Names that hyperparameters had once. Manifests and the commands they keep still say them. */
const FORMER_NAMES: Record<string, string> = {
  conv_1_filter: 'conv1Filters',
  conv_2_filter: 'conv2Filters',
  conv_3_filter: 'conv3Filters',
  conv_1_kernel: 'conv1Kernel',
  conv_2_kernel: 'conv2Kernel',
  conv_3_kernel: 'conv3Kernel',
  dense_units: 'denseUnits',
}

/** @returns the name that a hyperparameter has today */
export const currentName = (name: string): string =>
  Object.hasOwn(FORMER_NAMES, name) ? FORMER_NAMES[name] : name

/**
 * Renames what a manifest of any age says of a training.
 *
 * @param hyperparameters by the names of their time
 * @returns the same values in the same order, by today's names
 */
export const withCurrentNames = <T>(hyperparameters: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(hyperparameters).map(([name, value]) => [currentName(name), value]))
