/** Schemas of messages on the wire. */
import Type, { type Static } from 'typebox';

/** Parameters of a message: texts, numbers, or other messages, such as a reason, which are rendered in place. */
const Params = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Parameters of the message; durations in milliseconds, times in ISO 8601',
});

/** A message as data. Clients that translate render `code` and `params`; `message` is the same text in English. */
export const Message = Type.Object({
  code: Type.String({ description: 'Code of the message; `text` if there is only a text' }),
  params: Params,
  message: Type.String(),
});
export type Message = Static<typeof Message>;

/**
 * A problem as data. Programs compare `code`. If a code covers several situations, `variant` distinguishes them, and the
 * text is that of `code/variant`. Problems recorded by earlier versions have only an English text, without `params` or
 * `variant`.
 */
export const Problem = Type.Object({
  code: Type.String({ description: 'Code of the error' }),
  variant: Type.Optional(Type.String()),
  params: Type.Optional(Params),
  message: Type.String(),
  hint: Type.Union([Type.String(), Type.Null()], { description: 'What to do; null if unknown' }),
});
export type Problem = Static<typeof Problem>;
