// Versions of the product: which is newer (semver.org, without build metadata).

/** Of the product that this command is from. */
export const PRODUCT_VERSION = '0.1.0';

/** False where either is no version: nothing can be said of it. */
export function newerThan(one: string, other: string): boolean {
  const [a, b] = [parsed(one), parsed(other)];
  if (a === undefined || b === undefined) return false;
  const at = a.numbers.findIndex((number, index) => number !== b.numbers[index]);
  if (at >= 0) return (a.numbers[at] ?? 0) > (b.numbers[at] ?? 0);
  if (a.before === '' || b.before === '') return a.before === '' && b.before !== ''; // 1.0.0 comes after 1.0.0-rc.1
  return a.before.localeCompare(b.before, 'en', { numeric: true }) > 0;
}

function parsed(version: string): { readonly numbers: readonly number[]; readonly before: string } | undefined {
  const [, major, minor, patch, before = ''] = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?$/.exec(version) ?? [];
  return patch === undefined ? undefined : { numbers: [Number(major), Number(minor), Number(patch)], before };
}
