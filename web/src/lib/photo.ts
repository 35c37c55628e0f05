/** Photos as a telephone takes them, made small before they travel over a slow network. */

export interface Place {
  longitude: number
  latitude: number
}

export interface SmallPhoto {
  blob: Blob
  name: string
  /** Told beside the photo, for one whose own record of time and place got lost on the way. */
  takenAt: string
  place: Place | null
}

const LONGEST_EDGE = 1920
const QUALITY = 0.82
/** The server takes no larger one. */
export const MOST_BYTES = 12 * 1024 * 1024
/** Larger ones exhaust the memory of a telephone before they are made small. */
const MOST_TO_OPEN = 80 * 1024 * 1024

const MARK = 0xff
const START = 0xd8
const APP1 = 0xe1
const SCAN = 0xda
const ORIENTATION = 0x0112

/** A refusal in words, told beside the photo. */
export class PhotoProblem extends Error {}

/**
 * The photo with its longer edge at 1,920 pixels. What the camera wrote about time and place (EXIF) travels along, so
 * that the server can read it; the picture itself is turned upright here, and the record says so.
 */
export async function smallPhoto(file: File, place: Place | null = null): Promise<SmallPhoto> {
  const takenAt = new Date(file.lastModified || Date.now()).toISOString()
  if (file.size > MOST_TO_OPEN) throw new PhotoProblem(`这张照片有 ${megabytes(file.size)} MB，手机处理不了，请用普通画质重拍。`)
  const opened = await createImageBitmap(file).catch(() => null)
  if (!opened) return unopened(file, takenAt, place)
  const scale = Math.min(1, LONGEST_EDGE / Math.max(opened.width, opened.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(opened.width * scale)
  canvas.height = Math.round(opened.height * scale)
  canvas.getContext('2d')?.drawImage(opened, 0, 0, canvas.width, canvas.height)
  opened.close()
  const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  if (!drawn) return unopened(file, takenAt, place)
  const record = uprightExif(new Uint8Array(await file.slice(0, 256 * 1024).arrayBuffer()))
  const content = new Uint8Array(await drawn.arrayBuffer())
  const blob = new Blob(record ? [content.slice(0, 2), record, content.slice(2)] : [content], { type: 'image/jpeg' })
  return { blob, name: `${file.name.replace(/\.[^.]+$/, '') || '照片'}.jpg`, takenAt, place }
}

/** What this browser can't open goes as it is, if the server would take it. */
function unopened(file: File, takenAt: string, place: Place | null): SmallPhoto {
  if (file.size > MOST_BYTES) throw new PhotoProblem(`这张照片有 ${megabytes(file.size)} MB，最大 12 MB，请用普通画质重拍。`)
  if (file.type && !file.type.startsWith('image/')) throw new PhotoProblem('这不是照片，请在“附件”里添加。')
  return { blob: file, name: file.name || '照片.jpg', takenAt, place }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}

/** The EXIF segment of a JPEG with its orientation set to "upright"; null where there is none. */
export function uprightExif(bytes: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== MARK || bytes[1] !== START) return null
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === MARK && bytes[at + 1] !== SCAN; ) {
    const size = 2 + view.getUint16(at + 2)
    if (bytes[at + 1] === APP1 && String.fromCharCode(...bytes.slice(at + 4, at + 8)) === 'Exif') {
      if (at + size > bytes.length) return null
      const segment = new Uint8Array(bytes.slice(at, at + size))
      setUpright(new DataView(segment.buffer))
      return segment
    }
    at += size
  }
  return null
}

/** Entries of the first directory are 12 bytes: tag, type, count, value (TIFF 6.0). */
function setUpright(segment: DataView): void {
  const tiff = 10
  if (segment.byteLength < tiff + 8) return
  const little = segment.getUint16(tiff) === 0x4949
  const directory = tiff + segment.getUint32(tiff + 4, little)
  if (directory + 2 > segment.byteLength) return
  const entries = segment.getUint16(directory, little)
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12
    if (at + 12 > segment.byteLength) return
    if (segment.getUint16(at, little) === ORIENTATION) segment.setUint16(at + 8, 1, little)
  }
}

/** Where the telephone is now; null where it does not say within a moment. */
export function whereAmI(): Promise<Place | null> {
  return new Promise((done) => {
    if (!navigator.geolocation) return done(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ longitude: coords.longitude, latitude: coords.latitude }),
      () => done(null),
      { timeout: 4000, maximumAge: 120_000, enableHighAccuracy: true },
    )
  })
}
