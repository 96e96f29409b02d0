/** The time zones to choose from. */
import type * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';

export interface ZoneItem extends vscode.QuickPickItem {
  /** Null for that of this machine. */
  readonly zone: string | null;
}

/** The time zone of this machine, such as `Europe/Berlin`. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** That of this machine first, then UTC, then the others by name, each with its current distance to UTC. */
export function zoneItems(t: Translate, now = new Date()): ZoneItem[] {
  const local = localZone();
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return [
    { zone: null, label: t('Time Zone of This Machine'), description: local },
    ...zones.map((zone) => ({ zone, label: zone, description: offsetOf(zone, now) })),
  ];
}

/** `GMT+2` */
function offsetOf(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(now);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
