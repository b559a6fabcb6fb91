/** Returns the environment variables that Terraform sets for both functions, with the AWS at `endpoint`. */
export function describeEnvironment(functionName: string, endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    SONOTHEIA_PROJECT: 'local',
    SONOTHEIA_ENVIRONMENT: 'local',
    SESSIONS_TABLE_NAME: 'sessions',
    RESULTS_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:results',
    POWERTOOLS_SERVICE_NAME: functionName,
    POWERTOOLS_METRICS_NAMESPACE: 'Sonotheia',
  };
}
