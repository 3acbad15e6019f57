export const sigmoid = (margin: number): number => 1 / (1 + Math.exp(-margin))
export const logit = (probability: number): number => Math.log(probability / (1 - probability))
