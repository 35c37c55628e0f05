import type { Analysis } from '@/api/types'

const EMOTIONS: Record<string, string> = { dissatisfied: '不满', angry: '激动' }
const NOT_ACCEPT: Record<string, string> = {
  litigation: '已进入诉讼、仲裁或复议', petition: '信访事项', secret: '涉及秘密', emergency_line: '属紧急热线', out_of_area: '不在本市',
  other_body: '属人大、纪检等其他机关', vague: '内容不清', abuse: '辱骂或恶意', civil: '民事纠纷',
}

export interface Alert {
  tone: 'danger' | 'warn'
  text: string
}

/** What an agent has to see before anything else, the gravest first. `word` names an urgency in Chinese. */
export function alertsOf(analysis: Analysis | undefined, word: (code: string) => string): Alert[] {
  const facets = analysis?.facets
  if (!facets) return []
  const why = facets.urgency_why.map((entry) => entry.term).join('、')
  const found: (Alert | null)[] = [
    facets.urgency && facets.urgency !== 'general' ? { tone: 'danger', text: `${word(facets.urgency)}${why ? `：提到“${why}”` : ''}` } : null,
    facets.transfer && facets.transfer !== 'none' ? { tone: 'danger', text: `可能要转 ${facets.transfer}：按 F6 转接` } : null,
    facets.not_accept ? { tone: 'warn', text: `可能不予受理：${NOT_ACCEPT[facets.not_accept] ?? facets.not_accept}` } : null,
    facets.repeat ? { tone: 'warn', text: '像是重复反映：按 F8 看本号码在办' } : null,
    facets.emotion && facets.emotion !== 'calm' ? { tone: 'warn', text: `情绪${EMOTIONS[facets.emotion] ?? '不稳'}，先安抚` } : null,
  ]
  return found.filter((alert): alert is Alert => alert !== null)
}
