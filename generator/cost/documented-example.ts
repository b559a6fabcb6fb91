// The cost table of the documented system, reckoned again from its own quantities and today's unit prices. Pure.
import { findPrice, type PriceList } from './price-list.ts';

const REGION = 'us-east-1';
const REQUESTS = 30_000;
const GB_SECONDS = REQUESTS * 5 * 0.5;

interface Part {
  readonly price: string;
  readonly quantity: number;
}

/** A row of the documented table in one reading of it. */
interface Reading {
  readonly service: string;
  readonly reading: string;
  readonly documentedUsd: number;
  readonly parts: readonly Part[];
}

export interface ReckonedRow extends Reading {
  readonly usd: number;
  /** What is multiplied, part by part. */
  readonly formula: readonly {
    readonly quantity: number;
    readonly unit: string;
    readonly usd: number;
    readonly per: number;
  }[];
}

const lambda = (architecture: string): readonly Part[] => [
  { price: 'lambda.requests', quantity: REQUESTS },
  { price: `lambda.gb-seconds.${architecture}`, quantity: GB_SECONDS },
];
const s3 = (kind: string): readonly Part[] => [
  { price: 's3.storage.standard', quantity: 1 },
  { price: `s3.requests.${kind}`, quantity: REQUESTS },
];

/** The documented table leaves some things open; each reading of it is a row. */
const DOCUMENTED_READINGS: readonly Reading[] = [
  { service: 'Lambda', reading: 'on x86_64', documentedUsd: 0.85, parts: lambda('x86_64') },
  { service: 'Lambda', reading: 'on arm64', documentedUsd: 0.85, parts: lambda('arm64') },
  {
    service: 'API Gateway',
    reading: '30K requests',
    documentedUsd: 0.11,
    parts: [{ price: 'api-gateway.requests', quantity: REQUESTS }],
  },
  { service: 'S3', reading: 'if all requests are GET', documentedUsd: 0.05, parts: s3('get') },
  { service: 'S3', reading: 'if all requests are PUT', documentedUsd: 0.05, parts: s3('put') },
  {
    service: 'DynamoDB',
    reading: '30K reads and 30K writes',
    documentedUsd: 1.5,
    parts: [
      { price: 'dynamodb.read-request-units', quantity: REQUESTS },
      { price: 'dynamodb.write-request-units', quantity: REQUESTS },
    ],
  },
  {
    service: 'CloudWatch Logs',
    reading: '1 GB ingested',
    documentedUsd: 0.5,
    parts: [{ price: 'cloudwatch.logs.ingestion', quantity: 1 }],
  },
];

/** Reckons every reading in us-east-1, where all quantities lie in the first tier. */
export function reckonDocumentedExample(prices: PriceList): readonly ReckonedRow[] {
  return DOCUMENTED_READINGS.map((row) => {
    const formula = row.parts.map(({ price, quantity }) => {
      const { unit, tiers } = findPrice(prices, price, REGION);
      const first = tiers[0];
      if (first === undefined || quantity > first.upTo) throw new Error(`${price} is beyond its first tier`);
      return { quantity, unit, usd: first.price.usd, per: first.price.per };
    });
    return {
      ...row,
      formula,
      usd: formula.reduce((sum, { quantity, usd, per }) => sum + (quantity * usd) / per, 0),
    };
  });
}
