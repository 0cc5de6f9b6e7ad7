/** What log collectors, runtimes and terminals put before each line; every pattern is anchored and linear. */
export const LOG_PREFIXES: readonly RegExp[] = [
  /^\[pod\/[^\]\s]{1,300}\] ?/,
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)(?: (?:stdout|stderr) [FP])?(?: |$)/,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,200} [^\s:[\]]{1,100}(?:\[\d+\])?:(?: |$)/,
  /^\S{1,200} +\|(?: |$)/,
  /^> ?/,
  /^ {0,6}\d+\t/,
]

/** The same with what tools for pod logs put there; too wide for the output of other tools. */
export const POD_LOG_PREFIXES: readonly RegExp[] = [
  ...LOG_PREFIXES,
  // logcli: the labels of the stream.
  /^\{(?:[A-Za-z_]\w{0,60}="[^"]{0,300}"(?:, ?)?){0,30}\} ?/,
  // Kibana and Datadog tables.
  /^[ |]{0,8}(?:[A-Z][a-z]{2} \d{1,2}, \d{4}|\d{4}-\d\d-\d\d) @ \d\d:\d\d:\d\d\.\d{3}(?:[+-]\d{4})?[ |\t]{0,8}/,
  // stern: namespace (with -A), pod, container; a pod of a controller ends in a random word.
  /^(?:[a-z0-9][-a-z0-9.]{0,252} )?[a-z0-9][-a-z0-9.]{0,252}-[a-z0-9]{4,10} [a-z0-9][-a-z0-9.]{0,62} (?=\s{0,80}\S|$)/,
]
