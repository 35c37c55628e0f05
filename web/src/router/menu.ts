import { Document, EditPen, Setting } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export interface MenuEntry {
  path: string
  label: string
  icon: Component
  /** Shown to a person with any of these roles; to everybody when absent. The server checks again. */
  roles?: readonly string[]
}

export const ADMIN_ROLES = ['system_admin', 'security_admin', 'audit_admin'] as const

/** The side menu of the desks, in the order of a contact's life. */
export const MENU: readonly MenuEntry[] = [
  { path: '/contacts/new', label: '受理登记', icon: EditPen, roles: ['agent', 'team_leader'] },
  { path: '/orders', label: '工单', icon: Document },
  { path: '/system', label: '系统管理', icon: Setting, roles: [...ADMIN_ROLES, 'model_manager', 'team_leader', 'dispatcher', 'duty_leader'] },
]
