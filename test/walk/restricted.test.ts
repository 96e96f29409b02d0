import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';

describe('In an untrusted folder', () => {
  const use = useEditor({ trusted: false, settings: { 'security.workspace.trust.startupPrompt': 'never' } });

  it('jobs are visible but can’t be started', async () => {
    const { workbench } = use;
    await workbench.section('Jobs').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.equal(await workbench.page.getByRole('button', { name: 'Run a Command' }).count(), 0);
    await workbench.photograph('restricted');
  });
});
