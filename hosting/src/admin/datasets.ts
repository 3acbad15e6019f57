import type { ListedDataset } from '@zoidberg/core/contract/listings.ts'
import { useEffect, useState } from 'react'
import { callAdmin } from './firebase.ts'

/** @returns the data sets of the bucket; undefined until they are known */
export function useDatasets(onError: (cause: unknown) => void): ListedDataset[] | undefined {
  const [datasets, setDatasets] = useState<ListedDataset[]>()
  useEffect(() => {
    callAdmin<{ datasets: ListedDataset[] }>('listDatasets', {}).then(
      (answer) => setDatasets(answer.datasets),
      onError,
    )
  }, [onError])
  return datasets
}
