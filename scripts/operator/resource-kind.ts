// The type of a look-up: how to find a resource of one Terraform type in AWS.
import type { AwsAccess } from './aws-access.ts';

/** The resource's attributes, as far as the plan knows them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Returns the id for `terraform import`; undefined if the resource does not exist. */
type Find = (
  aws: AwsAccess,
  region: string,
  name: string,
  attributes: Attributes,
) => Promise<string | undefined>;

export interface ResourceKind {
  /** Noun for messages. */
  readonly title: string;
  /** The attribute that holds the resource's name. */
  readonly nameAttribute: string;
  /** Attributes that name its parent, for a name that is unique only within it. */
  readonly within?: readonly string[];
  /**
   * How an existing one gets into the state. `import`: creating it again would fail or make a duplicate. `take over`: creating
   * it again changes the existing one.
   */
  readonly way: 'import' | 'take over';
  readonly find: Find;
}
