import { MOMENTS, type Moment } from '../support/crash.ts'
import { crashAt } from '../support/crash-suite.ts'

const names = Object.keys(MOMENTS) as Moment[]
crashAt(Array.from({ length: 20 }, (_, i) => names[i % names.length]))
