import { DAYS_PER_MONTH, SECONDS_PER_DAY } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

// Lambda polls a queue with five pollers, each waiting 20 s: measured as 21,590 empty responses a day.
const POLLERS = 5;
const POLL_SECONDS = 20;
const REQUESTS_PER_MESSAGE = 3;

/** The audio queue. Empty dead-letter queues are free. */
export const SQS: CostService = { id: 'sqs', title: 'SQS', listUsage };

function listUsage({ traffic: { files } }: Stack): readonly Usage[] {
  const polls = (POLLERS * SECONDS_PER_DAY * DAYS_PER_MONTH) / POLL_SECONDS;
  return [
    {
      id: 'polls',
      title: 'Polls of the audio queue',
      price: 'sqs.requests',
      quantity: polls,
      derivation: `${POLLERS} pollers of Lambda x one every ${POLL_SECONDS} s x ${DAYS_PER_MONTH} days`,
      fixed: true,
    },
    {
      id: 'messages',
      title: 'Messages',
      price: 'sqs.requests',
      quantity: files * REQUESTS_PER_MESSAGE,
      derivation: `${count(files)} files x ${REQUESTS_PER_MESSAGE}: send, receive, delete`,
    },
  ];
}
