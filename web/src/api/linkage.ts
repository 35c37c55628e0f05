import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { api, idempotencyKey, unwrap } from './client'
import type { components } from './schema'

type Schemas = components['schemas']
export type Contract = Schemas['ContractOut']
export type Transfer = Schemas['TransferOut']
export type Mediation = Schemas['MediationOut']
export type Network = Schemas['NetworkOut']

export function useNetwork(unit: MaybeRefOrGetter<string>, category: MaybeRefOrGetter<number | null>) {
  return useQuery({
    queryKey: computed(() => ['linkage', 'network', toValue(unit), toValue(category)]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/linkage/network', { params: { query: { unit: toValue(unit), category: toValue(category) } }, signal })),
    placeholderData: keepPreviousData,
  })
}
export const createContract = (body: Schemas['ContractIn']) => unwrap(api.POST('/api/v1/linkage/contracts', { params: { header: { 'Idempotency-Key': idempotencyKey() } }, body }))
export const endContract = (id: string, body: Schemas['ContractEndIn']) => unwrap(api.POST('/api/v1/linkage/contracts/{id}/end', { params: { path: { id } }, body }))
export const fallBack = (id: string, body: Schemas['FallBackIn']) => unwrap(api.POST('/api/v1/linkage/mediations/{id}/back', { params: { path: { id } }, body }))
/** Taken or not taken: a move of the order itself. */
export const answerTransfer = (order: string, action: 'transfer_accepted' | 'transfer_refused', version: number, values: Record<string, unknown>) =>
  unwrap(api.POST('/api/v1/orders/{order_id}/actions/{action}', { params: { path: { order_id: order, action } }, body: { version, values } }))
