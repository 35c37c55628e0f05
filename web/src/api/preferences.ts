import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, idempotencyKey, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type PageChoice = Schemas['PageOut']
export type SavedFilter = Schemas['FilterOut']
export type FilterDocument = Record<string, unknown>

const keyOf = (page: string) => ['org', 'page', page] as const

/** What the person chose on a page, and the filters kept for it; asked for once while the application is open. */
export function usePageChoice(page: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => keyOf(toValue(page))),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/org/pages/{page}', { params: { path: { page: toValue(page) } }, signal })),
    staleTime: Infinity,
    gcTime: Infinity,
    retry: false,
  })
}

/** Keep a choice. It counts on the screen at once; a refusal by the server is told and changes nothing there. */
export function useSetChoice(page: MaybeRefOrGetter<string>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (document: FilterDocument) =>
      unwrap(api.PUT('/api/v1/org/pages/{page}', { params: { path: { page: toValue(page) } }, body: { document } })),
    onMutate: (document) =>
      client.setQueryData<PageChoice>(keyOf(toValue(page)), (known) => ({ version: 0, filters: [], ...known, document })),
  })
}

interface NamedFilter {
  name: string
  document: FilterDocument
  shared: boolean
}

/** Keep conditions under a name, change them, forget them. Refusals are shown where the name is typed. */
export function useFilterWrites(page: MaybeRefOrGetter<string>) {
  const client = useQueryClient()
  const onSettled = () => client.invalidateQueries({ queryKey: keyOf(toValue(page)) })
  const save = useMutation({
    mutationFn: (body: NamedFilter) =>
      unwrap(api.POST('/api/v1/org/pages/{page}/filters', { params: { path: { page: toValue(page) } }, body, headers: { 'Idempotency-Key': idempotencyKey() } })),
    meta: { shown: true },
    onSettled,
  })
  const change = useMutation({
    mutationFn: ({ id, version, name, document, shared }: SavedFilter) =>
      unwrap(api.PATCH('/api/v1/org/filters/{filter_id}', { params: { path: { filter_id: id } }, body: { version, name, document, shared } })),
    onSettled,
  })
  const remove = useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE('/api/v1/org/filters/{filter_id}', { params: { path: { filter_id: id } } })),
    onSettled,
  })
  return { save, change, remove }
}
