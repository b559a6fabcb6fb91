// The accepted licences of packages.

/** These only require to keep their text and copyright lines. */
const PERMISSIVE = new Set([
  '(MIT AND Zlib)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT OR Apache-2.0',
  'MIT-0',
  'PSF-2.0',
  'Python-2.0',
]);

/** Licences with further conditions, for tools that are not distributed in a bundle: package -> licence. */
const FOR_TOOLS: Readonly<Record<string, string>> = {
  // Tests of the console's page only. Changes of its source must be published.
  'axe-core': 'MPL-2.0',
  // A table of browsers for Babel, a dependency of Stryker.
  'caniuse-lite': 'CC-BY-4.0',
  // Vite's CSS compiler, a dependency of Vitest. Changes of its source must be published.
  lightningcss: 'MPL-2.0',
};

/** `license` as in package.json: an SPDX expression. */
export function isPermissive(license: string | undefined): boolean {
  return license !== undefined && PERMISSIVE.has(license);
}

/** Whether a package may be installed: native builds of a tool are packages beside it (`lightningcss-linux-x64-gnu`). */
export function isAllowed(name: string, license: string | undefined): boolean {
  const tool = Object.entries(FOR_TOOLS).find(([base]) => name === base || name.startsWith(`${base}-`));
  return isPermissive(license) || (license !== undefined && tool?.[1] === license);
}
