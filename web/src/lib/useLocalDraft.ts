import { onScopeDispose, ref, watch, type Ref } from 'vue'

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
  let timer: ReturnType<typeof setTimeout> | undefined
  let done = false

  function save(): void {
    timer = undefined
    if (done) return
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), value: value.value }))
      savedAt.value = Date.now()
    } catch {
      savedAt.value = null // the browser's store is full: the page must not say that it is kept
    }
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
    localStorage.removeItem(key)
    savedAt.value = null
  }
  return { value, savedAt, restored: found !== null, forget }
}

function read<T>(key: string): Kept<T> | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept<T> | null
    if (!kept || Date.now() - kept.at > KEPT_FOR) return null
    return kept
  } catch {
    return null
  }
}
