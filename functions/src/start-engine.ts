/** Starts the engine, in a thread of its own, while the main thread still loads the libraries of Firebase. */
import { loadEngine } from '@zoidberg/core/engines/engine.ts'
import { answersPredictions } from './config.ts'

// Whoever needs the engine is told why there is none.
if (answersPredictions) loadEngine().catch(() => {})
