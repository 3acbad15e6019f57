/**
 * What is shown, and how to ask the backend about it.
 * @property file the name that the backend speaks of
 * @property sample its id, of an image of the gallery
 */
export type Chosen = { url: string; name: string; file: string; sample?: string; image(): Promise<Blob> }
