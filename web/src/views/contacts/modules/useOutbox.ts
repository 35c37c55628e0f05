import { computed, onScopeDispose, ref, type Ref } from 'vue'

import { fileOrder } from '@/api/contacts'
import { ApiProblem } from '@/api/problem'
import { sentenceOf } from '@/api/query'
import type { Filed } from '@/api/types'
import { keep as keepHere, kept, letGo } from '@/lib/kept'

import { filingOf, type Draft } from './useDraft'

const AGAIN = 3000

/** An order that was submitted while the server could not be reached. It is sent unchanged, under its own key. */
export interface Waiting {
  draft: Draft
  key: string
  at: number
  /** Why the server refused it, once it was reached; then it waits for the agent. */
  problem: string
}

/** Whether nothing is known of what became of a request: not reached, or a server between was. */
export function isUnknown(error: unknown): boolean {
  return error instanceof ApiProblem && (error.isOffline || error.status >= 502)
}

/**
 * Submitted orders that wait for the network: kept in this browser, sent again every three seconds until the server
 * has answered, and by their idempotency keys filed once, also where only the first answer was lost.
 */
export function useOutbox(owner: string, { held, filed }: { held: Ref<boolean>; filed: (order: Filed) => void }) {
  const store = `huying.outbox.${owner}`
  const items = ref<Waiting[]>(read(store))
  /** Some of them live in this page alone: the browser's store is full. */
  const full = ref(false)
  const waiting = computed(() => items.value.filter((item) => !item.problem))
  const refused = computed(() => items.value.filter((item) => item.problem))
  let sending = false

  function keep(changed: Waiting[]): void {
    items.value = changed
    full.value = changed.length > 0 && !keepHere(store, changed)
    if (!changed.length) letGo(store)
  }

  function put(draft: Draft, key: string): void {
    keep([...items.value, { draft: JSON.parse(JSON.stringify(draft)) as Draft, key, at: Date.now(), problem: '' }])
    keepTrying()
  }

  function take(item: Waiting): void {
    keep(items.value.filter((other) => other.key !== item.key))
  }

  async function flush(): Promise<void> {
    const item = waiting.value[0]
    if (!item || sending || !held.value) return
    sending = true
    try {
      const order = await fileOrder({ filing: filingOf(item.draft, true), key: item.key })
      take(item)
      filed(order)
    } catch (error) {
      const stays = isUnknown(error) || (error instanceof ApiProblem && error.isSignedOut)
      if (!stays) keep(items.value.map((other) => (other.key === item.key ? { ...other, problem: sentenceOf(error) } : other)))
    } finally {
      sending = false
    }
  }

  let timer = 0
  /** Counted anew from each order put aside, so that the note of it stands long enough to be read. */
  function keepTrying(): void {
    clearInterval(timer)
    timer = window.setInterval(() => void flush(), AGAIN)
  }
  keepTrying()
  const online = (): void => void flush()
  /** What another tab put there is sent by this one when it takes over, and must not be written over. */
  const elsewhere = ({ key }: StorageEvent): void => {
    if (key === store) items.value = read(store)
  }
  window.addEventListener('online', online)
  window.addEventListener('storage', elsewhere)
  onScopeDispose(() => {
    clearInterval(timer)
    window.removeEventListener('online', online)
    window.removeEventListener('storage', elsewhere)
  })
  return { waiting, refused, full, put, take }
}

function read(store: string): Waiting[] {
  const found = kept(store)
  return Array.isArray(found) ? (found as Waiting[]) : []
}
