/** What a caller may send. Every limit is named here and nowhere else. */

export const MEGABYTE = 1024 * 1024
/** Of one file. */
export const MAX_FILE_BYTES = 10 * MEGABYTE
/** Of one request, all its files together. Cloud Functions takes 32 MB: docs.cloud.google.com/functions/quotas */
export const MAX_REQUEST_BYTES = 30 * MEGABYTE
export const MAX_FILES = 16
/** Of one call of `predict`: an image in base64, and what belongs to it. */
export const MAX_CALL_BYTES = 16 * MEGABYTE
/** Of one call of an admin: the largest is the configuration of a retraining. */
export const MAX_ADMIN_CALL_BYTES = 64 * 1024
/** Of JSON in a request: more than the configuration of a retraining needs, which is the deepest. */
export const MAX_JSON_DEPTH = 16
/** Of JSON in a request, lists and objects included: more than any call needs. */
export const MAX_JSON_VALUES = 1000
/** Characters of an error's detail, whatever was sent. */
export const MAX_DETAIL = 500
/** Of one image, width times height. */
export const MAX_PIXELS = 50_000_000
/** Of a progressive JPEG, which has a dozen: each is under a hundred bytes if it likes, and up to 10 ms of work. */
export const MAX_JPEG_SCANS = 100
/** Of one progressive JPEG, scans times pixels: a dozen scans of the largest image. */
export const MAX_SCANNED_PIXELS = 12 * MAX_PIXELS
/** Of one request, all its images together: sixteen X-rays of 12 megapixels, the largest that detectors make, and some. */
export const MAX_REQUEST_PIXELS = 4 * MAX_PIXELS
/** Of one image. The largest takes about a second. */
export const MAX_DECODING_SECONDS = 10
/** Images that are in an instance at a time, waiting or at work: a fifth of a second's work of two cores. */
export const MAX_IMAGES_INSIDE = 48
/** What a request waits for its turn at most; clients and proxies give up later. */
export const MAX_WAIT_SECONDS = 20
/** Characters of a file's name in an answer. */
export const MAX_NAME = 120
/** Of a model's square, in pixels. */
export const MIN_SIDE = 16
export const MAX_SIDE = 512
