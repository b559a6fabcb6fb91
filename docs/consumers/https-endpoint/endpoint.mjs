// An HTTPS endpoint that SNS delivers to. TLS ends at the load balancer in front of it.
import http from 'node:http';
import { readAnnouncement } from '../case-store.mjs';
import { isSnsUrl, NotFromSnsError, SnsVerifier } from './verify-sns.mjs';

const MAX_BYTES = 300_000;

/**
 * @param {object} options
 * @param {string} options.topicArn
 * @param {(announcement: any) => Promise<unknown>} options.record durable when it resolves
 * @param {(url: string) => Promise<string>} [options.fetchText]
 */
export function createEndpoint({ topicArn, record, fetchText = fetchFromSns }) {
  const verifier = new SnsVerifier(topicArn, fetchText);
  /** @param {http.IncomingMessage} request */
  const receive = async (request) => {
    if (request.method !== 'POST') return 405;
    const body = await verifier.verify(await readBody(request));
    if (body.Type === 'Notification') {
      const announcement = readAnnouncement(JSON.stringify(body));
      if (!announcement.test) await record(announcement);
    } else if (body.Type === 'SubscriptionConfirmation' && isSnsUrl(body.SubscribeURL)) {
      await fetchText(body.SubscribeURL ?? '');
    }
    return 200;
  };
  return http.createServer((request, response) => {
    void receive(request)
      .catch((error) => {
        console.error(JSON.stringify({ error: String(error) }));
        // SNS retries after a 5xx. A 4xx, except 429, goes to the dead-letter queue at once.
        return error instanceof NotFromSnsError ? 403 : 500;
      })
      .then((status) => response.writeHead(status).end());
  });
}

/** @param {string} url */
async function fetchFromSns(url) {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`SNS answered ${response.status}`);
  return await response.text();
}

/** @param {http.IncomingMessage} request */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Reads on without keeping: leaving the loop would end the connection without an answer.
    if (bytes <= MAX_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_BYTES) throw new NotFromSnsError('too large');
  return Buffer.concat(chunks).toString('utf8');
}
