import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '@/api/problem'
import ActionDialog from '@/components/ActionDialog.vue'
import ErrorState from '@/components/ErrorState.vue'
import EventTimeline from '@/components/EventTimeline.vue'
import MarkedText from '@/components/MarkedText.vue'
import MaskedField from '@/components/MaskedField.vue'
import SuggestedValue from '@/components/SuggestedValue.vue'
import TimeLeft from '@/components/TimeLeft.vue'
import type { Action, FormValues } from '@/lib/actionForm'

const NOW = '2026-04-08T06:30:00Z'
beforeEach(() => void vi.useFakeTimers({ now: new Date(NOW), toFake: ['Date', 'setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

describe('TimeLeft', () => {
  const started = '2026-04-08T00:00:00Z'
  it.each([
    ['calm', { started, due: '2026-04-09T00:00:00Z' }, '剩 17 小时 30 分'],
    ['near', { started, due: '2026-04-08T08:00:00Z', light: 'amber' }, '剩 1 小时 30 分'],
    ['over', { started, due: '2026-04-08T05:30:00Z' }, '超 1 小时'],
    ['paused', { started, due: '2026-04-09T00:00:00Z', pausedFor: '等待群众补充' }, '暂停：等待群众补充'],
    ['done', { started, due: '2026-04-09T00:00:00Z', finishedAt: '2026-04-08T04:00:00Z' }, '按时办结'],
    ['over', { started, due: '2026-04-08T02:00:00Z', finishedAt: '2026-04-08T04:00:00Z' }, '超 2 小时办结'],
    ['none', {}, '不计时'],
  ])('is %s', (tone, props, words) => {
    const wrapper = mount(TimeLeft, { props })
    expect(wrapper.classes()).toContain(`left--${tone}`)
    expect(wrapper.text()).toBe(words)
  })

  it('goes red by itself when the time passes', async () => {
    const wrapper = mount(TimeLeft, { props: { started, due: '2026-04-08T06:30:30Z' } })
    expect(wrapper.text()).toBe('剩不到 1 分')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(wrapper.classes()).toContain('left--over')
  })
})

describe('MarkedText', () => {
  it('marks the words and never makes markup out of a citizen’s text', () => {
    const wrapper = mount(MarkedText, { props: { text: '<img src=x>工地施工', words: ['施工'] } })
    expect(wrapper.find('mark').text()).toBe('施工')
    expect(wrapper.find('img').exists()).toBe(false)
    expect(wrapper.text()).toBe('<img src=x>工地施工')
  })
})

describe('MaskedField', () => {
  it('shows the masked value until the server has revealed it', async () => {
    const reveal = vi.fn<(reason: string) => Promise<string>>().mockResolvedValue('13800005678')
    const wrapper = mount(MaskedField, { props: { masked: '138****5678', name: '电话', reveal } })
    expect(wrapper.text()).toContain('138****5678')
    await wrapper.get('button[aria-label="查看电话"]').trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('13800005678')
    expect(wrapper.find('button').exists()).toBe(false)
  })

  it('says why it may not be seen', async () => {
    const reveal = vi.fn<(reason: string) => Promise<string>>().mockRejectedValue(new ApiProblem(403, 'not_allowed', '没有权限', '保密工单不显示电话。'))
    const wrapper = mount(MaskedField, { props: { masked: '138****5678', name: '电话', reveal } })
    await wrapper.get('button').trigger('click')
    await flushPromises()
    expect(wrapper.get('[role=alert]').text()).toBe('没有权限：保密工单不显示电话。')
  })
})

describe('SuggestedValue', () => {
  it('is marked as the machine’s until confirmed', async () => {
    const wrapper = mount(SuggestedValue, { props: { value: '施工噪声', probability: 0.86, evidence: ['工地'] } })
    expect(wrapper.text()).toContain('机器建议：')
    expect(wrapper.text()).toContain('86%')
    await wrapper.setProps({ confirmed: true })
    expect(wrapper.text()).toBe('施工噪声')
  })
})

describe('EventTimeline and ErrorState', () => {
  it('lists who did what and when', () => {
    const items = [{ key: 1, at: '2026-04-08T06:05:00Z', title: '派单', who: '派单员', detail: '住建局' }]
    expect(mount(EventTimeline, { props: { items } }).text()).toMatch(/派单.*派单员.*今天 14:05.*住建局/s)
  })

  it('offers another try only where it can help', () => {
    const denied = mount(ErrorState, { props: { error: new ApiProblem(403, 'not_allowed', '没有权限', '') } })
    expect(denied.find('button').exists()).toBe(false)
    const down = mount(ErrorState, { props: { error: ApiProblem.unreachable() } })
    expect(down.text()).toContain('连不上服务器')
    expect(down.find('button').exists()).toBe(true)
  })
})

describe('ActionDialog', () => {
  const reason = { name: 'reason', label: '理由', kind: 'textarea', required: true, choices: {}, hint: '' }
  const form: Action = { action: 'object_to_dispatch', label: '退单', danger: '', fields: [reason] }
  type Run = (body: FormValues) => Promise<void>
  const open = (run: Run) =>
    mount(ActionDialog, {
      props: { form, run },
      attachTo: document.body,
      global: { stubs: { teleport: true }, plugins: [VueQueryPlugin] },
    })

  it('asks for what is missing before anything is sent', async () => {
    const run = vi.fn<Run>()
    const wrapper = open(run)
    await flushPromises()
    await wrapper.get('form').trigger('submit')
    expect(wrapper.get('[role=alert]').text()).toBe('请填写理由。')
    expect(run).not.toHaveBeenCalled()
  })

  it('keeps what was typed when the server refuses, and shows the sentence', async () => {
    const run = vi.fn<Run>().mockRejectedValue(new ApiProblem(409, 'conflict', '内容已变化', '已由他人签收。'))
    const wrapper = open(run)
    await flushPromises()
    await wrapper.get('textarea').setValue(' 不属本单位职责 ')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(run).toHaveBeenCalledWith({ reason: '不属本单位职责' })
    expect(wrapper.get('[role=alert]').text()).toBe('内容已变化：已由他人签收。')
    expect(wrapper.get('textarea').element.value).toBe(' 不属本单位职责 ')
    expect(wrapper.emitted('done')).toBeUndefined()
  })
})
