import { describe, expect, test } from 'vitest'
import { explain } from './explain'
import { knowledge } from './knowledge'
import { missingTool } from './missing-tool'

describe('a tool that could not be started is named by the shell', () => {
  test.each([
    ['bash: mstconfig: command not found', 'mstconfig', 'absent'],
    ['bash: Zeile 3: ibstatus: Kommando nicht gefunden.', 'ibstatus', 'absent'],
    ['./collect.sh: line 12: mlxlink: command not found', 'mlxlink', 'absent'],
    ['sh: 1: ibstat: not found', 'ibstat', 'absent'],
    ['zsh: command not found: sminfo', 'perfquery', 'absent'],
    ["Command 'ibv_devinfo' not found, but can be installed with:", 'ibv_devinfo', 'absent'],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "rdma": executable file not found in $PATH: unknown',
      'rdma',
      'absent',
    ],
    ['-bash: /usr/sbin/mst: No such file or directory', 'mst-status', 'absent'],
    ['timeout: failed to run command ‘ib_write_bw’: No such file or directory', 'perftest', 'absent'],
    [
      "Sorry, user ops is not allowed to execute '/usr/bin/mlxfwreset -d 18:00.0 q' as root on gpu-03.",
      'mstfwreset',
      'denied',
    ],
    ['bash: /usr/bin/mstflint: Permission denied', 'flint', 'denied'],
  ])('%s', (line, kind, status) => {
    const { answer } = explain('x', `root@gpu-03:~# some command\n${line}\n`, knowledge)
    expect(answer).toMatchObject({ kind, status, errors: [line], facts: {}, verdicts: [] })
    expect(explain('x', `${line}\n`, knowledge, kind).answer.status).toBe(status)
  })
})

test('a file that is not there is no tool, an unknown program no kind, one line of many no answer', () => {
  for (const line of [
    'cat: /dev/mst: No such file or directory',
    'cat: /proc/rdma: Permission denied',
    'bash: foo: command not found',
  ])
    expect(missingTool([line])).toBeNull()
  const log = Array.from({ length: 11 }, (_, at) => `step ${at}`)
  expect(missingTool([...log, 'bash: ibstat: command not found'])).toBeNull()
  expect(explain('x', 'bash: ibstat: command not found\n', knowledge, 'rdma').answer.reason?.text).not.toMatch(/ibstat/)
})
