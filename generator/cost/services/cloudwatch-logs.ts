import { DAYS_PER_MONTH } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, toGigabytes, type Usage } from '../service.ts';

/** CloudWatch stores logs compressed; AWS's examples assume this share. */
const STORED_SHARE = 0.15;

/** A line of metrics, with the 26 bytes that CloudWatch adds to each. */
const METRICS_LINE_BYTES = 330;

/** Log ingestion and storage of the functions and the API. */
export const CLOUDWATCH_LOGS: CostService = { id: 'cloudwatch-logs', title: 'CloudWatch Logs', listUsage };

function listUsage({ settings, traffic }: Stack): readonly Usage[] {
  const { monitoring } = settings;
  const metrics = monitoring.enabled && monitoring.custom_metrics ? METRICS_LINE_BYTES : 0;
  const log_bytes_per_request = settings.traffic.log_bytes_per_request + metrics;
  const log_bytes_per_file = settings.traffic.log_bytes_per_file + metrics;
  const requests = traffic.webhooks + traffic.healthChecks;
  const gigabytes = toGigabytes(requests * log_bytes_per_request + traffic.files * log_bytes_per_file);
  const days = settings.logs.retention_days;
  return [
    {
      id: 'ingestion',
      title: 'Ingestion',
      price: 'cloudwatch.logs.ingestion',
      quantity: gigabytes,
      derivation: `${count(requests)} requests x ${count(log_bytes_per_request)} bytes + ${count(traffic.files)} files x ${count(log_bytes_per_file)} bytes`,
    },
    {
      id: 'storage',
      title: 'Storage',
      price: 'cloudwatch.logs.storage',
      quantity: (gigabytes / DAYS_PER_MONTH) * days * STORED_SHARE,
      derivation: `${count(gigabytes / DAYS_PER_MONTH)} GB a day x ${days} days x ${STORED_SHARE} when compressed`,
    },
  ];
}
