// Which resources hold data, for the operators' commands and the workflow alike. Plain JavaScript: jobs that reach AWS
// run it without packages.

/** @type {ReadonlyMap<string, string>} type -> what is lost with it */
const DATA = new Map([
  ['aws_s3_bucket', 'the bucket and all audio in it'],
  ['aws_dynamodb_table', 'the table and all sessions in it'],
  ['aws_secretsmanager_secret', 'the secret with its values'],
  ['aws_kms_key', 'the key, and with it whatever it has encrypted'],
]);

/**
 * What is lost when a resource is destroyed; undefined where it holds no data.
 * @param {{ readonly address: string, readonly type: string }} resource
 * @returns {string | undefined}
 */
export function findData({ address, type }) {
  // The key of the alarm topic encrypts nothing that stays.
  return address.includes('aws_kms_key.alarms') ? undefined : DATA.get(type);
}
