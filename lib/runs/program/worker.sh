#!/bin/sh
# Worker of an MPIJob: refuses to wait with the wrong number of HCAs, then runs sshd for mpirun. Its host key is the run's own key,
# which the MPI Operator mounts in every pod of the run, so that the launcher knows whom it speaks to.
set -u
. "${0%/*}/hcas.sh"
report_hcas "${HOSTNAME##*-}"
sshd=$(command -v sshd || ls /usr/sbin/sshd 2>/dev/null) || { say 'ERROR this image has no sshd: an MPIJob needs one'; exit 127; }
mkdir -p /run/sshd
exec "$sshd" -D -e -p 2222 -h /root/.ssh/id_rsa -o UsePAM=no -o StrictModes=no -o PasswordAuthentication=no \
  -o PermitRootLogin=prohibit-password -o AuthorizedKeysFile=/root/.ssh/authorized_keys -o PidFile=none
