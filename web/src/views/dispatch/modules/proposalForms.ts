import type { Tree } from '@/api/admin'
import { api, unwrap } from '@/api/client'
import { ApiProblem } from '@/api/problem'
import { adopt, dismiss, giveOpinion, propose, type Proposal } from '@/api/proposals'
import { field, type Asked } from '@/lib/asking'

/** Who gives the joint opinion. */
export const SIDES = { centre: '热线中心', staffing: '编办', justice: '司法' } as const

/** The category of an edition that bears the name of the proposed parent: the copy that the edition was made with. */
async function parentIn(tree: Tree, fullName: string): Promise<number> {
  const page = await unwrap(api.GET('/api/v1/taxonomy/categories', { params: { query: { words: fullName, tree: tree.code, edition: tree.edition, limit: 200 } } }))
  const found = page.items.find((row) => row.full_name === fullName)
  if (!found) throw new ApiProblem(404, 'no_parent', '下一版里没有这个上级事项', `请先在“事项分类”的 ${tree.edition} 里补上“${fullName}”。`)
  return found.id
}

/** What the reader may do with a proposal now, as the server says; ``editions``: those not yet in force. */
export function proposalForms(proposal: Proposal, editions: readonly Tree[]): Asked[] {
  const { id, version } = proposal
  const choices = Object.fromEntries(editions.map((tree) => [String(tree.id), `${tree.name} ${tree.edition}，${tree.effective_from} 起`]))
  const open = Object.fromEntries(Object.entries(SIDES).filter(([side]) => (proposal.open_sides as string[]).includes(side)))
  const all: Record<string, Asked> = {
    propose: {
      form: {
        action: 'propose', label: '提出新事项', danger: '',
        fields: [field('name', '名称', 'text', { hint: '市民听得懂的叫法，如：共享单车占道' }), field('parent', '列在哪一类之下', 'category'), field('reason', '理由', 'textarea', { required: false })],
      },
      known: { name: proposal.name }, said: '已提出，等三方意见',
      run: (values) => propose(id, { version, name: String(values.name), parent: Number(values.parent), reason: String(values.reason ?? '') }),
    },
    opinion: {
      form: { action: 'opinion', label: '发表意见', danger: '', fields: [field('side', '代表', 'choice', { choices: open }), field('agrees', '是否同意单列', 'bool'), field('words', '意见', 'textarea', { required: false })] },
      said: '意见已记下', run: (values) => giveOpinion(id, { side: values.side as keyof typeof SIDES, agrees: values.agrees === true, words: String(values.words ?? '') }),
    },
    adopt: {
      form: {
        action: 'adopt', label: '纳入下一版', danger: '',
        fields: editions.length
          ? [field('tree', '下一版', 'choice', { choices }), field('code', '代码', 'text', { hint: `列在 ${proposal.parent} 之下` })]
          : [field('tree', '下一版', 'choice', { hint: '还没有尚未生效的版本，请先到“事项分类”建立下一版。' })],
      },
      said: '已纳入下一版，生效之日起可选',
      run: async (values) => {
        const tree = editions.find((each) => String(each.id) === values.tree)
        if (tree) await adopt(id, { version, tree: tree.id, parent: await parentIn(tree, proposal.parent), code: String(values.code) })
      },
    },
    dismiss: {
      form: { action: 'dismiss', label: '不单列', danger: '', fields: [field('reason', '理由', 'textarea')] },
      said: '已记下，不再聚出这一条', run: (values) => dismiss(id, { version, reason: String(values.reason) }),
    },
  }
  return proposal.allowed_actions.flatMap((action) => all[action] ?? [])
}
