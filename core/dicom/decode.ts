/** From the bytes of a DICOM file to gray pixels. */
import dicomParser from 'dicom-parser'
import { decodeFrame } from './codecs.ts'
import { graysOf } from './grays.ts'
import { DicomError, type DicomHeader, damaged, readDicom } from './header.ts'

/**
 * Decodes the one frame of an X-ray.
 *
 * @returns uint8 gray values, `rows * columns` of them, black 0
 * @throws DicomError if the file cannot be read
 */
export async function decodeDicom(
  bytes: Uint8Array,
): Promise<{ header: DicomHeader; grays: Uint8Array<ArrayBuffer> }> {
  const { header, dataSet } = readDicom(bytes)
  try {
    const stored = await decodeFrame(frameOf(dataSet, bytes), header)
    return { header, grays: graysOf(stored, header) }
  } catch (error) {
    if (error instanceof DicomError) throw error
    throw damaged()
  }
}

/** The frame's bytes: at their place in the file, or put together of the fragments of one that is encapsulated. */
function frameOf(dataSet: dicomParser.DataSet, bytes: Uint8Array): Uint8Array {
  const element = dataSet.elements.x7fe00010
  if (!element.encapsulatedPixelData)
    return bytes.subarray(element.dataOffset, element.dataOffset + element.length)
  const fragments = element.fragments ?? []
  return dicomParser.readEncapsulatedPixelDataFromFragments(dataSet, element, 0, fragments.length)
}
