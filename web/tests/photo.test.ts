import { describe, expect, it } from 'vitest'

import { uprightExif } from '@/lib/photo'

/** A JPEG's beginning: start, a JFIF segment, an EXIF segment whose only entry is the orientation. */
function jpeg(orientation: number, little = true): Uint8Array {
  const exif = new DataView(new ArrayBuffer(2 + 2 + 6 + 8 + 2 + 12 + 4))
  exif.setUint16(0, 0xffe1)
  exif.setUint16(2, exif.byteLength - 2)
  ;[...'Exif'].forEach((letter, index) => exif.setUint8(4 + index, letter.charCodeAt(0)))
  exif.setUint16(10, little ? 0x4949 : 0x4d4d)
  exif.setUint16(12, 42, little)
  exif.setUint32(14, 8, little)
  exif.setUint16(18, 1, little)
  exif.setUint16(20, 0x0112, little)
  exif.setUint16(22, 3, little)
  exif.setUint32(24, 1, little)
  exif.setUint16(28, orientation, little)
  const app0 = [0xff, 0xe0, 0x00, 0x04, 0x00, 0x00]
  return new Uint8Array([0xff, 0xd8, ...app0, ...new Uint8Array(exif.buffer), 0xff, 0xda, 0, 2])
}

describe('uprightExif', () => {
  it.each([true, false])('keeps the record and says that the picture stands upright (little endian: %s)', (little) => {
    const kept = uprightExif(jpeg(6, little))
    expect(kept).not.toBeNull()
    const view = new DataView((kept as Uint8Array).buffer)
    expect(view.getUint16(28 , little)).toBe(1)
    expect(view.getUint16(0)).toBe(0xffe1)
  })

  it('gives nothing for a picture without a record, or cut short', () => {
    expect(uprightExif(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBeNull()
    expect(uprightExif(new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 2]))).toBeNull()
    expect(uprightExif(jpeg(6).slice(0, 30))).toBeNull()
  })
})
