import { useEditor } from './useEditor.ts';

describe('In an untrusted folder', () => {
  const use = useEditor({ trusted: false, settings: { 'security.workspace.trust.startupPrompt': 'never' } });

  it('jobs are visible but can’t be started', async () => {
    const { workbench } = use;
    await workbench.section('Jobs').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    await workbench.photograph('restricted');
  });
});
