/** `>= 1.9.2` -> 9. The schema has checked the form. */
export function readTerraformMinor(requiredVersion: string): number {
  return Number(requiredVersion.split('.')[1]);
}
