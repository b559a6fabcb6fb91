// The AWS clients of all commands, one of each kind per region, with the usual credentials, profiles and AWS_ENDPOINT_URL;
// and the identity of the caller.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedEnvironment } from '../../generator/spec/resolve.ts';

export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`: part of every ARN. */
  readonly partition: string;
}

interface ClientSettings {
  readonly region: string;
  readonly forcePathStyle: boolean;
}

interface AwsClient {
  destroy(): void;
}

type AwsClientClass<Client extends AwsClient> = new (settings: ClientSettings) => Client;

/** Creates clients on demand and destroys them together. */
export class AwsAccess {
  readonly #clients = new Map<AwsClientClass<AwsClient>, Map<string, AwsClient>>();
  readonly #callers = new Map<string, Promise<Caller>>();

  client<Client extends AwsClient>(clientClass: AwsClientClass<Client>, region: string): Client {
    const clients = this.#clients.get(clientClass) ?? new Map<string, AwsClient>();
    this.#clients.set(clientClass, clients);
    const client = (clients.get(region) as Client | undefined) ?? new clientClass(this.settingsFor(region));
    clients.set(region, client);
    return client;
  }

  /** Returns the caller's identity, asked of STS in `region`. */
  async findCaller(region: string): Promise<Caller> {
    const known = this.#callers.get(region) ?? this.#askForCaller(region);
    this.#callers.set(region, known);
    return await known;
  }

  /** Throws a `Problem` unless the credentials belong to the environment's `account_id`. */
  async checkAccount({ name, accountId, regions }: ResolvedEnvironment): Promise<Caller> {
    const caller = await this.findCaller(regions[0].name);
    if (accountId === null || accountId === caller.accountId) return caller;
    throw new Problem({
      what: `The credentials are of the account ${caller.accountId}, but ${name} is in ${accountId}.`,
      why: `The spec says account_id: "${accountId}"; these are the credentials of ${caller.arn}.`,
      fix: `use credentials of ${accountId} (AWS_PROFILE), or correct account_id of ${name}`,
    });
  }

  close(): void {
    for (const clients of this.#clients.values()) for (const client of clients.values()) client.destroy();
    this.#clients.clear();
  }

  protected settingsFor(region: string): ClientSettings {
    // A custom endpoint rarely resolves a host name for each bucket.
    const forcePathStyle = (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined;
    return { region, forcePathStyle };
  }

  async #askForCaller(region: string): Promise<Caller> {
    const { Account = '', Arn = '' } = await this.client(STSClient, region).send(
      new GetCallerIdentityCommand({}),
    );
    return { accountId: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
  }
}
