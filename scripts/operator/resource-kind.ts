// How AWS is asked for a resource of one type.
import type { AwsAccess } from './aws-access.ts';

/** Of the resource, as far as the plan knows them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Returns the id that Terraform imports it by; undefined where there is none. */
type Find = (
  aws: AwsAccess,
  region: string,
  name: string,
  attributes: Attributes,
) => Promise<string | undefined>;

export interface ResourceKind {
  /** In a sentence. */
  readonly title: string;
  /** The attribute with its name. */
  readonly nameAttribute: string;
  /** Attributes that name what it is part of, where its name is unique only in there. */
  readonly within?: readonly string[];
  /**
   * How it gets into the state. `import`: AWS refuses to make it again, or makes a second one. `take over`: Terraform makes
   * it again, which changes the one that is there.
   */
  readonly way: 'import' | 'take over';
  readonly find: Find;
}
