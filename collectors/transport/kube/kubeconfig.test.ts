import { KubeConfig } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { execPlugin, runExecPlugin } from './exec-plugin'
import { findTarget } from './kubeconfig'
import { until, withFolder } from './testing'

const CONFIG = `apiVersion: v1
kind: Config
current-context: two
clusters:
- name: a
  cluster: {server: 'https://127.0.0.1:6443/k8s/clusters/c-1/', certificate-authority: ca.crt, tls-server-name: kubernetes}
- name: b
  cluster: {server: 'https://[::1]:6443', certificate-authority-data: ${Buffer.from('CA').toString('base64')}, insecure-skip-tls-verify: true}
contexts:
- {name: one, context: {cluster: a, user: file, namespace: x}}
- {name: two, context: {cluster: b, user: certificate}}
users:
- {name: file, user: {tokenFile: token, token: inline, as: somebody}}
- {name: certificate, user: {client-certificate: c.crt, client-key-data: ${Buffer.from('KEY').toString('base64')}}}
`

describe('kubeconfig', () => {
  it('finds the server and cluster that client-node finds, for every context', async () => {
    await withFolder(async (_, write) => {
      write('ca.crt', 'CA')
      const path = write('config', CONFIG)
      const oracle = new KubeConfig()
      oracle.loadFromString(CONFIG)
      for (const { name } of oracle.getContexts()) {
        oracle.setCurrentContext(name)
        const cluster = oracle.getCurrentCluster()
        const found = await findTarget({ kind: 'kubeconfig', path, context: name })
        expect(found.server.href.replace(/\/$/, '')).toBe(cluster?.server)
        expect(found).toMatchObject({
          context: name,
          clusterName: cluster?.name,
          tls: { insecure: cluster?.skipTLSVerify, servername: cluster?.tlsServerName ?? null },
        })
        expect(found.tls.ca?.toString()).toBe('CA')
      }
    })
  })

  it('uses the token file before the inline token, impersonation, certificates, and says what is insecure', async () => {
    await withFolder(async (_, write) => {
      for (const [name, text] of Object.entries({ 'ca.crt': 'CA', token: 'from-file\n', 'c.crt': 'CERT' }))
        write(name, text)
      const path = write('config', CONFIG)
      const one = await findTarget({ kind: 'kubeconfig', path, context: 'one' })
      expect((await one.source.load()).identity.headers).toEqual({
        authorization: 'Bearer from-file',
        'impersonate-user': 'somebody',
      })
      expect(one.warnings).toEqual([])
      const two = await findTarget({ kind: 'kubeconfig', path })
      const { cert, key } = (await two.source.load()).identity
      expect([cert?.toString(), key?.toString()]).toEqual(['CERT', 'KEY'])
      expect(two.warnings).toEqual([expect.stringContaining('insecure-skip-tls-verify')])
    })
  })

  it('merges KUBECONFIG as kubectl does, and reads the cluster’s own credentials again', async () => {
    await withFolder(async (folder, write) => {
      const first = write('first', 'current-context: one\nclusters: []\n')
      write('ca.crt', 'CA')
      const second = write('second', CONFIG)
      const merged = await findTarget({ kind: 'kubeconfig' }, { KUBECONFIG: `${first}:${folder}/nothing:${second}` })
      expect(merged.context).toBe('one')
      write('token', 't1')
      const inside = await findTarget(
        { kind: 'in-cluster' },
        { KUBERNETES_SERVICE_HOST: '::1', KUBERNETES_SERVICE_PORT: '443' },
        folder,
      )
      expect(inside.server.host).toBe('[::1]')
      write('token', 't2')
      expect((await inside.source.load()).identity.headers.authorization).toBe('Bearer t2')
      expect(inside.source).toMatchObject({ renewable: true, maxAgeMs: 60_000 })
      await expect(findTarget({ kind: 'in-cluster' }, {}, folder)).rejects.toThrow(/Not in a cluster/)
    })
  })

  it('ends a hanging plug-in with its children, and names one that is not installed', async () => {
    await withFolder(async (folder, write) => {
      write('hang.sh', `#!/bin/sh\nsleep 30 &\necho $! > ${folder}/child\nwait\n`)
      const spec = { apiVersion: 'client.authentication.k8s.io/v1', command: './hang.sh', installHint: 'install it' }
      await expect(runExecPlugin(execPlugin(spec, folder, {}), 300)).rejects.toMatchObject({ status: 'timeout' })
      const { readFileSync, existsSync } = await import('node:fs')
      const pid = readFileSync(`${folder}/child`, 'utf8').trim()
      const gone = () => !existsSync(`/proc/${pid}/stat`) || /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      await until('the child is gone', gone, 3000)
      await expect(runExecPlugin(execPlugin({ ...spec, command: 'no-such-plugin' }, folder, {}))).rejects.toThrow(
        /not installed: install it/,
      )
    })
  })
})
