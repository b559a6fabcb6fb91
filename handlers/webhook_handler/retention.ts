// How long an event is kept.
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import { readNumber } from '../shared/read-values.ts';

/** A hundred years; more is treated as a mistake. */
const MAX_RETENTION_DAYS = 36_500;
/** Five years (31 CFR 1020.320(d)), for a report that does not state its retention period. */
const REPORT_RETENTION_DAYS = 1_827;

/** Returns the days to keep the event: as configured, or longer when the event asks for it or is a report. */
export function retentionDays(eventType: string, data: JsonObject, configuredDays: number): number {
  const compliance = isJsonObject(data.compliance) ? data.compliance : data;
  const asked = readNumber(compliance.retention_period_days);
  const own = asked !== undefined && asked > 0 ? Math.min(Math.ceil(asked), MAX_RETENTION_DAYS) : undefined;
  return Math.max(configuredDays, own ?? (eventType.startsWith('sar.') ? REPORT_RETENTION_DAYS : 0));
}
