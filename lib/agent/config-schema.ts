import { z } from 'zod'
import { role } from '@/lib/contract/api'

/** `cairn.yaml`: every section optional, every unknown key an error. Docs: docs/configuration.md is written from these words. */

const name = z.string().regex(/^[A-Za-z0-9._-]+$/, 'only letters, digits, dot, dash and underscore')
const path = z
  .string()
  .min(1)
  .regex(/^[^\u0000-\u001f]+$/, 'no control characters')
const host = z.string().regex(/^[A-Za-z0-9._:[\]-]+$/, 'a host name or address')
const port = z.number().int().min(1).max(65_535)
const labels = z.record(z.string(), z.string())

const cluster = z.strictObject({
  /** False: no Kubernetes at all; its checks are unknown and say so. */
  enabled: z.boolean().default(true),
  /** Shown name; default: the context's. */
  name: z.string().max(100).optional(),
  kubeconfig: path.optional(),
  context: z.string().min(1).optional(),
  /** Use the pod's ServiceAccount. Default: when no kubeconfig is there and a ServiceAccount is mounted. */
  inCluster: z.boolean().optional(),
  /** Only these namespaces; default all. */
  namespaces: z.array(name).min(1).optional(),
})

const hop = z.strictObject({ host, port: port.default(22), user: name.optional(), keyFiles: z.array(path).optional() })
const address = z.union([
  z.enum(['InternalIP', 'ExternalIP', 'Hostname']),
  z.string().regex(/^annotation:[A-Za-z0-9./_-]+$/, 'InternalIP, ExternalIP, Hostname or annotation:<key>'),
])
const sshTarget = {
  user: name.optional(),
  port: port.optional(),
  keyFiles: z.array(path).optional(),
  /** null: connect directly, although a jump host is set above. */
  jump: hop.nullable().optional(),
  address: address.optional(),
  /** Old algorithms (ssh-rsa, hmac-sha1) for appliances; shown as a warning. */
  legacyAlgorithms: z.boolean().optional(),
}

const ssh = z.strictObject({
  enabled: z.boolean().default(true),
  ...sshTarget,
  /** Use the agent at SSH_AUTH_SOCK. */
  agent: z.boolean().default(true),
  knownHosts: z.array(path).default(['~/.ssh/known_hosts']),
  /** strict: only keys in knownHosts. pin-first-use: the first key seen is pinned, audited and shown. */
  hostKeys: z.enum(['strict', 'pin-first-use']).default('strict'),
  passphraseFile: path.optional(),
  /** Password login, only from a file. */
  passwordFile: path.optional(),
  connections: z.number().int().min(1).max(256).default(64),
  sweepMinutes: z.number().min(1).max(1_440).default(5),
  overrides: z
    .array(
      z.strictObject({
        /** Node name, `*` matches any text. */
        nodes: z.string().min(1).optional(),
        labels: labels.optional(),
        /** True: never connect to these nodes. */
        skip: z.boolean().optional(),
        ...sshTarget,
      }),
    )
    .default([]),
})

const profileOverride = z.strictObject({
  nodes: z.string().min(1).optional(),
  labels: labels.optional(),
  /** Id of a built-in profile to use instead of the recognised one. */
  use: name.optional(),
  /** Numbers that differ here. */
  set: z
    .strictObject({
      gpus: z.number().int().nonnegative(),
      rails: z.number().int().nonnegative(),
      railRateGbps: z.number().positive(),
      linkLayer: z.enum(['InfiniBand', 'Ethernet']),
      vfsPerPf: z.number().int().nonnegative(),
      minFirmware: z.record(z.string(), z.string()),
      notRails: z.array(z.string()),
      externalBmc: z.boolean(),
      allReduceBusbwGBps: z.record(z.string(), z.number().positive()),
    })
    .partial()
    .optional(),
  /** Shown wherever the number is used. */
  reason: z.string().min(3).max(300),
})

const token = z.strictObject({
  name,
  /** SHA-256 of the token, hex: `printf %s "$TOKEN" | sha256sum`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits'),
  role,
  expiresAt: z.iso.datetime({ offset: true }).optional(),
})

const image = z
  .string()
  .max(500)
  .regex(/^[^\s@]+@sha256:[0-9a-f]{64}$/, 'an image by digest (…@sha256:…)')
const images = z.union([image, z.array(image).min(1).max(20)])

export const configSchema = z.strictObject({
  cluster: cluster.prefault({}),
  ssh: ssh.prefault({}),
  profiles: z.strictObject({ overrides: z.array(profileOverride).default([]) }).prefault({}),
  listen: z
    .strictObject({
      host: host.default('127.0.0.1'),
      port: port.default(3000),
      /** Address people use, when it is not http://<host>:<port>. https makes cookies Secure. */
      publicOrigin: z.url({ protocol: /^https?$/ }).optional(),
      /** Prometheus may read /metrics without a token. */
      openMetrics: z.boolean().default(false),
    })
    .prefault({}),
  login: z
    .strictObject({
      /** launch-token: a link printed at start, loopback only. tokens: those below. */
      mode: z.enum(['launch-token', 'tokens']).optional(),
      tokens: z.array(token).max(200).default([]),
      idleHours: z.number().min(0.1).max(24).default(8),
      absoluteHours: z.number().min(0.1).max(24).default(24),
    })
    .prefault({}),
  runs: z
    .strictObject({
      enabled: z.boolean().default(true),
      namespace: name.default('cairn-runs'),
      /** Kubeconfig of the runner's own identity (deploy/runs.yaml). Default: that of `cluster`, which then needs its rights. */
      kubeconfig: path.optional(),
      context: z.string().min(1).optional(),
      /** By digest; of a list the first is the default, the others can be chosen. */
      images: z
        .strictObject({
          /** PyTorch with NCCL: runs as a Job. */
          nccl: images,
          /** nccl-tests, Open MPI and sshd: runs as an MPIJob. */
          ncclTests: images,
          /** perftest, rdma-core and Python 3: RDMA tests. */
          rdma: images,
        })
        .partial()
        .prefault({}),
      maxNodes: z.number().int().min(1).max(64).default(16),
      maxGpus: z.number().int().min(1).max(512).default(128),
      concurrent: z.number().int().min(1).max(8).default(1),
      perUserPerHour: z.number().int().min(1).max(60).default(6),
      deadlineSec: z.number().int().min(60).max(1_800).default(900),
      /** PriorityClass of benchmark pods (deploy/rbac.yaml has it); must have preemptionPolicy Never. */
      priorityClass: name.default('cairn-benchmark'),
      whoMay: z.enum(['operator', 'admin']).default('operator'),
    })
    .prefault({}),
  /** Folder of the store, the audit log and pinned host keys. */
  store: z.strictObject({ path: path.default('.cairn') }).prefault({}),
  retention: z
    .strictObject({
      transitionsDays: z.number().int().min(1).max(3_650).default(90),
      bootsPerNode: z.number().int().min(2).max(1_000).default(50),
      runs: z.number().int().min(1).max(10_000).default(200),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      webhooks: z
        .array(
          z.strictObject({
            name,
            /** File that holds the URL: it is a secret. */
            urlFile: path,
            on: z
              .array(z.enum(['new-cause', 'cause-gone']))
              .min(1)
              .default(['new-cause']),
          }),
        )
        .max(10)
        .default([]),
    })
    .prefault({}),
})

/** Effective configuration: every default filled in. */
export type Config = z.output<typeof configSchema>
