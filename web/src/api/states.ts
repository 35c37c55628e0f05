export type StateTone = 'start' | 'work' | 'wait' | 'done' | 'stop' | 'alert'

export interface StateRow {
  label: string
  tone: StateTone
  terminal: boolean
  waitsFor: string
}

export function useStateTable(): { lookup: (kind: 'order' | 'assignment', code: string) => StateRow } {
  return { lookup: (_kind, code) => ({ label: code, tone: 'start', terminal: false, waitsFor: '' }) }
}
