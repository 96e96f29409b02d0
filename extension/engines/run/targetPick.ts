/** A quick pick of the targets of a connection that updates while the user types. */

import * as vscode from 'vscode';
import type { RemoteEngineName, TargetList } from '../../../shared/connection.ts';
import type { Translate } from '../../base/text.ts';
import { problemText } from '../../base/text.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import { meantTarget, type Target, type TargetItem, targetItems } from './targetItems.ts';

export interface TargetPickDeps {
  readonly engine: RemoteEngineName;
  readonly title: string;
  /** Targets whose name starts with the prefix. */
  targets(prefix: string): Promise<TargetList['targets']>;
  readonly t: Translate;
}

/** The selected target, or undefined if dismissed. */
export function pickTarget({ engine, title, targets, t }: TargetPickDeps): Promise<Target | undefined> {
  const pick = vscode.window.createQuickPick<TargetItem>();
  pick.title = title;
  const placeholder =
    engine === 'celery' ? t('Select a task or type its name') : t('Select a function or type the name of an event');
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  const known = new Map<string, TargetList['targets'][number]>();
  let asked = 0;
  const show = () => {
    pick.items = targetItems(engine, [...known.values()], pick.value, t);
  };
  const ask = async () => {
    asked += 1;
    const own = asked;
    pick.busy = true;
    try {
      for (const target of await targets(pick.value.trim())) known.set(`${target.kind} ${target.name}`, target);
      pick.placeholder = placeholder;
    } catch (error) {
      // A name can still be typed.
      pick.placeholder = problemText(toJobdeckError(error), t);
    }
    if (own === asked) pick.busy = false;
    show();
  };
  return new Promise((resolve) => {
    pick.onDidChangeValue(() => {
      show();
      // An engine may have more targets than it returns at once.
      void ask();
    });
    pick.onDidAccept(() => {
      const meant = meantTarget(pick.selectedItems[0]?.target, pick.value);
      if (meant === undefined) return;
      resolve(meant);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
    void ask();
  });
}
