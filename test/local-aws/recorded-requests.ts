// Requests to the local AWS, those of Terraform unless others are asked for, read by the API models of the services.
export interface RecordedRequest {
  readonly accessKeyId: string;
  /** The header user-agent. */
  readonly agent: string;
  /** botocore's name, such as `lambda` or `application-autoscaling`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Of the HTTP request. */
  readonly method: string;
  /** Of the HTTP request, as it was sent. */
  readonly path: string;
  /** By the API model; blobs are null. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The answer's body; empty for long ones. */
  readonly answer: string;
}

const TERRAFORM_AGENT = /\bTerraform\//;

export async function fetchRequests(
  endpoint: string,
  agent = TERRAFORM_AGENT,
): Promise<readonly RecordedRequest[]> {
  const answer = await fetch(`${endpoint}/moto-api/recorded-requests`);
  const requests = (await answer.json()) as RecordedRequest[] | null;
  if (requests === null) throw new Error('The local AWS records no requests: call recordRequests first.');
  return requests.filter((request) => agent.test(request.agent));
}
