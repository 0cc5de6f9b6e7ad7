import { expect, test } from 'vitest'
import { splitSession } from './session'

const SESSION = `Last login: Mon
root@gpu-7:~# ibstat mlx5_0
CA 'mlx5_0'
root@gpu-7:~# sudo mstconfig -d 18:00.0 -e q
Device #1:
$ kubectl get nodes
NAME  STATUS
[mara@gpu-7 ~]$ ssh root@gpu-8 cat /proc/cmdline
BOOT_IMAGE=x
[mara@gpu-7 ~]$ clear
[mara@gpu-7 ~]$ `

test('each command of a session is a capture, and the prompt stays with its answer', () => {
  const parts = splitSession(SESSION)
  expect(parts?.map(({ name }) => name)).toEqual([
    'gpu-7/ibstat mlx5_0',
    'gpu-7/sudo mstconfig -d 18:00.0 -e q',
    'kubectl get nodes',
    'gpu-8/ssh root@gpu-8 cat ⁄proc⁄cmdline',
  ])
  expect(parts?.[0]?.text).toBe("root@gpu-7:~# ibstat mlx5_0\nCA 'mlx5_0'\n")
})

test('one answer is one capture, whatever stands around it', () => {
  expect(splitSession("root@gpu-7:~# ibstat\nCA 'mlx5_0'\nroot@gpu-7:~# ")).toBeNull()
  expect(splitSession('no prompt at all\nno prompt\n')).toBeNull()
  expect(splitSession('root@a:~# x\nout\n'.repeat(200))).toBeNull()
})
