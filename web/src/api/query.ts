import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import { ElMessage } from 'element-plus'

import { ApiProblem } from './problem'

/** Turn whatever was thrown into a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.message
  return '页面没有办成这件事，请刷新后再试。'
}

/** The same with what is wrong of the single fields, where a form does not show it beside them. */
export function fullSentenceOf(error: unknown): string {
  return [sentenceOf(error), ...(error instanceof ApiProblem ? error.fields.map((entry) => entry.message) : [])].join('；')
}

/** A refusal is final; only a lost connection and an overloaded server are worth another try. */
function retry(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return false
  return (error.isOffline || error.status >= 502) && failures < 3
}

/** Whether the line holds is learned by asking: a browser cut off would keep requests back without a word, and what an
 *  agent submits must come to the outbox at once. */
const networkMode = 'always'

export const queryClient = new QueryClient({
  queryCache: new QueryCache(),
  mutationCache: new MutationCache({
    onError(error, _variables, _context, mutation) {
      // A page that shows the problem in place says so by `meta: { shown: true }`.
      if (mutation.meta?.shown) return
      ElMessage.error({ message: sentenceOf(error), duration: 6000, showClose: true })
    },
  }),
  defaultOptions: {
    queries: { networkMode, retry, staleTime: 15_000, refetchOnWindowFocus: true },
    mutations: { networkMode, retry: false },
  },
})
