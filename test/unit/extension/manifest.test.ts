import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig, readConfig } from '../../../daemon/start/config.ts';
import {
  causeSeenKey,
  commandIds,
  contextKeys,
  daemonSettingNames,
  daemonSettingPrefix,
  detailPanelType,
  hasQueuesKey,
  logScheme,
  paletteIds,
  settingIds,
  statsPanelType,
  taskType,
  toolIdOf,
  viewIds,
  walkthroughId,
} from '../../../extension/base/ids.ts';
import { untranslated } from '../../../extension/base/text.ts';
import { connectionTokens, renderEngines } from '../../../extension/engines/row.ts';
import { queueTokens } from '../../../extension/queues/row.ts';
import { contextTokens } from '../../../extension/row/menuTokens.ts';
import { inactiveTokens, scheduleTokens } from '../../../extension/schedules/row.ts';
import { agentTools } from '../../../shared/client/agent/tools.ts';
import { ago, makeJob } from './builders.ts';

interface Command {
  command: string;
  title: string;
  category: string;
  enablement?: string;
}
interface MenuItem {
  command: string;
  when?: string;
}
interface Walkthrough {
  id: string;
  title: string;
  description: string;
  icon: string;
  steps: {
    id: string;
    title: string;
    description: string;
    completionEvents: string[];
    media: { image: Record<string, string>; altText: string };
  }[];
}
interface Manifest {
  icon: string;
  activationEvents: string[];
  contributes: {
    commands: Command[];
    menus: Record<string, MenuItem[]>;
    views: Record<string, { id: string; icon: string; when?: string }[]>;
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    viewsWelcome: { view: string; contents: string; when?: string }[];
    walkthroughs: Walkthrough[];
    keybindings: { command: string; key: string; mac?: string; args: object; when: string }[];
    configuration: {
      properties: Record<string, { default?: unknown; scope?: string; minimum?: number; maximum?: number }>;
    };
    languageModelTools: { name: string; modelDescription: string; inputSchema: object }[];
    mcpServerDefinitionProviders: { id: string }[];
    taskDefinitions: { type: string }[];
  };
}

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url));
const text = file('package.json').toString('utf8');
const manifest = JSON.parse(text) as Manifest;
const texts = JSON.parse(file('package.nls.json').toString('utf8')) as Record<string, string>;
const { contributes } = manifest;
const ids: readonly string[] = [...Object.values(commandIds), ...Object.values(paletteIds)];
const menus = Object.values(contributes.menus).flat();
const conditions = [...menus, ...contributes.viewsWelcome, ...contributes.keybindings].flatMap(
  ({ when }) => when ?? [],
);

