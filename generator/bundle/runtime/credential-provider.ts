// Replaces @aws-sdk/credential-provider-node in the bundles. It bundles the two sources of a Lambda function: the
// environment, and the container endpoint of SnapStart and managed instances. For a local profile it loads the complete
// chain at run time, from the repository's node_modules or from the SDK of the Lambda runtime. SSO, assumed roles and
// credential_process thus work without being in the zips, which saves a quarter of their bytes.

import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromHttp } from '@aws-sdk/credential-provider-http';
import type { defaultProvider as completeProvider } from '@aws-sdk/credential-provider-node';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';

type ProviderOptions = NonNullable<Parameters<typeof completeProvider>[0]>;
type CredentialProvider = ReturnType<typeof completeProvider>;

/**
 * The SDK's default credential chain in its order of precedence: a profile (the client's or `AWS_PROFILE`), the
 * environment, the container endpoint, then all other sources. Caches credentials until shortly before they expire.
 */
export function defaultProvider(options: ProviderOptions = {}): CredentialProvider {
  const provider: CredentialProvider = async (caller) => chooseSource(options)(caller);
  return memoizeIdentityProvider(provider, isIdentityExpired, doesIdentityRequireRefresh) ?? provider;
}

function chooseSource(options: ProviderOptions): CredentialProvider {
  const { env } = process;
  if (options.profile === undefined && !env.AWS_PROFILE) {
    if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return fromEnv(options);
    if (env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
      return fromHttp(options);
    }
  }
  // `require`, not `import()`: only `require` looks in NODE_PATH, where the Lambda runtime keeps its SDK.
  const complete: { defaultProvider: typeof completeProvider } = require('@aws-sdk/credential-provider-node');
  return complete.defaultProvider(options);
}
