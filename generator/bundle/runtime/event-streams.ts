// Replaces @smithy/core/event-streams in the bundles. Only operations that stream events (such as S3
// SelectObjectContent) use it, and the handlers call none. The SDK always configures it, so the configuration must work
// and a use must fail with a clear error.

const REASON = 'event stream operations are not part of this bundle: see generator/bundle/trim-sdk.mjs';

/** Returns no marshaller, which the clients accept. */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}

/** Adds only the member that the SDK expects to the client's configuration. */
export function resolveEventStreamSerdeConfig<Config extends object>(
  config: Config,
): Config & { eventStreamMarshaller: undefined } {
  return Object.assign(config, { eventStreamMarshaller: undefined });
}

/** Throws on the first use of an event stream. */
export class EventStreamSerde {
  constructor() {
    throw new Error(REASON);
  }
}
