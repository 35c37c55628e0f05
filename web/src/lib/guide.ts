/** The chapters of the guide: which file, for whom, and which pages of the application each is about. */
export interface Chapter {
  code: string
  label: string
  roles: readonly string[]
  pages: readonly string[]
}

export const CHAPTERS: readonly Chapter[] = [
  { code: 'first-steps', label: '入门', roles: [], pages: ['/welcome'] },
  { code: 'agent', label: '坐席', roles: ['agent'], pages: ['/contacts'] },
  { code: 'team-leader', label: '班长', roles: ['team_leader'], pages: ['/seats', '/contacts/handovers', '/knowledge'] },
  { code: 'dispatcher', label: '派单员、审核员', roles: ['dispatcher', 'reviewer'], pages: ['/dispatch', '/queue/review', '/queue/approvals'] },
  { code: 'duty-leader', label: '值班领导、会商', roles: ['duty_leader', 'panelist'], pages: ['/linkage', '/system/proposals'] },
  { code: 'unit', label: '承办单位、街道、网格员', roles: ['unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker'], pages: ['/unit', '/templates'] },
  { code: 'after-handling', label: '办结审核、回访、研判、督办', roles: ['auditor', 'visitor', 'judge', 'supervisor'], pages: ['/queue'] },
  { code: 'orders', label: '查工单、工单详情', roles: ['analyst', 'leader', 'inspector'], pages: ['/orders'] },
  { code: 'model-manager', label: '派单规则与自动派单', roles: ['model_manager'], pages: ['/system/rules', '/system/automation', '/system/labels'] },
  { code: 'administrators', label: '系统、安全、审计三员', roles: ['system_admin', 'security_admin', 'audit_admin', 'firm_admin', 'integrator'], pages: ['/system'] },
  { code: 'citizen', label: '市民看到的', roles: [], pages: ['/q', '/v'] },
]

/** The chapter about a page: the one that names the longest beginning of its address; else that of the reader's role. */
export function chapterFor(path: string, hasRole: (...codes: string[]) => boolean): string {
  const fitting = CHAPTERS.flatMap((chapter) =>
    chapter.pages.filter((page) => path === page || path.startsWith(`${page}/`)).map((page) => ({ code: chapter.code, length: page.length })),
  ).sort((a, b) => b.length - a.length)
  return fitting[0]?.code ?? CHAPTERS.find((chapter) => chapter.roles.length && hasRole(...chapter.roles))?.code ?? 'first-steps'
}
