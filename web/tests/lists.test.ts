import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { nextTick, ref } from 'vue'

import { bodyOf, initialValues, missing, type ActionFieldSpec } from '@/lib/actionForm'
import { formatPhone, formatSize, leafName } from '@/lib/text'
import { useCursor } from '@/lib/useCursor'
import DataTable from '@/components/DataTable.vue'
import ListPager from '@/components/ListPager.vue'
import { emptyDraft, useDraft } from '@/views/contacts/modules/useDraft'

const field = (name: string, kind: string, required = true, choices: Record<string, string> = {}): ActionFieldSpec => ({
  name, label: name, kind, required, choices, hint: '',
})

describe('an action’s form', () => {
  const fields = [field('unit', 'unit'), field('assists', 'units', false), field('granted', 'bool'), field('level', 'choice', true, { '1': '电话督办' })]

  it('starts empty, with what is known and the only choice there is', () => {
    expect(initialValues(fields, { unit: 'u1' })).toEqual({ unit: 'u1', assists: [], granted: null, level: '1' })
  })

  it('takes 否 for an answer and nothing for a gap', () => {
    expect(missing(fields, { unit: '', granted: false, level: '1' })).toEqual({ unit: '请选择unit。' })
  })

  it('sends no blanks', () => {
    expect(bodyOf(fields, { unit: ' u1 ', assists: [], granted: false, level: null })).toEqual({ unit: 'u1', granted: false })
  })
})

describe('words', () => {
  it('writes numbers and sizes for people', () => {
    expect(formatPhone('+8613900001234')).toBe('139 0000 1234')
    expect(formatPhone('+8657112345')).toBe('57112345')
    expect([formatSize(900), formatSize(20_480), formatSize(2_345_678)]).toEqual(['900 B', '20 KB', '2.2 MB'])
    expect(leafName('城乡建设/噪声/夜间施工')).toBe('夜间施工')
  })
})

describe('useCursor', () => {
  it('finds the way back, and begins anew when the filters change', async () => {
    const filters = ref('a')
    const paging = useCursor(filters)
    paging.forward('c1')
    paging.forward('c2')
    paging.forward(null)
    expect([paging.cursor.value, paging.from.value]).toEqual(['c2', 100])
    paging.back()
    expect(paging.cursor.value).toBe('c1')
    filters.value = 'b'
    await nextTick()
    expect([paging.cursor.value, paging.from.value]).toEqual(['', 0])
  })
})

describe('DataTable and ListPager', () => {
  const columns = [{ key: 'title', label: '诉求' }]
  const rows = [{ id: '1', title: '路灯不亮' }, { id: '2', title: '停水' }]

  it('opens a row by click and by Enter', async () => {
    const wrapper = mount(DataTable<{ id: string; title: string }>, { props: { columns, rows, rowKey: (row) => row.id, caption: '工单', opens: true } })
    await wrapper.findAll('tbody tr')[1]?.trigger('keydown.enter')
    await wrapper.findAll('tbody tr')[0]?.trigger('click')
    expect(wrapper.emitted('open')?.map(([row]) => row)).toEqual([rows[1], rows[0]])
  })

  it('says a capped count as such and offers no page that is not there', () => {
    const wrapper = mount(ListPager, { props: { count: 1000, capped: true, shown: 50, from: 50, hasNext: false, what: '件' } })
    expect(wrapper.text()).toContain('共 1,000+ 件，第 51–100')
    expect(wrapper.findAll('button')[1]?.attributes('disabled')).toBeDefined()
  })
})

function use(owner: string) {
  let made: ReturnType<typeof useDraft> | undefined
  const wrapper = mount({ setup: () => ((made = useDraft(owner)), () => null) })
  if (!made) throw new Error('not set up')
  return { ...made, wrapper }
}

describe('useDraft', () => {
  it('keeps what was written, with its key, until it is filed', async () => {
    localStorage.clear()
    const first = use('p1')
    first.draft.text = '路灯不亮'
    await flushPromises()
    first.wrapper.unmount()

    const second = use('p1')
    expect([second.draft.text, second.key.value]).toEqual(['路灯不亮', first.key.value])
    expect(second.restored.value).toBeGreaterThan(0)
    second.clear()
    await flushPromises()
    second.wrapper.unmount()

    const third = use('p1')
    expect({ ...third.draft }).toEqual(emptyDraft())
    expect(third.key.value).not.toBe(first.key.value)
  })

  it('shows one person’s draft to nobody else, and survives a spoilt store', () => {
    localStorage.setItem('huying.draft.p2', '{not json')
    expect(use('p2').draft.text).toBe('')
  })
})
