import type { ConnectionSettings } from '../../../../shared/connection.ts';

/** A connection to Inngest, as it is kept. */
export type InngestConnection = Extract<ConnectionSettings, { engine: 'inngest' }>;
