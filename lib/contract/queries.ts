import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from './client'
import type { RunOptions } from './runs'

/** Query factories: one key and one call per thing a page shows. Live events invalidate by these keys. */
export const queries = {
  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => api.call('session', { signal }),
      staleTime: 300_000,
    }),
  fleet: () =>
    queryOptions({ queryKey: ['fleet'], queryFn: ({ signal }) => api.call('fleet', { signal }), staleTime: 30_000 }),
  node: (name: string) =>
    queryOptions({
      queryKey: ['node', name],
      queryFn: ({ signal }) => api.call('node', { params: { name }, signal }),
      staleTime: 10_000,
    }),
  evidence: (name: string, check: string) =>
    queryOptions({
      queryKey: ['node', name, 'evidence', check],
      queryFn: ({ signal }) => api.call('evidence', { params: { name }, query: { check }, signal }),
      staleTime: 10_000,
    }),
  causes: () => queryOptions({ queryKey: ['causes'], queryFn: ({ signal }) => api.call('causes', { signal }) }),
  cause: (signature: string) =>
    queryOptions({
      queryKey: ['causes', signature],
      queryFn: ({ signal }) => api.call('cause', { params: { signature }, signal }),
    }),
  checks: () =>
    queryOptions({ queryKey: ['checks'], queryFn: ({ signal }) => api.call('checks', { signal }), staleTime: 60_000 }),
  doctor: () => queryOptions({ queryKey: ['doctor'], queryFn: ({ signal }) => api.call('doctor', { signal }) }),
  runs: () => queryOptions({ queryKey: ['runs'], queryFn: ({ signal }) => api.call('runs', { signal }) }),
  run: (id: string) =>
    queryOptions({ queryKey: ['runs', id], queryFn: ({ signal }) => api.call('run', { params: { id }, signal }) }),
  runManifest: (id: string) =>
    queryOptions({
      queryKey: ['runs', id, 'manifest'],
      queryFn: ({ signal }) => api.call('runManifest', { params: { id }, signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  planRun: (body: RunOptions) =>
    queryOptions({
      queryKey: ['run-plan', body],
      queryFn: ({ signal }) => api.call('planRun', { body, signal }),
      placeholderData: keepPreviousData,
      gcTime: 0,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  snapshots: () =>
    queryOptions({ queryKey: ['snapshots'], queryFn: ({ signal }) => api.call('snapshots', { signal }) }),
}
