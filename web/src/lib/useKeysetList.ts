import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'

import { debounced } from './debounced'
import { useCursor } from './useCursor'

export interface KeysetPage<Row> {
  items: readonly Row[]
  next?: string | null
  count?: number
  count_capped?: boolean
}

/** A list searched by words and paged by cursor: what every register page of 系统管理 is. */
export function useKeysetList<Row>(
  name: readonly string[],
  fetchPage: (ask: { words: string; cursor: string; signal: AbortSignal }) => Promise<KeysetPage<Row>>,
) {
  const words = ref('')
  const settled = debounced(words, 250)
  const paging = useCursor(settled)
  const query = useQuery({
    queryKey: computed(() => [...name, settled.value.trim(), paging.cursor.value]),
    queryFn: ({ signal }) => fetchPage({ words: settled.value.trim(), cursor: paging.cursor.value, signal }),
    placeholderData: keepPreviousData,
  })
  const rows = computed((): readonly Row[] => query.data.value?.items ?? [])
  return { words, paging, query, rows }
}
