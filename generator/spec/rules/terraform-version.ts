/** `>= 1.9.2` -> 9. The schema has checked the form. */
export function readTerraformMinor(requiredVersion: string): number {
  return Number(requiredVersion.split('.')[1]);
}

/** Whether the release `1.N.P` meets `>= 1.N` or `>= 1.N.P`. */
export function isTerraformAccepted(version: string, requiredVersion: string): boolean {
  const [, minor = 0, patch = 0] = version.split('.').map(Number);
  const [leastPatch = 0] = requiredVersion.split('.').slice(2).map(Number);
  const least = readTerraformMinor(requiredVersion);
  return minor > least || (minor === least && patch >= leastPatch);
}
