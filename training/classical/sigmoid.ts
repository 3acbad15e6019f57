/** The logistic function and its inverse. */

/** @returns the probability in (0, 1) of a margin */
export const sigmoid = (margin: number): number => 1 / (1 + Math.exp(-margin))
/** @returns the margin of a probability in (0, 1) */
export const logit = (probability: number): number => Math.log(probability / (1 - probability))
