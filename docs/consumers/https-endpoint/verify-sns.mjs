// Verifies that a request comes from SNS and is about our topic.
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
import { createVerify } from 'node:crypto';

/** SNS in a region. A looser pattern matches hosts of S3 too: anybody can own a bucket called `sns`. */
const SNS_HOST = /^sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[a-zA-Z0-9]{32}\.pem$/;
/** The signed members in their order; absent ones are left out. */
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const SIGNED = new Map([
  ['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
  ['SubscriptionConfirmation', CONFIRMATION],
  ['UnsubscribeConfirmation', CONFIRMATION],
]);

/** The request is not from SNS, or about another topic. Answer 403. */
export class NotFromSnsError extends Error {}

/**
 * Whether a URL is one of SNS: a forged one could make this server send requests to hosts inside of your network.
 * @param {unknown} text
 */
export function isSnsUrl(text) {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' && url.port === '' && url.username === '' && SNS_HOST.test(url.hostname);
}

/**
 * Whether a URL is a certificate's, without a query or a fragment: every other spelling would be fetched and kept anew.
 * @param {string} text
 */
function isCertificate(text) {
  if (!isSnsUrl(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return CERTIFICATE_PATH.test(`${pathname}${search}${hash}`);
}

export class SnsVerifier {
  /** @type {Map<string, string>} */
  #certificates = new Map();
  #topicArn;
  #fetchText;

  /**
   * @param {string} topicArn
   * @param {(url: string) => Promise<string>} fetchText
   */
  constructor(topicArn, fetchText) {
    this.#topicArn = topicArn;
    this.#fetchText = fetchText;
  }

  /**
   * Returns the verified body of the request.
   * @param {string} text
   * @returns {Promise<Record<string, string>>}
   * @throws {NotFromSnsError}
   */
  async verify(text) {
    const body = parse(text);
    const { Type, TopicArn, SignatureVersion, Signature, SigningCertURL } = body;
    const members = SIGNED.get(Type ?? '');
    if (members === undefined) throw new NotFromSnsError('an unknown Type');
    // Anybody can let SNS send messages of his own topic here.
    if (TopicArn !== this.#topicArn) throw new NotFromSnsError('another topic');
    // Version 1 is SHA-1: the topic of results uses version 2.
    if (SignatureVersion !== '2') throw new NotFromSnsError('no signature of version 2');
    if (typeof Signature !== 'string' || typeof SigningCertURL !== 'string')
      throw new NotFromSnsError('no signature');
    if (!isCertificate(SigningCertURL)) throw new NotFromSnsError('a certificate from elsewhere');
    const signed = members.filter((name) => typeof body[name] === 'string');
    const verify = createVerify('RSA-SHA256').update(
      signed.map((name) => `${name}\n${body[name]}\n`).join(''),
    );
    const certificate = await this.#findCertificate(SigningCertURL);
    if (!verify.verify(certificate, Signature, 'base64')) throw new NotFromSnsError('a wrong signature');
    return body;
  }

  /**
   * @param {string} url
   */
  async #findCertificate(url) {
    const certificate = this.#certificates.get(url) ?? (await this.#fetchText(url));
    this.#certificates.set(url, certificate);
    return certificate;
  }
}

/**
 * @param {string} text
 * @returns {Record<string, string>}
 */
function parse(text) {
  try {
    const body = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // Refused below.
  }
  throw new NotFromSnsError('not JSON');
}
