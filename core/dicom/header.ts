/** What a DICOM file says of itself, and whether it is an X-ray that can be read here. Patients' tags are not kept. */
import { createHash } from 'node:crypto'
import dicomParser from 'dicom-parser'

/** DICOM PS3.5 annex A: dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_A.html */
export const TRANSFER_SYNTAXES = {
  '1.2.840.10008.1.2': 'raw',
  '1.2.840.10008.1.2.1': 'raw',
  '1.2.840.10008.1.2.2': 'raw, big endian',
  '1.2.840.10008.1.2.5': 'RLE',
  '1.2.840.10008.1.2.4.50': 'JPEG baseline',
  '1.2.840.10008.1.2.4.57': 'JPEG lossless',
  '1.2.840.10008.1.2.4.70': 'JPEG lossless',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
} as const
export type Coding = (typeof TRANSFER_SYNTAXES)[keyof typeof TRANSFER_SYNTAXES]

/** Projection X-rays: computed and digital radiography, and what old scanners call radiographic imaging. */
const MODALITIES = ['CR', 'DX', 'RG']
/** From the side: PS3.3 C.7.3.1, view position. */
const LATERAL = /^(LL|RL|LLD|RLD|LATERAL|LLO|RLO)$/i
const MAX_BITS = 16

/** Which gray values are black and which are white, in units after rescaling. */
export type Window = { center: number; width: number }

/**
 * @property bits stored in each value, of `allocated`
 * @property slope,intercept of rescaling
 * @property table of values, where that says what is shown; `first` is the value that its first entry is for
 * @property inverted whether high values are dark
 * @property pixelAspect height of a pixel over its width
 * @property isLateral whether it says that it was taken from the side
 * @property patient hash of the patient's id; none where there is no id
 */
export type DicomHeader = {
  coding: Coding
  rows: number
  columns: number
  allocated: 8 | 16
  bits: number
  isSigned: boolean
  slope: number
  intercept: number
  window?: Window
  table?: { first: number; values: number[]; bits: number }
  inverted: boolean
  pixelAspect: number
  isLateral: boolean
  patient?: string
}

/**
 * A file is no X-ray that can be read here; the message says why, and names nothing of the patient.
 * @property problem what callers are told that it is
 */
export class DicomError extends Error {
  override name = 'DicomError'
  readonly problem: 'not-an-image' | 'unsupported-type' | 'too-large'

  constructor(message: string, problem: DicomError['problem'] = 'unsupported-type') {
    super(message)
    this.problem = problem
  }
}

/** @returns the error for a file that is damaged, in its header or in its image */
export const damaged = (): DicomError =>
  new DicomError('is a DICOM file that is damaged or cut off', 'not-an-image')

type DataSet = dicomParser.DataSet
const refuse = (why: string): never => {
  throw new DicomError(why)
}

/**
 * Reads the header of a DICOM file.
 *
 * @returns what decoding needs, and the data set with its pixels
 * @throws DicomError if the file is damaged, no single-frame X-ray, or of a transfer syntax that is not read here
 */
export function readDicom(bytes: Uint8Array): { header: DicomHeader; dataSet: DataSet } {
  const dataSet = parse(bytes)
  const syntax = dataSet.string('x00020010')?.trim() ?? ''
  const coding = Object.hasOwn(TRANSFER_SYNTAXES, syntax)
    ? TRANSFER_SYNTAXES[syntax as keyof typeof TRANSFER_SYNTAXES]
    : refuse(`is a DICOM file of the transfer syntax ${plain(syntax)}, which is not read here`)
  const modality = dataSet.string('x00080060')?.trim()
  if (modality && !MODALITIES.includes(modality))
    refuse(`is a DICOM file of the modality ${plain(modality)}, and no X-ray`)
  if (Number(dataSet.intString('x00280008') ?? 1) > 1) refuse('is a DICOM file of several frames')
  if ((dataSet.uint16('x00280002') ?? 1) !== 1) refuse('is a DICOM file in colours')
  const [rows, columns] = [dataSet.uint16('x00280010') ?? 0, dataSet.uint16('x00280011') ?? 0]
  const allocated = dataSet.uint16('x00280100') ?? 0
  const bits = dataSet.uint16('x00280101') ?? allocated
  if (rows === 0 || columns === 0 || (allocated !== 8 && allocated !== 16) || bits < 1 || bits > allocated)
    refuse('is a DICOM file whose image is not described')
  if (!dataSet.elements.x7fe00010) refuse('is a DICOM file without an image')
  const photometric = dataSet.string('x00280004')?.trim() ?? 'MONOCHROME2'
  if (!photometric.startsWith('MONOCHROME')) refuse('is a DICOM file in colours')
  const isInverted = photometric === 'MONOCHROME1'
  const patient = dataSet.string('x00100020')?.trim()
  const view = dataSet.string('x00185101')?.trim() ?? ''
  return {
    dataSet,
    header: {
      coding,
      rows,
      columns,
      allocated: allocated as 8 | 16,
      bits: Math.min(bits, MAX_BITS),
      isSigned: dataSet.uint16('x00280103') === 1,
      slope: number(dataSet, 'x00281053', 0) || 1,
      intercept: number(dataSet, 'x00281052', 0) ?? 0,
      window: windowOf(dataSet),
      table: tableOf(dataSet),
      inverted: isInverted,
      pixelAspect: aspectOf(dataSet),
      isLateral: LATERAL.test(view),
      // Without a key nobody can look ids up in a list; the same child has the same hash, which a split needs.
      ...(patient
        ? { patient: createHash('sha256').update(`zoidberg ${patient}`).digest('hex').slice(0, 16) }
        : {}),
    },
  }
}

function parse(bytes: Uint8Array): DataSet {
  try {
    return dicomParser.parseDicom(bytes)
  } catch {
    throw damaged()
  }
}

/** Letters, digits and dots of a text, so that an answer holds nothing odd. */
const plain = (text: string): string => text.replace(/[^\w.]/g, '').slice(0, 40) || 'none'

function number(dataSet: DataSet, tag: string, index: number): number | undefined {
  const value = dataSet.floatString(tag, index)
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

/** The first of the windows that a file offers is the one that is shown: PS3.3 C.11.2. */
function windowOf(dataSet: DataSet): Window | undefined {
  const [center, width] = [number(dataSet, 'x00281050', 0), number(dataSet, 'x00281051', 0)]
  return center !== undefined && width !== undefined && width >= 1 ? { center, width } : undefined
}

/** The first VOI lookup table: PS3.3 C.11.2.1.1. */
function tableOf(dataSet: DataSet): DicomHeader['table'] {
  const item = dataSet.elements.x00283010?.items?.[0]?.dataSet
  const data = item?.elements.x00283006
  if (!item || !data) return undefined
  const count = item.uint16('x00283002', 0) || 65_536
  const first = item.uint16('x00283002', 1) ?? 0
  const bits = item.uint16('x00283002', 2) ?? 16
  if (data.length < 2 * count || bits < 1 || bits > 16) return undefined
  const values = Array.from({ length: count }, (_, i) => item.uint16('x00283006', i) ?? 0)
  return { first, values, bits }
}

function aspectOf(dataSet: DataSet): number {
  const [height, width] = [dataSet.intString('x00280034', 0), dataSet.intString('x00280034', 1)]
  if (height && width && height > 0 && width > 0) return height / width
  const [row, column] = [number(dataSet, 'x00181164', 0), number(dataSet, 'x00181164', 1)]
  return row && column && row > 0 && column > 0 ? row / column : 1
}
