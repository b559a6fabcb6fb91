import { type CostService, count, type Stack, type Usage } from '../service.ts';

const PRICED_PROTOCOLS = {
  firehose: 'sns.deliveries.firehose',
  https: 'sns.deliveries.https',
  email: 'sns.deliveries.email',
  'email-json': 'sns.deliveries.email',
};

/**
 * The results topic: one publish for each event and file, and the billed deliveries (those to queues and functions are
 * free). Filters by event type count only if they separate events from files; filters by score are ignored.
 */
export const SNS: CostService = {
  id: 'sns',
  title: 'SNS',
  listUsage: (stack) => [listPublishes(stack), ...listDeliveries(stack)],
};

function listPublishes({ traffic: { webhooks, files } }: Stack): Usage {
  return {
    id: 'publishes',
    title: 'Publishes',
    price: 'sns.publishes',
    quantity: webhooks + files,
    derivation: `${count(webhooks)} events + ${count(files)} files`,
  };
}

function listDeliveries({ settings, traffic }: Stack): readonly Usage[] {
  return settings.subscriptions.flatMap(({ name, protocol, event_types }): Usage[] => {
    if (!(protocol in PRICED_PROTOCOLS)) return [];
    const types: readonly string[] = event_types;
    const wantsAll = types.length === 0;
    const events = wantsAll || types.some((type) => !type.startsWith('audio.')) ? traffic.webhooks : 0;
    const files = wantsAll || types.some((type) => type.startsWith('audio.')) ? traffic.files : 0;
    return [
      {
        id: `deliveries-${name}`,
        title: `Deliveries to ${name}`,
        price: PRICED_PROTOCOLS[protocol as keyof typeof PRICED_PROTOCOLS],
        quantity: events + files,
        derivation: `at most ${count(events)} events + ${count(files)} files by ${protocol}`,
      },
    ];
  });
}
