import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'

/** A few of each kind that fit what was typed. Kept only while it is on the screen: it may show citizens. */
export function useSearch(words: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['search', toValue(words)]),
    queryFn: ({ signal }) => unwrap(api.POST('/api/v1/search', { body: { words: toValue(words) }, signal })),
    enabled: computed(() => toValue(words).length >= 2),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  })
}
