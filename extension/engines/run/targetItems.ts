/** Quick pick items for the targets of a connection. Pure. */
import type { RemoteEngineName, TargetList } from '../../../shared/connection.ts';
import { escapeIcons, type Translate } from '../../base/text.ts';

export type Target = Pick<TargetList['targets'][number], 'kind' | 'name'> & {
  /** The user typed it. The engine did not list it. */
  readonly typed: boolean;
};

export interface TargetItem {
  readonly label: string;
  readonly description?: string;
  readonly alwaysShow?: boolean;
  readonly target: Target;
}

const icons: Record<Target['kind'], string> = { task: 'symbol-method', function: 'symbol-event', event: 'broadcast' };

/** Items for a typed text: the targets of the engine, then the text itself as a task or an event. */
export function targetItems(
  engine: RemoteEngineName,
  targets: TargetList['targets'],
  text: string,
  t: Translate,
): TargetItem[] {
  const named = targets.map(({ kind, name, title }) => ({
    label: `$(${icons[kind]}) ${escapeIcons(name)}`,
    description: [...(title === null || title === name ? [] : [escapeIcons(title)]), kindWord(kind, t)].join(' · '),
    target: { kind, name, typed: false },
  }));
  const name = text.trim();
  const kind = engine === 'celery' ? 'task' : 'event';
  if (name === '' || targets.some((one) => one.name === name && one.kind === kind)) return named;
  const label = kind === 'task' ? t('Run task {0}', name) : t('Send event {0}', name);
  const own = {
    label: `$(edit) ${escapeIcons(label)}`,
    alwaysShow: true,
    target: { kind, name, typed: true } as const,
  };
  return [...named, own];
}

/**
 * The intended target of a selection while the box contains `text`. Until the list is updated, the item for the typed
 * text may still have the previous text. Undefined for none.
 */
export function meantTarget(chosen: Target | undefined, text: string): Target | undefined {
  if (chosen === undefined || !chosen.typed) return chosen;
  const name = text.trim();
  return name === '' ? undefined : { ...chosen, name };
}

function kindWord(kind: Target['kind'], t: Translate): string {
  switch (kind) {
    case 'task':
      return t('task');
    case 'function':
      return t('function');
    case 'event':
      return t('event');
  }
}
