/**
 * Takes credentials out of text, by named rules, at ingestion (SEC-27): what is stored, shown, logged and shared has passed here.
 * Each value becomes `[redacted:<rule>]`. Idempotent (P-15). GUIDs, hashes, PCI addresses and serial numbers stay.
 */
export interface Redacted {
  text: string
  /** Names of the rules that fired, sorted, each once. */
  rules: string[]
}

interface Rule {
  name: string
  pattern: RegExp
  /** Cheap words without which the pattern cannot match: a text without them is not searched. */
  words: RegExp
  /** Replacement for a match, or null to leave it; default: the whole match becomes the marker. `before` is the line up to the match. */
  replace?(marker: string, key: string, value: string, before: string): string | null
}

const MARKED = /^["'\\]*\[redacted:/
/** Words that stand where a value could, without being one. */
const NO_VALUE =
  /^(?:map\[|["']?(?:true|false|null|nil|none|yes|no|on|off|required|optional|~|[{[][}\]]?,?|<set|<none>|<unset>|\*+)(?:["',;}\]]|$))/i
/** A value of a key: quoted (to the quote or the line's end), escaped-quoted, or up to white space. */
const VALUE = String.raw`(\\{1,15}"[^"\n]*|"[^"\n]*"?|'[^'\n]*'?|[^\s"'\\]+)`
/** What may stand between a key and its value: `=`, `: `, `": "`, `\":\"`, and JSON within JSON within JSON. */
const SEPARATOR = String.raw`(?:\\{0,15}["'])?[ \t]{0,8}[:=][ \t]{0,8}`

const keepKey: NonNullable<Rule['replace']> = (marker, key, value) =>
  MARKED.test(value) || NO_VALUE.test(value) ? null : key + requote(value, marker)

/** As `keepKey`, but leaves prose alone: "failed to fetch anonymous token: unexpected status". */
const keepKeyOrProse: NonNullable<Rule['replace']> = (marker, key, value, before) => {
  const inSentence = /\S[ \t]/.test(before.replace(/^[ \t-]+/, ''))
  const prose = inSentence && /:[ \t]+$/.test(key) && /^[A-Za-z]?[a-z]{1,30}[.,:;]?$/.test(value)
  return prose ? null : keepKey(marker, key, value, before)
}

const RULES: readonly Rule[] = [
  {
    name: 'private-key',
    words: /PRIVATE KEY/,
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  },
  // Three parts signed, five encrypted.
  {
    name: 'jwt',
    words: /eyJ/,
    pattern:
      /\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{0,4096}(?:\.[A-Za-z0-9_-]{1,8192}){0,2}/g,
  },
  // "-----BEGIN" in base64: keys and certificates of a kubeconfig whose key is cut off.
  { name: 'kubeconfig-data', words: /LS0tLS1/, pattern: /\bLS0tLS1CRUdJTi[A-Za-z0-9+/]{16,65536}={0,2}/g },
  {
    name: 'private-key',
    words: /Private-Lines:/,
    pattern:
      /(\bPrivate-Lines:[ \t]{0,4}\d{1,4}(?:\s|\\{1,15}n){1,4})((?:[A-Za-z0-9+/=]{1,200}(?:\s|\\{1,15}n){0,2}){1,400})/g,
    replace: keepKey,
  },
  { name: 'private-key', words: /AGE-SECRET/, pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{30,100}/g },
  { name: 'munge', words: /MUNGE:/, pattern: /\bMUNGE:[A-Za-z0-9+/=]{20,8192}:?/g },
  // crypt(5): $id$salt$hash.
  {
    name: 'password-hash',
    words: /\$[1-7agy]/,
    pattern: /\$(?:[1567]|2[abxy]|g?y|argon2i?d?)\$[A-Za-z0-9./$=,+-]{20,400}/g,
  },
  {
    name: 'authorization',
    words: /authorization/i,
    pattern:
      /(\bauthorization\\{0,15}["']?[ \t]{0,8}[:=][ \t]{0,8}(?:\[(?!redacted:)[ \t]{0,4})?\\{0,15}["']?)([^"'\n\\]{1,8192})/gi,
    replace: (marker, key, value) => {
      const scheme = /^(?:bearer|basic|token|negotiate|digest|apikey)[ \t]+/i.exec(value)?.[0] ?? ''
      const secret = value.slice(scheme.length)
      // A bracket alone opens a section of that name (a kubelet's configuration); what is in it has names of its own.
      // A registry's "may require authorization: server message: …" is a sentence.
      if (secret.startsWith('server message: ')) return null
      return /^\s*(?:[{[]\s*[}\]]?)?,?\s*$/.test(secret) || MARKED.test(secret) ? null : key + scheme + marker
    },
  },
  {
    name: 'bearer',
    words: /bearer[ \t]/i,
    pattern: /(\bbearer[ \t]{1,8})([A-Za-z0-9._~+/=-]{16,8192})/gi,
    replace: (marker, key, value) => (/[0-9]/.test(value) ? key + marker : null),
  },
  {
    name: 'basic-auth',
    words: /[ \t](?:-u|--user)[ \t=]|sshpass/,
    // Not `-u 1000:1000`: user and group.
    pattern:
      /([ \t](?:-u|--user)[ \t=]{1,4}["']?[^\s:"']{1,100}:(?!\d{1,10}(?:\s|$))|\bsshpass[ \t]{1,4}-p[ \t]{0,4})([^\s"']{1,1024})/g,
    replace: keepKey,
  },
  // The tools of machine rooms take passwords as options of one letter.
  {
    name: 'option',
    words: /ipmi/,
    pattern: /(\bipmi[a-z-]{0,12}[ \t][^\n]{0,200}?[ \t]-P[ \t]{1,4})([^\s"']{1,1024})/g,
    replace: keepKey,
  },
  {
    name: 'option',
    words: /snmp/,
    pattern: /([ \t]-[AXa][ \t]{1,4}(?<=\bsnmp[a-z0-9]{0,12}\b[^\n]{0,200}))([^\s"']{8,1024})/g,
    replace: keepKey,
  },
  {
    name: 'option',
    words: /mysql|mariadb/,
    pattern: /([ \t]-p(?<=\b(?:mysql|mariadb)[a-z-]{0,12}\b[^\n]{0,200}))([^\s"']{3,1024})/g,
    replace: keepKey,
  },
  {
    name: 'url-password',
    words: /:\/\//,
    pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,200}:)([^\s/@"'<>]{1,1024})(?=@)/gi,
    replace: keepKey,
  },
  { name: 'url-token', words: /:\/\//, pattern: /(\bhttps?:\/\/)([^\s/:@"'<>]{16,1024})(?=@)/gi, replace: keepKey },
  // `user:password@host.example/image:tag`: image references carry no scheme.
  {
    name: 'url-password',
    words: /@/,
    pattern:
      /((?:^|\\[nrt]|[\s"'`=(,])[A-Za-z0-9][\w.$+-]{0,63}:)([^\s/:@"'<>]{3,512})(?=@[a-z0-9][a-z0-9.-]{0,200}\.[a-z]{2,24}\b)/gim,
    replace: keepKey,
  },
  {
    name: 'url-signature',
    words: /[?&;](?:sig|x-)/i,
    pattern: /([?&;](?:sig|signature|x-(?:amz|goog)-(?:signature|security-token))=)([^&\s"'<>]{8,4096})/gi,
    replace: keepKey,
  },
  {
    name: 'webhook',
    words: /:\/\//,
    pattern:
      /(\bhttps:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|discord(?:app)?\.com\/api\/webhooks|[a-z0-9.-]{1,100}\.webhook\.office\.com\/webhookb2)\/)([^\s"'<>]{8,512})/gi,
    replace: keepKey,
  },
  {
    name: 'iscsi-password',
    words: /iscsi:/,
    pattern: /(\b(?:netroot|root)=iscsi:[^\s:@]{0,200}:)([^\s@]{1,400})(?=@)/g,
    replace: keepKey,
  },
  {
    name: 'systemd-credential',
    words: /set_credential/,
    pattern: /(\bsystemd\.set_credential(?:_binary)?=[^\s:]{1,200}:)(\S{1,8192})/g,
    replace: keepKey,
  },
  { name: 'aws-key', words: /AKIA|ASIA/, pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  {
    name: 'github-token',
    words: /gh[pousr]_|github_pat_/,
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255})/g,
  },
  { name: 'huggingface-token', words: /hf_/, pattern: /\bhf_[A-Za-z0-9]{20,100}\b/g },
  { name: 'nvidia-api-key', words: /nvapi-/, pattern: /\bnvapi-[A-Za-z0-9_-]{16,200}/g },
  {
    name: 'vendor-token',
    words: /gl[a-z]{2,4}-|dckr_|npm_|pypi-|hv[sbr]\.|ya29|xox|sk-|AIza/,
    pattern:
      /\b(?:gl(?:pat|rt|dt|ft|ptt|cbt|soat)-[A-Za-z0-9_-]{16,100}|dckr_[po]at_[A-Za-z0-9_-]{20,100}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,250}|hv[sbr]\.[A-Za-z0-9_-]{20,300}|ya29\.[A-Za-z0-9_-]{20,300}|xox[abeprs]-[A-Za-z0-9-]{10,200}|sk-[A-Za-z0-9_-]{32,200}|AIza[A-Za-z0-9_-]{35})/g,
  },
  {
    name: 'cookie',
    words: /cookie/i,
    pattern:
      /(\b(?:set-)?cookie\\{0,15}["']?[ \t]{0,8}:[ \t]{0,8}\\{0,15}["']?)([\w!#$%&.^|~+-]{1,100}=\\{0,15}["']?[^\n"'\\]{1,8192})/gi,
    replace: keepKey,
  },
  {
    name: 'environment',
    words: /pass|token|secret|key/i,
    pattern: new RegExp(
      String.raw`(\bname\\{0,15}["']?[ \t]{0,8}:[ \t]{0,8}\\{0,15}["']?[A-Za-z0-9_.-]{0,100}(?:password|passwd|passphrase|token|secret|api_?key|access_?key)\\{0,15}["']?[ \t]{0,4},?(?:\s|\\{1,15}[nrt]){0,200}\\{0,15}["']?value${SEPARATOR})${VALUE}`,
      'gi',
    ),
    replace: keepKey,
  },
  {
    name: 'password',
    words: /passw|passphrase|[_-](?:pass|pwd|psk)/i,
    pattern: new RegExp(`((?:password|passwd|passphrase|[_-]pass|[_-]pwd|[_-]psk)${SEPARATOR})${VALUE}`, 'gi'),
    replace: keepKeyOrProse,
  },
  {
    name: 'secret',
    words: /token|secret|credential|key|dockerconfigjson/i,
    pattern: new RegExp(
      String.raw`((?:token|secret|credential|api[_-]?key|access[_-]?key|accountkey|secret[_-]?key|private[_-]?key|client-key-data|\.?dockerconfigjson|x-ngc-key)${SEPARATOR})${VALUE}`,
      'gi',
    ),
    replace: keepKeyOrProse,
  },
  {
    name: 'option',
    words: /(?:password|passwd|passphrase|token|secret|api-key)[ \t]/,
    pattern: new RegExp(
      String.raw`(--?[a-z-]{0,40}(?:password|passwd|passphrase|token|secret|api-key)[ \t]{1,4})(?!-)${VALUE}`,
      'g',
    ),
    replace: keepKey,
  },
  {
    name: 'registry-auth',
    words: /["']auth/,
    pattern: /(\\{0,15}["']auth\\{0,15}["'][ \t]{0,8}:[ \t]{0,8}\\{0,15}["'])([A-Za-z0-9+/=]{8,4096})/g,
    replace: keepKey,
  },
  {
    name: 'key',
    words: /key/i,
    pattern:
      /((?:^|\\[nrt]|[\s"'_\\-])key\\{0,15}["']?[ \t]{0,8}[:=][ \t]{0,8}\\{0,15}["']?)([A-Za-z0-9+/=_-]{24,1024})(?![A-Za-z0-9+/=_.:-])/gim,
    replace: (marker, key, value) => (looksRandom(value) ? key + marker : null),
  },
]

/** A word also begins after the `\n` of a JSON text, whose letter would else belong to it. */
const COMPILED: readonly Rule[] = RULES.map((rule) => ({
  ...rule,
  pattern: new RegExp(rule.pattern.source.replaceAll('\\b', '(?:\\b|(?<=\\\\[nrt]))'), rule.pattern.flags),
}))

/** One pass over the text that sees whether any rule can fire: most evidence holds nothing. */
const ANY =
  /PRIVATE KEY|eyJ|LS0tLS1|Private-Lines|munge:|\$[1-7a-y]{1,8}\$|authorization|bearer|sshpass|[ \t](?:-u|--user)[ \t=]|ipmi|snmp|mysql|mariadb|:\/\/|:[^\s/:@]{3,512}@|iscsi:|set_credential|AKIA|ASIA|gh[pousr]_|github_pat_|hf_|nvapi-|gl[a-z]{2,4}-|dckr_|npm_|pypi-|hv[sbr]\.|ya29|xox|sk-|AIza|sig|cookie|pass|pwd|psk|token|secret|credential|key|dockerconfigjson|auth/i

/** Replaces every credential by a marker with the name of its rule. */
export function redact(text: string): Redacted {
  if (!ANY.test(text)) return { text, rules: [] }
  const fired = new Set<string>()
  let current = text
  // A replacement can uncover a shorter match around it: repeat until nothing changes, which is what makes it idempotent.
  for (let round = 0; round < 6; round += 1) {
    const before = current
    for (const rule of COMPILED) current = applyRule(rule, current, fired)
    if (current === before) break
  }
  return { text: current, rules: [...fired].sort() }
}

function applyRule(rule: Rule, text: string, fired: Set<string>): string {
  if (!rule.words.test(text)) return text
  const marker = `[redacted:${rule.name}]`
  return text.replace(rule.pattern, (whole: string, ...rest: unknown[]) => {
    const [key = '', value = ''] = rest.filter((one) => typeof one === 'string').slice(0, -1)
    const offset = rest.find((one) => typeof one === 'number') ?? 0
    const near = text.slice(Math.max(0, offset - 200), offset)
    const replaced = rule.replace ? rule.replace(marker, key, value, near.slice(near.lastIndexOf('\n') + 1)) : marker
    if (replaced === null || replaced === whole) return whole
    fired.add(rule.name)
    return replaced
  })
}

/** Keeps the quotes around a value, so that JSON and YAML stay readable by machines. */
function requote(value: string, marker: string): string {
  const escaped = /^\\+"/.exec(value)?.[0]
  if (escaped !== undefined) return escaped + marker + (/\\+$/.exec(value.slice(escaped.length))?.[0] ?? '')
  const quote = value[0] === '"' || value[0] === "'" ? value[0] : ''
  return quote + marker + (quote !== '' && value.length > 1 && value.endsWith(quote) ? quote : '')
}

/** Looks like key material, not like a name, a path, a GUID or a hash in hex. */
function looksRandom(value: string): boolean {
  return /[0-9]/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && entropy(value) >= 3.5
}

function entropy(value: string): number {
  const counts = new Map<string, number>()
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}
