import { onScopeDispose, ref, watch, type Ref } from 'vue'

import { keep, kept, letGo } from './kept'

const PREFIX = 'huying.draft.'
const EVERY = 800
const KEPT_FOR = 14 * 24 * 3600_000

interface Kept<T> {
  at: number
  value: T
}

/**
 * What somebody writes, kept on this computer until it is sent: a lost network, a closed page or an ended session takes
 * nothing away. `name` holds the person, so that a shared desk shows nobody else's words.
 */
export function useLocalDraft<T>(name: string, empty: () => T) {
  const key = PREFIX + name
  const found = read<T>(key)
  const value = ref(found?.value ?? empty()) as Ref<T>
  const savedAt = ref<number | null>(found?.at ?? null)
  const full = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let done = false

  function save(): void {
    timer = undefined
    if (done) return
    full.value = !keep(key, { at: Date.now(), value: value.value })
    savedAt.value = full.value ? null : Date.now() // where the store is full, no page must say that it is kept
  }

  /** Whoever leaves or closes the page takes the last words along. */
  function saveNow(): void {
    if (timer === undefined) return
    clearTimeout(timer)
    save()
  }

  watch(value, () => (timer ??= setTimeout(save, EVERY)), { deep: true })
  window.addEventListener('pagehide', saveNow)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', saveNow)
    saveNow()
  })

  /** It is with the server now. */
  function forget(): void {
    done = true
    letGo(key)
    savedAt.value = null
  }
  return { value, savedAt, full, restored: found !== null, forget }
}

function read<T>(key: string): Kept<T> | null {
  const found = kept(key) as Kept<T> | null
  return found && Date.now() - found.at <= KEPT_FOR ? found : null
}
