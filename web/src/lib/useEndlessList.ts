import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, toValue, type MaybeRefOrGetter } from 'vue'

import type { KeysetPage } from './useKeysetList'

interface Endless<Row> {
  /** Of what the list is and what narrows it, as in every query. */
  name: MaybeRefOrGetter<readonly unknown[]>
  fetchPage: (cursor: string, signal: AbortSignal) => Promise<KeysetPage<Row> & { notice?: string }>
  keyOf: (row: Row) => string
}

/** So many pages are asked for again without being asked; a longer list waits for a click. */
const AGAIN = 3
const FRESH_FOR = 6000

/**
 * A list read page after page by cursor as one scrolls: the millionth row costs what the first did. What is shown is
 * asked for anew only by `refresh`, which begins at the top and says in `fresh` which rows were not there before.
 */
export function useEndlessList<Row>({ name, fetchPage, keyOf }: Endless<Row>) {
  const client = useQueryClient()
  const queryKey = computed(() => toValue(name))
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    refetchOnMount: (present) => ((present.state.data as { pages: unknown[] } | undefined)?.pages.length ?? 0) <= AGAIN,
  })
  const pages = computed(() => query.data.value?.pages ?? [])
  const rows = computed((): readonly Row[] => {
    const seen = new Set<string>()
    // A row whose place moved between two pages comes twice; it is shown where it came first.
    return pages.value.flatMap((page) => page.items).filter((row) => !seen.has(keyOf(row)) && seen.add(keyOf(row)))
  })
  const first = computed(() => pages.value[0])
  const fresh = ref<ReadonlySet<string>>(new Set())
  const refreshing = ref(false)
  let fading: ReturnType<typeof setTimeout> | undefined

  async function refresh(): Promise<void> {
    const before = new Set(rows.value.map(keyOf))
    refreshing.value = true
    try {
      await client.fetchInfiniteQuery({
        queryKey: queryKey.value,
        queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
        initialPageParam: '',
        getNextPageParam: (last: KeysetPage<Row>) => last.next ?? undefined,
        pages: 1,
        staleTime: 0,
      })
    } catch {
      return // told by the query's own error
    } finally {
      refreshing.value = false
    }
    fresh.value = new Set(rows.value.map(keyOf).filter((key) => !before.has(key)))
    clearTimeout(fading)
    fading = setTimeout(() => (fresh.value = new Set()), FRESH_FOR)
  }

  function more(): void {
    if (query.hasNextPage.value && !query.isFetching.value) void query.fetchNextPage()
  }

  return {
    rows,
    fresh,
    refresh,
    more,
    refreshing,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loading: query.isFetching,
    stale: query.isPlaceholderData,
    error: query.error,
    loaded: computed(() => query.data.value !== undefined),
    count: computed(() => first.value?.count ?? null),
    capped: computed(() => first.value?.count_capped ?? false),
    notice: computed(() => first.value?.notice ?? ''),
  }
}

export type EndlessList<Row> = ReturnType<typeof useEndlessList<Row>>
