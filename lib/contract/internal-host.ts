/**
 * Host that the CLI and the web side send over the agent's socket when they ask on their own behalf.
 * No browser can be made to: `.invalid` never resolves (RFC 2606), so a rebinding page cannot carry it.
 */
export const INTERNAL_HOST = 'agent.cairn.invalid'
