// Webhooks as Sonotheia sends them.
import { createHmac } from 'node:crypto';

/** Posts a body with the signature that `secret` gives it. */
export async function postWebhook(url: string, body: string, secret: string): Promise<Response> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sonotheia-signature': `sha256=${signature}` },
    body,
  });
}
