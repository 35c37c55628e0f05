import { useMutation, useQuery } from '@tanstack/vue-query'
import { toValue, type MaybeRefOrGetter } from 'vue'

import type { SmallPhoto } from '@/lib/photo'

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

/** File a matter without an account. Sent again with the same key it is filed once. */
export function useFilePublic() {
  return useMutation({
    mutationFn: ({ body, key }: { body: Schemas['PublicOrderIn']; key: string }) =>
      unwrap(api.POST('/api/v1/public/orders', { body, params: { header: { 'Idempotency-Key': key } } })),
    meta: { shown: true },
  })
}

/** A photo of the scene, for who knows number and query code. */
export async function sendPublicPhoto(of: { order_no: string; query_code: string }, photo: SmallPhoto): Promise<void> {
  const form = new FormData()
  form.append('file', photo.blob, photo.name)
  form.append('order_no', of.order_no)
  form.append('query_code', of.query_code)
  await unwrap(api.POST('/api/v1/public/photos', { body: { ...of, file: photo.name }, bodySerializer: () => form }))
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
