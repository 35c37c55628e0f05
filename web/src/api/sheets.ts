import { api, unwrap } from './client'
import type { components } from './schema'

export type SheetResult = components['schemas']['SheetOut']

/** Send an xlsx back to the address it was exported from; all registers answer alike. */
export function uploadSheet(path: string, file: File): Promise<SheetResult> {
  const body = new FormData()
  body.append('file', file)
  return unwrap(
    api.POST(path as '/api/v1/org/units.xlsx', {
      // The schema knows a file only as text; the form goes over the wire as it is.
      body: { file: file.name },
      bodySerializer: () => body,
    }),
  )
}
