import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

/** What an import did: rows new, changed, the same; and each refused row with its line, column and reason. */
export interface SheetResult {
  added: number
  changed: number
  unchanged: number
  errors: readonly Schemas['RefusedRow'][]
}

/** Send an xlsx back to the address it was exported from; all registers answer alike but for one name. */
export async function uploadSheet(path: string, file: File): Promise<SheetResult> {
  const form = new FormData()
  form.append('file', file)
  const answer: Schemas['SheetOut'] | Schemas['TaxonomyImportOut'] = await unwrap(
    api.POST(path as '/api/v1/org/units.xlsx' | '/api/v1/taxonomy/categories.xlsx', {
      // The schema knows a file only as text; the form goes over the wire as it is.
      body: { file: file.name },
      bodySerializer: () => form,
    }),
  )
  return { ...answer, added: 'added' in answer ? answer.added : answer.created }
}
