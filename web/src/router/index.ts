import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { whenRefused, whenSignedOut } from '@/api/client'
import { useSession } from '@/stores/session'

import { allowedFor, MENU, QUEUE_NAMES, SYSTEM_PAGES } from './menu'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** Citizens open it without an account. */
    public?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('@/views/org/login.vue'), meta: { title: '登录', public: true } },
  { path: '/welcome', component: () => import('@/views/org/first-steps.vue'), meta: { title: '首次登录' } },
  {
    path: '/',
    component: () => import('@/layouts/DeskLayout.vue'),
    children: [
      // Everybody begins where their work is: the first entry of their own menu.
      { path: '', redirect: () => allowedFor(MENU, useSession().hasRole)[0]?.path ?? '/orders' },
      { path: 'contacts/new', component: () => import('@/views/contacts/new.vue'), meta: { title: '受理台' } },
      ...Object.entries(QUEUE_NAMES).map(([kind, title]) => ({ path: `queue/${kind}`, component: () => import('@/views/queues/index.vue'), props: { kind }, meta: { title } })),
      { path: 'unit/:order?/:part?', component: () => import('@/views/unit/index.vue'), meta: { title: '承办台' } },
      { path: 'templates', component: () => import('@/views/unit/templates.vue'), meta: { title: '答复模板' } },
      { path: 'dispatch', component: () => import('@/views/dispatch/desk.vue'), meta: { title: '派单台' } },
      { path: 'seats', component: () => import('@/views/seats/index.vue'), meta: { title: '坐席' } },
      { path: 'knowledge', component: () => import('@/views/knowledge/index.vue'), meta: { title: '统一口径' } },
      { path: 'contacts/handovers', component: () => import('@/views/contacts/handovers.vue'), meta: { title: '交接班' } },
      { path: 'orders/:id', component: () => import('@/views/orders/detail.vue'), meta: { title: '工单详情' } },
      { path: 'orders', component: () => import('@/views/orders/index.vue'), meta: { title: '工单' } },
      { path: 'help/:chapter?', component: () => import('@/views/help/index.vue'), meta: { title: '使用手册' } },
      { path: 'linkage/:part?', component: () => import('@/views/linkage/index.vue'), meta: { title: '联动' } },
      {
        path: 'system',
        component: () => import('@/layouts/SystemLayout.vue'),
        redirect: () => SYSTEM_PAGES.find((page) => !page.roles || useSession().hasRole(...page.roles))?.path ?? '/orders',
        children: [
          { path: 'people', component: () => import('@/views/org/people.vue'), meta: { title: '系统管理' } },
          { path: 'units', component: () => import('@/views/org/units.vue'), meta: { title: '系统管理' } },
          { path: 'categories', component: () => import('@/views/taxonomy/index.vue'), meta: { title: '系统管理' } },
          { path: 'rules/:kind?', component: () => import('@/views/dispatch/rules.vue'), meta: { title: '系统管理' } },
          { path: 'automation', component: () => import('@/views/dispatch/automation.vue'), meta: { title: '系统管理' } },
          { path: 'labels', component: () => import('@/views/dispatch/labels.vue'), meta: { title: '系统管理' } },
          { path: 'places', component: () => import('@/views/places/index.vue'), meta: { title: '系统管理' } },
          { path: 'calendar', component: () => import('@/views/calendars/index.vue'), meta: { title: '系统管理' } },
          { path: 'audit', component: () => import('@/views/audit/index.vue'), meta: { title: '系统管理' } },
          { path: 'roles', component: () => import('@/views/org/roles.vue'), meta: { title: '系统管理' } },
          { path: 'responsibilities', component: () => import('@/views/taxonomy/responsibilities.vue'), meta: { title: '系统管理' } },
          { path: 'proposals', component: () => import('@/views/dispatch/proposals.vue'), meta: { title: '系统管理' } },
          { path: 'limits', component: () => import('@/views/system/limits.vue'), meta: { title: '系统管理' } },
          { path: 'policies', component: () => import('@/views/system/policies.vue'), meta: { title: '系统管理' } },
          { path: 'declines', component: () => import('@/views/system/declines.vue'), meta: { title: '系统管理' } },
          { path: 'tokens', component: () => import('@/views/system/tokens.vue'), meta: { title: '系统管理' } },
          { path: 'webhooks', component: () => import('@/views/system/webhooks.vue'), meta: { title: '系统管理' } },
          { path: 'templates', component: () => import('@/views/unit/templates.vue'), meta: { title: '系统管理' } },
          { path: 'notices', component: () => import('@/views/notices/index.vue'), meta: { title: '系统管理' } },
        ],
      },
    ],
  },
  {
    path: '/',
    component: () => import('@/layouts/PublicLayout.vue'),
    meta: { public: true },
    children: [
      { path: 'file', component: () => import('@/views/contacts/file.vue'), meta: { title: '反映问题' } },
      { path: 'q', component: () => import('@/views/contacts/query.vue'), meta: { title: '查询办理进度' } },
      { path: 'v/:token', component: () => import('@/views/visits/answer.vue'), meta: { title: '办理评价' } },
      { path: ':rest(.*)*', component: () => import('@/views/not-found.vue'), meta: { title: '没有这一页' } },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  if (to.meta.public && to.path !== '/login') return true
  const session = useSession()
  if (!session.loaded) await session.load()
  if (!session.me && !to.meta.public) return { path: '/login', query: { next: to.fullPath } }
  if (session.me && to.path === '/login') return '/'
  if (session.duty && to.path !== '/welcome') return '/welcome'
  return true
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · 呼应` : '呼应 · 12345 热线'
})

whenRefused(() => void useSession().lookAgain())

whenSignedOut(() => {
  const session = useSession()
  const here = router.currentRoute.value
  if (here.meta.public) return
  if (session.me) {
    session.ended = true
    return
  }
  session.forget()
  void router.replace({ path: '/login', query: { next: here.fullPath, ended: '1' } })
})
