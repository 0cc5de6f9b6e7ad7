import type { ManifestInput, NcclWork } from '../manifest-input'
import { ncclVariables, workVariables } from './nccl-env'
import {
  benchmarkContainer,
  configMap,
  environment,
  meekPod,
  ownerHead,
  PROGRAM_MOUNT,
  podMetadata,
  podSpec,
  programVolume,
  runLabels,
} from './pods'

/** Where the operator mounts the run's own key pair; of root, whom ranks run as. */
const KEYS = '/root/.ssh'

/** What sshd needs to become the user that logs in; the MPI Operator starts ranks through it. */
const SSHD_CAPABILITIES = ['SETUID', 'SETGID', 'SYS_CHROOT']

/**
 * NCCL as an MPIJob (kubeflow.org/v2beta1) with the real nccl-tests: the launcher takes no GPU and runs mpirun, workers run sshd.
 * Source: nccl.md §5.1; kubeflow/mpi-operator pkg/apis/kubeflow/v2beta1.
 */
export function mpiJobObjects(input: ManifestInput & { work: NcclWork }): readonly [object, ...object[]] {
  const spec = {
    slotsPerWorker: input.gpusPerNode,
    mpiImplementation: 'OpenMPI',
    sshAuthMountPath: KEYS,
    // Else mpirun starts before workers can be resolved, fails, and is started again (nccl.md §5.1).
    launcherCreationPolicy: 'WaitForWorkersReady',
    runPolicy: {
      // Workers give their GPUs back when the launcher ends; the launcher's log stays for us to read.
      cleanPodPolicy: 'Running',
      backoffLimit: 0,
      activeDeadlineSeconds: input.deadlineSec,
      ttlSecondsAfterFinished: 3600,
    },
    mpiReplicaSpecs: {
      Launcher: { replicas: 1, restartPolicy: 'Never', template: launcher(input) },
      Worker: { replicas: input.nodes.length, restartPolicy: 'Never', template: worker(input) },
    },
  }
  return [{ ...ownerHead('MPIJob', input), spec }, configMap('MPIJob', input)]
}

function worker(input: ManifestInput & { work: NcclWork }): object {
  const command = ['/bin/sh', '/cairn/worker.sh']
  return {
    metadata: podMetadata(input),
    spec: podSpec(
      input,
      benchmarkContainer(input, command, { ...workVariables(input), CAIRN_KEYS: KEYS }, SSHD_CAPABILITIES),
    ),
  }
}

function launcher(input: ManifestInput & { work: NcclWork }): object {
  const amounts = { cpu: '1', memory: '2Gi' }
  return {
    metadata: { labels: runLabels(input.runId) },
    spec: {
      ...meekPod(input),
      containers: [
        {
          name: 'benchmark',
          image: input.image,
          command: ['/bin/sh', '/cairn/launch.sh'],
          env: environment({ ...workVariables(input), CAIRN_KEYS: KEYS, ...ncclVariables(input.work) }),
          resources: { requests: amounts, limits: { ...amounts } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [PROGRAM_MOUNT],
        },
      ],
      volumes: [programVolume(input)],
    },
  }
}
