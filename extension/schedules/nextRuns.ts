/** The next runs of a cron expression, in local time. */
import * as vscode from 'vscode';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Translate } from '../base/text.ts';

export type AskDaemon = <T>(ask: (client: DaemonClient) => Promise<T>) => Promise<T>;

/** Number of runs shown. */
const count = 3;

/** `Next runs: …`. Rejects if the expression is not valid. `timezone`: null for that of this machine. */
export async function nextRunsText(
  { cron, timezone }: { readonly cron: string; readonly timezone: string | null },
  send: AskDaemon,
  t: Translate,
): Promise<string> {
  const { nextRuns } = await send((client) => client.cron({ cron, timezone: timezone ?? undefined, count }));
  const format = new Intl.DateTimeFormat(vscode.env.language, {
    ...{ weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  });
  return t('Next runs: {0}', nextRuns.map((iso) => format.format(new Date(iso))).join(' · '));
}
