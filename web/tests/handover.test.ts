import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'

import type { Handover } from '@/api/contacts'
import HandoverCard from '@/views/contacts/modules/HandoverCard.vue'

const left: Handover = {
  id: 'h1', version: 1, made_at: '2026-04-08T00:00:00Z', made_by: '夜班班长', own: false, note: '河西停水先答复', signed_at: null, signed_by: '',
  items: [{ id: 'o1', order_no: 'HY20260408001', title: '路面塌陷', state: 'to_dispatch', urgency: 'urgent', promised_at: null }],
}

function shown(handover: Handover) {
  const queryClient = new QueryClient()
  queryClient.setQueryData(['orders', 'states'], { order: { to_dispatch: { label: '待派单', tone: 'waiting', waits_for: '', clock: 'runs' } }, assignment: {}, conclusions: {}, urgencies: { urgent: '紧急' }, request_types: {}, channels: {}, flags: {} })
  return mount(HandoverCard, { props: { handover }, global: { plugins: [[VueQueryPlugin, { queryClient }]], stubs: { RouterLink: RouterLinkStub, ElButton: { template: '<button><slot /></button>' } } } })
}

describe('HandoverCard', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('offers the next shift to sign, with every order linked', () => {
    const card = shown(left)
    expect(card.text()).toContain('待接班')
    expect(card.find('.head__sign').exists()).toBe(true)
    expect(card.findComponent(RouterLinkStub).props('to')).toBe('/orders/o1')
    expect(card.text()).toContain('紧急')
    expect(card.text()).toContain('待派单')
  })

  it('does not let the maker sign what they left', () => {
    expect(shown({ ...left, own: true }).find('.head__sign').exists()).toBe(false)
  })

  it('names who took over and folds the orders away', () => {
    const card = shown({ ...left, signed_at: '2026-04-08T01:00:00Z', signed_by: '白班班长' })
    expect(card.find('.head__sign').exists()).toBe(false)
    expect(card.text()).toContain('白班班长')
    expect(card.find('.items').exists()).toBe(false)
  })
})
