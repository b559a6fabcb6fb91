output "api_url" {
  value = aws_api_gateway_stage.prod.invoke_url
}

output "role_arn" {
  value = aws_iam_role.worker.arn
}

output "topic_arn" {
  value = aws_sns_topic.results.arn
}

output "queue_url" {
  value = aws_sqs_queue.uploads.id
}

output "dead_letter_queue_url" {
  value = aws_sqs_queue.dead_letters.id
}
