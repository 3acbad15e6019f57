/** Until every caller takes the engine itself: its name. */
import { type EngineName, loadEngine as load } from './engines/engine.ts'

export type Engine = EngineName

/** @returns the name of the engine */
export const loadEngine = async (wanted?: EngineName): Promise<Engine> => (await load(wanted)).name
