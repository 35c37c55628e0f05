import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { ApiProblem } from '@/api/problem'
import type { Filed } from '@/api/types'
import { plainText } from '@/lib/plainText'
import { useTabLease } from '@/lib/useTabLease'
import { formatRunning } from '@/lib/time'
import SuggestField from '@/views/contacts/modules/SuggestField.vue'
import { emptyDraft, filingOf, useDraft } from '@/views/contacts/modules/useDraft'
import { useOutbox } from '@/views/contacts/modules/useOutbox'

/** Run a composable inside a component, as a page does. */
function within<T>(use: () => T): { it: T; close: () => void } {
  let made: T | undefined
  const page = mount(defineComponent({ setup: () => ((made = use()), () => h('div')) }))
  return { it: made as T, close: () => page.unmount() }
}

const server = vi.hoisted(() => ({ file: vi.fn<(sent: { key: string }) => Promise<unknown>>() }))
vi.mock('@/api/contacts', () => ({ fileOrder: server.file }))

const field = (filled: boolean) =>
  mount(SuggestField, { props: { label: '事发地', suggestion: '滨河社区', evidence: ['滨河'], filled }, slots: { default: '<input :placeholder="params.placeholder" />' } })

beforeEach(() => {
  localStorage.clear()
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('what is pasted', () => {
  it('keeps lines and emoji and loses invisible signs', () => {
    expect(plainText('路灯\u00a0不亮\r\n\r\n\r\n\r\n三天了\u200b👨‍👩‍👧\u0007 ')).toBe('路灯 不亮\n\n三天了👨‍👩‍👧')
  })
})

describe('the draft', () => {
  it('is saved every two seconds with its key and found again', async () => {
    const first = within(() => useDraft('a'))
    first.it.draft.text = '路灯不亮'
    await nextTick()
    vi.advanceTimersByTime(2000)
    const key = first.it.key.value
    first.close()
    const second = within(() => useDraft('a'))
    expect(second.it.draft.text).toBe('路灯不亮')
    expect(second.it.key.value).toBe(key)
    expect(second.it.restored.value).toBeGreaterThan(0)
    second.close()
  })

  it('is another one for another person', async () => {
    const first = within(() => useDraft('a'))
    first.it.draft.text = '路灯不亮'
    await nextTick()
    first.close()
    const other = within(() => useDraft('b'))
    expect(other.it.draft.text).toBe('')
    other.close()
  })

  it('is sent with the order that it belongs to only when it is submitted', () => {
    const draft = { ...emptyDraft(), text: '同一件事', same: { id: 'x1', order_no: '2025' }, different: ['y'] }
    expect(filingOf(draft, true)).toMatchObject({ master: 'x1', submit: true })
    expect(filingOf(draft, false)).toMatchObject({ master: '', submit: false })
    expect(filingOf(draft, true)).not.toHaveProperty('different')
  })
})

describe('two tabs', () => {
  it('of two the first holds, the second gets it when the first is closed', () => {
    const first = within(() => useTabLease('x', { taken: () => undefined, lost: () => undefined }))
    const second = within(() => useTabLease('x', { taken: () => undefined, lost: () => undefined }))
    expect([first.it.held.value, second.it.held.value]).toEqual([true, false])
    first.close()
    vi.advanceTimersByTime(2000)
    expect(second.it.held.value).toBe(true)
    second.close()
  })

  it('who takes over makes the other let go, which saves first', () => {
    const lost = vi.fn<() => void>()
    const first = within(() => useTabLease('x', { taken: () => undefined, lost }))
    const second = within(() => useTabLease('x', { taken: () => undefined, lost: () => undefined }))
    second.it.take()
    vi.advanceTimersByTime(2000)
    expect(first.it.held.value).toBe(false)
    expect(lost).toHaveBeenCalledOnce()
    first.close()
    second.close()
  })
})

describe('an order that waits for the network', () => {
  it('is sent again with its own key until the server answers, and then no more', async () => {
    const keys: string[] = []
    let reached = false
    server.file.mockImplementation(({ key }) => {
      keys.push(key)
      return reached ? Promise.resolve({ id: '1', order_no: 'T1' }) : Promise.reject(ApiProblem.unreachable())
    })
    const filed = vi.fn<(order: Filed) => void>()
    const box = within(() => useOutbox('a', { held: ref(true), filed }))
    box.it.put({ ...emptyDraft(), text: '路灯不亮' }, 'k1')
    await vi.advanceTimersByTimeAsync(7000)
    expect(box.it.waiting.value).toHaveLength(1)
    reached = true
    await vi.advanceTimersByTimeAsync(7000)
    expect(filed).toHaveBeenCalledOnce()
    expect(box.it.waiting.value).toHaveLength(0)
    expect(new Set(keys)).toEqual(new Set(['k1']))
    box.close()
  })

  it('that is refused stays with the reason until the agent fetches it back', async () => {
    server.file.mockRejectedValue(new ApiProblem(403, 'role', '没有权限', '此操作由坐席进行。'))
    const box = within(() => useOutbox('a', { held: ref(true), filed: () => undefined }))
    box.it.put({ ...emptyDraft(), text: '路灯不亮' }, 'k1')
    await vi.advanceTimersByTimeAsync(3500)
    expect(box.it.refused.value[0]).toMatchObject({ problem: '没有权限：此操作由坐席进行。', key: 'k1' })
    expect(localStorage.getItem('huying.outbox.a')).toContain('路灯不亮')
    box.close()
  })
})

describe('a suggested field', () => {
  it('is taken with Tab while it is empty, and shows its evidence while one stands in it', async () => {
    const empty = field(false)
    await empty.find('input').trigger('focusin')
    await empty.find('input').trigger('keydown', { key: 'Tab' })
    expect(empty.emitted('accept')).toHaveLength(1)
    expect(empty.emitted('look')).toEqual([[['滨河']]])
  })

  it('never replaces what a person entered', async () => {
    const filled = field(true)
    await filled.find('input').trigger('keydown', { key: 'Tab' })
    expect(filled.emitted('accept')).toBeUndefined()
    expect(filled.text()).not.toContain('采用')
  })
})

it('a running clock reads minutes, then hours, and never less than nothing', () => {
  const since = new Date(0).toISOString()
  expect([formatRunning(since, 42_000), formatRunning(since, 3_753_000), formatRunning(since, -5)]).toEqual(['00:42', '1:02:33', '00:00'])
})
