/** How the server describes the form of an allowed action, and how the page fills and checks it. */
import type { Action, ActionFieldSpec } from '@/api/types'

export type FieldValue = string | number | boolean | string[] | null
export type FormValues = Record<string, FieldValue>
export type { Action, ActionFieldSpec }

/** Something a picker can show: units and divisions go by text, categories by number. */
export interface Named {
  id: string | number
  name: string
}

/** What each field holds before anybody has typed: nothing, what is known already, or the only choice there is. */
export function initialValues(fields: readonly ActionFieldSpec[], known: FormValues = {}): FormValues {
  return Object.fromEntries(
    fields.map((field) => {
      if (known[field.name] !== undefined) return [field.name, known[field.name] ?? null]
      if (field.kind === 'units') return [field.name, []]
      const choices = Object.keys(field.choices)
      return [field.name, field.required && choices.length === 1 ? (choices[0] ?? null) : null]
    }),
  )
}

export function isBlank(value: FieldValue | undefined): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

const TYPED = new Set(['text', 'textarea', 'number', 'order'])

/** One sentence for each required field that is still empty. */
export function missing(fields: readonly ActionFieldSpec[], values: FormValues): Record<string, string> {
  return Object.fromEntries(
    fields
      .filter((field) => field.required && isBlank(values[field.name]))
      .map((field) => [field.name, `请${TYPED.has(field.kind) ? '填写' : '选择'}${field.label}。`]),
  )
}

/** The values to send: blank fields are left out, texts trimmed. */
export function bodyOf(fields: readonly ActionFieldSpec[], values: FormValues): FormValues {
  const entries = fields
    .map((field): [string, FieldValue] => {
      const value = values[field.name] ?? null
      return [field.name, typeof value === 'string' ? value.trim() : value]
    })
    .filter(([, value]) => !isBlank(value))
  return Object.fromEntries(entries)
}
