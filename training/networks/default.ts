/**
 * `default`: the recipe of the model that ships in models/default. Everything that was chosen is on this page;
 * docs/findings.md has the evidence for what was measured.
 */
import type { NetworkDefinition } from './definition.ts'
import { buildResnet } from './resnet.ts'
import { RESIDUAL_SPACE } from './search-spaces.ts'

export const defaultNetwork: NetworkDefinition = {
  name: 'default',
  summary:
    'the shipped recipe: residual network, strong augmentation, balanced sampling, attention guidance, averaged weights',
  // Three classes; P(pneumonia) is the sum of two of them.
  task: 'three-class',
  size: { height: 128, width: 128 },
  hyperparameters: { width: 24, blocks: 1, dropout: 0.2 },
  training: {
    epochs: 120,
    batchSize: 32,
    optimizer: 'adamw',
    weightDecay: 0.02,
    learningRate: 2e-3,
    schedule: 'cosine',
    warmup: 2,
    labelSmoothing: 0.1,
    ema: 0.995,
    balance: 'sampling',
    augmentation: {
      flip: 0.5,
      rotation: 10,
      crop: [0.25, 1.2],
      aspect: 1.5,
      brightness: 0.3,
      contrast: 0.3,
      gamma: 0.3,
      blur: 0.3,
      noise: 0.03,
      erasing: 0.25,
    },
    halfSize: 0.6,
    minDelta: 0,
    patience: 20,
    guidance: 0.2,
    hiddenLungs: 0.1,
  },
  space: RESIDUAL_SPACE,
  build: buildResnet,
}
