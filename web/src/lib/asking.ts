import { useQueryClient } from '@tanstack/vue-query'
import { ElMessage } from 'element-plus'
import { computed, shallowRef } from 'vue'

import type { Action, ActionFieldSpec, FormValues, Named } from './actionForm'

/** A field of a form that the page itself asks: label above, required unless said otherwise. */
export function field(name: string, label: string, kind: string, more: Partial<ActionFieldSpec> = {}): ActionFieldSpec {
  return { name, label, kind, required: true, choices: {}, hint: '', ...more }
}

export interface Asked {
  form: Action
  known?: FormValues
  names?: readonly Named[]
  /** What is said once it is done. */
  said: string
  run: (values: FormValues) => Promise<unknown>
}

/**
 * One dialog of a page for all that can be done on it: `ask({form, run, …})` opens it, `shown` goes to `ActionDialog`.
 * Afterwards everything under the keys `refresh` is asked for anew.
 */
export function useAsking(...refresh: readonly (readonly string[])[]) {
  const client = useQueryClient()
  const asked = shallowRef<Asked | null>(null)
  const shown = computed(() => ({
    form: asked.value?.form ?? null,
    known: asked.value?.known,
    names: asked.value?.names,
    run: async (values: FormValues): Promise<void> => void (await asked.value?.run(values)),
  }))

  async function settled(): Promise<void> {
    const said = asked.value?.said
    asked.value = null
    if (said) ElMessage.success(said)
    await Promise.all(refresh.map((queryKey) => client.invalidateQueries({ queryKey })))
  }

  return { ask: (next: Asked) => void (asked.value = next), close: () => void (asked.value = null), settled, shown }
}

/** One entry a line, as people paste lists. */
export function linesOf(value: unknown): string[] {
  return typeof value === 'string' ? [...new Set(value.split(/[\n、]/).map((line) => line.trim()).filter(Boolean))] : []
}

/** Today as the centre's calendar writes it, whatever the browser's zone. */
export function today(later = 0): string {
  return new Date(Date.now() + (8 * 3600 + later * 86400) * 1000).toISOString().slice(0, 10)
}
