// Formats a report as an aligned table; with `explain`, adds every formula and unit price. Pure.
import { formatCount } from '../../text/format-count.ts';
import { alignColumns } from '../../text/format-table.ts';
import type {
  CostLine,
  CostReport,
  EnvironmentCost,
  RegionCost,
  ServiceCost,
  Subtotal,
} from '../cost-report.ts';
import type { PriceList } from '../price-list.ts';
import { formatQuantity, formatUnit, formatUnitPrice, formatUsd } from './format-money.ts';

export interface TableOptions {
  /** Show each line's quantity, unit price and derivation. */
  readonly explain: boolean;
  readonly prices: PriceList;
}

export function formatCostTable(report: CostReport, { explain, prices }: TableOptions): string {
  const rows = [
    ['', 'fixed', 'traffic', 'total'],
    ...report.environments.flatMap((environment) => listEnvironment(environment)),
    ...(report.environments.length > 1 ? [[], row('Total', report)] : []),
  ];
  const { from, to } = report.priceDates;
  const paragraphs = [
    `Estimated cost in USD a month, prices of ${from} to ${to}`,
    alignColumns(rows, isAmount).join('\n'),
    report.notes.join('\n'),
    ...listRegionNotes(report, explain),
    ...(explain ? [...listFormulas(report), listSources(report, prices)] : []),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/** The first column has titles, the others amounts. */
export function isAmount(column: number): boolean {
  return column > 0;
}

function row(title: string, { fixedUsd, trafficUsd, totalUsd }: Subtotal): string[] {
  return [title, formatUsd(fixedUsd), formatUsd(trafficUsd), formatUsd(totalUsd)];
}

function listEnvironment(environment: EnvironmentCost): string[][] {
  const { name, regions } = environment;
  const several = regions.length > 1;
  return [
    ...regions.flatMap((region) => [
      [],
      [`${name}, ${region.name}`],
      ...region.services.map((service) => row(`  ${service.title}`, service)),
      row(several ? `  ${region.name}` : name, region),
    ]),
    ...(several ? [[], row(name, environment)] : []),
  ];
}

function listRegionNotes({ environments }: CostReport, explain: boolean): readonly string[] {
  const regions = environments.flatMap((environment) => environment.regions);
  const notes = regions.flatMap(({ name, borrowedPrices, unconfirmedPrices }) => [
    ...describePrices(
      borrowedPrices,
      `${name}: no price of the region is known, so us-east-1's stands in, for`,
      explain,
    ),
    ...describePrices(unconfirmedPrices, `${name}: no price list of the region has confirmed`, explain),
  ]);
  return notes.length === 0 ? [] : [[...new Set(notes)].join('\n')];
}

function describePrices(keys: readonly string[], introduction: string, explain: boolean): readonly string[] {
  if (keys.length === 0) return [];
  if (explain) return [`${introduction} ${keys.join(', ')}.`];
  return [`${introduction} ${formatCount(keys.length, 'price')} (--explain names them).`];
}

function listFormulas({ environments }: CostReport): readonly string[] {
  return environments.flatMap(({ name, regions }) =>
    regions.map((region) => [`${name}, ${region.name}`, ...listRegionFormulas(region)].join('\n')),
  );
}

function listRegionFormulas({ services }: RegionCost): readonly string[] {
  return services.flatMap(({ title, lines }: ServiceCost) => [
    `  ${title}`,
    ...lines.flatMap((line) => [`    ${formatFormula(line)}`, `      ${line.derivation}`]),
  ]);
}

/** `Webhook handler, duration: 75,000 GB-second x 0.0000133334 = 1.00`. */
function formatFormula({ title, quantity, freeQuantity, unit, price, amountUsd }: CostLine): string {
  const amount =
    freeQuantity === 0
      ? formatQuantity(quantity)
      : `(${formatQuantity(quantity)} - ${formatQuantity(freeQuantity)} free)`;
  const unitPrice = formatUnitPrice(price.usd, price.per);
  return `${title}: ${amount} ${formatUnit(unit, quantity)} x ${unitPrice} = ${formatUsd(amountUsd)} [${price.region}, ${price.source}]`;
}

function listSources(report: CostReport, { sources }: PriceList): string {
  const describe = (id: string): string => {
    const source = sources[id];
    return source === undefined ? id : `  ${id}: ${source.title}; ${source.date}; ${source.url}`;
  };
  return ['Sources of the prices', ...listUsedSources(report).map(describe)].join('\n');
}

/** Ids of the price sources that the report's lines name, sorted. */
export function listUsedSources({ environments }: CostReport): readonly string[] {
  const lines = environments.flatMap(({ regions }) =>
    regions.flatMap(({ services }) => services.flatMap((service) => service.lines)),
  );
  return [...new Set(lines.map(({ price }) => price.source))].sort();
}
