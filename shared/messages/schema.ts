/** Schemas of messages on the wire. */
import Type, { type Static } from 'typebox';

/** What a message is about: texts, numbers, and other messages (such as a reason), which are rendered in place. */
const Params = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Values of the message; durations in milliseconds, times in ISO 8601',
});

/** A fact as data. Clients that translate render `code` and `params`; `message` is the same fact in English. */
export const Message = Type.Object({
  code: Type.String({ description: 'From shared/messages; `text` when there is only the English text' }),
  params: Params,
  message: Type.String(),
});
export type Message = Static<typeof Message>;

/**
 * A problem as data. `code` is what programs compare; where one code covers several situations, `variant` tells them
 * apart, and the text is the one of `code/variant`. Problems recorded by earlier versions have neither `params` nor
 * `variant`: their English text is all there is.
 */
export const Problem = Type.Object({
  code: Type.String({ description: 'From the catalogue in shared/errors.ts' }),
  variant: Type.Optional(Type.String()),
  params: Type.Optional(Params),
  message: Type.String(),
  hint: Type.Union([Type.String(), Type.Null()], { description: 'What to do about it' }),
});
export type Problem = Static<typeof Problem>;
