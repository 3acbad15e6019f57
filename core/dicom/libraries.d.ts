/** What three libraries leave untyped. */
type DicomCodec = {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number }
  delete(): void
}
declare module '@cornerstonejs/codec-charls/decode' {
  const open: () => Promise<{ JpegLSDecoder: new () => DicomCodec }>
  export default open
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const open: () => Promise<{ J2KDecoder: new () => DicomCodec }>
  export default open
}
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    decompress(buffer: ArrayBuffer, offset?: number, length?: number): ArrayBuffer
  }
}
