// The schema keyword `x-terraform`: the Terraform variable that carries a key of the spec, or who else uses the key.
import { TERRAFORM_KEYWORD } from './ajv-options.mjs';
import type { JsonObject } from './json.ts';

export interface TerraformKeyword {
  /** The variable that carries the key's value. */
  readonly variable?: string;
  /** The documented system has this variable: it is in the root module even if every environment uses the default. */
  readonly documented?: true;
  /** The features whose HCL reads the variable; it exists only with one of them. On a group: for all keys below it. */
  readonly features?: readonly string[];
  /** Description of the variable, where it differs from that of the key. */
  readonly description?: string;
  /** A limit that the schema cannot express. `condition` is HCL. */
  readonly validation?: { readonly condition: string; readonly message: string };
  /** Who uses a key that has no variable. On a group: for all keys below it. */
  readonly usedBy?: string;
}

export function readTerraformKeyword(node: JsonObject): TerraformKeyword {
  return (node[TERRAFORM_KEYWORD.keyword] ?? {}) as TerraformKeyword;
}
