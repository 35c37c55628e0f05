import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'

/** Units by the beginning or a part of their name, pinyin or alias. */
export function useUnits(words: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => ['org', 'units', toValue(words)]),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/org/units', { params: { query: { words: toValue(words), limit: 50 } }, signal })),
    enabled: computed(() => toValue(enabled)),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

export function useCategories(words: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => ['taxonomy', 'categories', toValue(words)]),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/taxonomy/categories', { params: { query: { words: toValue(words), limit: 50 } }, signal })),
    enabled: computed(() => toValue(enabled)),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}

export function useDivisions(words: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  return useQuery({
    queryKey: computed(() => ['places', 'divisions', toValue(words)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/places/divisions', { params: { query: { words: toValue(words) } }, signal })),
    enabled: computed(() => toValue(enabled)),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  })
}
