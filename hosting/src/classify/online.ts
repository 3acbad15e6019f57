import { useSyncExternalStore } from 'react'

function subscribe(onChange: () => void): () => void {
  addEventListener('online', onChange)
  addEventListener('offline', onChange)
  return () => {
    removeEventListener('online', onChange)
    removeEventListener('offline', onChange)
  }
}

/** @returns whether the browser has a connection, kept up to date */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine)
