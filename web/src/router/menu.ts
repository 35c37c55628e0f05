import { Bell, Briefcase, ChatLineSquare, CircleCheck, Connection, Document, EditPen, Flag, Guide, Headset, Memo, Phone, Setting, Switch } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export interface MenuEntry {
  path: string
  label: string
  icon: Component
  /** Shown to a person with any of these roles; to everybody when absent. The server checks again. */
  roles?: readonly string[]
  /** What is urgent or late is marked here; of several on the first. */
  presses?: boolean
}

/** Roles that only look: nothing waits for them. */
const ONLY_LOOK = ['analyst', 'leader', 'inspector', 'integrator'] as const
const ADMINS = ['system_admin', 'security_admin', 'audit_admin', 'firm_admin'] as const
const INTAKE = ['agent', 'team_leader'] as const
const UNIT_DESK = ['unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker'] as const
/** The centre's people; a unit's own are served by the 承办台, which is their 待我办. */
const CENTRE = [...INTAKE, 'reviewer', 'dispatcher', 'duty_leader', 'panelist', 'auditor', 'visitor', 'judge', 'supervisor'] as const
const WORKING = [...CENTRE, ...UNIT_DESK] as const

/** Queues of the centre's roles: the list, and beside it the order with its action. */
export const QUEUE_NAMES = { review: '审核台', audit: '办结审核', visit: '回访台', judge: '研判台', supervise: '督办台', approvals: '审批' } as const

/** The side menu of the desks, in the order of a contact's life. */
export const MENU: readonly MenuEntry[] = [
  { path: '/contacts/new', label: '受理台', icon: EditPen, roles: INTAKE },
  { path: '/seats', label: '坐席', icon: Headset, roles: ['team_leader', 'duty_leader'] },
  { path: '/dispatch', label: '派单台', icon: Guide, roles: ['dispatcher', 'duty_leader'], presses: true },
  { path: '/queue/review', label: QUEUE_NAMES.review, icon: CircleCheck, roles: ['reviewer'], presses: true },
  { path: '/queue/audit', label: QUEUE_NAMES.audit, icon: CircleCheck, roles: ['auditor'], presses: true },
  { path: '/queue/visit', label: QUEUE_NAMES.visit, icon: Phone, roles: ['visitor'], presses: true },
  { path: '/queue/judge', label: QUEUE_NAMES.judge, icon: CircleCheck, roles: ['judge'], presses: true },
  { path: '/queue/supervise', label: QUEUE_NAMES.supervise, icon: Flag, roles: ['supervisor'], presses: true },
  { path: '/queue/approvals', label: QUEUE_NAMES.approvals, icon: CircleCheck, roles: ['duty_leader', 'dispatcher'] },
  { path: '/unit', label: '承办台', icon: Briefcase, roles: UNIT_DESK, presses: true },
  { path: '/templates', label: '答复模板', icon: Memo, roles: ['unit_leader'] },
  { path: '/orders?mine=1', label: '待我办', icon: Bell, roles: CENTRE, presses: true },
  { path: '/orders', label: '全部工单', icon: Document, roles: [...WORKING, ...ONLY_LOOK, 'model_manager'] },
  { path: '/knowledge', label: '统一口径', icon: ChatLineSquare, roles: [...INTAKE, 'reviewer', 'dispatcher', 'duty_leader', 'visitor'] },
  { path: '/contacts/handovers', label: '交接班', icon: Switch, roles: [...INTAKE, 'duty_leader'] },
  { path: '/linkage', label: '联动', icon: Connection, roles: [...INTAKE, 'dispatcher', 'duty_leader', 'model_manager'] },
  { path: '/system', label: '系统管理', icon: Setting, roles: [...ADMINS, 'model_manager', 'team_leader', 'dispatcher', 'duty_leader', 'supervisor', 'panelist', 'integrator'] },
]

export function allowedFor(entries: readonly MenuEntry[], hasRole: (...codes: string[]) => boolean): MenuEntry[] {
  return entries.filter((entry) => !entry.roles || hasRole(...entry.roles))
}

const KEEPERS = ['system_admin', 'security_admin', 'firm_admin', 'team_leader', 'duty_leader', 'dispatcher', 'model_manager'] as const

/** Who reads what decides a dispatch: the centre's own people. */
const DISPATCH_READERS = ['team_leader', 'duty_leader', 'dispatcher', 'model_manager'] as const

/** Who reads how long things may take and what the centre chose. */
const TERM_READERS = ['system_admin', 'security_admin', 'team_leader', 'duty_leader', 'dispatcher', 'model_manager', 'supervisor'] as const

export interface SystemPage extends Omit<MenuEntry, 'icon'> {
  group: (typeof SYSTEM_GROUPS)[number]
}

export const SYSTEM_GROUPS = ['组织', '事项与派单', '时间与规则', '用语', '对接', '安全'] as const

/** The pages under 系统管理: what a hotline looks up and keeps. */
export const SYSTEM_PAGES: readonly SystemPage[] = [
  { path: '/system/people', label: '人员', group: '组织', roles: KEEPERS },
  { path: '/system/units', label: '单位', group: '组织', roles: KEEPERS },
  { path: '/system/roles', label: '角色', group: '组织', roles: KEEPERS },
  { path: '/system/places', label: '区划', group: '组织', roles: KEEPERS },
  { path: '/system/categories', label: '事项分类', group: '事项与派单', roles: KEEPERS },
  { path: '/system/responsibilities', label: '权责清单', group: '事项与派单', roles: KEEPERS },
  { path: '/system/rules', label: '派单规则', group: '事项与派单', roles: DISPATCH_READERS },
  { path: '/system/automation', label: '自动派单', group: '事项与派单', roles: DISPATCH_READERS },
  { path: '/system/labels', label: '标签治理', group: '事项与派单', roles: DISPATCH_READERS },
  { path: '/system/proposals', label: '新事项', group: '事项与派单', roles: [...DISPATCH_READERS, 'panelist'] },
  { path: '/system/limits', label: '办理时限', group: '时间与规则', roles: TERM_READERS },
  { path: '/system/policies', label: '中心设置', group: '时间与规则', roles: TERM_READERS },
  { path: '/system/declines', label: '不予受理', group: '时间与规则', roles: TERM_READERS },
  { path: '/system/calendar', label: '工作日历', group: '时间与规则', roles: KEEPERS },
  { path: '/system/notices', label: '告知用语', group: '用语', roles: ['system_admin', 'duty_leader', 'team_leader'] },
  { path: '/system/templates', label: '答复模板', group: '用语', roles: ['system_admin'] },
  { path: '/system/tokens', label: '接口令牌', group: '对接', roles: ['security_admin', 'integrator'] },
  { path: '/system/webhooks', label: '事件推送', group: '对接', roles: ['system_admin', 'integrator'] },
  { path: '/system/audit', label: '审计', group: '安全', roles: ['audit_admin'] },
]
