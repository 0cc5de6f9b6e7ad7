#!/bin/sh
# Worker of an MPIJob: refuses to wait with the wrong number of HCAs, then runs sshd for mpirun. Its host key is the run's own key,
# which the MPI Operator mounts in every pod of the run, so that the launcher knows whom it speaks to.
set -u
# shellcheck source=lib/runs/program/hcas.sh
. "${0%/*}/hcas.sh"
name=$(uname -n)
report_hcas "${name##*-}"
env | grep '^PCIDEVICE_' >"$POD_ENV"
sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null) || { say 'ERROR this image has no sshd: an MPIJob needs one'; exit 127; }
mkdir -p /run/sshd
exec "$sshd" -D -e -p 2222 -h "$CAIRN_KEYS/id_rsa" -o UsePAM=no -o StrictModes=no -o PasswordAuthentication=no \
  -o PermitRootLogin=prohibit-password -o AuthorizedKeysFile="$CAIRN_KEYS/authorized_keys" -o PidFile=none
