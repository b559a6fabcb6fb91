// @ts-nocheck: its packages are installed where it is copied to
// The same two functions with what they need. Plain JavaScript: compiling TypeScript first would take longer.
const { join } = require('node:path');
const { App, AssetType, TerraformAsset, TerraformStack } = require('cdktn');
const { buildSync } = require('esbuild');

// Each from a module of its own: loading the provider's index takes seconds.
const load = (name) => {
  const className =
    name === 'provider' ? 'AwsProvider' : name.replace(/(?:^|-)(.)/g, (_, letter) => letter.toUpperCase());
  return require(`@cdktn/provider-aws/lib/${name}`)[className];
};

const stack = new TerraformStack(new App(), 'bench');
const create = (module, id, settings) => new (load(module))(stack, id, settings);

create('provider', 'aws', { region: 'us-east-1' });
const role = create('iam-role', 'role', { name: 'bench', assumeRolePolicy: '{}' });
const [webhook, audio] = ['webhook_handler', 'audio_processor'].map((name) => {
  const folder = join(__dirname, 'build', name);
  buildSync({
    entryPoints: [join(__dirname, 'handlers', name, 'index.ts')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
  });
  const asset = new TerraformAsset(stack, `${name}-asset`, { path: folder, type: AssetType.ARCHIVE });
  return create('lambda-function', name, {
    functionName: name,
    role: role.arn,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    filename: asset.path,
    sourceCodeHash: asset.assetHash,
  });
});
create('dynamodb-table', 'sessions', {
  name: 'sessions',
  billingMode: 'PAY_PER_REQUEST',
  hashKey: 'session_id',
  attribute: [{ name: 'session_id', type: 'S' }],
});
create('secretsmanager-secret', 'secret', { name: 'bench' });
const bucket = create('s3-bucket', 'audio', { bucket: 'bench-audio' });
create('lambda-permission', 'permission', {
  action: 'lambda:InvokeFunction',
  functionName: audio.functionName,
  principal: 's3.amazonaws.com',
  sourceArn: bucket.arn,
});
create('s3-bucket-notification', 'notification', {
  bucket: bucket.id,
  lambdaFunction: [{ lambdaFunctionArn: audio.arn, events: ['s3:ObjectCreated:*'] }],
});
const api = create('api-gateway-rest-api', 'api', { name: 'bench' });
const resource = create('api-gateway-resource', 'resource', {
  restApiId: api.id,
  parentId: api.rootResourceId,
  pathPart: 'webhook',
});
const post = { restApiId: api.id, resourceId: resource.id, httpMethod: 'POST' };
create('api-gateway-method', 'method', { ...post, authorization: 'NONE' });
create('api-gateway-integration', 'integration', {
  ...post,
  type: 'AWS_PROXY',
  integrationHttpMethod: 'POST',
  uri: webhook.invokeArn,
});
stack.node.root.synth();
