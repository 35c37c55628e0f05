/** What a page keeps in this browser. Its store may be full, shut off, or hold what another version wrote: no page fails by that. */

const PREFIX = 'huying.'
const OLD = 14 * 24 * 3600_000

/** Whether it is kept now. A full store first gives back what nobody came back for in a fortnight. */
export function keep(key: string, value: unknown): boolean {
  const text = JSON.stringify(value)
  return keepText(key, text) || (sweep() && keepText(key, text))
}

/** A short text as it is, where its loss would not matter. */
export function keepText(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

/** What was kept, or null: also where it can't be read. */
export function kept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}

export function letGo(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // A store that is shut off keeps nothing.
  }
}

/** Remove drafts that nobody came back for; whether there were any. */
function sweep(): boolean {
  const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  const old = keys.filter((key) => {
    const value = key.startsWith(PREFIX) ? kept(key) : null
    return typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'number' && Date.now() - value.at > OLD
  })
  old.forEach(letGo)
  return old.length > 0
}
