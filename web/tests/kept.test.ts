import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'

import { ApiProblem } from '@/api/problem'
import { keep, kept } from '@/lib/kept'
import { useLocalDraft } from '@/lib/useLocalDraft'
import { emptyDraft, useDraft } from '@/views/contacts/modules/useDraft'
import { useOutbox } from '@/views/contacts/modules/useOutbox'

const server = vi.hoisted(() => ({ file: vi.fn<() => Promise<unknown>>() }))
vi.mock('@/api/contacts', () => ({ fileOrder: server.file }))

function within<T>(use: () => T): { it: T; close: () => void } {
  let made: T | undefined
  const page = mount(defineComponent({ setup: () => ((made = use()), () => h('div')) }))
  return { it: made as T, close: () => page.unmount() }
}

/** A browser's store with room for so many things. */
class Store {
  room = Infinity
  private readonly held = new Map<string, string>()
  get length(): number {
    return this.held.size
  }
  key(index: number): string | null {
    return [...this.held.keys()][index] ?? null
  }
  getItem(key: string): string | null {
    return this.held.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    if (!this.held.has(key) && this.held.size >= this.room) throw new DOMException('full', 'QuotaExceededError')
    this.held.set(key, value)
  }
  removeItem(key: string): void {
    this.held.delete(key)
  }
}
let store: Store

beforeEach(() => {
  store = new Store()
  vi.stubGlobal('localStorage', store)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a browser that keeps nothing more', () => {
  it('still opens the desk, says so, and what is written stays in the page', async () => {
    store.room = 0
    const desk = within(() => useDraft('a'))
    expect(desk.it.held.value).toBe(true)
    desk.it.draft.text = '路灯不亮'
    await nextTick()
    vi.advanceTimersByTime(2000)
    expect(desk.it.full.value).toBe(true)
    expect(desk.it.savedAt.value).toBe(0)
    expect(desk.it.draft.text).toBe('路灯不亮')
    store.room = Infinity
    vi.advanceTimersByTime(2000)
    expect(desk.it.full.value).toBe(false)
    expect(desk.it.savedAt.value).toBeGreaterThan(0)
    desk.close()
  })

  it('still sends what waits for the network, from the page itself', async () => {
    server.file.mockRejectedValueOnce(ApiProblem.unreachable()).mockResolvedValue({ id: '1', order_no: 'T1' })
    const filed = vi.fn<() => void>()
    const box = within(() => useOutbox('a', { held: ref(true), filed }))
    store.room = 0
    box.it.put({ ...emptyDraft(), text: '路灯不亮' }, 'k1')
    expect(box.it.full.value).toBe(true)
    expect(box.it.waiting.value).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(6000)
    expect(filed).toHaveBeenCalledOnce()
    expect(box.it.full.value).toBe(false)
    box.close()
  })

  it('tells of an answer that it is not kept', async () => {
    store.room = 0
    const sheet = within(() => useLocalDraft('reply', () => ({ answer: '' })))
    sheet.it.value.value.answer = '已劝离'
    await nextTick()
    vi.advanceTimersByTime(1000)
    expect(sheet.it.full.value).toBe(true)
    expect(sheet.it.savedAt.value).toBeNull()
    sheet.close()
  })

  it('first gives back drafts that nobody came back for in a fortnight', () => {
    keep('huying.draft.old', { at: Date.now() - 15 * 24 * 3600_000, value: 'x' })
    keep('huying.draft.new', { at: Date.now(), value: 'y' })
    store.room = 2
    expect(keep('huying.draft.a', { at: Date.now(), value: 'z' })).toBe(true)
    expect(kept('huying.draft.old')).toBeNull()
    expect(kept('huying.draft.new')).not.toBeNull()
  })

  it('reads what another version wrote as nothing', () => {
    store.setItem('huying.tab.draft.a', '{broken')
    const desk = within(() => useDraft('a'))
    expect(desk.it.held.value).toBe(true)
    desk.close()
  })
})
