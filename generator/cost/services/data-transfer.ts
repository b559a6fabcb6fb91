import { type CostService, count, type Stack, toGigabytes, type Usage } from '../service.ts';

const RESPONSE_BYTES = 500;
const BYTES_PER_KB = 1000;

/** Outbound traffic to the internet: the API's responses and the audio to Sonotheia. Inbound traffic is free. */
export const DATA_TRANSFER: CostService = { id: 'data-transfer', title: 'Data transfer', listUsage };

function listUsage({ settings, traffic: { webhooks, healthChecks, files } }: Stack): readonly Usage[] {
  const { audio_size_kb } = settings.traffic;
  const answers = webhooks + healthChecks;
  return [
    {
      id: 'audio',
      title: 'Audio to the Sonotheia API',
      price: 'data-transfer.out',
      quantity: toGigabytes(files * audio_size_kb * BYTES_PER_KB),
      derivation: `${count(files)} files x ${audio_size_kb} KB`,
    },
    {
      id: 'answers',
      title: 'Answers of the API',
      price: 'data-transfer.out',
      quantity: toGigabytes(answers * RESPONSE_BYTES),
      derivation: `${count(answers)} answers x ${RESPONSE_BYTES} bytes with headers`,
    },
  ];
}
