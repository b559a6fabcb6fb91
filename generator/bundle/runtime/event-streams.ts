// Takes the place of @smithy/core/event-streams inside the bundles. Only operations that stream events (such as
// S3 SelectObjectContent) need it and the handlers call none; the SDK configures it all the same, so that the
// configuration must work and only the use must fail, saying why.

const REASON = 'event stream operations are not part of this bundle: see generator/bundle/trim-sdk.mjs';

/** Answers the SDK's question for a marshaller with nothing, which the clients accept. */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}

/** Leaves the client's configuration as it is, apart from the member that the SDK expects. */
export function resolveEventStreamSerdeConfig<Config extends object>(
  config: Config,
): Config & { eventStreamMarshaller: undefined } {
  return Object.assign(config, { eventStreamMarshaller: undefined });
}

/** Refuses the first use of an event stream. */
export class EventStreamSerde {
  constructor() {
    throw new Error(REASON);
  }
}
