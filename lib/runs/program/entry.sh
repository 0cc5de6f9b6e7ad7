#!/bin/sh
# Entry of an NCCL benchmark pod (Job): refuses to measure with the wrong number of HCAs, then starts torchrun.
set -u
# shellcheck source=lib/runs/program/hcas.sh
. "${0%/*}/hcas.sh"
report_hcas "${JOB_COMPLETION_INDEX:-0}"
use_hcas
exec python3 -m torch.distributed.run \
  --nnodes="$CAIRN_NODES" --nproc-per-node="$CAIRN_GPUS" --node-rank="${JOB_COMPLETION_INDEX:-0}" \
  --master-addr="$CAIRN_MASTER" --master-port=29500 \
  "${0%/*}/collective.py" --collective "$CAIRN_COLLECTIVE" --begin "$CAIRN_BEGIN" --end "$CAIRN_END" --iters "$CAIRN_ITERS"
