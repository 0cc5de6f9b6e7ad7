/**
 * The constant parts of the probe script. POSIX `sh` only (dash, bash, busybox ash): no `local`, no arrays, no `[[`.
 */

/** Put before every section's text: `$R` and `priv`. The probe adds `cairn_uid=N;` in front. */
export const SECTION_PRELUDE = `R=\${CAIRN_ROOT-}
priv() {
  if [ "$cairn_uid" = 0 ]; then "$@"; return; fi
  command -v "$1" >/dev/null 2>&1 || { printf "priv: %s: not found\\n" "$1" >&2; return 127; }
  command -v sudo >/dev/null 2>&1 || { printf "priv: %s: needs root, and sudo is not installed\\n" "$1" >&2; return 126; }
  # sudo appends to its own log, which may be long: 256 MiB for it instead of the section's cap.
  (ulimit -S -f 524288 2>/dev/null; exec sudo -n "$@")
}
`

/** Environment, clock, identity and small files. */
export const HEAD = `LC_ALL=C TERM=dumb
export LC_ALL TERM
unset LANGUAGE CDPATH ENV BASH_ENV cairn_nonce
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:/opt/mellanox/iproute2/sbin:/opt/mellanox/ethtool/sbin:/opt/mellanox/bin
export PATH
umask 077

# Hundredths of a second since boot, in $cs; no process is started.
cairn_now() {
  if read -r cairn_up cairn_x 2>/dev/null </proc/uptime; then
    cs=$((\${cairn_up%.*} * 100 + 1\${cairn_up#*.} - 100))
  else
    cs=0
  fi
}

# First line of a file in $v if it is one plain word, else "-".
cairn_word() {
  v=
  if [ -r "$1" ]; then read -r v <"$1" || :; fi
  v=\${v%% *}
  case $v in '' | *[!A-Za-z0-9._:-]*) v=- ;; esac
}

# Own user id in $cairn_uid; no process is started where /proc has it.
cairn_whoami() {
  cairn_uid=
  while read -r cairn_x v w y; do
    if [ "$cairn_x" = Uid: ]; then
      cairn_uid=$w
      break
    fi
  done 2>/dev/null </proc/self/status
  case $cairn_uid in '' | *[!0-9]*) cairn_uid=$(id -u) ;; esac
}

# How to run a program with a time limit, in $to; '' where there is no such tool. GNU timeout is not tried out.
cairn_limiter() {
  to=$(command -v timeout)
  case $to in
  '') return ;;
  /usr/bin/timeout | /bin/timeout)
    if ! [ -L "$to" ]; then
      to='timeout -k 2'
      return
    fi
    ;;
  esac
  to=''
  if timeout -k 1 1 true 2>/dev/null; then
    to='timeout -k 2'
  elif timeout 1 true 2>/dev/null; then
    to=timeout
  elif timeout -t 1 true 2>/dev/null; then
    to='timeout -t'
  fi
}

# A place for output files in $T: memory first. A fresh random name and noclobber keep others from planting files there.
cairn_place() {
  cairn_word /proc/sys/kernel/random/uuid
  for d in /dev/shm /tmp /var/tmp /run; do
    T=$d/cairn-$v-$$
    if [ -d "$d" ] && [ -w "$d" ] && (set -C && : >"$T") 2>/dev/null; then return; fi
  done
  T=''
}

cairn_bad() {
  printf 'cairn-probe: bad request: %s\\n' "$1" >&2
  exit 64
}
`

