/** Pieces of a text, in order, each marked or not: what a page shows as <mark>. */
export interface Piece {
  text: string
  marked: boolean
}

/**
 * Cut a text where any of the words occurs, so that the page can mark them without ever building HTML.
 * Overlapping and adjoining finds become one mark.
 */
export function markWords(text: string, words: readonly string[]): Piece[] {
  const spans: [number, number][] = []
  for (const word of new Set(words)) {
    if (!word) continue
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
      spans.push([at, at + word.length])
    }
  }
  return markSpans(text, spans)
}

/** The same for spans given as [start, end). Spans outside the text are clipped. */
export function markSpans(text: string, spans: readonly (readonly [number, number])[]): Piece[] {
  const sorted = spans
    .map(([start, end]) => [Math.max(0, start), Math.min(text.length, end)] as const)
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0])
  const pieces: Piece[] = []
  let from = 0
  for (let index = 0; index < sorted.length; ) {
    const [start, firstEnd] = sorted[index] as readonly [number, number]
    let end = firstEnd
    index += 1
    while (index < sorted.length && (sorted[index] as readonly [number, number])[0] <= end) {
      end = Math.max(end, (sorted[index] as readonly [number, number])[1])
      index += 1
    }
    if (start > from) pieces.push({ text: text.slice(from, start), marked: false })
    pieces.push({ text: text.slice(start, end), marked: true })
    from = end
  }
  if (from < text.length) pieces.push({ text: text.slice(from), marked: false })
  return pieces
}

/** 0.8634 → "86%"; anything under one percent reads "<1%". */
export function formatShare(value: number): string {
  if (value > 0 && value < 0.01) return '<1%'
  return `${Math.round(value * 100)}%`
}

/** 2345678 → "2.2 MB". */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** The last part of a category's way from the root: "城乡建设/噪声/夜间施工" → "夜间施工". */
export function leafName(fullName: string): string {
  return fullName.split('/').at(-1) ?? fullName
}

/** "+8613900001234" → "139 0000 1234"; a number of another shape stays as it is. */
export function formatPhone(number: string): string {
  const local = number.replace(/^\+86/, '')
  return /^1\d{10}$/.test(local) ? `${local.slice(0, 3)} ${local.slice(3, 7)} ${local.slice(7)}` : local
}

/** A limit of wrong dispatch as "per 100": 0.02 reads "2". */
export function hundred(limit: number): string {
  return Number((limit * 100).toFixed(1)).toString()
}
