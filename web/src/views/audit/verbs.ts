/** What an audit row is about and what was done, in an auditor's words. A verb without words here is shown as it is written. */

const SUBJECTS: Record<string, string> = {
  'orders.workorder': '工单', 'orders.assignment': '承办任务', 'org.person': '人员', 'org.unit': '单位', 'org.apitoken': '接口令牌', 'parties.citizen': '诉求人',
  'parties.respondent': '被诉主体', 'contacts.contact': '来话来件', 'contacts.handover': '交接班', 'dispatch.catalogueentry': '派单目录', 'dispatch.ban': '不得分派',
  'dispatch.placerule': '点位派单', 'dispatch.directedrule': '定向规则', 'dispatch.modelversion': '派单模型', 'dispatch.automation': '自动派单', 'dispatch.withdrawal': '自动派单暂停',
  'dispatch.labelproposal': '标签治理', 'dispatch.categoryproposal': '新事项', 'dispatch.ruletrial': '规则试行', 'knowledge.bulletin': '统一口径', 'knowledge.bulletinreceipt': '口径已阅',
  'seats.seat': '坐席', 'seats.helpcall': '班长求助', 'linkage.contract': '直派协议', 'notices.notice': '告知', 'notices.noticetemplate': '告知用语',
  'undertaking.replytemplate': '答复模板', 'taxonomy.categorytree': '事项分类', 'taxonomy.category': '事项', 'taxonomy.responsibility': '权责清单', 'places.division': '区划',
  'places.place': '点位', 'calendars.calendaryear': '日历', 'calendars.calendarday': '日历', 'calendars.shiftpattern': '作息时间', 'files.attachment': '附件',
  'events.webhook': '事件推送', 'events.webhookdelivery': '推送记录', 'events.obligation': '待履行事项', 'orders.limitrule': '办理时限', 'orders.declinerule': '不予受理', 'orders.policy': '中心设置',
}

