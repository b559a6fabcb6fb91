// @ts-nocheck: its packages are installed where it is copied to
// The same two functions with what they need. Plain JavaScript: compiling TypeScript first would take longer.
const { join } = require('node:path');
const {
  App,
  aws_apigateway: apigateway,
  aws_dynamodb: dynamodb,
  aws_lambda: lambda,
  aws_lambda_nodejs: lambdaNodejs,
  aws_s3: s3,
  aws_s3_notifications: notifications,
  aws_secretsmanager: secretsmanager,
  Stack,
} = require('aws-cdk-lib');

const stack = new Stack(new App(), 'Bench');
const [webhook, audio] = ['webhook_handler', 'audio_processor'].map(
  (name) =>
    new lambdaNodejs.NodejsFunction(stack, name, {
      entry: join(__dirname, 'handlers', name, 'index.ts'),
      runtime: lambda.Runtime.NODEJS_22_X,
      projectRoot: __dirname,
      depsLockFilePath: join(__dirname, 'package-lock.json'),
      bundling: { minify: true, externalModules: [] },
    }),
);
const table = new dynamodb.Table(stack, 'Sessions', {
  partitionKey: { name: 'session_id', type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
});
const secret = new secretsmanager.Secret(stack, 'Secret');
for (const functionOfStack of [webhook, audio]) {
  table.grantReadWriteData(functionOfStack);
  secret.grantRead(functionOfStack);
}
new apigateway.RestApi(stack, 'Api').root
  .addResource('webhook')
  .addMethod('POST', new apigateway.LambdaIntegration(webhook));
new s3.Bucket(stack, 'Audio').addEventNotification(
  s3.EventType.OBJECT_CREATED,
  new notifications.LambdaDestination(audio),
);
