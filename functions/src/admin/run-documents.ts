/** Where Firestore keeps runs, and what keeps two runs of one data set apart. */
import type { RunState } from '@zoidberg/core/contract/run.ts'
import type { DocumentReference, Firestore, Query } from 'firebase-admin/firestore'

const ACTIVE: RunState[] = ['queued', 'running']

/**
 * What stands between two runs of one data set, in `datasets/{name}`, which clients never see. Every start of a run writes
 * here on condition that no other has meanwhile; so none goes through that has not seen the one before.
 *
 * @property lastRun the id of the run that was started last
 * @property at when that was, so that every start changes the document
 */
export type DatasetGuard = { lastRun: string; at: string }

/** @returns the document of a run */
export const runDocument = (firestore: Firestore, runId: string): DocumentReference =>
  firestore.collection('runs').doc(runId)

/** @returns all runs that have not ended, those of searches from a command line among them, which have no configuration */
export const activeRuns = (firestore: Firestore): Query =>
  firestore.collection('runs').where('state', 'in', ACTIVE)

/** @returns the document that keeps two starts from both being the last that is allowed; no data set has its name */
export const guardOfAll = (firestore: Firestore): DocumentReference =>
  firestore.collection('datasets').doc('_all')

/** @returns the document of a data set's guard */
export const guardOfDataset = (firestore: Firestore, dataset: string): DocumentReference =>
  firestore.collection('datasets').doc(dataset)
