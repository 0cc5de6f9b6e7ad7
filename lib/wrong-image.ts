import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import type { Finding, FixStep, Verdict } from './check'
import { COMPONENTS } from './components'
import type { FailedPull } from './image-pulls'
import { parseImage, shippedAs } from './images'
import { POLICY_NAME, stateOf } from './nic-policy'
import type { OperatorRelease } from './operator-release'
import { type WrongName, wrongNames } from './policy-images'
import { sh } from './shell'

/** Images of the stack that do not exist under their name or tag, from the policy and from pods that cannot pull; null where none. */
export function wrongImage(
  policy: NicPolicyFact | null,
  pulls: readonly FailedPull[],
  release: OperatorRelease | null,
): Verdict | null {
  const misnamed = pulls.filter((each) => each.rightName !== null)
  const absent = pulls.filter((each) => each.rightName === null && each.why === 'not-found')
  const written = policy === null ? [] : wrongNames(policy)
  const failing = [...misnamed, ...absent]
  if (failing.length === 0 && written.length === 0) return null
  if (failing.length === 0 && policy?.state === 'ready')
    return {
      status: 'pass',
      summary: `${written[0]?.image} is no name of the release list, but the policy is ready: a mirror of your own`,
    }
  const stuck = policy !== null && written.some((each) => stateOf(policy, each.state) === 'notReady')
  const status = failing.length > 0 || stuck ? 'fail' : 'warn'
  const path = written[0]?.path ?? pathOf(misnamed[0])
  const wrong = written[0]?.image ?? nameOf(misnamed[0] ?? absent[0])
  const right = written[0]?.right ?? misnamed[0]?.rightName ?? null
  const field = path === null ? 'the image' : `spec.${path}.image`
  const text =
    right === null
      ? `${absent[0]?.image}: no such image or tag in the registry`
      : `${field} is ${wrong}, the image is named ${right} in every release`
  const pods = new Set(failing.flatMap((each) => each.pods)).size
  return {
    status,
    summary: pods === 0 ? text : `${text}; ${pods === 1 ? '1 pod' : `${pods} pods`} cannot pull it`,
    findings: findings(misnamed, absent, written, status),
    fix: [step(path, field, right, wrong, release)],
    reason: right === null ? 'no-such-tag' : 'wrong-name',
    params: { image: wrong, right: right ?? '', field },
  }
}

function findings(
  misnamed: readonly FailedPull[],
  absent: readonly FailedPull[],
  written: readonly WrongName[],
  status: 'fail' | 'warn',
): Finding[] {
  const fields = misnamed.length > 0 ? [] : written
  return [
    ...misnamed.map(
      (each): Finding => ({
        subject: each.image,
        status: 'fail',
        summary: `named ${nameOf(each)}, should be ${each.rightName}: ${each.words ?? 'cannot be pulled'}`,
      }),
    ),
    ...absent.map((each): Finding => ({ subject: each.image, status: 'fail', summary: each.words ?? 'not found' })),
    ...fields.map(
      (each): Finding => ({
        subject: `spec.${each.path}.image`,
        status,
        summary: `${each.image}, should be ${each.right}`,
      }),
    ),
  ]
}

function step(
  path: string | null,
  field: string,
  right: string | null,
  wrong: string,
  release: OperatorRelease | null,
): FixStep {
  const ship = right !== null && release ? shippedAs(right, release) : null
  const shipped = ship ? `; release ${release?.version} ships it as ${ship.repository}/${right}:${ship.tag}` : ''
  const patch = path !== null && right !== null ? patchOf(path, right) : null
  return {
    text: `Set ${field} to ${right ?? 'an image and tag that exist'}${shipped}`,
    command:
      patch === null
        ? `kubectl edit nicclusterpolicy ${POLICY_NAME}`
        : sh`kubectl patch nicclusterpolicy ${POLICY_NAME} --type merge -p ${patch}`,
    risk: 'config',
    minutes: 2,
    verify: `the pods of ${right ?? wrong} are Running (kubectl get pods -A)`,
  }
}

function patchOf(path: string, image: string): string {
  const body = path.split('.').reduceRight<object>((inner, key) => ({ [key]: inner }), { image })
  return JSON.stringify({ spec: body })
}

function pathOf(pull: FailedPull | undefined): string | null {
  return COMPONENTS.find((each) => each.id === pull?.component)?.specPath ?? null
}

function nameOf(pull: FailedPull | undefined): string {
  return parseImage(pull?.image ?? '')?.name ?? pull?.image ?? ''
}
