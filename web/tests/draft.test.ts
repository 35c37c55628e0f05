import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'

import { useLocalDraft } from '@/lib/useLocalDraft'

function page() {
  const scope = effectScope()
  const draft = scope.run(() => useLocalDraft('reply.p1.a1', () => ({ answer: '' })))
  if (!draft) throw new Error('no scope')
  return { ...draft, leave: () => scope.stop() }
}

describe('useLocalDraft', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('gives back what was written when the page was closed in between', async () => {
    const first = page()
    first.value.value = { answer: '已劝离' }
    await nextTick()
    first.leave()
    const second = page()
    expect(second.restored).toBe(true)
    expect(second.value.value.answer).toBe('已劝离')
  })

  it('keeps what is written within a second and forgets it once it is sent', async () => {
    const one = page()
    one.value.value.answer = '已劝离'
    await nextTick()
    vi.advanceTimersByTime(1000)
    expect(localStorage.length).toBe(1)
    one.forget()
    one.value.value.answer = ''
    await nextTick()
    vi.advanceTimersByTime(1000)
    expect(localStorage.length).toBe(0)
  })
})
