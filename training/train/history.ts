/** What a training leaves of each epoch. */
export type EpochRecord = {
  /** From 1 on. */
  epoch: number
  loss: number
  accuracy: number
  valLoss: number
  valAccuracy: number
  /** Of the epoch's last step. */
  learningRate: number
  seconds: number
  imagesPerSecond: number
}

/** The epochs from the first one on. */
export type History = EpochRecord[]
