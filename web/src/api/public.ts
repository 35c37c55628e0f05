import { useMutation, useQuery } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'

import { api, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

/** Where a matter stands, for who knows its number and query code. */
export function useProgress() {
  return useMutation({
    mutationFn: (body: Schemas['PublicQuery']) => unwrap(api.POST('/api/v1/public/query', { body })),
    meta: { shown: true },
  })
}

export function useSupplement() {
  return useMutation({
    mutationFn: (body: Schemas['PublicSupplement']) => unwrap(api.POST('/api/v1/public/supplement', { body })),
    meta: { shown: true },
  })
}

/** The matter that a visit link asks about. */
export function useInvitation(secret: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: ['public', 'visit', secret],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/public/visit/{secret}', { params: { path: { secret: toValue(secret) } }, signal })),
    staleTime: Infinity,
  })
}

export function useAnswerVisit(secret: MaybeRefOrGetter<string>) {
  return useMutation({
    mutationFn: (body: Schemas['AnswersIn']) =>
      unwrap(api.POST('/api/v1/public/visit/{secret}', { params: { path: { secret: toValue(secret) } }, body })),
    meta: { shown: true },
  })
}
