import type { Analysis, AssignmentOut, OrderDetail } from '@/api/types'

import type { Wanted } from './useUndoable'

type Objection = AssignmentOut['objections'][number]

/** An objection that waits for its decision, with the part that it is about. */
export interface Dispute {
  assignment: AssignmentOut
  objection: Objection
}

export function disputeOf(order: OrderDetail | undefined): Dispute | null {
  const assignment = order?.assignments.find((row) => row.state === 'objected')
  const objection = assignment?.objections.find((row) => row.decided_at === null || row.decided_at === undefined)
  return assignment && objection ? { assignment, objection } : null
}

/** Dispatch to one of the candidates. The machine's opinion and assists go with its own first choice only. */
export function dispatching(order: OrderDetail, analysis: Analysis, unitId: string): Wanted | null {
  const unit = analysis.units.find((each) => each.id === unitId)
  if (!unit) return null
  const first = analysis.units[0]?.id === unitId
  return {
    orderId: order.id, orderNo: order.order_no, label: `派往 ${unit.name}`, on: 'order', target: order.id, version: order.version, action: 'dispatch',
    values: {
      unit: unit.id,
      ...(order.category ? { category: order.category.id } : {}),
      ...(first && analysis.opinion ? { opinion: analysis.opinion } : {}),
      ...(first && analysis.assists.length ? { assists: analysis.assists.map((each) => each.id) } : {}),
    },
  }
}

/** 维持派单: the unit must sign. */
export function upholding(order: OrderDetail, { assignment }: Dispute, reason: string): Wanted {
  return {
    orderId: order.id, orderNo: order.order_no, label: `维持派单：${assignment.unit.name}`, on: 'assignment', target: assignment.id, version: assignment.version,
    action: 'uphold_dispatch', values: { reason },
  }
}

/** 同意退单并改派. */
export function accepting(order: OrderDetail, { assignment }: Dispute, unit: { id: string; name: string }, reason: string): Wanted {
  return {
    orderId: order.id, orderNo: order.order_no, label: `同意退单，改派 ${unit.name}`, on: 'assignment', target: assignment.id, version: assignment.version,
    action: 'accept_objection', values: { unit: unit.id, reason },
  }
}
