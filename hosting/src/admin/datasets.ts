import { useEffect, useState } from 'react'
import { callAdmin } from './firebase.ts'

/** A data set of the bucket, as the callable `listDatasets` tells it. */
export type Listed = { name: string; images: number; at: string; classes: Record<string, number> }

/** @returns the data sets of the bucket; undefined until they are known */
export function useDatasets(onError: (cause: unknown) => void): Listed[] | undefined {
  const [datasets, setDatasets] = useState<Listed[]>()
  useEffect(() => {
    callAdmin<{ datasets: Listed[] }>('listDatasets', {}).then(
      (answer) => setDatasets(answer.datasets),
      onError,
    )
  }, [onError])
  return datasets
}
