import { qualified, type Resource } from './kinds'

/** A Status as the real server words it (samples/recorded/19-api-answers, Kubernetes 1.36.3). */
export interface StatusBody {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: object
  status: 'Failure' | 'Success'
  message?: string
  reason?: string
  details?: object
  code?: number
}

/** Thrown by handlers: the answer is this Status. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly body: StatusBody,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message ?? body.reason ?? 'error')
  }
  get code(): number {
    return this.body.code ?? 500
  }
}

/** Thrown by handlers: the server does not know this path. A real server answers in plain text. */
export class NotServed extends Error {
  override name = 'NotServed'
}

export function failure(code: number, reason: string, message: string, details?: object): StatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  }
}

const about = (resource: Resource, name?: string) => ({
  ...(name ? { name } : {}),
  ...(resource.group ? { group: resource.group } : {}),
  kind: resource.plural,
})

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(failure(404, 'NotFound', `${qualified(resource)} "${name}" not found`, about(resource, name)))
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(
    failure(409, 'AlreadyExists', `${qualified(resource)} "${name}" already exists`, about(resource, name)),
  )
}

export function conflict(resource: Resource, name: string, why: string): ApiError {
  return new ApiError(
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
      about(resource, name),
    ),
  )
}

export function badRequest(message: string): ApiError {
  return new ApiError(failure(400, 'BadRequest', message))
}

export function unauthorized(): ApiError {
  return new ApiError(failure(401, 'Unauthorized', 'Unauthorized'))
}

/** 410 of a watch from a version that is no longer kept. */
export function tooOld(asked: number, oldest: number): StatusBody {
  return failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`)
}

export function expiredContinue(): ApiError {
  return new ApiError(
    failure(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
    ),
  )
}

export function tooNew(asked: number, current: number): ApiError {
  const details = {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  }
  return new ApiError(
    failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, details),
    { 'retry-after': '1' },
  )
}
