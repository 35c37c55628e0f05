import { onScopeDispose, reactive, ref, watch } from 'vue'

import { idempotencyKey } from '@/api/client'
import type { Filing } from '@/api/types'

const SAVE_EVERY = 2000
type Draft = Omit<Filing, 'submit' | 'source_no' | 'source_hotline'>

export function emptyDraft(): Draft {
  return {
    channel: 'phone', phone: '', name: '', anonymous: false, confidential: false, text: '', title: '', request_type: '', urgency: '',
    category: null, incident_place: '', incident_division: '', caller_place: '', caller_division: '', respondent: '', respondent_place: '',
    opinion: '', number_called: '',
  }
}

/**
 * What an agent is writing, kept in this browser every two seconds and found again after a crash or an expired login.
 * Its idempotency key is kept with it, so that a draft sent twice files one order.
 */
export function useDraft(owner: string) {
  const store = `huying.draft.${owner}`
  const kept = read(store)
  const draft = reactive<Draft>({ ...emptyDraft(), ...kept?.draft })
  const key = ref(kept?.key ?? idempotencyKey())
  const restored = ref(Boolean(kept?.draft.text))
  let dirty = false

  watch(draft, () => (dirty = true))
  const timer = setInterval(save, SAVE_EVERY)
  window.addEventListener('pagehide', save)
  onScopeDispose(() => {
    save()
    clearInterval(timer)
    window.removeEventListener('pagehide', save)
  })

  function save(): void {
    if (!dirty) return
    localStorage.setItem(store, JSON.stringify({ draft, key: key.value }))
    dirty = false
  }

  /** Begin anew: after filing, or because the agent clears the page. */
  function clear(): void {
    Object.assign(draft, emptyDraft())
    key.value = idempotencyKey()
    restored.value = false
    dirty = false
    localStorage.removeItem(store)
    // The watcher runs after this; what it notes is only the clearing itself.
    queueMicrotask(() => queueMicrotask(() => (dirty = false)))
  }

  return { draft, key, restored, clear }
}

function read(store: string): { draft: Draft; key: string } | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(store) ?? 'null')
    return isKept(kept) ? kept : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isKept(value: unknown): value is { draft: Draft; key: string } {
  return typeof value === 'object' && value !== null && 'draft' in value && 'key' in value && typeof value.key === 'string'
}
