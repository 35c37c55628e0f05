/** A step of a first walk: what is shown, in two or three sentences a newcomer can use at once. */
export interface TourStep {
  /** Where on the page; a step whose place is not there is left out. Empty: in the middle. */
  target: string
  title: string
  words: string
}

export interface Tour {
  code: string
  roles: readonly string[]
  /** Where the walk begins. */
  path: string
  steps: readonly TourStep[]
}

const MENU: TourStep = { target: '.side nav', title: '左边是您的桌面', words: '只列出您这个角色用得着的页面。窄屏时收成一排图标，点最下面可以收起。' }
const HELP: TourStep = { target: '.guide__open', title: '不知道怎么办，按 F1', words: '手册会翻到正在看的这一页。这段引导以后也能在手册里重看。' }
const SEARCH: TourStep = { target: '[data-tour=search]', title: '找什么都按 Ctrl-K', words: '工单编号、电话、地点、诉求里的词、页面名称，都从这里找。' }
const hello = (words: string): TourStep => ({ target: '', title: '欢迎使用呼应', words })

/** The walk of each role; the first whose roles the person holds is shown at the first login. */
export const TOURS: readonly Tour[] = [
  {
    code: 'agent', roles: ['agent'], path: '/contacts/new',
    steps: [
      hello('一通来话从头到尾都在这一屏：看来电人、记原话、核对建议、提交。手不用离开键盘。'),
      { target: '[data-tour=caller]', title: '先看来电人', words: '输入号码，先告诉您“本号码在办几件”：催办、补充、查进度、撤单都不用另立新单。' },
      { target: '[data-tour=words]', title: '照原话记', words: '一边打字，类别、地点、单位一边填好。带 ✦ 的是机器建议：按 Tab 采纳，打字就覆盖。' },
      { target: '[data-tour=insight]', title: '右边是建议', words: '承办单位、同一件事的在办工单、统一口径。多半是同一件时，不必再立新单。' }, SEARCH, HELP,
    ],
  },
  {
    code: 'dispatcher', roles: ['dispatcher', 'duty_leader'], path: '/dispatch',
    steps: [
      hello('机器有把握的已经派出；留给您的，是它拿不准的。'),
      { target: '[data-tour=queue]', title: '按剩余时间排好', words: '最急的在最上面。上下键换一件，新来的会在顶上提示，点了才插进来。' },
      { target: '[data-tour=advice]', title: '按 1 到 5 派出', words: '候选单位旁写着依据的条款、判例和手上的件数。按数字键即派，8 秒内可以撤回。' }, MENU, SEARCH, HELP,
    ],
  },
  {
    code: 'unit', roles: ['unit_clerk', 'unit_leader', 'street_dispatcher', 'grid_worker'], path: '/unit',
    steps: [
      hello('派到您单位的工单都在承办台，按剩余时间排好；手机上也是这一页。'),
      { target: '.main', title: '先签收', words: '可以一次签收多件。不归本单位管的，一个工作日内写明条款退单，只能退一次。' },
      { target: '.main', title: '联系、办理、答复', words: '从页面上打电话会自动记下联系记录；办完写答复送审签，领导同意后才送出。' }, MENU, HELP,
    ],
  },
  {
    code: 'queues', roles: ['reviewer', 'auditor', 'visitor', 'judge', 'supervisor'], path: '/',
    steps: [hello('等您处理的按剩余时间排在左边，右边是这一件的全部经过和能办的事。'), { target: '.main', title: '一件接一件', words: '办完一件自动到下一件；页面上的按钮就是这一步允许办的，没有的就是不归您办。' }, MENU, SEARCH, HELP],
  },
  {
    code: 'model-manager', roles: ['model_manager'], path: '/system/automation',
    steps: [
      hello('您管派单的规则和分寸：什么可以不经人派出，错派的上限是多少。'),
      { target: '.promise', title: '定上限，看实际', words: '“每 100 件错派不超过 2 件”是承诺，旁边是近 30 天的实际。错派多了的单位会自动停下来。' },
      { target: '.part', title: '规则、标签、新事项', words: '改规则先在近 90 天的工单上试行；历史里的改名和矛盾请您确认；不属于任何类的聚成新事项。' }, HELP,
    ],
  },
  {
    code: 'administrators', roles: ['system_admin', 'security_admin', 'audit_admin', 'firm_admin'], path: '/system',
    steps: [
      hello('账号、角色、审计由三员分管，互相制约；三员都看不到工单。'),
      { target: '.part', title: '这里是您分管的', words: '单位、事项、时限都有生效日期：改了从那天起算，以前的工单按当时的。' },
      { target: '.register__tools, .system__page', title: '改动都留痕', words: '每次改动记下谁、何时、改前改后。成批的可以导出表格改好再导入，错的行会逐行说明。' }, HELP,
    ],
  },
  {
    code: 'readers', roles: ['team_leader', 'analyst', 'leader', 'inspector', 'panelist', 'integrator'], path: '/',
    steps: [hello('您能看到的页面都在左边；每个数、每件工单都能点开看经过。'), MENU, SEARCH, HELP],
  },
]

export function tourFor(hasRole: (...codes: string[]) => boolean): Tour | undefined {
  return TOURS.find((tour) => hasRole(...tour.roles))
}
