/** A sample of `npm run test:crash`. */
import { crashAt } from '../support/crash-suite.ts'

crashAt(['training', 'publishing', 'promoting'])
