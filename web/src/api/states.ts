import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { api, unwrap } from './client'
import type { StateTables } from './types'

export interface StateRow {
  label: string
  tone: string
  waitsFor: string
  clock: string
}

/** The two state tables and the words for every code, as the server has them; they do not change while a page is open. */
export function useStates() {
  return useQuery({
    queryKey: ['orders', 'states'],
    queryFn: () => unwrap(api.GET('/api/v1/orders/states')),
    staleTime: Infinity,
    gcTime: Infinity,
  })
}

export type Vocabulary = 'conclusions' | 'urgencies' | 'request_types' | 'channels' | 'flags'

export function useStateTable() {
  const { data } = useStates()

  /** How a state is called and shown; until the table has arrived the chip stays grey and empty. */
  function lookup(kind: 'order' | 'assignment', code: string): StateRow {
    const row = data.value?.[kind][code]
    return row
      ? { label: row.label, tone: row.tone, waitsFor: row.waits_for, clock: row.clock }
      : { label: data.value ? code : '', tone: 'closed', waitsFor: '', clock: 'none' }
  }

  /** Nothing until the table has arrived: a code is no word for a clerk. */
  function word(list: Vocabulary, code: string | null | undefined): string {
    return code && data.value ? (data.value[list][code] ?? code) : ''
  }

  function choices(list: Vocabulary): { value: string; label: string }[] {
    return Object.entries(data.value?.[list] ?? {}).map(([value, label]) => ({ value, label }))
  }

  const orderStates = computed(() => choicesOf(data.value))
  return { lookup, word, choices, orderStates }
}

function choicesOf(tables: StateTables | undefined): { value: string; label: string }[] {
  return Object.entries(tables?.order ?? {}).map(([value, row]) => ({ value, label: row.label }))
}
