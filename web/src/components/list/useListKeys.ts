import { type Ref } from 'vue'

import { useKeys } from '@/lib/useKeys'

/** Whoever writes, or has something open over the page, is not speaking to the list. */
export function isBusyElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true
  if (document.querySelector('.el-overlay:not([style*="display: none"]), [role="dialog"][aria-modal="true"]')) return true
  const at = event.target
  return at instanceof HTMLElement && at.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], .el-select, [role="menu"], [role="listbox"]') !== null
}

interface Moves {
  count: Ref<number>
  current: Ref<number>
  page: () => number
  open: () => void
  toggle: (index: number, range: boolean) => void
  select: (from: number, to: number) => void
  clear: () => boolean
}

/**
 * j/k or the arrows move, Enter opens, x chooses, Shift chooses a range, Esc gives the choice up. Enter on a link or
 * button does what it always does.
 */
export function useListKeys({ count, current, page, open, toggle, select, clear }: Moves): void {
  function move(to: number, extend: boolean): void {
    if (!count.value) return
    const from = Math.max(0, current.value)
    const next = Math.max(0, Math.min(count.value - 1, to))
    current.value = next
    if (extend) select(from, next)
  }

  const keys: Record<string, (event: KeyboardEvent) => boolean> = {
    j: (event) => (move(current.value + 1, event.shiftKey), true),
    k: (event) => (move(current.value - 1, event.shiftKey), true),
    PageDown: () => (move(current.value + page(), false), true),
    PageUp: () => (move(current.value - page(), false), true),
    Home: () => (move(0, false), true),
    x: (event) => (current.value >= 0 && toggle(current.value, event.shiftKey), current.value >= 0),
    Escape: () => clear(),
    Enter: (event) => {
      const at = event.target
      if (current.value < 0 || (at instanceof HTMLElement && at.closest('a, button, input'))) return false
      open()
      return true
    },
  }
  keys.ArrowDown = keys.j as (event: KeyboardEvent) => boolean
  keys.ArrowUp = keys.k as (event: KeyboardEvent) => boolean

  function onKey(event: KeyboardEvent): void {
    if (isBusyElsewhere(event)) return
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (act?.(event)) event.preventDefault()
  }
  useKeys(onKey)
}
