import { computed, shallowRef } from 'vue'

/** Chosen rows. They stay chosen while further rows come in and while the list is asked for anew. */
export function useSelection<Row>(keyOf: (row: Row) => string) {
  const chosen = shallowRef<ReadonlyMap<string, Row>>(new Map())
  /** From where a range with Shift begins. */
  let anchor = -1

  function set(rows: readonly Row[], on: boolean): void {
    const next = new Map(chosen.value)
    for (const row of rows) {
      if (on) next.set(keyOf(row), row)
      else next.delete(keyOf(row))
    }
    chosen.value = next
  }

  /** Choose the row at `index` or give it up; with `range` all from the last one touched. */
  function toggle(rows: readonly Row[], index: number, range = false): void {
    const row = rows[index]
    if (row === undefined) return
    const on = range || !chosen.value.has(keyOf(row))
    const from = range && anchor >= 0 ? anchor : index
    set(rows.slice(Math.min(from, index), Math.max(from, index) + 1), on)
    anchor = index
  }

  /** Choose all between two places, as Shift with an arrow does. */
  function extend(rows: readonly Row[], from: number, to: number): void {
    set(rows.slice(Math.min(from, to), Math.max(from, to) + 1), true)
    anchor = to
  }

  /** Rows that were asked for anew take the place of what was kept of them. */
  function renew(rows: readonly Row[]): void {
    if (!chosen.value.size) return
    set(rows.filter((row) => chosen.value.has(keyOf(row))), true)
  }

  function clear(): void {
    chosen.value = new Map()
    anchor = -1
  }

  const rows = computed(() => [...chosen.value.values()])
  return { chosen, rows, toggle, extend, set, renew, clear }
}
