/** One allowed next step, as the server names it. */
export interface AllowedAction {
  code: string
  label: string
}

export interface FieldError {
  field: string
  message: string
}

interface ProblemDocument {
  title?: unknown
  detail?: unknown
  code?: unknown
  status?: unknown
  errors?: unknown
  allowed_actions?: unknown
  current?: unknown
}

/**
 * A refusal by the server (RFC 9457), or the news that it can't be reached.
 * Title and detail are Chinese sentences made for people and are shown as they are.
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: readonly FieldError[] = [],
    readonly allowedActions: readonly AllowedAction[] = [],
    readonly current: unknown = undefined,
    /** What an administrator looks the case up by; told to people only where the server itself failed. */
    readonly requestId: string = '',
  ) {
    super(detail ? `${title}：${detail}` : title)
  }

  /** Somebody else was first: show the present state and let the person decide anew. */
  get isConflict(): boolean {
    return this.status === 409
  }

  get isOffline(): boolean {
    return this.status === 0
  }

  get isSignedOut(): boolean {
    return this.status === 401
  }

  static unreachable(): ApiProblem {
    return new ApiProblem(0, 'unreachable', '连不上服务器', '请检查网络，恢复后再试；已填写的内容还在本页。')
  }

  /** Read a problem document; whatever a proxy in between may have sent instead still becomes a sentence. */
  static fromResponse(status: number, body: unknown, requestId = ''): ApiProblem {
    const document: ProblemDocument = isRecord(body) ? body : {}
    return new ApiProblem(
      status,
      asText(document.code) || `http_${status}`,
      asText(document.title) || plainTitle(status),
      asText(document.detail),
      readFieldErrors(document.errors),
      readAllowed(document.allowed_actions),
      document.current,
      status >= 500 ? requestId : '',
    )
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function plainTitle(status: number): string {
  if (status === 401) return '请先登录'
  if (status === 403) return '没有权限'
  if (status === 404) return '没有找到'
  if (status === 413) return '内容过大'
  if (status >= 500) return '服务器暂时没有办成'
  return '请求无法处理'
}

function readFieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return []
  return value
    .filter(isRecord)
    .map((entry) => ({ field: asText(entry.field), message: asText(entry.message) }))
    .filter((entry) => entry.message)
}

function readAllowed(value: unknown): AllowedAction[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry): AllowedAction[] => {
    if (typeof entry === 'string') return [{ code: entry, label: entry }]
    if (!isRecord(entry)) return []
    const code = asText(entry.code) || asText(entry.action)
    return code ? [{ code, label: asText(entry.label) || code }] : []
  })
}
