// Encrypts files that pass between jobs, or from a job to an operator. Everybody who can read the repository can read its
// artifacts, and a plan or a state contains the whole configuration and its values. AES-256-GCM, key derived from the
// passphrase by scrypt, bound to purpose and environment.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readVariable, setOutput } from './runner.mjs';

/**
 * The package of a plan includes the provider lock file, so that the apply runs the providers that made the plan.
 * @typedef {{ purpose: string, files: readonly string[], sealed: string }} Package
 * @type {Package}
 */
const PLAN = { purpose: 'plan', files: ['reviewed.tfplan', '.terraform.lock.hcl'], sealed: 'plan.sealed' };
/**
 * The package of a state that Terraform could not save.
 * @type {Package}
 */
const STATE = { purpose: 'state', files: ['errored.tfstate'], sealed: 'errored.sealed' };
const SALT_BYTES = 16;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MIN_PASSPHRASE_LENGTH = 20;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/**
 * Runs in the output folder: encrypts the plan, and sets the output `sha256`.
 * @returns {number} the exit code
 */
export function sealPlan() {
  setOutput('sha256', hash(seal(PLAN)).toString('hex'));
  return 0;
}

/**
 * Runs in the output folder: decrypts the plan. Throws if it is not the file that was reviewed.
 * @returns {number} the exit code
 */
export function openPlan() {
  const sealed = readFileSync(PLAN.sealed);
  const expected = Buffer.from(readVariable('PLAN_SHA256'), 'hex');
  const actual = hash(sealed);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
    throw new Error(`${PLAN.sealed} is not the plan that was reviewed: its checksum differs`);
  open(PLAN);
  return 0;
}

/**
 * Runs in the output folder: if Terraform could not save the state, encrypts it and sets the output `kept`.
 * @returns {number} the exit code
 */
export function sealState() {
  if (!STATE.files.every((name) => existsSync(name))) return 0;
  seal(STATE);
  setOutput('kept', 'true');
  return 0;
}

/**
 * Runs in the output folder, by hand: decrypts that state.
 * @returns {number} the exit code
 */
export function openState() {
  open(STATE);
  return 0;
}

/**
 * @param {Package} parcel
 * @returns {Buffer} the written bytes
 */
function seal({ purpose, files, sealed }) {
  const contents = Object.fromEntries(files.map((name) => [name, readFileSync(name).toString('base64')]));
  const [salt, iv] = [randomBytes(SALT_BYTES), randomBytes(IV_BYTES)];
  const cipher = createCipheriv('aes-256-gcm', deriveKey(salt), iv).setAAD(describeUse(purpose));
  const body = Buffer.concat([cipher.update(JSON.stringify(contents)), cipher.final()]);
  const bytes = Buffer.concat([salt, iv, cipher.getAuthTag(), body]);
  writeFileSync(sealed, bytes);
  return bytes;
}

/** @param {Package} parcel */
function open({ purpose, files, sealed }) {
  const bytes = readFileSync(sealed);
  const [iv, tag, body] = [SALT_BYTES, SALT_BYTES + IV_BYTES, SALT_BYTES + IV_BYTES + TAG_BYTES];
  const key = deriveKey(bytes.subarray(0, iv));
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(iv, tag))
    .setAAD(describeUse(purpose))
    .setAuthTag(bytes.subarray(tag, body));
  /** @type {Record<string, string>} */
  const contents = JSON.parse(decrypt(decipher, bytes.subarray(body), sealed));
  for (const name of files) writeFileSync(name, Buffer.from(contents[name] ?? '', 'base64'), { mode: 0o600 });
}

/** @param {string} purpose */
function describeUse(purpose) {
  return Buffer.from(`${purpose} of ${readVariable('ENVIRONMENT')}`);
}

/**
 * @param {import('node:crypto').DecipherGCM} decipher
 * @param {Uint8Array} body
 * @param {string} sealed
 * @returns {string}
 */
function decrypt(decipher, body, sealed) {
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new Error(`${sealed} cannot be opened: another passphrase, or another environment, sealed it`, {
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
