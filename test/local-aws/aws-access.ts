// SDK clients for the local AWS.
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Virtual-hosted bucket names would need DNS. Ignored by clients other than S3. */
  readonly forcePathStyle: true;
  readonly maxAttempts: number;
}

export interface AwsClient {
  destroy(): void;
}

export type AwsClientClass<C extends AwsClient> = new (settings: ClientSettings) => C;

export interface ClientOptions {
  /** Default: the region of the local AWS. */
  readonly region?: string;
  /** Default: the administrator, who may do everything. */
  readonly credentials?: AwsCredentials;
}

/** Makes AWS SDK v3 clients for one endpoint, one per kind, region and identity, and destroys them together. */
export interface ClientFactory {
  readonly endpoint: string;
  readonly region: string;
  client<C extends AwsClient>(clientClass: AwsClientClass<C>, options?: ClientOptions): C;
  destroyClients(): void;
}

export function createClientFactory(
  endpoint: string,
  region: string,
  administrator: AwsCredentials,
): ClientFactory {
  const clientsByKind = new Map<AwsClientClass<AwsClient>, Map<string, AwsClient>>();
  return {
    endpoint,
    region,
    client<C extends AwsClient>(clientClass: AwsClientClass<C>, options: ClientOptions = {}): C {
      const settings = {
        endpoint,
        region: options.region ?? region,
        credentials: options.credentials ?? administrator,
        forcePathStyle: true,
        maxAttempts: 1,
      } as const;
      const clients = clientsByKind.get(clientClass) ?? new Map<string, AwsClient>();
      clientsByKind.set(clientClass, clients);
      const key = `${settings.region} ${settings.credentials.accessKeyId}`;
      const client = (clients.get(key) as C | undefined) ?? new clientClass(settings);
      clients.set(key, client);
      return client;
    },
    destroyClients() {
      for (const clients of clientsByKind.values()) for (const client of clients.values()) client.destroy();
      clientsByKind.clear();
    },
  };
}

/** The region of an ARN. */
export function regionOfArn(arn: string): string {
  return arn.split(':')[3] ?? '';
}
