/** What Cloud Functions loads. The order counts: see `start-engine.ts`. */
import './start-engine.ts'

export * from './functions.ts'
