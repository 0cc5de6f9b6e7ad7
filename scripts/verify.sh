#!/usr/bin/env bash
# Installs what the tests need and runs them all: gates first, then unit and integration tests, the build, the browser.
# Ends with a plain line `N passed, N failed`. Reports lie under .verify.
set -u -o pipefail
cd "$(dirname "$0")/.."
export NEXT_TELEMETRY_DISABLED=1 FORCE_COLOR=0
out=.verify
rm -rf "$out"
mkdir -p "$out"
passed=0
failed=0

gate() { # name, command…: one test
  local name=$1
  shift
  local start=$SECONDS
  if "$@" >"$out/$name.log" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL  $name ($((SECONDS - start)) s)"
    tail -n 40 "$out/$name.log" | sed 's/^/      /'
  fi
}

count() { # name, report: adds the tests of a JSON report; a report that is missing is a failure
  read -r ok bad < <(node scripts/count-tests.mjs "$2" || echo "0 1")
  passed=$((passed + ok))
  failed=$((failed + bad))
  echo "      $1: $ok passed, $bad failed"
}

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund || exit 1
fi
# Debian's browser, sshd, sudo and PyTorch: real peers for the tests. Without root the tests that need them skip and say so.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  missing=()
  for pair in chromium:chromium sshd:openssh-server ssh:openssh-client sudo:sudo busybox:busybox shellcheck:shellcheck; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  /usr/bin/python3 -c 'import torch' 2>/dev/null || missing+=(python3-torch)
  if [ ${#missing[@]} -gt 0 ]; then
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}") >"$out/apt.log" 2>&1 ||
      echo "note  could not install ${missing[*]}: tests that need them skip"
  fi
fi
# A real control plane, where it can be had (setup-envtest's convention).
if [ -z "${KUBEBUILDER_ASSETS:-}" ] && [ -x ../shared/tools/cluster/build ]; then
  assets=$(../shared/tools/cluster/build 2>"$out/control-plane.log" | tail -n 1)
  [ -d "$assets" ] && export KUBEBUILDER_ASSETS=$assets
fi

gate indexes npx tsx scripts/gen.ts
gate generated-docs npx tsx scripts/gen-docs.ts --check
gate lint npx biome check .
gate types npx tsc --noEmit
gate import-law node scripts/import-law.mjs
gate dead-code npx knip --include files,dependencies
gate bundle node scripts/bundle.mjs

npx vitest run --reporter=default --reporter=json --outputFile="$out/unit.json" >"$out/unit.log" 2>&1 || true
grep -E "^ *(FAIL|×)| FAIL " "$out/unit.log" | head -n 40
count "unit and integration" "$out/unit.json"

gate build npx next build
PLAYWRIGHT_JSON_OUTPUT_NAME="$out/browser.json" npx playwright test --reporter=json >"$out/browser.log" 2>&1 || true
count "browser" "$out/browser.json"

echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
