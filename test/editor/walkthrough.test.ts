/** Checks that everything the walkthrough links to or shows exists. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extensionId, walkthroughId } from '../../extension/base/ids.ts';
import { jobdeck, run, until } from './harness.ts';

interface Step {
  description: string;
  media: { image: Record<string, string>; altText: string };
}

describe('the walkthrough', () => {
  const declared = () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension);
    const [walkthrough] = extension.packageJSON.contributes.walkthroughs as { id: string; steps: Step[] }[];
    assert.equal(walkthrough?.id, walkthroughId);
    return { extension, steps: walkthrough.steps };
  };

  it('links only to existing commands', async () => {
    await jobdeck();
    const known = await vscode.commands.getCommands();
    const links = declared().steps.flatMap(({ description }) => [...description.matchAll(/\(command:([^)]+)\)/g)]);
    assert.ok(links.length > 0);
    for (const [, command] of links) assert.ok(known.includes(String(command)), command);
  });

  it('shows only existing pictures', async () => {
    const { extension, steps } = declared();
    for (const path of steps.flatMap(({ media }) => Object.values(media.image))) {
      const { size } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(extension.extensionUri, path));
      assert.ok(size > 0, path);
    }
  });

  it('opens only on request', async () => {
    await jobdeck();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const tabs = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    assert.deepEqual(tabs(), []);
    await run('getStarted');
    await until(() => tabs().length === 1);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
