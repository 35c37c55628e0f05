import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import type { ActionFieldSpec, FormValues } from '@/lib/actionForm'
import { useFormDraft } from '@/lib/formDraft'

const field = (name: string, kind: string): ActionFieldSpec => ({ name, label: name, kind, required: true, choices: {}, hint: '' })
const FIELDS = [field('reason', 'textarea'), field('unit', 'unit')]

function form(name: string) {
  const values = ref<FormValues>({ reason: null, unit: null })
  let made: ReturnType<typeof useFormDraft> | undefined
  const page = mount(defineComponent({ setup: () => ((made = useFormDraft(() => name, () => FIELDS, values)), () => h('i')) }))
  return { values, draft: made as ReturnType<typeof useFormDraft>, close: () => page.unmount() }
}

describe('a form that was closed before it was carried out', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('has its words again, but no choice, and only for the same person, order and action', async () => {
    const first = form('p1.o1.back')
    first.values.value = { reason: '缺地址，请补充', unit: 'u1' }
    await nextTick()
    first.close()
    expect(form('p1.o1.back').draft.begin({})).toEqual({ reason: '缺地址，请补充' })
    expect(form('p1.o2.back').draft.begin({})).toEqual({})
    expect(form('p2.o1.back').draft.begin({})).toEqual({})
  })

  it('takes what the page had filled in for no word of a person', async () => {
    const first = form('p1.o1.dispatch')
    const initial = { reason: '请城管局主办', unit: 'u1' }
    first.draft.begin(initial)
    first.values.value = { ...initial }
    await nextTick()
    first.close()
    expect(localStorage.length).toBe(0)
  })

  it('forgets them once it was carried out', async () => {
    const first = form('p1.o1.back')
    first.values.value = { reason: '缺地址', unit: null }
    await nextTick()
    vi.advanceTimersByTime(1000)
    expect(localStorage.length).toBe(1)
    first.draft.forget()
    first.close()
    expect(localStorage.length).toBe(0)
  })
})
