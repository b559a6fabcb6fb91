import { listMoves, versionDays } from '../../spec/privacy/retention.ts';
import { DAYS_PER_MONTH } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

// Objects below 128 KB stay in Standard: since 2024, S3 moves them only if a rule sets a smaller size.
const LEAST_TRANSITION_KB = 128;
const KB_PER_GB = 1_000_000;
// Minimum billed size and duration of the storage classes.
const LEAST_IA_DAYS = 30;
const LEAST_GLACIER_DAYS = 90;
// S3 keeps an archived object's index: 32 KB at the price of the archive and 8 KB at that of Standard.
const GLACIER_INDEX_KB = 32;
const STANDARD_INDEX_KB = 8;
const PUTS_PER_FILE = 2;
const GETS_PER_FILE = 3;
const DELETES_PER_FILE = 1;
const ACCESS_LOG_BYTES = 600;
const BYTES_PER_GB = 1_000_000_000;
/** The log bucket keeps expired logs as old versions for this time. */
const OLD_LOG_DAYS = 30;

/**
 * The audio bucket with the storage of a steady month, with files of every age. Per file: the upload and the copy to
 * processed/ (PUT), a HEAD of the source and of the copy, one GET, one DELETE (free).
 */
export const S3: CostService = {
  id: 's3',
  title: 'S3',
  listUsage: (stack) => [
    ...listRequests(stack),
    ...listStorage(stack),
    ...listOldVersions(stack),
    ...listAccessLogs(stack),
  ],
};

interface Ages {
  readonly standard: number;
  readonly ia: number;
  readonly glacier: number;
}

function readAges({ s3, traffic }: Stack['settings']): Ages {
  const [ia, glacier] = traffic.audio_size_kb < LEAST_TRANSITION_KB ? [] : listMoves(s3);
  const end = s3.expiration_days;
  return {
    standard: ia?.day ?? end,
    ia: ia === undefined ? 0 : Math.max(LEAST_IA_DAYS, (glacier?.day ?? end) - ia.day),
    glacier: glacier === undefined ? 0 : Math.max(LEAST_GLACIER_DAYS, end - glacier.day),
  };
}

function listRequests({ settings, traffic: { files } }: Stack): readonly Usage[] {
  const ages = readAges(settings);
  const toIa = ages.ia > 0 ? files : 0;
  const toGlacier = ages.glacier > 0 ? files : 0;
  return [
    {
      id: 'put-requests',
      title: 'PUT and COPY requests',
      price: 's3.requests.put',
      quantity: files * PUTS_PER_FILE,
      derivation: `${count(files)} files x ${PUTS_PER_FILE}: upload, copy to processed/`,
    },
    {
      id: 'get-requests',
      title: 'GET and HEAD requests',
      price: 's3.requests.get',
      quantity: files * GETS_PER_FILE,
      derivation: `${count(files)} files x ${GETS_PER_FILE}: 2 HEAD, 1 GET`,
    },
    {
      id: 'ia-transitions',
      title: 'Moves to Standard-IA',
      price: 's3.transitions.standard-ia',
      quantity: toIa,
      derivation: `${count(toIa)} files a month reach ${settings.s3.audio_retention_days} days`,
    },
    {
      id: 'glacier-transitions',
      title: 'Moves to Glacier',
      price: 's3.transitions.glacier',
      quantity: toGlacier,
      derivation: `${count(toGlacier)} files a month reach ${settings.s3.glacier_days} days`,
    },
  ];
}

function listStorage({ settings, traffic }: Stack): readonly Usage[] {
  const sizeKb = settings.traffic.audio_size_kb;
  const ages = readAges(settings);
  const perDay = traffic.files / DAYS_PER_MONTH;
  const hold = (days: number, kb: number): number => (perDay * days * kb) / KB_PER_GB;
  const explain = (days: number, kb: string): string => `${count(perDay)} files a day x ${days} days x ${kb}`;
  const index =
    ages.glacier > 0 ? ` + ${ages.glacier} days x ${STANDARD_INDEX_KB} KB index of the archive` : '';
  return [
    {
      id: 'standard-storage',
      title: 'Storage, Standard',
      price: 's3.storage.standard',
      quantity: hold(ages.standard, sizeKb) + hold(ages.glacier, STANDARD_INDEX_KB),
      derivation: explain(ages.standard, `${sizeKb} KB`) + index,
    },
    {
      id: 'ia-storage',
      title: 'Storage, Standard-IA',
      price: 's3.storage.standard-ia',
      quantity: hold(ages.ia, sizeKb),
      derivation: explain(ages.ia, `${sizeKb} KB`),
    },
    {
      id: 'glacier-storage',
      title: 'Storage, Glacier',
      price: 's3.storage.glacier',
      quantity: hold(ages.glacier, sizeKb + GLACIER_INDEX_KB),
      derivation: explain(ages.glacier, `(${sizeKb} + ${GLACIER_INDEX_KB} KB index)`),
    },
  ];
}

/** With versioning a deleted file stays as an old version for some days: once as moved, once as expired. */
function listOldVersions({ settings, traffic }: Stack): readonly Usage[] {
  if (!settings.s3.versioning) return [];
  const { audio_size_kb } = settings.traffic;
  const days = versionDays(settings.s3);
  const perDay = traffic.files / DAYS_PER_MONTH;
  const quantity = (perDay * days * audio_size_kb) / KB_PER_GB;
  const derivation = `${count(perDay)} files a day x ${days} days x ${audio_size_kb} KB`;
  const { ia, glacier } = readAges(settings);
  const last = ia > 0 ? 's3.storage.standard-ia' : 's3.storage.standard';
  const price = glacier > 0 ? 's3.storage.glacier' : last;
  return [
    {
      id: 'moved-versions',
      title: 'Old versions of moved files',
      price: 's3.storage.standard',
      quantity,
      derivation,
    },
    { id: 'expired-versions', title: 'Old versions of expired files', price, quantity, derivation },
  ];
}

/** The delivery of logs is free; their storage is billed. The lifecycle adds an entry for each move and the deletion. */
function listAccessLogs({ settings, traffic }: Stack): readonly Usage[] {
  if (!settings.s3.access_logs) return [];
  const perDay = traffic.files / DAYS_PER_MONTH;
  const entries = PUTS_PER_FILE + GETS_PER_FILE + DELETES_PER_FILE + listMoves(settings.s3).length + 1;
  const days = settings.logs.retention_days + OLD_LOG_DAYS;
  return [
    {
      id: 'access-logs',
      title: 'Access logs',
      price: 's3.storage.standard',
      quantity: (perDay * entries * ACCESS_LOG_BYTES * days) / BYTES_PER_GB,
      derivation: `${count(perDay)} files a day x ${entries} entries x ${ACCESS_LOG_BYTES} bytes x (${settings.logs.retention_days} + ${OLD_LOG_DAYS}) days`,
    },
  ];
}
