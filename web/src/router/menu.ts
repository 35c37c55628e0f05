import { Document, EditPen, Setting } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export interface MenuEntry {
  path: string
  label: string
  icon: Component
  /** Shown to a person with any of these roles; to everybody when absent. The server checks again. */
  roles?: readonly string[]
}

/** The side menu of the desks, in the order of a contact's life. */
export const MENU: readonly MenuEntry[] = [
  { path: '/contacts/new', label: '受理登记', icon: EditPen, roles: ['agent', 'team_leader'] },
  { path: '/orders', label: '工单', icon: Document },
  { path: '/system', label: '系统管理', icon: Setting, roles: ['system_admin', 'security_admin', 'audit_admin', 'firm_admin', 'model_manager', 'team_leader', 'dispatcher', 'duty_leader'] },
]

const KEEPERS = ['system_admin', 'security_admin', 'firm_admin', 'team_leader', 'duty_leader', 'dispatcher', 'model_manager'] as const

/** The pages under 系统管理: registers that a hotline looks up and keeps. */
export const SYSTEM_PAGES: readonly Omit<MenuEntry, 'icon'>[] = [
  { path: '/system/people', label: '人员', roles: KEEPERS },
  { path: '/system/units', label: '单位', roles: KEEPERS },
  { path: '/system/categories', label: '事项分类', roles: KEEPERS },
  { path: '/system/places', label: '区划', roles: KEEPERS },
  { path: '/system/rules', label: '派单规则', roles: KEEPERS },
  { path: '/system/automation', label: '自动派单', roles: KEEPERS },
  { path: '/system/calendar', label: '工作日历', roles: KEEPERS },
  { path: '/system/notices', label: '告知用语', roles: ['system_admin', 'duty_leader', 'team_leader'] },
  { path: '/system/audit', label: '审计', roles: ['audit_admin'] },
]
