// Every Allow statement with a wildcard beyond one named resource, and the reason.

/** `<type>.<name> <sid>` -> reason. */
export const EXPLAINED_WILDCARDS: Readonly<Record<string, string>> = {
  ...forBothFunctions('WriteTraces', 'X-Ray knows no resources'),
  ...forBothFunctions('UseNetwork', 'Lambda makes the network interfaces before it can name them'),
  'aws_kms_key.alarms AccountDecides': 'a key that its account cannot manage can never be changed or deleted',
  'aws_kms_key.stack AccountDecides': 'the same',
  'aws_kms_key.alarms AlarmsEncrypt': 'GenerateDataKey with and without plaintext',
  'aws_kms_key.stack AlarmsPublish': 'the same',
  'aws_kms_key.stack AudioBucketAnnounces': 'the same',
  'aws_kms_key.stack DeadLettersOfResults': 'the same',
  'aws_kms_key.stack LogsEncrypt': 'the actions that CloudWatch Logs asks for, on its own log groups',
  // The roles of the workflow: they make resources that have no name of their own yet.
  'aws_iam_policy.read ReadSettings':
    'ids of REST APIs are random; GetBucket* are the settings of named buckets',
  'aws_iam_policy.read List': 'lists know no resources',
  'aws_iam_policy.read ReadKeys': 'ids of keys are random; metadata and policy alone',
  'aws_iam_policy.read ReadSettingsOfFunctions': 'keys with our tags, by way of Lambda',
  'aws_iam_policy.write_api MakeApis': 'ids of REST APIs are random; with our tags alone',
  'aws_iam_policy.write_api ManageApis': 'the same',
  'aws_iam_policy.write_api MakeDomains': 'a new domain has no ARN yet; with our tags alone',
  'aws_iam_policy.write_api ManageDomains': "parts of named domains; API Gateway's ARNs have no account",
  'aws_iam_policy.write_api AwaitRecords': 'ids of changes are random; status alone',
  'aws_iam_policy.write_api ApiSettings': "the region's account settings, and tags, which know no resources",
  'aws_iam_policy.write_data Logs': 'API Gateway names its execution log after the random id of the API',
  'aws_iam_policy.write_compute FeedFunctions': 'ids of mappings are random; for our functions alone',
  'aws_iam_policy.write_compute TagMappings': 'the same; tags alone',
  'aws_iam_policy.write_compute Autoscaling': 'knows no resources; for DynamoDB alone',
  'aws_iam_policy.write_compute AutoscalingTags': 'ids of scalable targets are random; tags alone',
  'aws_iam_policy.write_compute AutoscalingAlarms':
    'Auto Scaling ends the names of its alarms with random ids',
  'aws_iam_policy.write_security MakeKeys': 'a new key has no name; with our tags alone',
  'aws_iam_policy.write_security TagNewKeys': 'keys without an owner become ours',
  'aws_iam_policy.write_security ManageKeys': 'keys with our tags',
  'aws_iam_policy.write_security UseKeys': 'the same, by way of three services',
  'aws_iam_policy.write_security UseGivenKeys': 'GenerateDataKey and ReEncrypt in all forms, on named keys',
  'aws_iam_policy.write_security LendKeys': 'keys with our tags, to AWS services alone',
  'aws_iam_policy.write_security UseRuleGroups': "AWS's own rule groups",
  'aws_iam_policy.write_security GuardApis': 'ids of REST APIs are random; to attach a firewall to a stage',
  'aws_iam_policy.write_security FirewallLogs': 'the delivery of logs knows no resources',
  'aws_iam_role_policy.plan_read_secrets DecryptSecrets': 'keys with our tags, by way of Secrets Manager',
};

function forBothFunctions(sid: string, reason: string): Record<string, string> {
  return Object.fromEntries(
    ['webhook_handler', 'audio_processor'].map((name) => [`aws_iam_role_policy.${name} ${sid}`, reason]),
  );
}
