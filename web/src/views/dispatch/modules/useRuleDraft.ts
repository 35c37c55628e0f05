import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'

import { api, idempotencyKey, unwrap } from '@/api/client'
import type { Rule, RuleIn } from '@/api/types'
import { debounced } from '@/lib/debounced'

/** A directed rule as it is being written. Empty means "any". */
export interface RuleDraft {
  name: string
  words: string[]
  category: number | null
  division: string | null
  unit: string | null
  /** A handover keeps from whom the work was taken; it is not chosen by hand. */
  taken_from: string | null
  basis: string
  begins_at: string | null
  ends_at: string | null
  nightly: [string, string] | null
  days: number[]
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

export function draftOf(rule: Rule | null): RuleDraft {
  const weekly = rule?.weekly?.[0]
  return {
    name: rule?.name ?? '',
    words: [...(rule?.words ?? [])],
    category: rule?.category?.id ?? null,
    division: rule?.division?.id ?? null,
    unit: rule?.unit?.id ?? null,
    taken_from: rule?.taken_from?.id ?? null,
    basis: rule?.basis ?? '',
    begins_at: null,
    ends_at: rule?.ends_at ?? null,
    nightly: weekly ? [weekly.start, weekly.until] : null,
    days: weekly ? [...weekly.days] : EVERY_DAY,
  }
}

function bodyOf(draft: RuleDraft): RuleIn {
  return {
    name: draft.name.trim(),
    words: draft.words,
    basis: draft.basis.trim(),
    unit: draft.unit ?? '',
    division: draft.division ?? '',
    ...(draft.taken_from ? { taken_from: draft.taken_from } : {}),
    ...(draft.category ? { category: draft.category } : {}),
    ...(draft.begins_at ? { begins_at: draft.begins_at } : {}),
    ...(draft.ends_at ? { ends_at: draft.ends_at } : {}),
    ...(draft.nightly ? { weekly: [{ days: draft.days, start: draft.nightly[0], until: draft.nightly[1] }] } : {}),
  } as RuleIn
}

const RULES = '/api/v1/dispatch/{kind}'
const kind = 'directed-rules' as const

/** Writing a rule: it is checked while it is written, tried on past orders when asked, and goes live when saved. */
export function useRuleDraft(instead: () => Rule | null, saved: () => void) {
  const client = useQueryClient()
  const draft = ref(draftOf(instead()))
  const body = computed(() => bodyOf(draft.value))
  const settled = debounced(body, 400)
  const written = computed(() => Boolean(settled.value.name && settled.value.unit))
  const old = computed(() => instead()?.id ?? '')

  const check = useQuery({
    queryKey: computed(() => ['dispatch', 'check', settled.value, old.value]),
    queryFn: () => unwrap(api.POST(`${RULES}/check`, { params: { path: { kind }, query: { instead_of: old.value } }, body: settled.value })),
    enabled: written,
    placeholderData: (before) => before,
  })

  const trialId = ref('')
  const trial = useQuery({
    queryKey: computed(() => ['dispatch', 'trial', trialId.value]),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/dispatch/trials/{id}', { params: { path: { id: trialId.value } }, signal })),
    enabled: computed(() => trialId.value !== ''),
    refetchInterval: ({ state }) => (state.data && ['done', 'failed'].includes(state.data.state) ? false : 700),
  })
  const start = useMutation({
    mutationFn: () =>
      unwrap(api.POST(`${RULES}/try`, { params: { path: { kind }, query: { days: 90, instead_of: old.value }}, headers: { 'Idempotency-Key': idempotencyKey() }, body: body.value })),
    onSuccess: (begun) => (trialId.value = begun.id),
  })
  /** What was tried is no longer what is written. */
  watch(body, () => (trialId.value = ''), { deep: true })

  const save = useMutation({
    mutationFn: () => {
      const rule = { ...body.value, trial: trialId.value }
      const present = instead()
      const headers = { 'Idempotency-Key': idempotencyKey() }
      return present
        ? unwrap(api.POST(`${RULES}/{id}/replace`, { params: { path: { kind, id: present.id } }, headers, body: { version: present.version, rule, reason: draft.value.basis } }))
        : unwrap(api.POST(RULES, { params: { path: { kind } }, headers, body: rule }))
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['dispatch'] })
      saved()
    },
  })
  return { draft, written, check, trial, trialId, start, save }
}
