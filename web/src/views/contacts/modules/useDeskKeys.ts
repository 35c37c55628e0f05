import { useKeys } from '@/lib/useKeys'

/** Keys of a desk, named as they stand on the buttons ("Ctrl-Enter", "F4", "Alt-N", "?"). */
export type DeskKeys = Record<string, () => void>

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  if (event.ctrlKey || event.metaKey) return `Ctrl-${key}`
  // Alt may turn a letter into another sign: the place of the key counts.
  return event.altKey ? `Alt-${event.code.replace(/^Key/, '')}` : key
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Hear the keys while the page is open and no dialog stands above it. A plain sign is a key only outside of text fields. */
export function useDeskKeys(keys: DeskKeys, silent: () => boolean): void {
  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || silent()) return
    const name = nameOf(event)
    const run = keys[name]
    if (!run || (name.length === 1 && typing(event.target))) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }
  // Before the fields: an open list of choices keeps every Enter to itself, Ctrl-Enter too.
  useKeys(onKey, { first: true })
}
