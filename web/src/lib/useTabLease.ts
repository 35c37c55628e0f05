import { onScopeDispose, ref, type Ref } from 'vue'

import { keep, kept, letGo } from './kept'

const BEAT = 2000
const STALE = 6000

interface Lease {
  tab: string
  at: number
}

/**
 * Of several tabs of one person only one holds what `name` stands for. A tab that is closed lets go at once, one that
 * crashed after six seconds. `taken` runs when this tab gets it, `lost` when another took it over.
 *
 * Web Locks would do this too, but exist only on https and localhost; a hotline's desks often run on plain http.
 */
export function useTabLease(name: string, { taken, lost }: { taken: () => void; lost: () => void }): { held: Ref<boolean>; take: () => void } {
  const store = `huying.tab.${name}`
  const tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('')
  const held = ref(false)

  function read(): Lease | null {
    const found = kept(store)
    return typeof found === 'object' && found !== null && 'tab' in found && 'at' in found ? (found as Lease) : null
  }

  /** Where nothing can be kept there is no lease, and every tab holds: better than none. */
  function beat(): void {
    keep(store, { tab, at: Date.now() } satisfies Lease)
  }

  function take(): void {
    beat()
    held.value = true
    taken()
  }

  function tick(): void {
    const lease = read()
    if (held.value && lease !== null && lease.tab !== tab) leave()
    else if (held.value) beat()
    else if (lease === null || Date.now() - lease.at > STALE) take()
  }

  function leave(): void {
    held.value = false
    lost()
  }

  function onStorage(event: StorageEvent): void {
    if (event.key !== store) return
    if (event.newValue === null) setTimeout(tick, Math.random() * 200)
    else tick()
  }

  function giveUp(): void {
    if (held.value && read()?.tab === tab) letGo(store)
  }

  const timer = setInterval(tick, BEAT)
  window.addEventListener('storage', onStorage)
  window.addEventListener('pagehide', giveUp)
  onScopeDispose(() => {
    giveUp()
    clearInterval(timer)
    window.removeEventListener('storage', onStorage)
    window.removeEventListener('pagehide', giveUp)
  })
  tick()
  return { held, take }
}
