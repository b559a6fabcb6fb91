// How names and values of secrets look.

/** Vendors name the ARN, the name or the file of a secret like the secret itself, with such an ending. */
export const SECRET_NAME =
  /(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|LICENSE_?KEY|PRIVATE_?KEY|CREDENTIALS?)(?!.*_(?:ARN|ID|NAME|FILE|PATH|URL)$)/i;
/** Keys of AWS and GitHub, private keys, signed tokens. */
export const SECRET_VALUE =
  /^(?:AKIA[A-Z0-9]{16}|gh[pousr]_\w{36,}|eyJ[\w-]+\.[\w-]+\.[\w-]+)$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** Switches, numbers and references are no secrets, whatever their name. */
export const HARMLESS_VALUE = /^(?:|true|false|\d{1,6}|arn:.*)$/i;
