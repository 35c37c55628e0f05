/** One column of a list. Widths are pixels, so that columns can stay in place while the rest scrolls sideways. */
export interface ListColumn {
  key: string
  label: string
  width: number
  /** Takes the room that is left over. */
  grow?: boolean
  align?: 'left' | 'right'
  /** The code by which the list can be asked to sort by this column. */
  sort?: string
  /** Not shown until somebody chooses it. */
  optional?: boolean
  /** Cannot be taken away. */
  fixed?: boolean
  /** Left out on a phone. */
  roomy?: boolean
}

/** What a person chose: the columns in order, and how many of the first stay in place. */
export interface ColumnChoice {
  columns: readonly string[]
  frozen: number
}

export function choiceFrom(columns: readonly ListColumn[], document: Record<string, unknown> | undefined): ColumnChoice {
  const known = new Map(columns.map((column) => [column.key, column]))
  const wanted = Array.isArray(document?.columns) ? document.columns.filter((key): key is string => typeof key === 'string' && known.has(key)) : []
  const fixed = columns.filter((column) => column.fixed && !wanted.includes(column.key)).map((column) => column.key)
  const chosen = wanted.length ? [...fixed, ...new Set(wanted)] : columns.filter((column) => !column.optional).map((column) => column.key)
  const frozen = typeof document?.frozen === 'number' ? document.frozen : 0
  return { columns: chosen, frozen: Math.max(0, Math.min(frozen, chosen.length - 1)) }
}

export interface PlacedColumn extends ListColumn {
  /** Distance from the left edge where it stays in place; null where it scrolls. */
  stays: number | null
  /** The last of those that stay: a line tells them from the rest. */
  edge: boolean
  auto: boolean
}

/** Columns in the chosen order with the places of those that stay. One that scrolls takes the room that is left over. */
export function placed(columns: readonly ListColumn[], { columns: order, frozen }: ColumnChoice, before: number): PlacedColumn[] {
  const shown = order.flatMap((key) => columns.filter((column) => column.key === key))
  const loose = shown.slice(frozen)
  const widest = loose.find((column) => column.grow) ?? loose.at(-1)
  let left = before
  return shown.map((column, index) => {
    const stays = index < frozen ? left : null
    left += column.width
    return { ...column, stays, edge: index === frozen - 1, auto: column === widest }
  })
}
