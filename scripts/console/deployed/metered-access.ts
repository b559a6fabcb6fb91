// AWS clients that count their calls, and what AWS charges for them.
import { findPrice, PRICE_LIST } from '../../../generator/cost/price-list.ts';
import type { ResolvedRegion } from '../../../generator/spec/resolve.ts';
import { AwsAccess } from '../../operator/aws-access.ts';

/** `GetMetricData` costs this for each metric, https://aws.amazon.com/cloudwatch/pricing/. */
const USD_PER_METRIC = 0.01 / 1_000;

interface Sent {
  readonly client: string;
  readonly command: string;
  readonly input: { readonly MetricDataQueries?: readonly unknown[]; ReturnConsumedCapacity?: string };
  readonly output: { readonly ConsumedCapacity?: { readonly CapacityUnits?: number } };
}

interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

type Next = (args: { readonly input: Sent['input'] }) => Promise<{ readonly output: Sent['output'] }>;

/** The part of an SDK client that the meter uses. */
interface MeteredClient {
  destroy(): void;
  readonly middlewareStack?: {
    add(
      middleware: (next: Next, context: Context) => Next,
      options: { readonly step: 'initialize'; readonly name: string },
    ): void;
  };
}

export class MeteredAccess extends AwsAccess {
  readonly #region: ResolvedRegion['name'];
  readonly #metered = new WeakSet<object>();
  calls = 0;
  dollars = 0;

  constructor(region: ResolvedRegion['name']) {
    super();
    this.#region = region;
  }

  override client: AwsAccess['client'] = (clientClass, region) => {
    const client = super.client(clientClass, region);
    if (!this.#metered.has(client)) {
      this.#metered.add(client);
      this.#meter(client as MeteredClient);
    }
    return client;
  };

  #meter(client: MeteredClient): void {
    client.middlewareStack?.add(
      (next, { clientName = '', commandName = '' }) =>
        async (args) => {
          // DynamoDB tells what a read cost only when it is asked.
          const isRead =
            clientName === 'DynamoDBClient' && /^(?:Query|Scan|GetItem)Command$/.test(commandName);
          const input = isRead ? { ...args.input, ReturnConsumedCapacity: 'TOTAL' } : args.input;
          this.calls += 1;
          const result = await next({ ...args, input });
          this.dollars += this.#priceOf({
            client: clientName,
            command: commandName,
            input,
            output: result.output,
          });
          return result;
        },
      { step: 'initialize', name: 'meter' },
    );
  }

  #priceOf({ client, command, input, output }: Sent): number {
    switch (client) {
      case 'DynamoDBClient':
        return (output.ConsumedCapacity?.CapacityUnits ?? 0) * this.#unit('dynamodb.read-request-units');
      case 'S3Client':
        // A list costs as much as a PUT.
        return this.#unit(command.startsWith('List') ? 's3.requests.put' : 's3.requests.get');
      case 'SQSClient':
        return this.#unit('sqs.requests');
      case 'SNSClient':
        return this.#unit('sns.publishes');
      case 'SecretsManagerClient':
        return this.#unit('secrets-manager.calls');
      case 'CloudWatchClient':
        return (input.MetricDataQueries?.length ?? 1) * USD_PER_METRIC;
      default:
        return 0;
    }
  }

  /** Ignores free tiers: they may be used up. */
  #unit(key: string): number {
    const price = findPrice(PRICE_LIST, key, this.#region).tiers.find(({ price: { usd } }) => usd > 0)?.price;
    return price === undefined ? 0 : price.usd / price.per;
  }
}
