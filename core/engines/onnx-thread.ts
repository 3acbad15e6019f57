/** What the event loop and a thread of ONNX Runtime say to each other. */

/** @property state see `STATE` */
export type ThreadData = { state: Int32Array }
/**
 * The first message of a thread.
 * @property input name of the graph's input
 */
export type Opening = { model: Uint8Array; input: string; height: number; width: number }
export type Task = { id: number; pixels: Uint8Array; images: number; wanted: readonly string[] }
/** @property id of the task; none where the thread has loaded the library, or opened its model */
export type Reply = { id?: number; outputs?: { values: Float32Array; shape: number[] }[]; error?: string }

/** Places in the memory that both sides share: whether it starts or makes a pass, and whether it is to begin no other. */
export const STATE = { isBusy: 0, isClosing: 1 } as const
