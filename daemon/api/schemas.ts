/** Schemas that only the routes use: parameters, empty bodies, errors. */
import Type from 'typebox';
import { QueueName } from '../../shared/job.ts';
import { ScheduleRef } from '../../shared/schedule.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

export const JobParams = Type.Object({ id: Id });
export const AttemptParams = Type.Object({ id: Id, n: Type.Integer({ minimum: 1, maximum: 1_000_000 }) });
export const ScheduleParams = Type.Object({ ref: ScheduleRef });
export const QueueParams = Type.Object({ name: QueueName });

/** The body of a command without parameters: absent or `{}`. */
export const NoBody = Type.Object({}, { additionalProperties: false });
export const NoQuery = Type.Object({}, { additionalProperties: false });

/** A body of raw bytes. */
export const RawBytes = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });

export const ErrorReply = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    hint: Type.Union([Type.String(), Type.Null()]),
  }),
});

/** Error responses of every route. */
export const failures = { '4xx': ErrorReply, '5xx': ErrorReply } as const;
