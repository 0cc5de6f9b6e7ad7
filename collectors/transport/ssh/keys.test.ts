import { chmodSync, chownSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import ssh2 from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { loadKeys } from './keys'
import { Client } from './test/fake-node'

let client = new Client()
afterEach(() => {
  client.remove()
  client = new Client()
})
const load = (file = client.keyFile, passphraseFile?: string) =>
  loadKeys({ keyFiles: [file], ...(passphraseFile ? { passphraseFile } : {}) })

describe('private keys', () => {
  it('takes a file only its owner can read', async () => {
    for (const mode of [0o400, 0o600]) {
      chmodSync(client.keyFile, mode)
      const loaded = await load()
      expect(loaded.keys[0]?.fingerprint).toMatch(/^SHA256:/)
      expect(loaded.notices.join()).toMatch(/not encrypted/)
    }
  })

  it.each([0o440, 0o644, 0o660, 0o604])('refuses mode %o', async (mode) => {
    chmodSync(client.keyFile, mode)
    await expect(load()).rejects.toThrow(/mode 0\d{3}, others can use it/)
  })

  it('refuses links out of the folder, folders, missing files and folders others write to', async () => {
    const outside = new Client()
    symlinkSync(outside.keyFile, client.path('link'))
    await expect(load(client.path('link'))).rejects.toThrow(/symbolic link/)
    symlinkSync(client.keyFile, client.path('mounted'))
    await expect(load(client.path('mounted'))).resolves.toBeTruthy()
    mkdirSync(client.path('d'))
    await expect(load(client.path('d'))).rejects.toThrow(/not a regular file/)
    await expect(load(client.path('none'))).rejects.toThrow(/ENOENT/)
    mkdirSync(client.path('open'))
    linkSync(client.keyFile, client.path('open/id'))
    chmodSync(client.path('open'), 0o777)
    await expect(load(client.path('open/id'))).rejects.toThrow(/written to by others/)
    outside.remove()
  })

  it.runIf(process.getuid?.() === 0)('refuses another owner', async () => {
    chownSync(client.keyFile, 12_345, 0)
    await expect(load()).rejects.toThrow(/belongs to uid 12345/)
  })

  it('needs the right passphrase for an encrypted key', async () => {
    const encrypted = ssh2.utils.generateKeyPairSync('ed25519', {
      cipher: 'aes256-ctr',
      passphrase: 'right',
      rounds: 2,
    })
    const file = client.path('enc')
    writeFileSync(file, encrypted.private, { mode: 0o600 })
    await expect(load(file)).rejects.toThrow(/is encrypted/)
    writeFileSync(client.path('pass'), 'wrong\n', { mode: 0o600 })
    await expect(load(file, client.path('pass'))).rejects.toThrow(/passphrase is wrong/)
    writeFileSync(client.path('pass'), 'right\n', { mode: 0o600 })
    expect((await load(file, client.path('pass'))).keys).toHaveLength(1)
    chmodSync(client.path('pass'), 0o644)
    await expect(load(file, client.path('pass'))).rejects.toThrow(/passphrase file .* mode/)
  })

  it('refuses short RSA, public keys and garbage; signs RSA never with SHA-1', async () => {
    const write = (text: string) => writeFileSync(client.keyFile, text, { mode: 0o600 })
    write(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    await expect(load()).rejects.toThrow(/RSA with 2048 bits/)
    write(ssh2.utils.generateKeyPairSync('rsa', { bits: 3072 }).private)
    const loaded = await load()
    expect(loaded.keys[0]?.key.sign('x', 'sha1')).toBeInstanceOf(Error)
    expect(loaded.keys[0]?.key.sign('x', 'sha256')).toBeInstanceOf(Buffer)
    write(client.key.public)
    await expect(load()).rejects.toThrow(/holds no private key/)
    write('nothing here')
    await expect(load()).rejects.toThrow(/cannot be parsed/)
  })
})
