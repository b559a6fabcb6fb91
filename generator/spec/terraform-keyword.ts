// `x-terraform` in the schema: the Terraform variable that carries a key of the spec, or who else uses the key.
import { TERRAFORM_KEYWORD } from './ajv-options.mjs';
import type { JsonObject } from './json.ts';

export interface TerraformKeyword {
  /** The variable that carries the key's value. */
  readonly variable?: string;
  /** The documented system names it: it is a variable of the root even where every environment has the default. */
  readonly documented?: true;
  /** The features whose HCL reads it; without one of them there is no variable. On a group: for all keys below it. */
  readonly features?: readonly string[];
  /** Description of the variable, where it differs from that of the key. */
  readonly description?: string;
  /** A limit of the variable that the schema has no keyword for. `condition` is HCL. */
  readonly validation?: { readonly condition: string; readonly message: string };
  /** Who uses a key that no variable carries. On a group: for all keys below it. */
  readonly usedBy?: string;
}

export function readTerraformKeyword(node: JsonObject): TerraformKeyword {
  return (node[TERRAFORM_KEYWORD.keyword] ?? {}) as TerraformKeyword;
}
