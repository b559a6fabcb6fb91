// The variables whose value is computed; all others have the value of their setting.

import type { Settings } from '../spec/resolve.ts';
import { ownsLoggingRole } from '../spec/stack-parts.ts';

export const COMPUTED_SWITCHES: { readonly [variable: string]: (settings: Settings) => boolean } = {
  manage_api_gateway_account: ownsLoggingRole,
  manage_api_key: ({ secrets }) => secrets.api_key.source === 'managed',
  manage_webhook_secret: ({ secrets }) => secrets.webhook_secret.source === 'managed',
};
