# Touches every behaviour that ../../server/fixes puts right. See ../../README.md.

data "aws_caller_identity" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
}

resource "aws_cloudwatch_log_group" "west" {
  provider = aws.west

  name              = "/small-stack/west"
  retention_in_days = 7
}

resource "aws_kms_key" "main" {
  description             = "small-stack"
  enable_key_rotation     = true
  rotation_period_in_days = 180
}

resource "aws_secretsmanager_secret" "token" {
  name       = "small-stack-token"
  kms_key_id = aws_kms_key.main.arn
}

resource "aws_secretsmanager_secret_version" "token" {
  secret_id                = aws_secretsmanager_secret.token.id
  secret_string_wo         = "token-value"
  secret_string_wo_version = 1
}
