// Receives reports and prices, promises the generated parts of docs/cost.md, so that its figures cannot drift. Pure.
import type { CostReport } from './cost-report.ts';
import { reckonDocumentedExample } from './documented-example.ts';
import { formatQuantity, formatUnit, formatUnitPrice, formatUsd } from './format/format-money.ts';
import type { PriceList } from './price-list.ts';

/** Cents are too coarse for rows of a few cents. */
const DIGITS = 4;

/** The documented table beside what its own quantities cost. */
export function renderDocumentedExample(prices: PriceList): string {
  const rows = reckonDocumentedExample(prices).map(({ service, reading, documentedUsd, formula, usd }) => {
    const terms = formula.map(
      (part) =>
        `${formatQuantity(part.quantity)} ${formatUnit(part.unit, part.quantity)} x ${formatUnitPrice(part.usd, part.per)}`,
    );
    const cells = [
      service,
      reading,
      terms.join('<br>+ '),
      usd.toFixed(DIGITS),
      documentedUsd.toFixed(2),
      `${usd > documentedUsd ? '+' : ''}${(usd - documentedUsd).toFixed(DIGITS)}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| service | reading | reckoned | USD | document | difference |',
    '| --- | --- | --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

/** What the first environment of the documented spec costs, service by service, beside the documented table. */
export function renderDeployedExample({ environments }: CostReport): string {
  const documented = new Map([
    ['Lambda', 0.85],
    ['API Gateway', 0.11],
    ['S3', 0.05],
    ['DynamoDB', 1.5],
    ['CloudWatch Logs', 0.5],
  ]);
  const region = environments[0]?.regions[0];
  if (region === undefined) throw new Error('a report has an environment with a region');
  const rows = region.services.map(({ title, fixedUsd, trafficUsd, totalUsd }) => {
    const figure = documented.get(title);
    const cells = [
      title,
      formatUsd(fixedUsd),
      formatUsd(trafficUsd),
      formatUsd(totalUsd),
      figure === undefined ? 'not named' : formatUsd(figure),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const sum = [...documented.values()].reduce((total, usd) => total + usd, 0);
  return [
    '| service | fixed | traffic | total | document |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    `| **total** | **${formatUsd(region.fixedUsd)}** | **${formatUsd(region.trafficUsd)}** | **${formatUsd(region.totalUsd)}** | **${formatUsd(sum)}** |`,
  ].join('\n');
}

/** The sources of the prices, newest first. */
export function renderSources({ sources }: PriceList): string {
  const rows = Object.entries(sources)
    .sort(([, a], [, b]) => b.date.localeCompare(a.date))
    .map(
      ([id, { date, confirmed, title }]) =>
        `| \`${id}\` | ${date} | ${confirmed ? 'yes' : 'no'} | ${title} |`,
    );
  return ['| source | date | confirmed | what it is |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Puts a text between the markers `<!-- generated: name -->` and `<!-- end -->`. */
export function replaceGenerated(document: string, name: string, text: string): string {
  const start = `<!-- generated: ${name} -->\n`;
  const from = document.indexOf(start);
  const to = document.indexOf('\n<!-- end -->', from);
  if (from < 0 || to < 0) throw new Error(`the document has no part ${name}`);
  return document.slice(0, from + start.length) + text + document.slice(to);
}
