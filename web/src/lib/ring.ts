import type { Network } from '@/api/linkage'

export interface RingNode {
  id: string
  name: string
  orders: number
  x: number
  y: number
  /** Radius of the dot, by the square root of its orders, so that areas compare. */
  r: number
  /** Which way its name runs: degrees, and from which end. */
  turn: number
  anchor: 'start' | 'end'
}

export interface RingEdge {
  key: string
  lead: string
  assist: string
  orders: number
  path: string
  width: number
}

/**
 * Units on a circle, the busiest first and clockwise from the top, joined by arcs through the middle: one can follow a
 * line to both its ends, and the picture is the same each time. Sizes in the units of a view box of `size`.
 */
export function ring(network: Pick<Network, 'nodes' | 'edges'>, most = 28, size = 640): { nodes: RingNode[]; edges: RingEdge[] } {
  const shown = [...network.nodes].sort((a, b) => b.orders - a.orders || a.name.localeCompare(b.name, 'zh')).slice(0, most)
  const heaviest = Math.max(1, ...shown.map((node) => node.orders))
  const centre = size / 2
  const radius = size * 0.28
  const nodes = shown.map((node, index): RingNode => {
    const angle = (index / shown.length) * 2 * Math.PI - Math.PI / 2
    const left = Math.cos(angle) < -1e-9
    return {
      ...node, x: centre + radius * Math.cos(angle), y: centre + radius * Math.sin(angle), r: 3 + 7 * Math.sqrt(node.orders / heaviest),
      turn: (angle * 180) / Math.PI + (left ? 180 : 0), anchor: left ? 'end' : 'start',
    }
  })
  const at = new Map(nodes.map((node) => [node.id, node]))
  const busiest = Math.max(1, ...network.edges.map((edge) => edge.orders))
  const edges = network.edges.flatMap((edge): RingEdge[] => {
    const from = at.get(edge.lead)
    const to = at.get(edge.assist)
    if (!from || !to) return []
    return [{ ...edge, key: `${edge.lead}-${edge.assist}`, path: `M${from.x},${from.y}Q${centre},${centre} ${to.x},${to.y}`, width: 1 + 5 * Math.sqrt(edge.orders / busiest) }]
  })
  return { nodes, edges }
}