/** Runs one section and prints its frame. Sizes are taken before the bytes are sent, so a late writer cannot break the framing. */
export const RUNNER = `cairn_run() {
  id=$1 lane='' limit=20 cap=1048576 tool='' body='' how=- rc=0
  if ! cairn_section "$id"; then
    printf '@%s unknown %s\\n' "$cairn_nonce" "$id" || exit 1
    return
  fi
  k=$((k + 1))
  o=$T.o$k e=$T.e$k files="$files $T.o$k $T.e$k"
  set -C
  # Not ":": a special builtin that cannot redirect ends the shell.
  if ! { true >"$o" && true >"$e"; }; then
    printf '@%s error no-tmp\\n' "$cairn_nonce"
    exit 1
  fi
  set +C
  cairn_now
  t0=$cs
  if [ -n "$tool" ] && ! command -v "$tool" >/dev/null 2>&1; then
    how=a rc=127
  elif [ -n "$to" ]; then
    (
      # shellcheck disable=SC3045
      ulimit -c 0 2>/dev/null
      # shellcheck disable=SC3045
      ulimit -S -f $((cap / 512 + 136))
      # shellcheck disable=SC2086
      exec $to "$limit" sh -c "cairn_uid=$cairn_uid
$cairn_prelude$body" cairn-section
    ) >"$o" 2>"$e" </dev/null
    rc=$?
  else
    cairn_watched
  fi
  cairn_now
  dt=$((cs - t0))
  case $rc in 124 | 137 | 143) if [ "$dt" -ge $((limit * 100 - 10)) ]; then how=t; fi ;; esac
  ot=0 et=0
  if [ -s "$o" ] || [ -s "$e" ]; then
    # shellcheck disable=SC2046
    set -- $(wc -c "$o" "$e")
    ot=$1 et=$3
  fi
  os=$ot es=$et
  if [ "$os" -gt "$cap" ]; then os=$cap; fi
  if [ "$es" -gt 65536 ]; then es=65536; fi
  printf '@%s section %s %s %s %s %s %s %s %s\\n' "$cairn_nonce" "$id" "$rc" "$how" "$dt" "$os" "$ot" "$es" "$et" || exit 1
  if [ "$os" -gt 0 ]; then dd if="$o" bs="$os" count=1 2>/dev/null || exit 1; fi
  if [ "$es" -gt 0 ]; then dd if="$e" bs="$es" count=1 2>/dev/null || exit 1; fi
  printf '\\n' || exit 1
  : >"$o"
  : >"$e"
}

# Without a timeout program: our own watch. With setsid it ends the whole group, else only the shell.
cairn_watched() {
  g='' ss=''
  if command -v setsid >/dev/null 2>&1; then g=- ss=setsid; fi
  (
    # shellcheck disable=SC3045
    ulimit -c 0 2>/dev/null
    # shellcheck disable=SC3045
    ulimit -S -f $((cap / 512 + 136))
    # shellcheck disable=SC2086
    exec $ss sh -c "cairn_uid=$cairn_uid
$cairn_prelude$body" cairn-section
  ) >"$o" 2>"$e" </dev/null &
  p=$!
  (
    sleep "$limit"
    kill -TERM "$g$p"
    sleep 2
    kill -KILL "$g$p"
  ) >/dev/null 2>&1 </dev/null &
  w=$!
  wait "$p"
  rc=$?
  kill "$w" 2>/dev/null
}
`

/** Request, temporary directory, identity, sections in order, end. `@DIGEST@` is replaced by the generator. */
export const MAIN = `cairn_main() {
  set -f
  unset IFS
  case $cairn_req in 'cairn/1 '*) ;; *) cairn_bad 'not a cairn/1 request' ;; esac
  # shellcheck disable=SC2086
  set -- \${cairn_req#cairn/1 }
  [ $# -eq 3 ] || cairn_bad 'not three words'
  case $1 in *[!0-9a-f]*) cairn_bad nonce ;; esac
  [ \${#1} -eq 32 ] || cairn_bad nonce
  case $2 in fast | slow) ;; *) cairn_bad lane ;; esac
  case $3 in *[!A-Za-z0-9_.,-]*) cairn_bad sections ;; esac
  cairn_nonce=$1 ids=$3 k=0
  cairn_whoami
  case \${CAIRN_ROOT-} in '' | /*) ;; *) cairn_bad CAIRN_ROOT ;; esac
  r=\${CAIRN_ROOT-}

  cairn_limiter
  cairn_word "$r/proc/sys/kernel/random/boot_id"
  boot=$v
  cairn_word "$r/etc/machine-id"
  machine=$v
  cairn_word "$r/proc/sys/kernel/hostname"
  if [ "$v" = - ]; then cairn_word "$r/etc/hostname"; fi
  host=$v
  cairn_word "$r/proc/uptime"
  printf '\\n@%s begin %s @DIGEST@\\n' "$cairn_nonce" "$cairn_mode" || exit 1
  printf '@%s identity %s %s %s %s %s %s\\n' "$cairn_nonce" "$boot" "$machine" "$host" "$v" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$cairn_uid"

  cairn_place
  if [ -z "$T" ]; then
    printf '@%s error no-tmp\\n' "$cairn_nonce"
    exit 1
  fi
  files=$T
  # shellcheck disable=SC2086
  trap 'rm -f $files' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 141' PIPE
  trap 'exit 143' TERM

  IFS=,
  # shellcheck disable=SC2086
  set -- $ids
  unset IFS
  if [ "$1" = - ]; then shift; fi
  # The shell itself remarks on killed children here; sections have files of their own.
  for s; do cairn_run "$s"; done 2>/dev/null
  cairn_word "$r/proc/sys/kernel/random/boot_id"
  printf '@%s end %s\\n' "$cairn_nonce" "$v"
  exit 0
}

# Sent on the standard input of sh -s, the line before this script holds the request; installed, it is the first line of the input.
cairn_mode=sent cairn_req=\${CAIRN_REQUEST-}
unset CAIRN_REQUEST
if [ -z "$cairn_req" ]; then
  cairn_mode=installed
  IFS= read -r cairn_req || :
  cairn_req=\${cairn_req#"CAIRN_REQUEST='"}
  cairn_req=\${cairn_req%"'"}
fi
cairn_main </dev/null
`
