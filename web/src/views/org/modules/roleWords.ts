/** Roles by where their people sit, and in one line what each is for. What each may do in detail comes from the server. */
export const ROLE_GROUPS = [
  { label: '话务大厅', codes: ['agent', 'team_leader', 'visitor', 'inspector'] },
  { label: '派单与审核', codes: ['reviewer', 'dispatcher', 'duty_leader', 'panelist', 'auditor', 'judge', 'supervisor'] },
  { label: '承办单位', codes: ['unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker'] },
  { label: '分析与管理', codes: ['analyst', 'leader', 'model_manager', 'firm_admin', 'integrator'] },
  { label: '三员', codes: ['system_admin', 'security_admin', 'audit_admin'] },
] as const

export const ROLE_WORDS: Record<string, string> = {
  agent: '接电话和留言，答复，写工单',
  team_leader: '看全班坐席，帮忙接手，交接班',
  visitor: '办结后问诉求人：联系了吗，解决了吗，满意吗',
  inspector: '抽查来话和答复的质量',
  reviewer: '核对网上来件，合格的送派单',
  dispatcher: '选定承办单位，处理退单',
  duty_leader: '裁定退单争议，审批挂账，主持会商',
  panelist: '编办、司法来的人：会商职责归谁',
  auditor: '审核单位的答复是否答到点上',
  judge: '诉求人不满意时，判断诉求是否合理',
  supervisor: '盯超期、虚假、反复投诉的，发督办',
  unit_clerk: '单位的收发：签收、转办、答复',
  unit_leader: '单位领导：答复送出前审签',
  street_dispatcher: '街道收件后再派给社区、科室',
  grid_worker: '上门的人：联系、处置、拍照',
  analyst: '看数，查件，写报告',
  leader: '看数，批示，签发',
  model_manager: '管派单规则、自动派单和模型',
  firm_admin: '外包公司：只管本公司的坐席账号',
  integrator: '给别的系统用的账号，凭令牌调用接口',
  system_admin: '管账号、单位、日历、时限等资料，看不到工单',
  security_admin: '管角色、令牌、解锁，看不到工单',
  audit_admin: '看审计记录，核对封印，看不到工单',
}
