/** A fastify instance whose routes take their types from their schemas. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the token of the job in the path authorizes the request. */
    openToJobs?: boolean;
    /** Whether it is answered even when there are too many connections. */
    urgent?: boolean;
    /** Whether the request is answered before the daemon knows which jobs are running. */
    whileStarting?: boolean;
    /** Media type of the reply if it isn't JSON. */
    produces?: string;
  }
}

export type Router = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
