/** The HTTP status of an error of the AWS SDK; undefined for other errors and for requests without an answer. */
export function readStatus(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
