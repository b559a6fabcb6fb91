// Facts about existing resources that decide about later requests, taken from the requests that created them.
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';

export type Tags = Readonly<Record<string, string>>;

/** By ARN, except aliases and roles, which are by name. */
export interface AccountState {
  /** Of KMS keys, APIs and stages only: a policy that asks for the tags of other resources denies. */
  readonly tags: Map<string, Tags>;
  /** The KMS key of a secret or function. */
  readonly keys: Map<string, string>;
  readonly aliases: Map<string, string>;
  readonly roles: Map<string, { readonly arn: string; readonly boundary: string | undefined }>;
  /** Of an event source mapping. */
  readonly functions: Map<string, string>;
  /** The web ACL of a stage. */
  readonly webAcls: Map<string, string>;
}

export const ACCOUNT = '123456789012';

export function createAccountState(): AccountState {
  return {
    tags: new Map(),
    keys: new Map(),
    aliases: new Map(),
    roles: new Map(),
    functions: new Map(),
    webAcls: new Map(),
  };
}

export function nameArn({ region }: RecordedRequest, service: string, rest: string): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
}

const nameStage = ({ region }: RecordedRequest, api: string, stage: string): string =>
  `arn:aws:apigateway:${region}::/restapis/${api}/stages/${stage}`;

/** A text among the parameters. Throws where the request has none. */
export function readText({ service, operation, parameters }: RecordedRequest, name: string): string {
  const value = parameters[name];
  if (typeof value === 'string') return value;
  throw new Error(`${service}:${operation} has no ${name}: ${JSON.stringify(parameters)}`);
}

/** Tags in any of the services' forms. */
export function readTags({ parameters }: RecordedRequest): Tags {
  const given = (parameters.Tags ?? parameters.tags ?? {}) as Tags | readonly Tags[];
  if (!Array.isArray(given)) return given as Tags;
  return Object.fromEntries(
    (given as Tags[]).map((tag) => [tag.Key ?? tag.TagKey, tag.Value ?? tag.TagValue]),
  );
}

/** The context keys of tags. */
export function listTags(key: string, tags: Tags = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
}

export function nameFunction(request: RecordedRequest): string {
  const name = readText(request, 'FunctionName');
  return name.startsWith('arn:') ? name : nameArn(request, 'lambda', `function:${name}`);
}

export function nameSecret(request: RecordedRequest): string {
  const id = String(request.parameters.SecretId ?? readAnswer(request, 'ARN'));
  // Secrets Manager appends six characters.
  return id.startsWith('arn:') ? id : nameArn(request, 'secretsmanager', `secret:${id}-AbCdEf`);
}

/** The ARN of a key that a request names by its id, ARN or alias. */
export function nameKey(request: RecordedRequest, state: AccountState, id: string): string {
  if (id.startsWith('alias/')) {
    const key = state.aliases.get(id);
    if (key === undefined) throw new Error(`no such alias: ${id}`);
    return key;
  }
  return id.startsWith('arn:') ? id : nameArn(request, 'kms', `key/${id}`);
}

export function readAnswer({ service, operation, answer }: RecordedRequest, name: string): string {
  const value = (JSON.parse(answer) as Record<string, unknown>)[name];
  if (typeof value === 'string') return value;
  throw new Error(`the answer to ${service}:${operation} has no ${name}: ${answer}`);
}

const OBSERVERS: Readonly<Record<string, (request: RecordedRequest, state: AccountState) => void>> = {
  'apigateway:CreateRestApi': (request, { tags }) =>
    void tags.set(
      `arn:aws:apigateway:${request.region}::/restapis/${readAnswer(request, 'id')}`,
      readTags(request),
    ),
  'apigateway:CreateStage': (request, { tags }) =>
    void tags.set(
      nameStage(request, readText(request, 'restApiId'), readText(request, 'stageName')),
      readTags(request),
    ),
  'apigateway:TagResource': (request, { tags }) => addTags(tags, readText(request, 'resourceArn'), request),
  'apigateway:UntagResource': (request, { tags }) =>
    dropTags(tags, readText(request, 'resourceArn'), request.parameters.tagKeys),
  'iam:CreateRole': (request, { roles }) => {
    const name = readText(request, 'RoleName');
    const { Path = '/', PermissionsBoundary } = request.parameters as Record<string, string | undefined>;
    roles.set(name, { arn: `arn:aws:iam::${ACCOUNT}:role${Path}${name}`, boundary: PermissionsBoundary });
  },
  'kms:CreateAlias': (request, state) =>
    void state.aliases.set(
      readText(request, 'AliasName'),
      nameKey(request, state, readText(request, 'TargetKeyId')),
    ),
  'kms:CreateKey': (request, { tags }) => void tags.set(nameNewKey(request), readTags(request)),
  'kms:TagResource': (request, state) =>
    addTags(state.tags, nameKey(request, state, readText(request, 'KeyId')), request),
  'kms:UntagResource': (request, state) =>
    dropTags(state.tags, nameKey(request, state, readText(request, 'KeyId')), request.parameters.TagKeys),
  'lambda:CreateEventSourceMapping': (request, { functions }) =>
    void functions.set(readAnswer(request, 'UUID'), nameFunction(request)),
  'lambda:CreateFunction': observeFunction,
  'lambda:UpdateFunctionConfiguration': observeFunction,
  'secretsmanager:CreateSecret': observeSecret,
  'secretsmanager:UpdateSecret': observeSecret,
  'wafv2:AssociateWebACL': (request, { webAcls }) =>
    void webAcls.set(readText(request, 'ResourceArn'), readText(request, 'WebACLArn')),
};

/** Call it after the permissions of the request are known. */
export function observe(request: RecordedRequest, state: AccountState): void {
  OBSERVERS[`${request.service}:${request.operation}`]?.(request, state);
}

export function nameNewKey(request: RecordedRequest): string {
  return (JSON.parse(request.answer) as { KeyMetadata: { Arn: string } }).KeyMetadata.Arn;
}

function addTags(tags: AccountState['tags'], arn: string, request: RecordedRequest): void {
  tags.set(arn, { ...tags.get(arn), ...readTags(request) });
}

function dropTags(tags: AccountState['tags'], arn: string, names: unknown): void {
  const dropped = names as readonly string[];
  tags.set(
    arn,
    Object.fromEntries(Object.entries(tags.get(arn) ?? {}).filter(([name]) => !dropped.includes(name))),
  );
}

function observeFunction(request: RecordedRequest, { keys }: AccountState): void {
  const { KMSKeyArn } = request.parameters as Record<string, string | undefined>;
  if (KMSKeyArn) keys.set(nameFunction(request), KMSKeyArn);
  if (KMSKeyArn === '') keys.delete(nameFunction(request));
}

function observeSecret(request: RecordedRequest, state: AccountState): void {
  const { KmsKeyId } = request.parameters as Record<string, string | undefined>;
  if (KmsKeyId) state.keys.set(nameSecret(request), KmsKeyId);
}
