/** How the server describes the form of an allowed action, and how the page fills and checks it. */

export type FieldKind =
  | 'text' | 'textarea' | 'select' | 'multiselect' | 'unit' | 'units' | 'category' | 'datetime' | 'date' | 'boolean' | 'integer' | 'file' | 'files' | 'order'

export interface ActionField {
  name: string
  label: string
  kind: FieldKind
  required: boolean
  help?: string
  maxLength?: number
  options?: readonly { value: string; label: string }[]
}

export interface ActionForm {
  code: string
  label: string
  fields: readonly ActionField[]
  dangerous?: boolean
  /** Names what follows, for the actions that can't be taken back. */
  consequence?: string
}

export type FieldValue = string | number | boolean | string[] | null
export type FormValues = Record<string, FieldValue>

const MANY: readonly FieldKind[] = ['multiselect', 'units', 'files']

/** What each field holds before anybody has typed: nothing, or the only choice there is. */
export function initialValues(fields: readonly ActionField[], known: FormValues = {}): FormValues {
  return Object.fromEntries(
    fields.map((field) => {
      if (known[field.name] !== undefined) return [field.name, known[field.name] ?? null]
      if (MANY.includes(field.kind)) return [field.name, []]
      if (field.kind === 'boolean') return [field.name, false]
      const only = field.required && field.options?.length === 1 ? field.options[0] : undefined
      return [field.name, only ? only.value : null]
    }),
  )
}

export function isBlank(value: FieldValue | undefined): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

/** One sentence for each required field that is still empty. */
export function missing(fields: readonly ActionField[], values: FormValues): Record<string, string> {
  const verbs: Partial<Record<FieldKind, string>> = { text: '填写', textarea: '填写', integer: '填写', file: '上传', files: '上传' }
  return Object.fromEntries(
    fields
      .filter((field) => field.required && isBlank(values[field.name]))
      .map((field) => [field.name, `请${verbs[field.kind] ?? '选择'}${field.label}。`]),
  )
}

/** The body to send: blank fields are left out, texts trimmed. */
export function bodyOf(fields: readonly ActionField[], values: FormValues): FormValues {
  const entries = fields
    .map((field): [string, FieldValue] => {
      const value = values[field.name] ?? null
      return [field.name, typeof value === 'string' ? value.trim() : value]
    })
    .filter(([, value]) => !isBlank(value))
  return Object.fromEntries(entries)
}
