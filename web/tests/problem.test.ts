import { describe, expect, it } from 'vitest'

import { ApiProblem } from '@/api/problem'

describe('ApiProblem', () => {
  it('reads a problem document with fields, allowed actions and the present state', () => {
    const problem = ApiProblem.fromResponse(409, {
      type: 'urn:huying:problem:stale', title: '内容已变化', detail: '别人刚刚派过单。', code: 'stale', status: 409,
      errors: [{ field: 'unit', message: '请选择单位' }, 'odd'],
      allowed_actions: [{ code: 'sign', label: '签收' }, 'merge', 7],
      current: { version: 4 },
    })
    expect(problem.message).toBe('内容已变化：别人刚刚派过单。')
    expect(problem.isConflict).toBe(true)
    expect(problem.fields).toEqual([{ field: 'unit', message: '请选择单位' }])
    expect(problem.allowedActions).toEqual([{ code: 'sign', label: '签收' }, { code: 'merge', label: 'merge' }])
    expect(problem.current).toEqual({ version: 4 })
  })

  it('still speaks to people when a proxy sent something else', () => {
    const problem = ApiProblem.fromResponse(502, '<html>Bad Gateway</html>')
    expect(problem.message).toBe('服务器暂时没有办成')
    expect(problem.fields).toEqual([])
  })

  it('says what is safe when nothing came back', () => {
    expect(ApiProblem.unreachable().isOffline).toBe(true)
    expect(ApiProblem.unreachable().message).toContain('已填写的内容还在本页')
  })
})
