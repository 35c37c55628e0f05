import { Bell, Document, EditPen, Guide, Setting, Switch } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export interface MenuEntry {
  path: string
  label: string
  icon: Component
  /** Shown to a person with any of these roles; to everybody when absent. The server checks again. */
  roles?: readonly string[]
}

/** Roles that only look: nothing waits for them. */
const ONLY_LOOK = ['analyst', 'leader', 'inspector', 'integrator'] as const
const ADMINS = ['system_admin', 'security_admin', 'audit_admin', 'firm_admin'] as const
const INTAKE = ['agent', 'team_leader'] as const
const WORKING = [
  ...INTAKE, 'reviewer', 'dispatcher', 'duty_leader', 'panelist', 'unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker', 'auditor', 'visitor', 'judge', 'supervisor',
] as const

/** The side menu of the desks, in the order of a contact's life. */
export const MENU: readonly MenuEntry[] = [
  { path: '/contacts/new', label: '受理登记', icon: EditPen, roles: INTAKE },
  { path: '/dispatch', label: '派单台', icon: Guide, roles: ['dispatcher', 'duty_leader'] },
  { path: '/orders?mine=1', label: '待我办', icon: Bell, roles: WORKING },
  { path: '/orders', label: '全部工单', icon: Document, roles: [...WORKING, ...ONLY_LOOK, 'model_manager'] },
  { path: '/contacts/handovers', label: '交接班', icon: Switch, roles: [...INTAKE, 'duty_leader'] },
  { path: '/system', label: '系统管理', icon: Setting, roles: [...ADMINS, 'model_manager', 'team_leader', 'dispatcher', 'duty_leader'] },
]

export function allowedFor(entries: readonly MenuEntry[], hasRole: (...codes: string[]) => boolean): MenuEntry[] {
  return entries.filter((entry) => !entry.roles || hasRole(...entry.roles))
}

const KEEPERS = ['system_admin', 'security_admin', 'firm_admin', 'team_leader', 'duty_leader', 'dispatcher', 'model_manager'] as const

/** Who reads what decides a dispatch: the centre's own people. */
const DISPATCH_READERS = ['team_leader', 'duty_leader', 'dispatcher', 'model_manager'] as const

/** The pages under 系统管理: registers that a hotline looks up and keeps. */
export const SYSTEM_PAGES: readonly Omit<MenuEntry, 'icon'>[] = [
  { path: '/system/people', label: '人员', roles: KEEPERS },
  { path: '/system/units', label: '单位', roles: KEEPERS },
  { path: '/system/categories', label: '事项分类', roles: KEEPERS },
  { path: '/system/places', label: '区划', roles: KEEPERS },
  { path: '/system/rules', label: '派单规则', roles: DISPATCH_READERS },
  { path: '/system/automation', label: '自动派单', roles: DISPATCH_READERS },
  { path: '/system/labels', label: '标签治理', roles: DISPATCH_READERS },
  { path: '/system/calendar', label: '工作日历', roles: KEEPERS },
  { path: '/system/notices', label: '告知用语', roles: ['system_admin', 'duty_leader', 'team_leader'] },
  { path: '/system/audit', label: '审计', roles: ['audit_admin'] },
]
