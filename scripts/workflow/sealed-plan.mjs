// A plan on its way from the job that made it to the job that applies it. Artifacts are readable to everybody who can
// read the repository, and a plan file holds the whole configuration and the state's values: it is encrypted
// (AES-256-GCM, key from the passphrase by scrypt) and bound to its environment. The provider lock file goes along, so
// that the apply runs the providers that made the plan.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readVariable, setOutput } from './runner.mjs';

const FILES = ['reviewed.tfplan', '.terraform.lock.hcl'];
const SEALED = 'plan.sealed';
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MIN_PASSPHRASE_LENGTH = 20;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/**
 * Runs in the output folder: encrypts the plan, and sets an output, named like the environment, to the checksum.
 * @returns {number} the exit code
 */
export function sealPlan() {
  const environment = readVariable('ENVIRONMENT');
  const contents = Object.fromEntries(FILES.map((name) => [name, readFileSync(name).toString('base64')]));
  const [salt, iv] = [randomBytes(SALT_BYTES), randomBytes(IV_BYTES)];
  const cipher = createCipheriv('aes-256-gcm', deriveKey(salt), iv).setAAD(Buffer.from(environment));
  const body = Buffer.concat([cipher.update(JSON.stringify(contents)), cipher.final()]);
  const sealed = Buffer.concat([salt, iv, cipher.getAuthTag(), body]);
  writeFileSync(SEALED, sealed);
  setOutput(environment, hash(sealed).toString('hex'));
  return 0;
}

/**
 * Runs in the output folder: puts back what was sealed. Throws when it is not the very file that was reviewed.
 * @returns {number} the exit code
 */
export function openPlan() {
  const environment = readVariable('ENVIRONMENT');
  const sealed = readFileSync(SEALED);
  const expected = Buffer.from(readVariable('PLAN_SHA256'), 'hex');
  const actual = hash(sealed);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
    throw new Error(`${SEALED} is not the plan that was reviewed: its checksum differs`);
  const [iv, tag, body] = [SALT_BYTES, SALT_BYTES + IV_BYTES, SALT_BYTES + IV_BYTES + TAG_BYTES];
  const decipher = createDecipheriv(
    'aes-256-gcm',
    deriveKey(sealed.subarray(0, iv)),
    sealed.subarray(iv, tag),
  )
    .setAAD(Buffer.from(environment))
    .setAuthTag(sealed.subarray(tag, body));
  /** @type {Record<string, string>} */
  const contents = JSON.parse(decrypt(decipher, sealed.subarray(body)));
  for (const name of FILES) writeFileSync(name, Buffer.from(contents[name] ?? '', 'base64'), { mode: 0o600 });
  return 0;
}

/**
 * @param {import('node:crypto').DecipherGCM} decipher
 * @param {Uint8Array} body
 * @returns {string}
 */
function decrypt(decipher, body) {
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new Error(`${SEALED} cannot be opened: another passphrase, or another environment, sealed it`, {
      cause: error,
    });
  }
}

/** @param {Uint8Array} salt */
function deriveKey(salt) {
  const passphrase = readVariable('PLAN_PASSPHRASE');
  if (passphrase.length < MIN_PASSPHRASE_LENGTH)
    throw new Error(`PLAN_PASSPHRASE is shorter than ${MIN_PASSPHRASE_LENGTH} characters`);
  return scryptSync(passphrase, salt, 32, SCRYPT);
}

/** @param {Uint8Array} contents */
function hash(contents) {
  return createHash('sha256').update(contents).digest();
}
