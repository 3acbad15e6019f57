/**
 * Hyperband (Li et al. 2018, JMLR 18) with keras-tuner's schedule, so that the two can be compared: brackets from the
 * most aggressive down, each of rounds that train the best of the round before for longer. A survivor starts as soon as
 * enough of its round has finished to be sure of it (asynchronous promotion), and goes on from its weights.
 */

import { isOpen, isScored, type NextTrial, type Trial } from '../trials.ts'
import { drawNew, type Oracle, type OracleOptions } from './oracle.ts'

const FACTOR = 3

export type Round = { size: number; epochs: number }

/**
 * Makes Hyperband's schedule.
 *
 * @param maxEpochs of the trials that survive
 * @returns the rounds of each bracket, the most aggressive bracket first
 */
export function schedule(maxEpochs: number): Round[][] {
  let brackets = 0
  for (let epochs = maxEpochs; epochs >= 1; epochs /= FACTOR) brackets++
  const all = Math.ceil(1 + Math.log(maxEpochs) / Math.log(FACTOR) - 1e-9)
  return Array.from({ length: brackets }, (_, i) => {
    const bracket = brackets - 1 - i
    return Array.from({ length: bracket + 1 }, (_, round) => ({
      size: Math.ceil((all / (bracket + 1)) * FACTOR ** (bracket - round) - 1e-9),
      epochs: Math.ceil(maxEpochs / FACTOR ** (bracket - round) - 1e-9),
    }))
  })
}

/** @returns an oracle that ends with the schedule or with the number of trials, whichever comes first */
export function hyperband(options: OracleOptions): Oracle {
  const { space, epochs, seed } = options
  const brackets = schedule(epochs)
  return {
    suggest(trials) {
      if (trials.length >= options.trials) return 'done'
      let waits = false
      for (const [bracket, rounds] of brackets.entries()) {
        const next = inBracket(trials, bracket, rounds)
        if (next === 'wait') waits = true
        else if (next !== 'done') return next
      }
      return waits ? 'wait' : 'done'
    },
  }

  function inBracket(trials: readonly Trial[], bracket: number, rounds: Round[]): NextTrial {
    const inRound = (round: number) =>
      trials.filter(({ note }) => note.bracket === bracket && note.round === round)
    let waits = false
    // Later rounds first: what is promising goes on before something new starts.
    for (let round = rounds.length - 1; round >= 0; round--) {
      const started = inRound(round)
      if (started.length >= rounds[round].size) continue
      const note = { bracket, round }
      if (round === 0) {
        const values = drawNew(space, seed, trials)
        return values ? { values, epochs: rounds[0].epochs, note } : 'done'
      }
      const before = inRound(round - 1)
      const ended = before.filter((trial) => !isOpen(trial))
      // So many of the round before must have ended that their best survives whatever the others will score.
      if (ended.length <= rounds[round - 1].size - rounds[round].size + started.length) {
        waits ||= before.some(isOpen)
        continue
      }
      const promoted = new Set(started.map(({ from }) => from))
      const best = ended
        .filter(isScored)
        .sort((a, b) => b.score - a.score || a.id - b.id)
        .find(({ id }) => !promoted.has(id))
      if (best) return { values: best.values, epochs: rounds[round].epochs, from: best.id, note }
      waits ||= before.some(isOpen)
    }
    return waits ? 'wait' : 'done'
  }
}