describe('package.json and the code', () => {
  it('have the same commands', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...ids].sort());
  });

  it('have the same views', () => {
    const declared = Object.entries(contributes.views).flatMap(([container, views]) => [
      container,
      ...views.map(({ id }) => id),
    ]);
    assert.deepEqual(declared, Object.values(viewIds));
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewIds.container],
    );
  });

  it('have the same settings', () => {
    const ofDaemon = daemonSettingNames.map((name) => `${daemonSettingPrefix}.${name}`);
    assert.deepEqual(Object.keys(contributes.configuration.properties), [...Object.values(settingIds), ...ofDaemon]);
  });

  it('have the same settings of the daemon, with its defaults and limits', () => {
    const { retention, disk, ...others } = defaultConfig;
    const within = (section: string, values: object) =>
      Object.entries(values).map(([name, value]) => [`${section}.${name}`, value]);
    const defaults = [...Object.entries(others), ...within('retention', retention), ...within('disk', disk)];
    assert.deepEqual(defaults.map(([name]) => name).sort(), [...daemonSettingNames].sort());
    const folder = mkdtempSync(join(tmpdir(), 'jobdeck-manifest-'));
    const accepts = (name: string, value: number) => {
      const [key = '', section] = name.split('.').reverse();
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify(section === undefined ? { [key]: value } : { [section]: { [key]: value } }),
      );
      try {
        readConfig(join(folder, 'config.json'));
        return true;
      } catch {
        return false;
      }
    };
    for (const [name, value] of defaults) {
      const setting = contributes.configuration.properties[`${daemonSettingPrefix}.${name}`];
      assert.ok(setting);
      assert.deepEqual([setting.default, setting.scope], [value, 'machine'], name);
      const { minimum = Number.NaN, maximum = Number.NaN } = setting;
      assert.deepEqual(
        [minimum, maximum, minimum - 1, maximum + 1].map((one) => accepts(name, one)),
        [true, true, false, false],
        name,
      );
    }
    rmSync(folder, { recursive: true });
  });

  it('have the same tools for agents, at most six', () => {
    const declared = contributes.languageModelTools.map(({ name, modelDescription, inputSchema }) => ({
      name,
      modelDescription,
      inputSchema,
    }));
    const made = agentTools.map(({ name, description, inputSchema }) => ({
      name: toolIdOf(name),
      modelDescription: description,
      inputSchema,
    }));
    assert.deepEqual(declared, JSON.parse(JSON.stringify(made)));
    assert.ok(made.length <= 6);
    assert.deepEqual(contributes.mcpServerDefinitionProviders[0]?.id, 'jobdeck.mcp');
  });

  it('have the same task type', () => {
    assert.deepEqual(
      contributes.taskDefinitions.map(({ type }) => type),
      [taskType],
    );
    assert.ok(manifest.activationEvents.includes(`onTaskType:${taskType}`));
  });

  it('have the same panel, documents and context keys', () => {
    for (const type of [detailPanelType, statsPanelType]) {
      assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${type}`));
    }
    assert.ok(conditions.some((when) => when.includes(`resourceScheme == ${logScheme}`)));
    for (const key of Object.values(contextKeys))
      assert.ok(
        conditions.some((when) => when.includes(key)),
        key,
      );
    const known = new Set<string>([
      ...Object.values(contextKeys),
      ...Object.values(viewIds),
      detailPanelType,
      hasQueuesKey,
    ]);
    for (const [key] of conditions.join(' ').matchAll(/jobdeck\.[\w.]+/g)) assert.ok(known.has(key), key);
  });

  it('have the same key of the view that is not always there', () => {
    const [queues] = Object.values(contributes.views).flatMap((views) =>
      views.filter(({ when }) => when?.startsWith('jobdeck.')),
    );
    assert.deepEqual([queues?.id, queues?.when], [viewIds.queues, hasQueuesKey]);
  });

  it('have menus for commands that exist', () => {
    for (const { command } of [...menus, ...contributes.keybindings]) assert.ok(ids.includes(command), command);
    const links = contributes.viewsWelcome.flatMap(({ contents }) => [
      ...(texts[contents.slice(1, -1)] ?? '').matchAll(/command:(jobdeck[\w.]+)/g),
    ]);
    assert.ok(links.length > 0);
    for (const [, command] of links) assert.ok(ids.includes(String(command)), command);
  });

  it('have the same walkthrough, with existing commands and completion events', () => {
    const [walkthrough, ...others] = contributes.walkthroughs;
    assert.deepEqual(others, []);
    assert.equal(walkthrough?.id, walkthroughId);
    const there = new Set([...ids, ...Object.values(viewIds).map((view) => `${view}.focus`)]);
    for (const { id, description, completionEvents } of walkthrough?.steps ?? []) {
      const text = texts[description.slice(1, -1)] ?? '';
      const buttons = [...text.matchAll(/^\[[^\]]+\]\(command:([\w.]+)\)$/gm)].map(([, command]) => String(command));
      assert.ok(buttons.length > 0, id);
      for (const command of buttons) assert.ok(there.has(command), command);
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        // A click on a row runs its command inside the extension host, where the editor does not notice it. It notices the page.
        const known = [
          ...ids.map((command) => `onCommand:${command}`),
          ...Object.values(viewIds).map((view) => `onView:${view}`),
          `onContext:activeWebviewPanelId == '${detailPanelType}'`,
          `onContext:${causeSeenKey}`,
        ];
        assert.ok(known.includes(event), event);
      }
    }
  });

  it('have the same menu tokens', () => {
    const jobs = [
      ...(['pending', 'running', 'completed', 'failed'] as const).map((status) => makeJob({ status, attempt: 1 })),
      makeJob({ pausedAt: ago(1) }),
      makeJob({ engine: 'inngest', connection: 'dev', status: 'failed' }),
      makeJob({ status: 'waiting', waitReason: 'hold' }),
      makeJob({ capabilities: { ...makeJob().capabilities, input: { allowed: true, reason: null } } }),
    ];
    const schedules = [scheduleTokens({ paused: false, source: null }), scheduleTokens({ paused: true, source: 'f' })];
    const queues = [queueTokens({ name: 'gpu', paused: false }), queueTokens({ name: 'default', paused: true })];
    const engines = [
      renderEngines([], untranslated).context,
      ...connectionTokens({ engine: 'celery', readOnly: false }),
    ];
    const all = [...schedules, inactiveTokens(null), ...queues, ...jobs.map(contextTokens), engines].flat();
    const tokens = new Set(['script', ...all]);
    const wanted = [...conditions.join(' ').matchAll(/viewItem (?:=~ \/\\b(\w+)\\b\/|== (\w+))/g)];
    assert.ok(wanted.length > 0);
    for (const [, token, whole] of wanted) assert.ok(tokens.has(String(token ?? whole)), token ?? whole);
  });
});

describe('package.json', () => {
  it('has a text for every key, and no unused text', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => String(key));
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it('leaves no text untranslatable', () => {
    for (const { title, category } of contributes.commands) {
      assert.match(title, /^%.+%$/);
      assert.equal(category, 'Jobdeck');
    }
    for (const { contents } of contributes.viewsWelcome) assert.match(texts[contents.slice(1, -1)] ?? '', /\w/);
  });

  it('enables no command that starts a job in an untrusted workspace', () => {
    for (const name of [
      'run',
      'runScript',
      'runDefined',
      'backfill',
      'retry',
      'runAgain',
      'retryEdited',
      'retryAllFailed',
      'retryMatching',
      'runSchedule',
      'runRemote',
      'rerunFromStep',
    ] as const) {
      const command = contributes.commands.find((declared) => declared.command === commandIds[name]);
      assert.match(command?.enablement ?? '', /isWorkspaceTrusted/, name);
    }
  });

  it('binds keys only in the Jobs view, for the focused row and not in an input box', () => {
    for (const { when, args } of contributes.keybindings) {
      assert.match(when, /^focusedView == jobdeck\.jobs && listFocus && !inputFocus/);
      assert.deepEqual(args, { from: 'focus' });
    }
    assert.deepEqual(
      contributes.keybindings.map(({ command, key }) => [command, key]),
      [
        [commandIds.openLog, 'ctrl+enter'],
        [commandIds.retry, 'ctrl+r'],
        [commandIds.cancel, 'ctrl+.'],
        [commandIds.openProblem, 'f4'],
        [commandIds.remove, 'delete'],
      ],
    );
  });

  it('shows about 30 commands in the palette, each with a noun', () => {
    const conditional = new Map(contributes.menus.commandPalette?.map(({ command, when }) => [command, when]));
    const shown = contributes.commands.filter(({ command }) => conditional.get(command) !== 'false');
    const always = shown.filter(({ command }) => !conditional.has(command));
    assert.ok(always.length >= 25 && always.length <= 34, String(always.length));
    for (const { command, title } of shown) {
      if (command === commandIds.getStarted) continue;
      assert.match(
        texts[title.slice(1, -1)] ?? '',
        / (Jobs?|Commands?|Logs?|Error|Queue|Schedules?|Definitions|Connection|Function|Filter|Daemon|Tool|File)\b/,
        command,
      );
    }
  });

  it('shows commands that may ask with “…” in the palette, and without it in menus', () => {
    const titleOf = (id: string) => {
      const title = contributes.commands.find(({ command }) => command === id)?.title;
      return texts[title?.slice(1, -1) ?? ''] ?? '';
    };
    const enablementOf = (id: string) => contributes.commands.find(({ command }) => command === id)?.enablement;
    const hidden = contributes.menus.commandPalette?.filter(({ when }) => when === 'false');
    for (const [name, id] of Object.entries(paletteIds)) {
      const inMenus = commandIds[name as keyof typeof paletteIds];
      assert.match(titleOf(id), /…$/);
      assert.doesNotMatch(titleOf(inMenus), /…$/);
      assert.equal(enablementOf(id), enablementOf(inMenus));
      assert.ok(hidden?.some(({ command }) => command === inMenus));
      assert.ok(!menus.some(({ command }) => command === id));
    }
  });

  it('has at most three inline actions', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter((item) =>
      JSON.stringify(item).includes('inline'),
    );
    const tokens = contextTokens(makeJob({ status: 'failed', attempt: 1 }));
    const shown = inline.filter(
      ({ when }) => when?.includes(`${viewIds.jobs} `) && tokens.some((token) => when.includes(`\\b${token}\\b`)),
    );
    assert.ok(shown.length > 0 && shown.length <= 3, JSON.stringify(shown));
  });

  it('has at most five views', () => {
    for (const views of Object.values(contributes.views)) assert.ok(views.length <= 5);
  });

  it('has a walkthrough of three to five steps, with small pictures for each kind of theme and alternative texts', () => {
    const steps = contributes.walkthroughs[0]?.steps ?? [];
    assert.ok(steps.length >= 3 && steps.length <= 5);
    for (const { id, media } of steps) {
      assert.deepEqual(Object.keys(media.image), ['dark', 'light', 'hc', 'hcLight']);
      for (const path of Object.values(media.image)) {
        const picture = readFileSync(new URL(`../../../${path}`, import.meta.url));
        assert.equal(picture.subarray(1, 4).toString(), 'PNG', path);
        assert.ok(picture.length <= 100_000, `${path}: ${picture.length} bytes`);
      }
      assert.ok((texts[media.altText.slice(1, -1)] ?? '').length > 20, id);
    }
  });

  it('references existing pictures', () => {
    const icons = [manifest.icon, ...[...text.matchAll(/"icon": "(media[^"]+)"/g)].map(([, path]) => String(path))];
    for (const icon of icons) assert.ok(file(icon).length > 0, icon);
  });
});
