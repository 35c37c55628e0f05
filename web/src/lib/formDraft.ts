import { onScopeDispose, watch, type Ref } from 'vue'

import type { Action, FormValues } from './actionForm'
import { keep, kept, letGo } from './kept'

const PREFIX = 'huying.draft.act.'
const EVERY = 800
const KEPT_FOR = 14 * 24 * 3600_000
const WORDS = new Set(['text', 'textarea'])

/**
 * What somebody writes into the form of an action, kept on this computer until it is carried out: closing the form, a
 * lost network or an ended session take no sentence away. Choices are not kept: what was right yesterday may mislead
 * today; nor is what the page itself had filled in.
 */
export function useFormDraft(name: () => string, fields: () => Action['fields'], values: Ref<FormValues>) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let base: FormValues = {}
  /** As it was written: the form may be closed, or be another one, when it is saved. */
  let written = { name: '', fields: fields(), base, values: values.value }

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    if (!written.name) return
    const words = written.fields.flatMap((field) => {
      const value = written.values[field.name]
      return WORDS.has(field.kind) && typeof value === 'string' && value.trim() && value !== written.base[field.name] ? [[field.name, value] as const] : []
    })
    if (words.length) keep(PREFIX + written.name, { at: Date.now(), value: Object.fromEntries(words) })
    else letGo(PREFIX + written.name)
  }

  function flush(): void {
    if (timer !== undefined) save()
  }

  watch(values, (now) => {
    if (!name()) return
    if (written.name !== name()) flush()
    written = { name: name(), fields: fields(), base, values: now }
    timer ??= setTimeout(save, EVERY)
  }, { deep: true })
  window.addEventListener('pagehide', flush)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', flush)
    flush()
  })

  /** Of a form that opens with `initial`: what was written into it before and not carried out. */
  function begin(initial: FormValues): FormValues {
    flush()
    base = initial
    const found = name() ? (kept(PREFIX + name()) as { at?: number; value?: FormValues } | null) : null
    return found?.value && Date.now() - (found.at ?? 0) <= KEPT_FOR ? found.value : {}
  }

  function forget(): void {
    clearTimeout(timer)
    timer = undefined
    if (name()) letGo(PREFIX + name())
  }
  return { begin, forget }
}
