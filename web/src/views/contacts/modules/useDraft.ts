import { computed, onScopeDispose, reactive, ref, watch } from 'vue'

import { idempotencyKey } from '@/api/client'
import type { Filing } from '@/api/types'
import { keep, kept, letGo } from '@/lib/kept'
import { useTabLease } from '@/lib/useTabLease'

const SAVE_EVERY = 2000
/** The tab that lets go saves first; whoever takes over reads a moment later. */
const HAND_OVER = 200

/** What an agent is writing. `same`: the open order it belongs to (并单); `different`: those judged to be another matter. */
export type Draft = Omit<Filing, 'submit' | 'source_no' | 'source_hotline' | 'master'> & {
  same: { id: string; order_no: string } | null
  different: string[]
}

interface Kept {
  draft: Draft
  key: string
  at: number
}

export function emptyDraft(): Draft {
  return {
    channel: 'phone', phone: '', name: '', anonymous: false, confidential: false, text: '', title: '', request_type: '', urgency: '',
    category: null, incident_place: '', incident_division: '', caller_place: '', caller_division: '', respondent: '', respondent_place: '',
    opinion: '', number_called: '', same: null, different: [],
  }
}

/** The order to be sent. */
export function filingOf(draft: Draft, submit: boolean): Filing {
  const { same, ...kept } = draft
  const words: Omit<Draft, 'same' | 'different'> & { different?: string[] } = kept
  delete words.different
  return { ...words, source_no: '', source_hotline: '', submit, master: submit ? (same?.id ?? '') : '' }
}

/**
 * The draft, kept in this browser every two seconds and found again after a crash, a closed browser or an expired login.
 * Its idempotency key is kept with it, so that a draft sent twice files one order. Only one tab writes it.
 */
export function useDraft(owner: string) {
  const store = `huying.draft.${owner}`
  const draft = reactive<Draft>(emptyDraft())
  const key = ref(idempotencyKey())
  const restored = ref(0)
  const savedAt = ref(0)
  /** This browser keeps nothing more: what is written lives in the page alone until it is sent. */
  const full = ref(false)
  let dirty = false

  function load(): void {
    const found = kept(store)
    if (!isKept(found)) return
    Object.assign(draft, emptyDraft(), found.draft)
    key.value = found.key
    restored.value = found.draft.text.trim() ? found.at : 0
    settle()
  }

  /** The watcher runs after a change made here; what it notes is only that change. */
  function settle(): void {
    queueMicrotask(() => queueMicrotask(() => (dirty = false)))
  }

  function save(): void {
    if (!dirty) return
    full.value = !keep(store, { draft, key: key.value, at: Date.now() } satisfies Kept)
    savedAt.value = full.value ? 0 : Date.now()
    dirty = full.value
  }

  let first = true
  const { held, take } = useTabLease(`draft.${owner}`, {
    taken: () => {
      if (first) load()
      else setTimeout(load, HAND_OVER)
      first = false
    },
    lost: save,
  })
  first = false

  watch(draft, () => (dirty = true))
  const timer = setInterval(() => held.value && save(), SAVE_EVERY)
  const leaving = (): void => void (held.value && save())
  window.addEventListener('pagehide', leaving)
  onScopeDispose(() => {
    leaving()
    clearInterval(timer)
    window.removeEventListener('pagehide', leaving)
  })

  /** Begin anew: after filing, or because the agent clears the page. */
  function clear(): void {
    Object.assign(draft, emptyDraft())
    key.value = idempotencyKey()
    restored.value = savedAt.value = 0
    full.value = false
    letGo(store)
    settle()
  }

  /** Put something back into the form that could not be filed. */
  function put(words: Draft, itsKey: string): void {
    Object.assign(draft, emptyDraft(), words)
    key.value = itsKey
    dirty = true
    save()
  }

  const begun = computed(() => Boolean(draft.text.trim() || draft.phone))
  return { draft, key, restored, savedAt, full, begun, held, take, save, clear, put }
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'draft' in value && 'key' in value && typeof value.key === 'string'
}
