// Money and quantities as text.

const CENT = 0.01;
const SMALLEST = 0.000_001;

/** US dollars, rounded to cents; below a cent, to two significant digits. */
export function formatUsd(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0 || size >= CENT) {
    return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  if (size < SMALLEST) return '0.00';
  return usd.toLocaleString('en-US', { maximumSignificantDigits: 2, maximumFractionDigits: 6 });
}

/** A difference, with its sign. */
export function formatDifference(usd: number): string {
  return usd > 0 ? `+${formatUsd(usd)}` : formatUsd(usd);
}

export function formatQuantity(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 1 ? 6 : 2 });
}

/** `requests`, and `request` for one of them; GB is both. */
export function formatUnit(unit: string, quantity: number): string {
  return quantity === 1 || unit === 'GB' ? unit : `${unit}s`;
}

/** A unit price in full: `0.0000133334`, `0.40 per 1,000,000`. */
export function formatUnitPrice(usd: number, per: number): string {
  const price = usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 10 });
  return per === 1 ? price : `${price} per ${per.toLocaleString('en-US')}`;
}