/** Of orders and assignments: the words of the state tables, and what no button does. */
const ORDER: Record<string, string> = {
  filed: '受理', imported: '导入', viewed: '查看', reveal: '查看完整信息', printed: '打印办理单', progress_read: '查进度', answer: '直接答复', comfort: '倾诉安抚', submit: '提交', transfer: '转接',
  decline: '不予受理', ask_info: '请诉求人补充', amend: '更正', urge: '催办', add_words: '补充', withdraw: '撤单', mark_sensitive: '标为敏感', supplement: '已补充', give_up_info: '无法补充',
  approve: '审核通过', back: '退回坐席', merge: '并单', dispatch: '派单', unclear: '提请会商', escalate_difficult: '升级为疑难件', reach_milestone: '节点完成', supervise: '督办', designate: '指定承办',
  transfer_accepted: '对方已接', transfer_refused: '对方未接', reassign: '改派', add_assist: '增加协办', waive_assist: '免除协办', pass_audit: '办结审核通过', fail_audit: '退回重答', record_visit: '登记回访',
  judge: '研判', close_shelved: '挂账到期办结', reopen: '重新反映', archive: '归档', overdue: '超期',
}
const ASSIGNMENT: Record<string, string> = {
  sign: '签收', object_to_dispatch: '退单', release: '退出承办', cancel: '取消任务', uphold_dispatch: '维持派单', accept_objection: '同意退单并改派', delegate: '转下级承办', recall_child: '收回下级任务',
  record_outreach: '登记联系', relay_call: '中继通话', extend: '申请延期', suspend: '申请挂账', ask_ruling: '申请不合理认定', finish: '办结送审签', decide_extension: '审批延期', decide_suspension: '审批挂账',
  resume: '恢复办理', decide_ruling: '认定', sign_off: '审签同意', send_back: '退回经办', redo: '重办', answer_again: '退回重答', overdue: '超期', due_soon: '快到期', contact_overdue: '未按时联系', sign_overdue: '未按时签收',
}
const VERBS: Record<string, string> = {
  'session.login': '登录', 'session.refused': '登录被拒', 'person.create': '新增账号', 'person.update': '修改人员', 'person.set_roles': '调整角色', 'person.activate': '启用账号', 'person.deactivate': '停用账号',
  'person.unlock': '解锁账号', 'person.change_password': '修改密码', 'person.reset_password': '重置密码', 'person.enrol_second_factor': '登记动态口令', 'person.confirm_second_factor': '确认动态口令', 'person.reset_second_factor': '重置动态口令',
  'unit.create': '新增单位', 'unit.update': '修改单位', 'unit.rename': '单位更名', 'unit.merge': '单位合并', 'unit.move': '调整上级', 'unit.activate': '启用单位', 'unit.add_alias': '添加别名', 'unit.remove_alias': '删除别名',
  'token.issue': '发放令牌', 'token.revoke': '收回令牌', 'orders.listed': '查看工单列表', 'assignments.listed': '查看承办列表', 'contacts.listed': '查看来话列表', 'orders.export': '导出工单', 'orders.exported': '下载导出', 'orders.erased': '清除工单',
  'contact.closed': '来话办结', 'caller.seen': '查看来电人', 'citizen.reveal': '查看完整信息', 'citizen.update': '修改诉求人', 'citizen.merge': '合并诉求人', 'citizen.erase': '清除诉求人', 'respondent.update': '修改被诉主体',
  'notice.sent': '发出告知', 'notice.list': '查看告知', 'notice.refused': '告知被拒收', 'notice_template.set': '改告知用语', 'reply_template.add': '新建模板', 'reply_template.correct': '改模板', 'reply_template.end': '停用模板',
  'bulletin.published': '发布口径', 'bulletin.revised': '更新口径', 'bulletin.withdrawn': '撤下口径', 'bulletin.read': '已阅口径', 'seat.changed': '坐席状态', 'help.asked': '求助班长', 'help.taken': '班长应答', 'help.ended': '求助结束',
  'handover.made': '交班', 'handover.signed': '接班', 'file.attach': '添加附件', 'file.read': '打开附件', 'visit.invited': '发回访链接', 'linkage.alarmed': '紧急提示', 'linkage.contract_created': '新增协议', 'linkage.contract_ended': '终止协议', 'linkage.network_built': '重算办理网络',
  'dispatch.rule_created': '新增规则', 'dispatch.rule_ended': '规则失效', 'dispatch.rules_imported': '导入规则', 'dispatch.rules_exported': '导出规则', 'dispatch.set_automation': '设置自动派单', 'dispatch.automation_withdrawn': '暂停自动派单', 'dispatch.automation_returned': '恢复自动派单',
  'dispatch.model_trained': '训练模型', 'dispatch.models_compared': '比较模型', 'dispatch.promote': '启用模型', 'dispatch.trial_started': '试行规则', 'dispatch.labels_gathered': '检查标签', 'dispatch.handovers_gathered': '汇总移交建议', 'dispatch.label_settled': '确认标签', 'dispatch.proposals_gathered': '聚合新事项',
  'dispatch.category_proposed': '提出新事项', 'dispatch.proposal_opinion': '新事项意见', 'dispatch.proposal_adopted': '纳入新事项', 'dispatch.proposal_dismissed': '不单列', 'dispatch.burst_noticed': '发现集中来电', 'dispatch.citizen_orders_seen': '查看来电人工单',
  'taxonomy.load': '导入事项', 'taxonomy.new_tree': '建立分类', 'taxonomy.add_category': '新增事项', 'taxonomy.rename_category': '事项更名', 'taxonomy.retire_category': '停用事项', 'taxonomy.confirm_category': '确认事项', 'taxonomy.set_crosswalk': '设置对照',
  'taxonomy.add_responsibility': '登记权责', 'taxonomy.end_responsibility': '权责失效', 'places.import_divisions': '导入区划', 'places.import_named': '导入点位', 'places.add': '新增点位', 'calendar.fill_year': '填充节假日', 'calendar.confirm_year': '确认年份', 'calendar.set_day': '改工作日', 'calendar.set_shifts': '设置作息',
  'webhook.create': '新增推送', 'webhook.update': '修改推送', 'webhook.retry': '重新推送', 'webhook.test': '测试推送', 'webhook.rotate_secret': '更换密钥', 'audit.view': '查审计', 'audit.export': '导出审计', 'audit.check': '核对封印', 'audit.purge': '清理审计',
  'filter.save': '保存筛选', 'filter.change': '修改筛选', 'filter.remove': '删除筛选', 'preference.set': '页面偏好', 'reference.remove': '删除引用', 'retention.purge': '到期清除', 'obligation.retry': '重试事项', 'vault.rekey': '更换加密密钥', 'installation.backup': '备份', 'installation.restore': '恢复', 'demo.rules_entered': '演示规则',
}

/** "派单", for `order.dispatch`. */
export function wordOf(verb: string): string {
  const [room = '', action = ''] = verb.split('.')
  const known = room === 'order' ? ORDER[action] : room === 'assignment' ? ASSIGNMENT[action] : undefined
  return known ?? VERBS[verb] ?? verb
}

export const subjectWord = (type: string): string => SUBJECTS[type] ?? type
