// Terraform's tags prove whose a resource is; a name does not. Every stack has them: templates/providers.tf.hbs.
import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedEnvironment } from '../../generator/spec/resolve.ts';
import type { AwsAccess } from './aws-access.ts';
import { isAccessDenied } from './explain-aws-error.ts';

/** Two projects in one account may have environments of the same name. */
export type Owner = Pick<ResolvedEnvironment, 'name' | 'projectName'>;

export type Tags = ReadonlyMap<string | undefined, string | undefined>;

export function isOwnedBy(owner: Owner, tags: Tags): boolean {
  return Object.entries(listTags(owner)).every(([key, value]) => tags.get(key) === value);
}

export function describeTags(owner: Owner): string {
  return Object.entries(listTags(owner))
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function listTags({ name, projectName }: Owner): Readonly<Record<string, string>> {
  return { Project: projectName, Environment: name, ManagedBy: 'terraform' };
}

interface TaggedBucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
}

/** Throws a `Problem` with `fix` if the bucket belongs to another account or its tags cannot be read. */
export async function readBucketTags(
  aws: AwsAccess,
  { name, region, accountId }: TaggedBucket,
  { signal, fix }: { readonly signal: AbortSignal; readonly fix: string },
): Promise<Tags> {
  const command = new GetBucketTaggingCommand({ Bucket: name, ExpectedBucketOwner: accountId });
  try {
    const { TagSet = [] } = await aws.client(S3Client, region).send(command, { abortSignal: signal });
    return new Map(TagSet.map(({ Key, Value }) => [Key, Value]));
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchTagSet') return new Map();
    if (!isAccessDenied(error)) throw error;
    throw new Problem(
      {
        what: `The owner of the bucket ${name} is unknown. Nothing was changed.`,
        why: `S3 answered 403: it belongs to another account than ${accountId}, or the credentials lack s3:GetBucketTagging.`,
        fix,
      },
      { cause: error },
    );
  }
}
