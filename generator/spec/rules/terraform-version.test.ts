import { describe, expect, it } from 'vitest';
import { isTerraformAccepted } from './terraform-version.ts';

describe('releases of Terraform', () => {
  it.each([
    ['1.11.4', '>= 1.11', true],
    ['1.11.0', '>= 1.11', true],
    ['1.11.4', '>= 1.11.4', true],
    ['1.11.3', '>= 1.11.4', false],
    ['1.12.0', '>= 1.11.4', true],
    ['1.10.9', '>= 1.11', false],
    ['1.10.9', '>= 1.11.4', false],
    ['1.11.5', '>= 1.11.4', true],
  ])('%s meets %s: %s', (version, required, isAccepted) => {
    expect(isTerraformAccepted(version, required)).toBe(isAccepted);
  });
});
