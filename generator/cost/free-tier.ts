// The always-free amounts of an account, for `--free-tier`, without the offers for new accounts.

/** Prices that share one free amount, in the units of their lines. Assumes one account for all environments. */
const FREE_AMOUNTS: readonly { readonly prices: readonly string[]; readonly quantity: number }[] = [
  { prices: ['lambda.requests'], quantity: 1_000_000 },
  { prices: ['lambda.gb-seconds.arm64', 'lambda.gb-seconds.x86_64'], quantity: 400_000 },
  { prices: ['dynamodb.storage'], quantity: 25 },
  { prices: ['sqs.requests'], quantity: 1_000_000 },
  { prices: ['sns.publishes'], quantity: 1_000_000 },
  { prices: ['sns.deliveries.https'], quantity: 100_000 },
  { prices: ['sns.deliveries.email'], quantity: 1000 },
  { prices: ['kms.requests'], quantity: 20_000 },
  { prices: ['cloudwatch.logs.ingestion', 'cloudwatch.logs.storage'], quantity: 5 },
  { prices: ['cloudwatch.alarm-metrics'], quantity: 10 },
  { prices: ['cloudwatch.custom-metrics'], quantity: 10 },
  { prices: ['cloudwatch.dashboards'], quantity: 3 },
  { prices: ['x-ray.traces'], quantity: 100_000 },
  { prices: ['data-transfer.out'], quantity: 100 },
];

/** Takes up to the given quantity from the rest of a price's free amount; stacks come in the order of the spec. */
export type FreeTier = (price: string, quantity: number) => number;

export const NO_FREE_TIER: FreeTier = () => 0;

export function createFreeTier(): FreeTier {
  const left = new Map(FREE_AMOUNTS.map((amount) => [amount, amount.quantity]));
  return (price, quantity) => {
    const amount = FREE_AMOUNTS.find(({ prices }) => prices.includes(price));
    if (amount === undefined) return 0;
    const rest = left.get(amount) ?? 0;
    const taken = Math.min(rest, quantity);
    left.set(amount, rest - taken);
    return taken;
  };
}
