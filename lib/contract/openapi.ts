import { z } from 'zod'
import { apiError, revisionEvent } from './api'
import { type Route, routes } from './routes'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of `/api/v1`, made from the route table. Pure: the same text every time. */
export function openapi(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = paths[`/api/v1${route.path}`] ?? {}
    path[route.method.toLowerCase()] = operation(name, route)
    paths[`/api/v1${route.path}`] = path
  }
  paths['/api/v1/events'] = { get: events() }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cairn',
      version: '1',
      description:
        'Which layer of the RDMA/SR-IOV/NCCL stack is broken first on every GPU node, why, and what fixes it.',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(apiError, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'cairn_session' },
        csrf: { type: 'apiKey', in: 'header', name: 'x-cairn-csrf' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

function operation(name: string, route: Route): Json {
  const names = [...route.path.matchAll(/\{([a-z]+)\}/g)].map((match) => match[1])
  const parameters = [
    ...names.map((param) => ({ name: param, in: 'path', required: true, schema: { type: 'string' } })),
    ...(route.query ?? []).map((param) => ({ name: param, in: 'query', required: false, schema: { type: 'string' } })),
  ]
  const changes = route.method !== 'GET'
  return {
    operationId: name,
    summary: route.summary,
    ...(route.role === 'anyone'
      ? { security: [] }
      : { security: [{ session: [], ...(changes ? { csrf: [] } : {}) }, { token: [] }], 'x-role': route.role }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.request ? { requestBody: { required: true, content: json(schemaOf(route.request, 'input')) } } : {}),
    responses: {
      200: { description: 'Done', content: json(schemaOf(route.response, 'output')) },
      default: { description: 'Refused', content: json({ $ref: '#/components/schemas/Error' }) },
    },
  }
}

function events(): Json {
  return {
    operationId: 'events',
    summary: 'Server-sent events: revisions only, at most one a second',
    security: [{ session: [] }, { token: [] }],
    'x-role': 'viewer',
    parameters: [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } }],
    responses: {
      200: { description: 'Stream', content: { 'text/event-stream': { schema: schemaOf(revisionEvent, 'output') } } },
    },
  }
}

function json(schema: Json): Json {
  return { 'application/json': { schema } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
